"""How the sides behaved: haste, greylisting, encryption, the order of commands."""

import re
from pathlib import Path

import pytest

import mailscope
import mailscope.bounce
from mailscope.bounce.failure import Behaviour
from mailscope.bounce.logs.read import read_log
from mailscope.bounce.sessions import behaviour, retries
from mailscope.bounce.sessions.retries import Attempt, lasting
from mailscope.bounce.sessions.transcript import read_transcript
from mailscope.limits import DEFAULT_LIMITS
from mailscope.tables import read_table

HELLO = "S: 220 mx.example.net\nC: EHLO client.example.org\nS: 250-mx.example.net\nS: 250-PIPELINING\nS: 250 STARTTLS\n"
MAIL = "C: MAIL FROM:<ann@example.org>\nS: 250 Ok\n"
TO = "C: RCPT TO:<bea@example.net>\nS: {}\n"
DONE = "C: DATA\nS: 354 go\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 Bye\n"
OK = TO.format("250 Ok")


LOGIN = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {}\nS: 334 UGFzc3dvcmQ6\nC: {}\nS: 535 5.7.8 no\nC: QUIT\nS: 221 Bye\n"


def seen(text: str) -> dict[str, Behaviour]:
    return {one.id: one for one in read_transcript(text.encode(), DEFAULT_LIMITS).behaviour}


def logged(text: str) -> dict[str, Behaviour]:
    return {one.id: one for one in read_log(text.encode(), DEFAULT_LIMITS).behaviour}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HELLO + MAIL + OK + DONE, {"starttls-not-used"}),
        (HELLO + "C: STARTTLS\nS: 220 go\nC: EHLO client.example.org\nS: 250 Ok\n" + MAIL + OK + DONE, set()),
        (HELLO + "C: STARTTLS\nS: 454 4.7.0 not now\n" + MAIL + OK + DONE, {"plain-after-tls-failed"}),
        (HELLO + "C: STARTTLS\nS: 220 go\n*: TLS handshake failed: no shared cipher\n", {"tls-no-cipher"}),
        (HELLO + "C: STARTTLS\nS: 220 go\n*: TLS handshake failed: certificate has expired\n", {"tls-certificate"}),
        (HELLO + "C: STARTTLS\nS: 220 go\n*: TLS error: unsupported protocol\n", {"tls-old-protocol"}),
        (HELLO + "C: STARTTLS\nS: 220 go\n*: TLS error: wrong version number\n", {"tls-broken"}),
        (
            HELLO.replace("STARTTLS", "HELP")
            + MAIL
            + "C: RCPT TO:<bea@example.net>\nS: 421 too many connections from you\n",
            {"connection-limit"},
        ),
        (
            HELLO.replace("STARTTLS", "HELP").replace("S: 250-PIPELINING\n", "") + MAIL + OK + "C: DATA\nC: QUIT\n",
            set(),
        ),
        (
            HELLO + "C: STARTTLS\nS: 220 go\nTLS session: the connection was terminated: delivering unencrypted\n"
            "Connecting to mx.example.net\n" + HELLO + MAIL + OK + DONE,
            {"tls-broken", "starttls-not-used", "plain-after-tls-failed"},
        ),
        (
            HELLO.replace("STARTTLS", "8BITMIME") + MAIL + TO.format("550 no") + "C: DATA\nS: 503 no\n",
            {"data-after-refusals"},
        ),
        (
            HELLO.replace("STARTTLS", "HELP").replace("S: 250-PIPELINING\n", "")
            + "C: MAIL FROM:<a@b.example>\nC: RCPT TO:<c@d.example>\nS: 250 Ok\nS: 550 no\n",
            {"pipelined-unasked"},
        ),
        (
            (
                "S: 220 mx.example.net\nC: EHLO laptop\nS: 250 SIZE 1000\nC: MAIL FROM:<a@b.example>"
                " SIZE=9999\nS: 250 Ok\n"
            )
            + OK
            + DONE,
            {"helo-unfit", "size-ignored"},
        ),
        ("C: EHLO client.example.org\nS: 220 mx.example.net\nS: 250 Ok\n" + MAIL + OK + DONE, {"talked-early"}),
        ("S: 421 4.7.0 mx.example.net too many connections from your address\n", {"connection-limit"}),
        (
            (
                "S: 220 mx.example.net\nC: EHLO client.example.org\nS: 250 AUTH PLAIN\nC: AUTH"
                " PLAIN AGFubgBzZWNyZXQ=\nS: 235 Ok\n"
            )
            + MAIL
            + OK
            + DONE,
            {"login-in-clear", "password-in-record"},
        ),
        (
            HELLO.replace("STARTTLS", "HELP")
            + MAIL
            + OK
            + "C: DATA\nS: 354 go\nC: .\n*: server closes the connection\n",
            {"lost-after-dot"},
        ),
        (HELLO.replace("client.example.org", "laptop") + LOGIN.format("[user]", "[password]"), {"login-in-clear"}),
        (HELLO + "C: QUIT\nS: 221 Bye\n", {"left-after-hello"}),
        (HELLO + "*: client closed the connection\n", {"left-after-hello"}),
        (HELLO + LOGIN.format("YW5u", "c2VjcmV0"), {"login-in-clear", "password-in-record"}),
        (HELLO + LOGIN.format("[user]", "[password]"), {"login-in-clear"}),
        (HELLO + "C: STARTTLS\nS: 220 go\n*: TLS established\nC: QUIT\nS: 221 Bye\n", {"left-after-tls"}),
        (
            HELLO.replace("STARTTLS", "HELP") + MAIL + OK + "C: DATA\nS: 354 go\nC: Subject: x\n*: connection lost\n",
            set(),
        ),
    ],
)
def test_sees_in_a_session(text: str, expected: set[str]) -> None:
    assert set(seen(text)) == expected


def test_never_repeats_a_password() -> None:
    text = (
        "S: 220 mx.example.net\nC: EHLO client.example.org\nS: 250 AUTH PLAIN\nC: AUTH"
        " PLAIN AGFubgBzZWNyZXQ=\nS: 535 5.7.8 no\n"
    )

    report = mailscope.examine(text, dns=mailscope.NoDns())

    assert "AGFubgBzZWNyZXQ" not in repr(report.findings) + repr(report.to_dict())


def test_sees_no_fault_in_pipelining_that_was_offered() -> None:
    text = (
        HELLO.replace("STARTTLS", "HELP")
        + "C: MAIL FROM:<a@b.example>\nC: RCPT TO:<c@d.example>\nC: DATA\nS: 250 Ok\nS: 550 no\nS: 503 no\n"
    )

    assert seen(text) == {}


LINE = (
    "Nov {day} {time} mx postfix/smtp[4]: 547F22420BF: to=<bea@example.net>, relay={relay}:25,"
    " dsn={dsn}, status={status} ({words})\n"
)


def attempt(
    time: str, words: str, status: str = "deferred", relay: str = "mx.example.net[192.0.2.25]", day: str = "22"
) -> str:
    dsn = {"deferred": "4.7.1", "sent": "2.0.0", "bounced": "5.7.1"}[status]
    text = words if status == "sent" else f"host {relay} said: {words} (in reply to RCPT TO command)"
    return LINE.format(day=day, time=time, relay=relay, dsn=dsn, status=status, words=text)


GREY = "451 4.7.1 Greylisted, please try again in 300 seconds"
EXPIRED = "Nov 22 {time} mx postfix/qmgr[4]: 547F22420BF: from=<ann@example.org>, status=expired, returned to sender\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (attempt("01:00:00", GREY) + attempt("01:10:00", "250 2.0.0 Ok", "sent"), {"greylisting-passed"}),
        (attempt("01:00:00", GREY) + attempt("01:02:00", GREY), {"retried-before-asked", "greylisting-stuck"}),
        (attempt("01:00:00", "450 4.2.0 busy") + attempt("01:00:20", "450 4.2.0 busy"), {"retried-too-soon"}),
        (attempt("01:00:00", "450 4.2.0 busy") + attempt("01:40:00", "450 4.2.0 busy"), set()),
        (
            attempt("01:00:00", "450 4.2.0 busy")
            + attempt("01:40:00", "450 4.2.0 busy")
            + EXPIRED.format(time="02:00:00"),
            {"gave-up-early"},
        ),
        (
            attempt("01:00:00", "550 5.7.1 no", "bounced") + attempt("01:40:00", "550 5.7.1 no", "bounced"),
            {"retried-after-final"},
        ),
    ],
)
def test_sees_in_a_log(text: str, expected: set[str]) -> None:
    assert set(logged(text)) == expected


def test_takes_the_hosts_of_one_round_for_one_attempt() -> None:
    text = attempt("01:00:00", "450 4.2.0 busy") + attempt(
        "01:00:02", "450 4.2.0 busy", relay="mx2.example.net[192.0.2.26]"
    )

    assert logged(text) == {}


def test_sees_retries_from_changing_addresses() -> None:
    tries = [
        Attempt(float(number) * 3600, "", "451 4.7.1 later", "451", source=f"192.0.2.{number}") for number in range(3)
    ]

    found = {one.id: dict(one.facts) for one in retries.retries("bea@example.net", tries, gave_up=False)}

    assert found["changing-addresses"]["addresses"] == "192.0.2.0, 192.0.2.1, 192.0.2.2"


def test_counts_a_kind_once() -> None:
    text = (HELLO + MAIL + OK + DONE) * 3

    assert seen(text)["starttls-not-used"].count == 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (90, "90 seconds"),
        (150, "2 minutes"),
        (3600, "1 hour"),
        (7200, "2 hours"),
        (3 * 86400, "3 days"),
    ],
)
def test_says_a_span_in_one_unit(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_every_behaviour_has_its_words_and_all_words_belong_to_one() -> None:
    sources = "".join(path.read_text() for path in Path(mailscope.bounce.__path__[0]).rglob("*.py"))
    raised = set(re.findall(r'Behaviour\(\s*"([\w-]+)"', sources)) | set(re.findall(r'"(tls-[\w-]+)"', sources))
    raised |= {kind for kind, _ in behaviour._LOGGED}

    assert {f"behaviour-{kind}" for kind in raised} == set(read_table("findings", "behaviour.toml"))


@pytest.mark.parametrize("kind", sorted(read_table("findings", "behaviour.toml")))
def test_words_ask_only_for_facts_that_are_given(kind: str) -> None:
    entry = read_table("findings", "behaviour.toml")[kind]
    asked = set(re.findall(r"\{(\w+)\}", entry["title"] + entry["detail"] + entry.get("remedy", "")))

    assert asked <= {
        "host",
        "who",
        "gap",
        "asked",
        "said",
        "life",
        "tries",
        "addresses",
        "span",
        "times",
        "how",
        "name",
        "size",
        "most",
        "refused",
        "message",
        "offers",
    }


def test_findings_say_how_the_sides_behaved() -> None:
    report = mailscope.examine(HELLO + MAIL + OK + DONE, dns=mailscope.NoDns())

    found = next(one for one in report.findings if one.id == "behaviour-starttls-not-used")
    assert "mx.example.net offered STARTTLS" in found.detail
    assert report.to_dict()["behaviour"][0]["id"] == "starttls-not-used"


def test_takes_the_address_of_an_attempt_from_exims_log() -> None:
    line = (
        "2026-05-01 10:{}:00 1v2tRg-00000004Wm1-2cVd == bea@example.net R=r T=t defer (-44) H=mx.example [192.0.2.25]"
        " I=[198.51.100.{}]:35279: SMTP error from remote mail server after RCPT TO:<bea@example.net>: 451 4.7.1 Grey"
    )
    times = logged("\n".join(line.format(minute, minute) for minute in (10, 40)))

    assert dict(times["changing-addresses"].facts)["addresses"] == "198.51.100.10, 198.51.100.40"
