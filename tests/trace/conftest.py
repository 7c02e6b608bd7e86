"""Header blocks in short."""

from collections.abc import Callable

import pytest

from mailscope.claims.claim import Claim
from mailscope.claims.read import read_claims
from mailscope.mail.message import Message, parse_message
from mailscope.trace.hop import Route
from mailscope.trace.route import read_route
from mailscope.trace.whose import whose

Read = Callable[..., tuple[Message, tuple[Claim, ...], Route]]


@pytest.fixture
def read() -> Read:
    """Message, claims and route of a header block given as its lines, newest field first."""

    def reader(*lines: str, own: tuple[str, ...] = (), **kept: object) -> tuple[Message, tuple[Claim, ...], Route]:
        message = parse_message("\r\n".join((*lines, "From: Anna <anna@example.org>", "Subject: x", "", "")).encode())
        claims = read_claims(message)
        return message, claims, read_route(message, claims, own, **kept)  # type: ignore[arg-type]

    return reader


@pytest.fixture
def owners(read: Read) -> Callable[..., list[str]]:
    """Whose each claim of a header block is, topmost first, as "method:word"."""

    def reader(*lines: str) -> list[str]:
        message, claims, route = read(*lines)
        return [f"{claim.method}:{whose(claim, message, route)}" for claim in claims]

    return reader
