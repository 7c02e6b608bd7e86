"""Bytes and files become specimens: whatever wraps them is undone and told, and what is no mail is one clear line."""

import base64
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS
from mailscope.sources.load import load_bytes, load_path
from mailscope.specimen import Kind, Origin, Step

HEAD = (
    b"Return-Path: <ann@example.org>\r\n"
    b"Received: from out.example.org (out.example.org [192.0.2.7])\r\n"
    b"\tby mx.example.net (Postfix) with ESMTPS id 4X1; Tue, 24 Nov 2026 12:07:31 +0000\r\n"
    b"From: Ann <ann@example.org>\r\n"
    b"To: bea@example.net\r\n"
    b"Subject: Lunch\r\n"
    b"Date: Tue, 24 Nov 2026 12:07:30 +0000\r\n"
    b"Message-ID: <1@example.org>\r\n"
)
MAIL = HEAD + b"\r\nAt noon?\r\n\r\n  Ann\r\n"
FROM_LINE = b"From ann@example.org Tue Nov 24 12:07:31 2026\n"


def quoted(raw: bytes, mark: bytes) -> bytes:
    return b"".join(mark + line for line in raw.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("raw", "steps"),
    [
        (MAIL, ()),
        (MAIL.replace(b"\r\n", b"\n"), ()),
        (MAIL.replace(b"\r\n", b"\r"), ()),
        (MAIL.replace(b"\r\n", b"\n", 3), ()),
        (b"\xef\xbb\xbf" + MAIL, (Step.BOM,)),
        (MAIL.decode().encode("utf-16"), (Step.UTF16,)),
        (MAIL.decode().encode("utf-16-be"), (Step.UTF16,)),
        (b"\r\n \n" + MAIL, (Step.LEADING_BLANK,)),
        (FROM_LINE + MAIL, (Step.MBOX_FROM,)),
        (b">" + FROM_LINE + MAIL, (Step.MBOX_FROM,)),
        (b"From ann@example.org without a date\r\n" + MAIL, (Step.MBOX_FROM,)),
        (quoted(MAIL, b"> "), (Step.QUOTED,)),
        (quoted(MAIL, b"    "), (Step.INDENTED,)),
        (base64.encodebytes(MAIL), (Step.BASE64,)),
        (base64.b64encode(MAIL), (Step.BASE64,)),
        (base64.urlsafe_b64encode(b"\xef\xbb\xbf" + MAIL).rstrip(b"="), (Step.BASE64, Step.BOM)),
        (b"%d      \n" % len(MAIL) + MAIL + b'<?xml version="1.0"?><plist></plist>', (Step.EMLX,)),
        (b"Original Message\n\nMessage ID\t<1@example.org>\nFrom:\tAnn\nSPF:\tPASS\n\nDownload Original\n" + MAIL,
         (Step.PREAMBLE,)),
    ],
)  # fmt: skip
def test_what_wraps_a_message_is_undone_and_told(raw: bytes, steps: tuple[Step, ...]) -> None:
    (found,) = load_bytes(raw)

    assert found.steps == steps
    assert found.kind is Kind.MESSAGE
    assert found.raw == raw
    assert found.content.splitlines() == MAIL.splitlines()


def test_a_header_block_is_headers_whether_or_not_a_blank_line_was_copied_with_it() -> None:
    signed = HEAD + b"DKIM-Signature: v=1; d=example.org; bh=BD7WWROOVwJbWX7OXjcWdqrWurC=; b=qbkK\r\n"

    assert load_bytes(HEAD)[0].kind is Kind.HEADERS
    assert load_bytes(signed + b"\r\n")[0].kind is Kind.HEADERS
    assert load_bytes(HEAD)[0].kind_basis == "7 known header fields, no body"


def test_a_message_whose_signature_says_that_its_body_is_empty_is_a_message() -> None:
    signed = HEAD + b"DKIM-Signature: v=1; d=example.org; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=qbkK\r\n"

    assert load_bytes(signed + b"\r\n")[0].kind is Kind.MESSAGE


def test_blank_lines_between_copied_fields_go_and_what_follows_the_fields_is_the_body() -> None:
    (found,) = load_bytes(HEAD.replace(b"\r\n\t", b" ").replace(b"\r\n", b"\n\n") + b"\nAt noon?\n")

    assert found.steps == (Step.GAPS,)
    assert found.content.partition(b"\n\n")[2] == b"At noon?\n"
    assert found.content.count(b"\n", 0, found.content.find(b"\n\n") + 1) == 7


def test_folded_lines_that_lost_their_indentation_are_joined_again_in_a_paste_and_not_in_a_file() -> None:
    bare = HEAD.replace(b"\r\n\t", b"\r\n") + b"DKIM-Signature: v=1; d=example.org;\r\nh=from:to;\r\nb=abc\r\n"
    (pasted,) = load_bytes(bare)
    (filed,) = load_bytes(bare, origin=Origin("odd.eml"))

    assert pasted.steps == (Step.REFOLDED,)
    assert pasted.content == HEAD + b"DKIM-Signature: v=1; d=example.org;\r\n\th=from:to;\r\n\tb=abc\r\n"
    assert (filed.steps, filed.content) == ((), bare)


def test_several_messages_in_one_paste_are_several_specimens() -> None:
    mails = load_bytes((FROM_LINE + MAIL + b"\n") * 3)
    heads = load_bytes(HEAD + b"\r\n\r\n" + HEAD.replace(b"1@", b"2@"))

    assert [each.origin.name for each in mails] == ["given#1", "given#2", "given#3"]
    assert [each.kind for each in heads] == [Kind.HEADERS, Kind.HEADERS]


def test_headers_that_a_file_holds_in_its_body_stay_there() -> None:
    (found,) = load_bytes(HEAD + b"\r\n" + HEAD, origin=Origin("forwarded.eml"))

    assert found.kind is Kind.MESSAGE


def test_the_readers_word_goes_before_the_guess() -> None:
    (found,) = load_bytes(b"anything at all", kind=Kind.LOG)

    assert (found.kind, found.guessed) == (Kind.LOG, False)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"\r\n \n\0\0", "is empty"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500), "a JPEG image; give the message itself"),
        (b"\x1f\x8b\x08\0" + bytes(50), "gzip-compressed; unpack it first"),
        (b"PK\x03\x04" + bytes(50), "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__properties_version1.0".encode("utf-16-le"), "an Outlook .msg file"),
        (bytes(range(256)) * 40, "binary data"),
        (b"Dear diary,\nnothing happened today.\n", "like no message, headers, bounce, transcript or log"),
        (b"From what I hear nothing happened.\n", "like no message"),
    ],
)
def test_what_is_no_mail_is_said_in_one_line(raw: bytes, said: str) -> None:
    with pytest.raises(LoadError, match=said) as told:
        load_bytes(raw, origin=Origin("the-file"))

    assert "the-file" in str(told.value)
    assert "\n" not in str(told.value)


@given(st.binary(max_size=400), st.sampled_from([b"", HEAD, b"> ", FROM_LINE, b"\xff\xfe", b"550 5.1.1 "]))
def test_any_bytes_give_specimens_that_keep_them_or_one_line(raw: bytes, before: bytes) -> None:
    try:
        found = load_bytes(before + raw)
    except LoadError as refused:
        found = ()
        said = str(refused)
    else:
        said = ""

    assert bool(found) != bool(said)
    assert "\n" not in said
    assert not found or b"".join(each.raw for each in found) == before + raw or len(found) > 1
    assert all(each.kind_basis for each in found)


def test_a_text_that_is_named_as_a_message_is_examined_as_one_and_another_is_not(tmp_path: Path) -> None:
    for name in ("mangled.eml", "notes.txt"):
        (tmp_path / name).write_bytes(b"no fields here, only words\n")
    (tmp_path / "picture.eml").write_bytes(b"\xff\xd8\xff\xe0")
    (found,) = load_path(tmp_path / "mangled.eml")

    assert (found.kind, found.guessed) == (Kind.MESSAGE, True)
    for name in ("notes.txt", "picture.eml"):
        with pytest.raises(LoadError):
            list(load_path(tmp_path / name))


def test_a_file_bigger_than_the_limit_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    place = tmp_path / "big.eml"
    with place.open("wb") as file:
        file.write(MAIL)
        file.truncate(1 << 40)  # a hole: a file of a terabyte that takes no room

    with pytest.raises(LoadError, match="bigger than 1 MB"):
        list(load_path(place, limits=replace(DEFAULT_LIMITS, file_bytes=1 << 20)))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
def test_a_device_is_no_file_that_holds_mail(device: str) -> None:
    with pytest.raises(LoadError, match="device"):
        list(load_path(Path(device)))


def test_a_pipe_into_which_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    place = tmp_path / "pipe"
    os.mkfifo(place)
    limits = replace(DEFAULT_LIMITS, pipe_seconds=0.05)

    with pytest.raises(LoadError, match="nobody wrote at all"):
        list(load_path(place, limits=limits))


@pytest.mark.parametrize(("seconds", "most", "said"), [(1.0, 1 << 20, "after 4 bytes"), (60.0, 20_000, "bigger than")])
def test_a_pipe_that_never_ends_is_left(tmp_path: Path, seconds: float, most: int, said: str) -> None:
    place = tmp_path / "pipe"
    os.mkfifo(place)
    left = threading.Event()

    def write() -> None:
        with place.open("wb", buffering=0) as pipe:
            try:
                pipe.write(b"X: y")
                for _ in range(100 if most == 20_000 else 0):
                    pipe.write(bytes(1000))
                left.wait(10)
            except BrokenPipeError:
                pass

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(LoadError, match=said):
            list(load_path(place, limits=replace(DEFAULT_LIMITS, pipe_seconds=seconds, file_bytes=most)))
    finally:
        left.set()
        writer.join(10)


def test_a_pipe_is_opened_once_and_read_like_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "pipe"
    os.mkfifo(place)
    opened: list[Path] = []
    really = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest: opened.append(path) or really(path, *rest))
    writer = threading.Thread(target=lambda: place.write_bytes(MAIL))
    writer.start()
    (found,) = load_path(place)
    writer.join(10)

    assert found.content == MAIL
    assert opened == [place]


def test_a_file_that_is_not_there_a_folder_and_a_circle_of_links_say_so(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, said in (
        ("gone.eml", "moved meanwhile"),
        (".", "a folder"),
        ("loop", "in a circle"),
        ("nul\0", "usable"),
    ):
        with pytest.raises(LoadError, match=said):
            list(load_path(tmp_path / name))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    place = tmp_path / "secret.eml"
    place.write_bytes(MAIL)
    place.chmod(0)

    with pytest.raises(LoadError, match="the right to read it"):
        list(load_path(place))


def test_a_session_quoted_in_a_program_is_no_record_of_mail(tmp_path: Path) -> None:
    place = tmp_path / "client.py"
    place.write_text('SESSION = """\nS: 220 mx.example.com\nC: EHLO a.example\nS: 250 ok\nC: QUIT\nS: 221 bye\n"""\n')

    with pytest.raises(LoadError, match="part of a program"):
        list(load_path(place))
    assert [each.kind for each in load_path(place, kind=Kind.TRANSCRIPT)] == [Kind.TRANSCRIPT]


def test_a_message_is_one_whatever_its_file_is_called(tmp_path: Path) -> None:
    place = tmp_path / "strange.py"
    place.write_bytes(
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nDate: Mon, 5 Oct 2026 10:00:00 +0000\r\n\r\nhi\r\n"
    )

    assert [each.kind for each in load_path(place)] == [Kind.MESSAGE]


LOGGED = b"May  1 10:00:00 mx postfix/smtp[9]: 547F22420BF: to=<bea@example.net>, dsn=5.1.1, status=bounced (no)\n"
SPOKEN = b"S: 220 mx.example.net\nC: EHLO client.example.org\nS: 250 mx.example.net\nC: NOOP\nS: 250 Ok\n"


@pytest.mark.parametrize(("line", "kind"), [(LOGGED, Kind.LOG), (SPOKEN, Kind.TRANSCRIPT)])
def test_of_a_record_bigger_than_the_limit_the_beginning_is_read_and_told(
    tmp_path: Path, line: bytes, kind: Kind
) -> None:
    place = tmp_path / "mail.log"
    with place.open("wb") as file:
        file.write(line * 2_000)
        file.truncate(1 << 40)
    (found,) = load_path(place, limits=replace(DEFAULT_LIMITS, file_bytes=100_000))

    assert (found.kind, found.steps) == (kind, (Step.CUT,))
    assert 99_000 < found.size <= 100_000
    assert found.raw.endswith(line.splitlines(keepends=True)[-1]) or found.raw.endswith(b"\n")


def test_half_a_message_is_never_examined_as_one(tmp_path: Path) -> None:
    for raw in (MAIL, MAIL + LOGGED * 50):
        with pytest.raises(LoadError, match="bigger than"):
            load_bytes(raw * 100, limits=replace(DEFAULT_LIMITS, file_bytes=10_000))
