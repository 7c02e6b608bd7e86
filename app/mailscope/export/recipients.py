"""The part of the outline that tells what the DNS says of the recipients' domains."""

from mailscope.bounce.recipient_side import MailHost, RecipientSide
from mailscope.export.blocks import Block, Item, Pairs
from mailscope.export.wording import safe

_REACHABLE = {
    True: "mail can arrive there",
    False: "mail cannot arrive there",
    None: "whether mail can arrive there is not known",
}


def recipients_blocks(sides: tuple[RecipientSide, ...]) -> tuple[Block, ...]:
    """One item a domain: where its mail goes, whether it can arrive, and what it asks of TLS."""
    return tuple(Item(f"{safe(side.domain)}: {_REACHABLE[side.reachable]}", (Pairs(_rows(side)),)) for side in sides)


def _rows(side: RecipientSide) -> tuple[tuple[str, str], ...]:
    rows = []
    if side.null_mx:
        rows.append(("MX", "0 . (null MX: the domain says that it takes no mail)"))
    elif side.fallback:
        rows.append(("MX", "none: mail goes to the domain's own address"))
    elif not side.hosts:
        rows.append(("MX", side.outcome.value.replace("-", " ")))
    rows += [("Host", _host(host)) for host in side.hosts]
    if side.asked_tls:
        rows.append(("MTA-STS", safe(side.mta_sts_problem or _policy(side.mta_sts), "none")))
        rows.append(("TLS-RPT", safe(side.tls_reports_to, "none")))
    return tuple(rows)


def _policy(ident: str | None) -> str | None:
    return f"policy {ident}; it lies on a web server, and was not fetched" if ident else None


def _host(host: MailHost) -> str:
    name = safe(host.name) if host.preference is None else f"{host.preference} {safe(host.name)}"
    if host.exists is None:
        addresses = "could not be asked"
    else:
        addresses = safe(", ".join(host.addresses), "no address") if host.exists else "no address"
    faults = (
        (f"nobody outside can reach {safe(', '.join(host.private))}", bool(host.private)),
        ("an address stands where a name must", host.literal),
        ("an alias, which MX must not name", host.alias),
    )
    return "; ".join((f"{name}: {addresses}", *(fault for fault, there in faults if there)))
