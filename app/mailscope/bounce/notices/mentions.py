"""Who a notice written for people is about: addresses in its text, and how surely each is a recipient that failed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

_LOCAL = r"(?:\"[^\"\n@]{1,64}\"|[^\s<>\"'(),:;\[\]\\@|\u00ab\u00bb\u3000-\u303f\uff00-\uffef]{1,128})"
_DOMAIN = r"(?:[^\s<>\"'(),:;\[\]\\@|\u060c\u3000-\u303f\uff00-\uffef]{1,250}|\[[\d.a-fA-F:]{3,45}\])"
ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}")
_LINES = 60_000
_LONGEST = 4_000
"""Characters of one line that are searched."""
_MOST = 20_000
"""Mentions after which only those near the start of a line are looked at."""
_NEAR = 80
_A_LINE = 12
"""Mentions of one line that are no list."""
_RECIPIENT = (
    r"(?:(?:failed|final|original|intended|bad|invalid|unknown|rejected|e-?mail|mail|smtp|undeliverable|undelivered"
    r"|affected)\s)?"
    r"(?:recipients?|addresse?s?|addressees?|rcpt(?:[ _-]to)?|e-?mails?|mailbox|users?|user ?name|destinatarios?"
    r"|destinatários?|destinataires?|destinatari[oa]?"
    r"|members?|subscribers?"
    r"|empf(?:ae|ä)nger|mottagare|modtager|mottaker|ontvangers?|odbiorcy?|получател[ьи]|宛先|收件人|受信者|adress[ae]?"
    r"|adresse|endereço|dirección|indirizzo)"
    r"(?:\(e?s\))?(?:\s(?:address(?:es)?|user|name))?"
)
_DATES = r"(?:\d{1,4}\s{1,4})?(?:\d{1,4}[/-]\d{1,2}(?:[/-]\d{1,4})?\s{1,4}){1,3}"
_BULLET = rf"[\s>|]*+(?:(?:[*•·+-]{{1,3}}|\d{{1,4}}[.)]|\(?[a-z]\)|\[\d{{1,3}}\])\s*+|{_DATES})?"
"""What may stand before a recipient in a line: "<a@b>: host … said", "a@b", "* a@b", "2 10/11 10/12 a@b"."""
_WRAP = r"(?:[<\[('\"«]|&lt;|mailto:|rfc822;|smtp[:;]|\s)*+"
"""Possessive, as the blanks above are: only an end may follow, and no blank may be tried in two places."""
_OPENING = re.compile(rf"{_BULLET}{_WRAP}$", re.IGNORECASE)
_LABELLED = re.compile(rf"{_BULLET}(?:[\w ]{{0,30}}\s)?{_RECIPIENT}(?:\s*+(?:[:=：]|is|was))?{_WRAP}$", re.IGNORECASE)
_NAMED = re.compile(
    rf"{_BULLET}(?:\"[^\"\n]{{0,80}}\"|'[^'\n]{{0,80}}'|[^\W\d_][\w.,'’ -]{{0,60}})\s*(?:[<\[(]|&lt;|mailto:)+$",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"{_BULLET}(?:to|an|à|a|para|til|till|aan|do|kam|cc|bcc|for|für|pour|do|кому|宛先)\s*[:：]{_WRAP}$",
    re.IGNORECASE,
)
_AND = re.compile(
    r"(?:&gt;|&lt;|[\s,;<>'\"()\[\]]|\b(?:and|und|et|y|e|en|och|og|i|oraz)\b|и|、|，|和){1,20}$", re.IGNORECASE
)
_TOP = 60
_ANNOUNCED = re.compile(
    r"\b(?:addresses|recipients?(?:\(s\))?|users?)\b.{0,60}(?:errors?|failed|problems?|reached)\b.{0,10}$",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*<?([A-Za-z0-9][\w.+-]{1,63})>?(?=\s*(?:\(|:|\.\.\.|$))")
_WRITTEN = re.compile(
    rf"[\s>*-]*original(?:ly)?[ -](?:address|recipient|addressed to|to|rcpt)\s*[:=](?:rfc822;|<"
    rf"|\s)*+({_LOCAL}@{_DOMAIN})",
    re.IGNORECASE,
)
"""Not who failed, but the address as the sender wrote it."""
_CLOSE = 3
"""Lines within which a recipient and its original address stand."""
_CODED = re.compile(r"\s*[45]\d\d (?:[45]\.\d{1,3}\.\d{1,3} )?<?$")
"""Sendmail's own lines: "554 <a@b>... Remote protocol error"."""
_CLOSING = re.compile(
    r"(?:&gt;|[>\])'\"»])*(?:\s*[<(\[](?:mailto:|smtp:)?[^()<>\[\]\s]{1,200}@[^()<>\[\]\s]{1,250}[)>\]])*(?:&gt;"
    r"|[>\])'\"»])*\s*",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\(([^()\n]{0,300})\)\s*")
_REPLY_TO = re.compile(r"in (?:reply|response) to|command|after|during|\d{3}", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:unknown|no such|not (?:found|known|listed)|full|quota|disabled|invalid|refused|rejected|failed|unavailable"
    r"|does(?:n't| not)|blocked|denied|[45]\d\d)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[:,;.!\s-]*$")
_FOLLOWS = re.compile(
    r"\s*(?:[:(\[{<=|\t]|\.\.|-{1,3}[\s>]|;|,\s|…|=>|\s{2,}|\d{3}[ -]|on \w{3},|on \d|is |was |has |had |could |can "
    r"|does |did |doesn't |isn't |because|failed"
    r"|unknown|user |said|not |no |mailbox|cannot|refused|rejected|invalid|address |host |bounced|error|delivery"
    r"|undeliver|recipient|permanent|temporary|in |over "
    r"|exceed|unable|timed|account|message|mail )",
    re.IGNORECASE,
)
_TOWARDS = re.compile(
    r"(?:\b(?:to|for|recipients?|rcpt to|address(?:es|ee)?|users?|mailbox|account|contact|reach|deliver(?:ing|ed)?"
    r"|with|nach|an|für|zu|à|a|para|al|ao|pour|naar|aan"
    r"|voor|til|till|do|na|dla|для|на|destinatarios?|destinataires?|destinatari[oa]|empfänger|endereço|dirección"
    r"|adresse?n?|adressen)\b|[，、：は宛向给到])"
    rf"(?:\s+(?:the\s+)?(?:following\s+)?(?:e-?mail\s+)?(?:user|recipient|address|mailbox"
    rf"|account)(?:\(s\))?)?(?:\s*+[:=])?{_WRAP}$",
    re.IGNORECASE,
)
"""A sentence that names whom it could not reach."""
_OTHERS = re.compile(
    r"(?:\b(?:contact|assist\w*|forward\w*|write|visit|questions?|help\w*|support|reply|report\w*|abuse"
    r"|administrator\w*|postmaster|webmaster|sender|from|by|via"
    r"|sent by|reply-to|return-path|envelope-from|message-id|mail from|author|originator|submitted|authenticated"
    r"|whitelist\w*|unsubscribe|von|absender|de|da|van|fra|från|od|от"
    r"|expéditeur|remitente|remetente|mittente|dear|hello|hi|hallo|bonjour|hola|olá|ciao|dzień dobry|سلام"
    r"|to (?:forward|write|send|reply)|e-?mail (?:us|me|sent) ?(?:at|to|from)?"
    r"|please (?:send|forward|write|e-?mail|contact)[^.]{0,60})\b|发件人|差出人|送信者|https?://\S*"
    r"|mailto:\s?\S*\?)[^\w]*+(?:\b(?:at|on|via)\b[\s<\[('\":=]*+)?$",
    re.IGNORECASE,
)
"""Whoever is asked for help, sent it or handled it is not who failed."""
_SENT_BY = re.compile(
    r"(?:sent by|from|sender|submitted by|von|de|by|sender(?:'s)? address|original sender)\s*:?\s*$", re.IGNORECASE
)
_HEADER_BLOCK = re.compile(
    r"[\s>|]*(?:subject|sent|date|from|message-?id|betreff|gesendet|datum|objet|asunto|assunto|oggetto|onderwerp"
    r"|emne|ämne|received|sujet|enviado|тема|дата)\s*[:：]",
    re.IGNORECASE,
)
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|abuse|noreply|no-reply|support|helpdesk|webmaster|hostmaster|admin\w*|mailman|listserv"
    r"|majordomo|sympa)@",
    re.IGNORECASE,
)
_BAD_LOCAL = re.compile(r"[\w\u0080-\uffff.!#$%&'*+/=?^`{|}~\" -]+$")


class Tier(IntEnum):
    """How surely a mention is a recipient that failed."""

    ANY = 1
    TOWARDS = 2
    TO = 3
    HEAD = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """An address in a text: the line, where it ends in it, and what follows."""

    line: int
    address: str
    tier: Tier
    rest: str = ""
    original: str | None = None
    """From "(expanded from <a@b>)" and the like."""


def mentions(lines: list[str], not_them: frozenset[str]) -> list[Mention]:
    """Every address that may be a recipient, in the order of the text; linear, bounded."""
    found: list[Mention] = []
    before = ""
    written, since = "", 0
    for place, line in enumerate(lines[:_LINES]):
        if "@" in line and (len(found) < _MOST or line.find("@") < _NEAR):
            most = _A_LINE if len(found) < _MOST else 1
            found.extend(_of_line(lines, place, line[:_LONGEST], before, not_them, most=most))
            label = _WRITTEN.match(line[:_LONGEST])
            if label is not None and (address := plausible(label[1])) is not None:
                if found and place - found[-1].line <= _CLOSE and found[-1].original is None:
                    found[-1] = replace(found[-1], original=address)
                else:
                    written, since = address, place
            elif written and found and found[-1].line == place and place - since <= _CLOSE:
                found[-1] = replace(found[-1], original=written)
                written = ""
        if line.strip():
            before = line
    return found


def local_names(lines: list[str]) -> list[Mention]:
    """Recipients of the reporting system itself, by name alone, right below a heading that announces them."""
    found: list[Mention] = []
    announced = False
    for place, line in enumerate(lines[:_TOP]):
        if not line.strip():
            continue
        match = _NAME.match(line) if announced else None
        if match is not None:
            found.append(Mention(place, match[1], Tier.HEAD, line[match.end() :]))
        announced = _ANNOUNCED.search(line[:200]) is not None
    return found


def _of_line(
    lines: list[str], place: int, line: str, before: str, not_them: frozenset[str], *, most: int
) -> Iterator[Mention]:
    last: Tier | None = None
    end = 0
    for number, match in enumerate(ADDRESS.finditer(line)):
        address = plausible(match[0])
        if address is None or address.lower() in not_them:
            continue
        prefix = line[: match.start()]
        if _WRITTEN.match(line) is not None:
            return
        closing = _CLOSING.match(line, match.end())
        rest = line[closing.end() if closing else match.end() :]
        remark = _REMARK.match(rest)
        original = None
        if remark is not None and not _REPLY_TO.search(remark[1]):
            original = expanded_from(remark[1])
            # "pat@example.net (No such user)": GroupWise gives its reason where others give names.
            rest = rest[remark.end() :] or (f": {remark[1]}" if _REASON.search(remark[1]) and not original else "")
        if number and last is not None and last > Tier.ANY and _AND.match(line[end : match.start()]):
            tier: Tier | None = last  # "a@b, c@d and e@f"
        elif number >= most:
            return
        else:
            tier = _tier(lines, place, prefix, rest, before)
        if tier is None:
            continue
        last, end = tier, match.end()
        yield Mention(place, address, tier, rest, original)


def _tier(lines: list[str], place: int, prefix: str, rest: str, before: str) -> Tier | None:
    """How sure, by what stands before and after on the line; None for somebody else's address."""
    tail = prefix[-120:]
    if expanded_from(tail[-60:] + " x@x") is not None:
        return None
    if _TO.match(prefix):
        after = lines[place + 1 : place + 4]
        return (
            Tier.TOWARDS if _HEADER_BLOCK.match(before) or any(_HEADER_BLOCK.match(line) for line in after) else Tier.TO
        )
    if _LABELLED.match(prefix):
        return Tier.TO if prefix.lstrip().startswith(">>>") else Tier.HEAD
    if _CODED.match(prefix) and rest.startswith("..."):
        return Tier.TO
    if _OTHERS.search(tail):
        return None
    if _OPENING.match(prefix):
        if _SENT_BY.search(before[-80:]) or (before.strip() and _OTHERS.search(before.rstrip()[-60:] + " ")):
            return None
        follows = _ALONE.match(rest) or _FOLLOWS.match(rest) or ADDRESS.match(rest.lstrip(" ,;<("))
        return Tier.HEAD if follows else Tier.ANY
    if _NAMED.match(prefix) and _ALONE.match(rest):
        return Tier.HEAD
    return Tier.TOWARDS if _TOWARDS.search(tail) else Tier.ANY


def plausible(text: str) -> str | None:
    """An address without the punctuation around it; None for a Message-ID and the like."""
    address = text.strip("<>',;:").rstrip(".)]!?")
    local, _, domain = address.rpartition("@")
    domain = domain.removesuffix("&gt")
    local = local.removeprefix("&lt;")
    if not local or not domain or len(address) > 320 or "//" in local or "?" in local:
        return None
    if (
        not _BAD_LOCAL.match(local)
        or domain.startswith((".", "-"))
        or (_MACHINES.match(address) and "mailer-daemon" in address.lower())
    ):
        return None
    return f"{local}@{domain}"


_EXPANDED = re.compile(
    r"(?:expanded|generated|redirected|forwarded|originally|rewritten|aliased|resent|translated"
    r"|original(?:ly)? (?:to|address|recipient))"
    r"(?:\s(?:from|for|by|to))?\s*:?\s*<?([^\s<>()]{1,128}@[^\s<>()]{1,250})", re.IGNORECASE
)  # fmt: skip


def expanded_from(remark: str) -> str | None:
    """The address as the sender wrote it: "expanded from: <a@b>", "ultimately generated from a@b"; None for none."""
    match = _EXPANDED.search(remark[:600])
    return match[1].rstrip(">.,;:") if match else None


def ours(address: str) -> bool:
    """Whether an address is a machine's or a desk's, which sentences name for help."""
    return _MACHINES.match(address) is not None
