"""The MIME side: parts found within bounds, bodies by mail-parser where it is safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.limits import Limits
from mailscope.mail.message import parse_message
from mailscope.mail.mime import decoded_part, parts, read_body
from mailscope.mail.parts import walk_parts

MIXED = (
    b'Content-Type: multipart/mixed; boundary="outer"\r\n\r\npreamble\r\n'
    b"--outer\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Gr=FC=DFe\r\n"
    b"--outer\r\nContent-Type: application/pdf; name*=utf-8''%e2%82%ac.pdf\r\n"
    b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n"
    b"--outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n"
    b"--outer--\r\nepilogue\r\n"
)


def test_finds_parts_with_their_bytes_names_and_enclosed_messages() -> None:
    message = parse_message(MIXED)
    found = parts(message)

    assert [(part.type, part.depth) for part in found] == [
        ("multipart/mixed", 0), ("text/plain", 1), ("application/pdf", 1), ("message/rfc822", 1), ("text/plain", 2),
    ]  # fmt: skip
    assert found[1].span.of(MIXED) == b"Gr=FC=DFe"
    assert (found[2].filename, decoded_part(message, found[2])) == ("\u20ac.pdf", b"%PDF-")
    assert found[4].span.of(MIXED) == b"inner text"
    assert [part.index for part in found if part.is_attachment][:1] == [2]


def test_bodies_are_decoded_for_people() -> None:
    body = read_body(parse_message(MIXED))

    assert body.reader == "mail-parser"
    assert "Gr\u00fc\u00dfe" in body.plain[0]


def test_a_boundary_that_never_closes_is_said() -> None:
    assert parts(parse_message(MIXED.replace(b"--outer--", b"")))[0].problem == "its closing boundary is missing"


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(1_000)),
        b"Content-Type: message/rfc822\n\n" * 1_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 20_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n:\n" * 20_000,
    ],
)
def test_depth_and_number_are_bounded_and_what_was_not_read_is_said(raw: bytes) -> None:
    limits = Limits(mime_parts=100, mime_depth=20)
    walk = walk_parts(parse_message(raw), limits)
    body = read_body(parse_message(raw), limits)

    assert len(walk.parts) <= 100
    assert "were" in walk.problem
    assert body.reader == "mailscope"
    assert body.problem


@given(
    st.lists(
        st.sampled_from([b"--a\n", b"--a--\n", b"--b\n", b"\n", b"text\n", b"\r", b"--\n",
                         b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: message/rfc822\n",
                         b"Content-Transfer-Encoding: base64\n"]),
        max_size=30,
    )
)  # fmt: skip
def test_any_structure_gives_parts_inside_the_message_and_bodies(lines: list[bytes]) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=a\n\n" + b"".join(lines)
    message = parse_message(raw)
    found = parts(message)
    read_body(message)

    assert [part.index for part in found] == list(range(len(found)))
    assert all(0 <= part.header.start <= part.span.start <= part.span.stop <= len(raw) for part in found)
