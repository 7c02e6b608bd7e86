"""The trace that hosts leave, each in the dialect of its software."""

from datetime import datetime, timedelta
from email.utils import format_datetime

from recipes.stage import above, mail, moment, tail

TLS = """
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)
\t(No client certificate requested)"""
_ZONES = {7200: "CEST", 3600: "CET", 0: "UTC", -25200: "PDT", -14400: "EDT"}


def when(at: str, *, padded: bool = True, zone: bool = False) -> str:
    """A date as servers write it; padded: a day below ten with a nought, else with a blank (Postfix)."""
    time = moment(at)
    text = format_datetime(time)
    if not padded and time.day < 10:
        text = text.replace(f", 0{time.day} ", f",  {time.day} ")
    return f"{text} ({_name(time)})" if zone else text


def later(at: str, seconds: int) -> str:
    """The time some seconds later, in the same zone."""
    return (moment(at) + timedelta(seconds=seconds)).isoformat()


def _name(time: datetime) -> str:
    offset = time.utcoffset()
    assert offset is not None
    return _ZONES[int(offset.total_seconds())]


def postfix(client: str, by: str, queue: str, to: str, at: str, *, helo: str | None = None, how: str = "ESMTPS") -> str:
    """Postfix; client is "name [address]", name "unknown" where there is no PTR."""
    helo = helo or client.partition(" ")[0]
    tls = TLS if how.endswith(("S", "SA")) else ""
    return (
        f"Received: from {helo} ({client}){tls}\n\tby {by} (Postfix) with {how} id {queue}\n\tfor <{to}>;"
        f" {when(at, padded=False, zone=True)}"
    )


def submitted(user: str, address: str, by: str, queue: str, *, to: str, at: str) -> str:
    """A person's mail program handing mail to the Postfix of its own domain."""
    return (
        f"Received: from [{address}] (unknown [{address}]){TLS}\n\t(Authenticated sender: {user})\n"
        f"\tby {by} (Postfix) with ESMTPSA id {queue}\n\tfor <{to}>; {when(at, padded=False, zone=True)}"
    )


def picked_up(by: str, queue: str, user: int, at: str) -> str:
    """A program on the host itself, by Postfix's sendmail command."""
    return f"Received: by {by} (Postfix, from userid {user})\n\tid {queue}; {when(at, padded=False, zone=True)}"


def exim(client: str, address: str, by: str, queue: str, *, mail_from: str, to: str, at: str) -> str:
    """Exim 4.98 on Debian."""
    return (
        f"Received: from {client} ([{address}])\n\tby {by} with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384\n"
        f"\t(Exim 4.98)\n\t(envelope-from <{mail_from}>)\n\tid {queue}\n\tfor {to};\n\t{when(at)}"
    )


def harbor(
    message: bytes,
    *,
    client: str,
    mail_from: str,
    at: str,
    queue: str,
    spf: str,
    dkim: tuple[str, ...] = (),
    dmarc: str,
    helo: str | None = None,
    how: str = "ESMTPS",
    to: str = "ines@harbor.example",
) -> bytes:
    """Delivered to Harbor: Postfix with OpenDKIM, OpenDMARC and an SPF milter, then Dovecot by LMTP.

    spf: "pass" and so on; dkim: one text a signature, without the method's name; dmarc: the whole after dmarc=.
    """
    stamps = [f"Authentication-Results: mx.harbor.example; dmarc={dmarc}"]
    identity = f"smtp.mailfrom={mail_from}" if mail_from else f"smtp.helo={helo or client.partition(' ')[0]}"
    stamps.append(f"Authentication-Results: mx.harbor.example; spf={spf} {identity}")
    signatures = ";\n\t".join(f"dkim={one}" for one in dkim or ("none",))
    stamps.append(f"Authentication-Results: mx.harbor.example;\n\t{signatures}")
    arrived = postfix(client, "mx.harbor.example", queue, to, at, helo=helo, how=how)
    stored = later(at, 1)
    return above(
        message,
        f"Return-Path: <{mail_from}>",
        f"Delivered-To: {to}",
        "Received: from mx.harbor.example ([192.0.2.10])\n\tby store.harbor.example with LMTP\n"
        f"\tid {queue[:3]}8Ad{queue[3:]}ETAAA{queue[-4:]}Q\n\t(envelope-from <{mail_from}>)\n"
        f"\tfor <{to}>; {when(stored)}",
        *stamps,
        arrived,
    )


def good(message: bytes, domain: str, selector: str, key: str = "2048-bit key", nth: int = 0) -> str:
    """OpenDKIM's words for a signature that passes."""
    algorithm = "ed25519-sha256" if "ed25519" in key or key.startswith("256") else "rsa-sha256"
    return (
        f"pass ({key}; unprotected) header.d={domain} header.i=@{domain}\n\t"
        f"header.a={algorithm} header.s={selector} header.b={tail(message, domain, nth)}"
    )


def bad(message: bytes, domain: str, selector: str, why: str, *, result: str = "fail") -> str:
    """OpenDKIM's words for a signature that does not."""
    return (
        f'{result} reason="{why}" (2048-bit key; unprotected)\n\theader.d={domain} header.i=@{domain}'
        f" header.a=rsa-sha256 header.s={selector}\n\theader.b={tail(message, domain)}"
    )


def northmail(
    message: bytes,
    *,
    client: str,
    address: str,
    mail_from: str,
    at: str,
    number: str,
    results: tuple[str, ...],
    spf: tuple[str, str],
    to: str = "tom@northmail.example",
    helo: str | None = None,
) -> bytes:
    """Delivered to Northmail, a large provider that writes like the largest one; spf: (result, its sentence)."""
    word, sentence = spf
    rdns = f"{client}. [{address}]" if client else f"[{address}]"
    middle = (f"spf={word} (northmail.example: {sentence}) smtp.mailfrom={mail_from}" if mail_from else
              f"spf={word} (northmail.example: {sentence}) smtp.helo={helo or client}")  # fmt: skip
    stamp = ";\n       ".join(one if one != "SPF" else middle for one in results)
    clock = when(at, zone=True)
    return above(
        message,
        f"Delivered-To: {to}",
        f"Received: by 2001:db8:a05:7300:{number[1:5]}:b0:154:{number[5:9]} with SMTP id {number[:12]}dyb;\n"
        f"        {when(later(at, 1), zone=True)}",
        f"X-Received: by 2001:db8:a05:600c:{number[1:5]}:b0:471:{number[5:9]} with SMTP id\n"
        f" {number[:12]}5e9.12.{int(moment(at).timestamp())}000; {clock}",
        f"Return-Path: <{mail_from}>",
        f"Received: from {helo or client} ({rdns})\n        by mx.northmail.example with ESMTPS id {number}\n"
        f"        for <{to}>\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\n        {clock}",
        f"Received-SPF: {word} (northmail.example: {sentence}) client-ip={address};",
        f"Authentication-Results: mx.northmail.example;\n       {stamp}",
    )


def exchange(message: bytes, *, client: str, address: str, mail_from: str, at: str, results: str, spf: str) -> bytes:
    """Delivered to Lindgren, whose mail lives with a provider that runs Exchange: three hops in its own house."""
    header, blank, body = message.partition(b"\r\n\r\n")
    own = f"""
Return-Path: {mail_from}
X-MS-Exchange-Organization-MessageDirectionality: Incoming
X-MS-Exchange-Organization-AuthAs: Anonymous
X-Sender-IP: {address}"""
    message = header + b"\r\n" + mail(own) + blank + body
    store, frontend = "AS8PR04MB7543.eurprd04.prod.cloudmail.example", "DU2PR04CA0101.eurprd04.prod.cloudmail.example"
    edge = "DB5PEPF00014B8A.mail.protection.cloudmail.example"
    inner = "DB5PEPF00014B8A.eurprd04.prod.cloudmail.example"
    server = "Microsoft SMTP Server (version=TLS1_3,\n cipher=TLS_AES_256_GCM_SHA384)"
    return above(
        message,
        f"Received: from {store} (2001:db8:10a6:20b:2d9::12) by\n VI1PR04MB5103.eurprd04.prod.cloudmail.example"
        f" with HTTPS; {when(later(at, 3))}",
        f"Received: from {frontend} (2001:db8:10a6:10:58f::14)\n by {store} (2001:db8:10a6:20b:2d9::12)\n"
        f" with {server} id 15.20.9137.11; {when(later(at, 2))}",
        f"Received: from {inner}\n (2001:db8:10a6:10:58f:cafe::1e) by {frontend}\n (2001:db8:10a6:10:58f::14)"
        f" with\n {server} id 15.20.9137.11 via\n Frontend Transport; {when(later(at, 1))}",
        f"Authentication-Results: spf=pass (sender IP is {address})\n smtp.mailfrom={mail_from.partition('@')[2]};"
        f" {results}",
        f"Received-SPF: {spf}",
        f"Received: from {client} ({address}) by\n {edge} (203.0.113.144) with Microsoft SMTP\n"
        " Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9137.7 via\n"
        f" Frontend Transport; {when(at)}",
    )
