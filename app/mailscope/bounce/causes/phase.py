"""In which phase of the dialogue it happened: what the reporting side states, and what can be inferred."""

import re
from functools import lru_cache

from mailscope.bounce.failure import Phase
from mailscope.bounce.unwrap import one_line

_LONGEST = 4_000
_COMMANDS = (
    (Phase.MESSAGE, (r"end[ -]of[ -](?:data|message|text)|final dot|final data|(?:sending |the )?data block"
                    r"|message (?:body|content|text|data)"
                    r"|end data|data[ _-]?end|eom\b|text command|(?:the )?dot\b|(?<=[\s'\"])\.(?=['\"]|\s|$)"
                    r"|(?:the )?message was (?:sent|transmitted)|data (?:was|were|had been) (?:sent|transmitted)")),
    (Phase.RCPT, r"rcpt(?:[ _-]?to)?\b|recipient command"),
    (Phase.MAIL, r"mail(?:[ _-]?from)\b|mail command\b|mail\b(?=:|<| *$)"),
    (Phase.DATA, r"data\b"),
    (Phase.STARTTLS, r"starttls\b|tls (?:handshake|negotiation|session)|tls\b"),
    (Phase.AUTH, r"auth(?:entication)?\b|smtp auth\b"),
    (Phase.HELO, r"(?:ehlo|helo|lhlo)\b"),
    (Phase.BANNER, (r"initial (?:server greeting|connection|greeting|response|banner)|(?:server |smtp "
                   r"|connection )?(?:greeting|banner)|welcome")),
)  # fmt: skip
_WHICH = "|".join(f"(?P<{phase.name}>{pattern})" for phase, pattern in _COMMANDS)
_BEFORE = (
    r"(?:in (?:reply|response|answer) to|after(?: sending)?|following|while (?:sending|performing|receiving"
    r"|waiting for(?: reply to)?|reading|writing"
    r"|doing|issuing|transmitting|talking after)|during|did(?: not|n't) like our|rejected our|refused our"
    r"|(?:response|reply|answer) to(?: our)?|rejected command|refused command"
    r"|error (?:on|in|for|at)|failed (?:on|at|after|during|in)|at|stage:?|phase:?|command:?|for|on|state:?"
    r"|last command was|nach(?: dem)?|après(?: la commande)?|después de|dopo)"
)
"""Words of the reporting side only: a refusing server says "Data command rejected", never "in reply to DATA"."""
_CUE = re.compile(
    rf"\b{_BEFORE}\s*(?:the |our |your |an? )?(?:smtp )?(?:pipelined )?(?:sending )?(?:the )?['\"(<]?(?:{_WHICH})",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"\(\s*(?:in (?:reply|response) to|during|after|while sending"
    rf"|at) (?:the )?(?P<rest>(?:{_WHICH})[^()]{{0,200}})\){{1,3}}\s*$",
    re.IGNORECASE,
)
_BRACKET = re.compile(
    r"[\[(](?P<rest>RCPT[_ ]TO|MAIL[_ ]FROM|DATA|EHLO|HELO|CONNECT(?:ION)?|END[_ ]OF[_ ]DATA|BODY|GREETING|STARTTLS"
    r"|AUTH)[\])]\s*\.?$"
)
_LAST = re.compile(
    r"(?:^|[,:;(] ?|\berror:? )(?P<rest>RCPT TO|MAIL FROM|DATA|EHLO|HELO|STARTTLS|AUTH)"
    r"(?: ?: ?<[^<>]{0,320}>)?(?: generated (?:the )?following response)?[ :]*$"
)
"""A command that stands right before its reply: "error, RCPT TO: 550 …"."""
_PIPELINED = re.compile(r"pipelined (?:sending data|end of data)", re.IGNORECASE)
"""Replies are read when the data is on its way: they may answer any of the commands before."""
_WEAK = re.compile(r"^(?:at|for|on|command:?|during|following)\b", re.IGNORECASE)
_STRONG_WEAK = re.compile(r"(?:command|stage|phase|state|rcpt to|mail from)\b", re.IGNORECASE)
_WORDS: dict[str, Phase] = {
    "rcpt": Phase.RCPT, "mail": Phase.MAIL, "data": Phase.DATA, "ehlo": Phase.HELO, "helo": Phase.HELO,
    "connect": Phase.CONNECT,
    "connection": Phase.CONNECT, "end": Phase.MESSAGE, "body": Phase.MESSAGE, "greeting": Phase.BANNER,
    "starttls": Phase.STARTTLS,
    "auth": Phase.AUTH,
}  # fmt: skip
_SENTENCES: tuple[tuple[Phase, re.Pattern[str]], ...] = tuple(
    (phase, re.compile(pattern, re.IGNORECASE))
    for phase, pattern in (
        (Phase.DELIVERY, (r"\blocal delivery failed|command died with (?:status|signal)|delivery to (?:command"
                         r"|mailbox file) failed")),
        (Phase.RCPT, r"\brcpt to(?: command)? (?:failed|(?:was |is )?(?:rejected|refused)(?: by|:)|error)"),
        (Phase.MAIL, (r"\bmail from(?: command)? (?:failed|(?:was |is )?(?:rejected|refused)(?: by|:)|error)"
                     r"|but (?:the )?sender was rejected")),
        (Phase.DATA, r"failed on data command|\bdata command failed"),
        (Phase.AUTH, (r"but authentication was rejected|authentication (?:was )?(?:rejected"
                     r"|refused) by (?:the )?(?:server|host)")),
        (Phase.STARTTLS, r"tls (?:connection|connect|negotiation|handshake)\b.{0,100}?\bfail(?:ed|ure)"),
        (Phase.CONNECT, r"connection to \S{1,200} (?:was )?(?:refused|timed out|failed)"),
        (Phase.DNS, (r"the domain \S{1,253} (?:does not|doesn't) exist|no (?:a|address|mx) (?:or (?:mx|a"
                    r"|address) )?records? (?:for|found)")),
        (Phase.MESSAGE, (r"data end command failed|server did not accept the mail|connection died\. possible duplicate!"
                         r"|while sending (?:the )?(?:message body|end of data)"
                        r"|timeout after sending data block|after i sent the message"
                        r"|after (?:i )?(?:sent|sending|transmitting) (?:the )?(?:message|mail|data block|body)"
                        r"|accepted (?:the )?recipients? but (?:then )?(?:refused|rejected) the (?:message|content)")),
        (Phase.DATA, r"data command failed"),
        (Phase.RCPT, (r"rcpt(?: to)? (?:command )?(?:failed|rejected)|smtprecipientsrefused|does(?:n't"
                      r"| not) like recipient"
                      r"|recipient address \S{1,300} not accepted by the server"
                     r"|rejected (?:the )?recipients? address:? at|giving up on .{0,120}recipient")),
        (Phase.MAIL, (r"mail from (?:command )?(?:failed|rejected)|smtpsenderrefused"
                      r"|envelope[- ]from address \S{1,300} not accepted by the server|does(?:n't"
                     r"| not) like (?:the )?(?:envelope )?sender")),
        (Phase.BANNER, (r"smtpconnecterror|while receiving the initial (?:server )?greeting|after initial connection"
                       r"|connected to .{0,120} but (?:greeting failed|it did not greet|no greeting)"
                       r"|greeting failed|waiting for (?:the )?(?:initial )?(?:greeting|banner)|no banner")),
        (Phase.HELO, (r"(?:ehlo|lhlo|helo)(?:/helo)? (?:command failed|rejected)|smtpheloerror"
                      r"|while performing the (?:[eh]{2}lo"
                      r"|lhlo) handshake|but my name was rejected"
                     r"|(?:server )?refused our (?:helo|ehlo)")),
        (Phase.STARTTLS, (r"cannot start tls|tls is required,? but (?:was )?not (?:offered|available|supported)"
                         r"|server certificate not (?:verified|trusted)"
                         r"|a tls session is required|tls (?:handshake|negotiation) (?:failed|failure|error)"
                         r"|starttls (?:failed|is required|not)"
                         r"|must issue a starttls command|failure in starttls|certificate verification failed"
                         r"|tls session: \("
                         r"|could not (?:establish|negotiate|start) (?:a )?(?:secure|tls)|deferred: 403 4\.7\.0"
                         r"|ssl (?:handshake|negotiation)"
                         r"|\[tls\]|verify(?:ing)? (?:the )?(?:server )?certificate")),
        (Phase.AUTH, (r"(?:auth|password|username) command failed|smtpauthenticationerror|sasl authentication failed"
                      r"|remote (?:server|host).{0,80} authentication failed"
                     r"|failed to authenticate|authentication (?:failed )?to (?:the )?(?:smart|relay)"
                     r"|no (?:worthy|suitable) (?:mechs|mechanisms?) found")),
        (Phase.DNS, (r"\(nullmx\)|loops back to myself|^\W*unroute?able (?:mail )?(?:address|domain)"
                    r"|name service error for|host or domain name not found|all relevant mx records point to"
                    r"|domain of recipient does not exist"
                    r"|an mx or srv record indicated no smtp service|host lookup did not complete"
                    r"|lowest numbered mx record points to local host"
                    r"|couldn't find any host (?:named|by that name)|couldn't find a mail exchanger"
                    r"|cname lookup failed|dns (?:error|lookup|failure|server|query|record|time-?out)"
                    r"|no mx (?:record|host)|mx (?:record|lookup|query)s? (?:of|for|not|failed)|null ?mx"
                    r"|name server:|host name lookup failure|domain not found"
                    r"|nxdomain|servfail|can't resolve|could not (?:be )?resolved?|unable to resolve|cannot resolve"
                    r"|no (?:such|valid) (?:host|domain)|host unknown"
                    r"|domain (?:does not|doesn't) exist|unknown (?:host|domain)|mail exchanger .{0,60}not found"
                    r"|destination does not (?:receive|accept)|unrouteable mail domain")),
        (Phase.CONNECT, (r"connection refused|connect to \S{1,200}\s*:|could(?:n't"
                        r"| not) (?:establish (?:an )?smtp connection|connect|(?:be )?reach)"
                        r"|no route to host|network is (?:unreachable|down)|host is (?:down|unreachable)"
                        r"|wasn't able to establish an smtp connection"
                        r"|(?:unable|failed|not able) to connect|can(?:'t|not) connect|connection (?:was refused)"
                        r"|connection failure"
                        r"|no smtp connection|unable to reach")),
    )
)  # fmt: skip
"""The reporting side's own sentences that name a phase without naming a command."""


_ESTABLISHED = re.compile(
    r"read error from|network connection shut down by|closed unexpectedly|lost connection with \S+$", re.IGNORECASE
)


@lru_cache(maxsize=128)  # rows of one notice often share their words
def stated_phase(frame: str) -> Phase | None:
    """The phase that the reporting side's words name; None where they name none.

    frame is what the reporting side wrote, the server's words with it.
    """
    frame = one_line(frame)[:_LONGEST]
    tail = _TAIL.search(frame[-300:])
    if tail is not None:
        return _of(tail)
    bracket = _BRACKET.search(frame[-60:])
    if bracket is not None:
        return _WORDS[re.split(r"[_ ]", bracket["rest"].lower())[0]]
    return None


@lru_cache(maxsize=128)
def cue_phase(words: str) -> Phase | None:
    """The phase named in words that are surely the reporting side's own: before a reply, or where there is no reply."""
    words = one_line(words)[:_LONGEST]
    bracket = _BRACKET.search(words[-60:].rstrip(" :"))
    if bracket is not None:
        return _WORDS[re.split(r"[_ ]", bracket["rest"].lower())[0]]
    last = _LAST.search(words[-400:])
    if last is not None:
        return _WORDS[last["rest"].split(" ")[0].lower()]
    found: Phase | None = None
    for match in _CUE.finditer(words):
        if _PIPELINED.search(match[0]):
            continue
        if _WEAK.match(match[0]) and not _STRONG_WEAK.search(words[match.start() : match.end() + 20]):
            continue
        found = _of(match)
    if found is not None:
        return found
    return sentence_phase(words)


def sentence_phase(words: str) -> Phase | None:
    """The phase that a sentence of the reporting side tells; None for none."""
    if _ESTABLISHED.search(words):
        return None
    for phase, pattern in _SENTENCES:
        if pattern.search(words):
            return phase
    return None


def _of(match: re.Match[str]) -> Phase | None:
    return next((phase for phase, _ in _COMMANDS if match[phase.name] is not None), None)
