"""How programs that record sessions say that a connection came about, broke or failed to be encrypted."""

import re

BEGINS = re.compile(
    r"\s*(?:#\s?session\b|=== ?(?:Trying|Connected)|Trying [\d:a-fA-F.]+|\*?\s*Connected to\b"
    r"|\*\s+Trying|CONNECTED\(|connect: to\b"
    r"|-{3,}\s*(?:new )?session|(?:\S+ )?(?:Opening|Initiating) connection|Connecting to\b"
    r"|DEBUG SMTP: trying to connect)",
    re.IGNORECASE,
)
PEER = re.compile(
    r"(?:connected to|trying|to|connect: to|connecting to)\s+\(?'?([A-Za-z0-9][\w.-]{2,200}\.[A-Za-z0-9-]{"
    r"1,60}|\[?[\da-fA-F:.]{7,45}\]?)",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"clos(?:es|ed|ing) (?:the )?(?:connection|session|socket|by (?:foreign|remote))"
    r"|connection (?:was )?(?:clos|reset|lost|ended|abort|drop|terminat|timed)|lost connection"
    r"|timed? ?out|timeout|broken pipe|\bEOF\b|end of file|disconnect|does not (?:answer"
    r"|respond)|no (?:answer|response|reply)|hung up|hang"
    r"|reset by peer|unexpectedly|read error|write error|remote (?:host|end|server) (?:has )?closed"
    r"|connection died|dropped (?:the )?connection|ECONNRESET|EPIPE|ETIMEDOUT",
    re.IGNORECASE,
)
UNREACHED = re.compile(
    r"connection refused|(?:network|host|destination)(?: is)? (?:unreachable|down)"
    r"|no route to host|can(?:'t|not) connect|could ?n[o']t connect|(?:unable|failed) to connect"
    r"|connect(?:ion)?(?: to \S{1,200})? (?:failed|timed out)|operation timed out"
    r"|connect error|couldn't connect|name or service not known|could ?n[o']t resolve"
    r"|ECONNREFUSED|E(?:HOST|NET)UNREACH|ENOTFOUND"
    r"|(?:unknown|invalid) host|no such host|name resolution|nodename nor servname",
    re.IGNORECASE,
)
REACHED = re.compile(
    r"(?<!not )(?<!un)\bconnected(?: to|\.$|$)|connection (?:is )?(?:established|open(?:ed)?)\b", re.IGNORECASE
)
TLS = re.compile(r"\btls|\bssl|handshake|certificate|cipher|\bverify\b", re.IGNORECASE)
TLS_BAD = re.compile(
    r"fail|error|alert|no shared cipher|unable|could ?n[o']t|not trusted|unsupported"
    r"|wrong version|terminated|expired|mismatch|does not match|self[- ]signed|unknown protocol"
    r"|eof|reset",
    re.IGNORECASE,
)
TLS_GOOD = re.compile(
    r"\btls\b.{0,40}(?:established|started|negotiated)|started w/ cipher|cipher is (?!\(NONE\))"
    r"|ssl connection using|handshake (?:complete|success)",
    re.IGNORECASE,
)
UNVERIFIED = re.compile(
    r"verif|self[- ]signed|not trusted|untrusted|unable to get (?:local )?issuer|expired", re.IGNORECASE
)
LEFT = re.compile(r"\bclient (?:has )?(?:closed|disconnected|left|hung up)|closed by (?:the )?client", re.IGNORECASE)
REFUSED = re.compile(
    r"\b(EHLO|HELO|STARTTLS|AUTH|Username|Password|MAIL FROM|RCPT TO|DATA) command failed:\s*"
    r"([45]\d\d[ -].{0,300})",
    re.IGNORECASE,
)
"""A refusal that a program tells of in place of showing it."""
HIDDEN = re.compile(
    r"\bAUTH (PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|XOAUTH2|OAUTHBEARER|SCRAM-[\w-]{3,20})\b.{0,40}"
    r"(?:suppressed|hidden|omitted|not shown|masked)",
    re.IGNORECASE,
)
"""A login that happened, whose lines the program does not show."""
