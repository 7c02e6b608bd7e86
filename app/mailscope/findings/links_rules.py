"""Where the links of a message lead, and which of them deceive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from mailscope.agreement import Whose
from mailscope.amounts import count
from mailscope.analysis import Analysis
from mailscope.claims.claim import Claim
from mailscope.dns.suffixes import owner
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.lookalike import brand_resembled_by, mixed_scripts, same_brand, unicode_domain
from mailscope.findings.words import excerpt, find
from mailscope.mail.links import Link, Oddity
from mailscope.mail.target import read_target
from mailscope.specimen import Kind
from mailscope.tables import read_table
from mailscope.verdict import Verdict

_EVIDENCE = 4
"""Links of one kind that are quoted."""
_LONGEST = 100
_HOSTS = 200
"""Hosts that are compared with well-known names."""


_Tell = Callable[[Analysis, list[Link]], Iterator[Finding]]


class _Way(Enum):
    """What explains that a link leads elsewhere than its words say."""

    NOTHING = "link-shows-other-host"
    SENDER = "link-through-sender"
    SERVICE = "link-through-service"


@dataclass(frozen=True, slots=True)
class _Reason:
    way: _Way
    whose: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Service:
    """A row of tables/links/services.toml."""

    name: str
    hosts: tuple[str, ...]
    sends: tuple[str, ...] = ()


def links_rules(analysis: Analysis) -> Iterator[Finding]:
    """Links that show one host and lead to another, lookalike hosts, code, disguises; only in mail itself."""
    if analysis.specimen.kind is not Kind.MESSAGE:
        return
    yield from _elsewhere(analysis)
    yield from _lookalikes(analysis)
    for oddity, tell in _TOLD.items():
        links = [link for link in analysis.links.odd if oddity in link.oddities]
        if links:
            yield from tell(analysis, links)
    if analysis.links.problem:
        yield find("links-cut", problem=analysis.links.problem)


def _raise(ident: str, links: list[Link], **facts: str) -> Finding:
    """One finding for all links of a kind: the facts of the first, the bytes of the first few."""
    evidence = [Evidence(excerpt(link.written.encode()), link.span) for link in links[:_EVIDENCE]]
    more = f" {count(len(links) - 1, 'more target')} of this kind." if len(links) > 1 else ""
    host, shown = links[0].host[:_LONGEST] or "no host", links[0].shown_host[:_LONGEST]
    return find(ident, *evidence, **{"host": host, "shown": shown, "more": more, **facts})  # type: ignore[arg-type]


def _elsewhere(analysis: Analysis) -> Iterator[Finding]:
    found: dict[_Reason, list[Link]] = {}
    for link in analysis.links.odd:
        if Oddity.OTHER_HOST in link.oddities and not same_brand(link.shown_host, link.host):
            reason = _reason(link, analysis)
            if reason is not None:
                found.setdefault(reason, []).append(link)
    for reason, links in found.items():
        yield _raise(reason.way.value, links, whose=reason.whose, why=reason.why)


def _reason(link: Link, analysis: Analysis) -> _Reason | None:
    """What explains the difference; None where there is none behind a filter that rewrites links."""
    shown = owner(link.shown_host)
    for service in _services("rewriter"):
        if _below(link.host, service.hosts):
            if link.inner and owner(link.inner[-1]) != shown:
                return _Reason(_Way.NOTHING)
            return _Reason(_Way.SERVICE, service.name, "with which the receiving side checks links")
    author = owner(analysis.envelope.from_domain or "")
    ours = analysis.authentication.dmarc.rfc9989.result
    passed = ours is Verdict.PASS or (ours is not Verdict.FAIL and bool(_passed(analysis, "dmarc")))
    own = passed and shown == author
    for service in _services("tracker"):
        if _below(link.host, service.hosts) and any(_below(domain, service.sends) for domain in _senders(analysis)):
            if own:
                return _Reason(_Way.SERVICE, service.name, "with which the sender counts clicks")
            return _Reason(_Way.SENDER, service.name, "through which it was sent")
    if passed and owner(link.host) in {owner(domain) for domain in _authenticated(analysis)}:
        if own:
            return _Reason(_Way.SERVICE, owner(link.host), "whose mail this is too")
        return _Reason(_Way.SENDER, owner(link.host), "which authenticated this message")
    if ours is None and not passed and owner(link.host) in _claimed(analysis):
        return _Reason(_Way.SENDER, owner(link.host), "from where it says to come, which could not be checked")
    return _Reason(_Way.NOTHING)


def _authenticated(analysis: Analysis) -> tuple[str, ...]:
    """Domains that vouch for this message, as we find or as its receiver found: of signatures, and of SPF."""
    auth = analysis.authentication
    domains = [check.domain for check in auth.dkim if check.result is Verdict.PASS]
    domains += [auth.spf.domain] if auth.spf and auth.spf.result is Verdict.PASS else []
    domains += [claim.property("header.d", "header.i", "smtp.mailfrom") for claim in _passed(analysis, "dkim", "spf")]
    return tuple(dict.fromkeys(domain.rpartition("@")[2].lower() for domain in domains if domain))


def _claimed(analysis: Analysis) -> set[str]:
    """Whom author and envelope sender claim to belong to."""
    envelope = (analysis.route.border.mail_from or analysis.envelope.return_path or "").rpartition("@")[2]
    return {owner(domain) for domain in (envelope, analysis.envelope.from_domain or "") if domain}


def _passed(analysis: Analysis, *methods: str) -> list[Claim]:
    """What the receiver itself saw pass: keys and records go, and old mail keeps only its word."""
    stamps = [stamp for stamp in analysis.authentication.stamped if stamp.whose is Whose.RECEIVER]
    return [stamp.claim for stamp in stamps if stamp.claim.method in methods and stamp.claim.result == Verdict.PASS]


def _senders(analysis: Analysis) -> tuple[str, ...]:
    """The same, and what the receiver found the client's address to be called."""
    route = analysis.route
    hop = route.hops[route.border.hop] if route.border.hop is not None else None
    named = [hop.from_rdns] if hop and hop.from_rdns else []
    confirmed = [analysis.reverse.confirmed] if analysis.reverse and analysis.reverse.confirmed else []
    return (*_authenticated(analysis), *(name.lower().rstrip(".") for name in (*named, *confirmed)))


def _lookalikes(analysis: Analysis) -> Iterator[Finding]:
    author = owner(analysis.envelope.from_domain or "")
    clicked = [link for link in analysis.links.found if link.is_clicked and link.host]
    for host in list(dict.fromkeys(link.host for link in clicked))[:_HOSTS]:
        likeness = brand_resembled_by(host) if owner(host) not in ("", author) else None
        if likeness:
            brand, domain = likeness
            links = [link for link in clicked if link.host == host]
            yield _raise("link-lookalike", links, brand=brand.name, own=domain)


def _other_script(analysis: Analysis, links: list[Link]) -> Iterator[Finding]:
    author = owner(analysis.envelope.from_domain or "")
    foreign = [link for link in links if owner(link.host) != author]
    mixed = [link for link in foreign if mixed_scripts(link.host)]
    plain = [link for link in foreign if link not in mixed]
    if mixed:
        scripts = " and ".join(script.capitalize() for script in mixed_scripts(mixed[0].host))
        shown = unicode_domain(mixed[0].host)[:_LONGEST]
        yield _raise("link-mixed-scripts", mixed, shown=shown, scripts=scripts)
    if plain:
        yield _raise("link-other-script", plain, shown=unicode_domain(plain[0].host)[:_LONGEST])


def _bare_address(_: Analysis, links: list[Link]) -> Iterator[Finding]:
    clicked = [link for link in links if link.is_clicked]
    fetched = [link for link in links if not link.is_clicked]
    if clicked:
        yield _raise("link-bare-address", clicked)
    if fetched:
        yield _raise("image-bare-address", fetched)


def _chain(_: Analysis, links: list[Link]) -> Iterator[Finding]:
    """What a filter of the receiving side put in front does not count."""
    checked = tuple(host for service in _services("rewriter") for host in service.hosts)
    long = [
        link
        for link in links
        if link.is_clicked and len({owner(host) for host in (link.host, *link.inner) if not _below(host, checked)}) > 2
    ]
    if long:
        yield _raise("link-chain", long, inner=", ".join(long[0].inner)[:300])


def _code(_: Analysis, links: list[Link]) -> Iterator[Finding]:
    yield _raise("link-runs-code", links, scheme=read_target(links[0].target).scheme)


def _user(_: Analysis, links: list[Link]) -> Iterator[Finding]:
    yield _raise("link-user-part", links, user=read_target(links[0].target).user[:_LONGEST])


def _plainly(ident: str) -> _Tell:
    def tell(_: Analysis, links: list[Link]) -> Iterator[Finding]:
        yield _raise(ident, links)

    return tell


_TOLD: dict[Oddity, _Tell] = {
    Oddity.CODE: _code,
    Oddity.FILE: _plainly("link-opens-file"),
    Oddity.USER_PART: _user,
    Oddity.OTHER_SCRIPT: _other_script,
    Oddity.BARE_ADDRESS: _bare_address,
    Oddity.HIDDEN: _plainly("link-hides-characters"),
    Oddity.CODED: _plainly("link-coded-letters"),
    Oddity.CHAIN: _chain,
}


def _below(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


@lru_cache(maxsize=4)
def _services(kind: str) -> tuple[_Service, ...]:
    rows = read_table("links", "services.toml")[kind]
    return tuple(_Service(row["name"], tuple(row["hosts"]), tuple(row.get("sends", ()))) for row in rows)
