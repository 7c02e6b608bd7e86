"""Drops are understood in the quoting of every terminal: existence decides, never the style."""

import re
import shlex
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.sources.drop import Drop, read_drop

NAMES = (
    "a.eml",
    "two words.eml",
    "it's.eml",
    'say "hi".eml',
    "gr\u00fc\u00dfe (1).eml",
    "$x & y;z.eml",
    "back\\slash.eml",
    "trail ",
)
STYLES = {
    "raw": lambda path: path,
    "raw and a blank": lambda path: path + " ",
    "shell": lambda path: shlex.quote(path) + " ",
    "backslashes": lambda path: re.sub(r"([^\w/.-])", r"\\\1", path) + " ",
    "double quotes": lambda path: f'"{path}"',
    "single quotes, apostrophes by a backslash": lambda path: "'" + path.replace("'", "\\'") + "'",
    "dollar quotes": lambda path: "$'" + path.replace("\\", "\\\\").replace("'", "\\'") + "'",
    "PowerShell": lambda path: f"& '{path}'",
    "URI": lambda path: "file://" + quote(path) + "\r\n",
    "URI with a host": lambda path: "file://localhost" + quote(path),
    "bracketed": lambda path: f"\x1b[200~{path}\x1b[201~",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_found_in_the_quoting_of_any_terminal(tmp_path: Path, name: str, style: str) -> None:
    place = tmp_path / name
    place.write_bytes(b"x")

    assert read_drop(STYLES[style](str(place))) == Drop(paths=(place,))


@pytest.mark.parametrize(
    "written",
    ["{a} {b}", "{a}\n{b}", "'{a}' '{b}' ", '"{a}" "{b}"', "{a}{b}", "{a} {b} ", "'{a}'\r'{b}'\r", "file://{a}\r\n{b}\r\n"],
)  # fmt: skip
def test_several_files_are_several_paths(tmp_path: Path, written: str) -> None:
    a, b = tmp_path / "first one.eml", tmp_path / "second one.eml"
    a.write_bytes(b"x")
    b.write_bytes(b"x")

    assert read_drop(written.format(a=a, b=b)) == Drop(paths=(a, b))


def test_a_folder_and_a_place_at_home_are_paths(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()

    assert read_drop(str(tmp_path)) == Drop(paths=(tmp_path,))
    assert read_drop("~/mail ", home=tmp_path) == Drop(paths=(tmp_path / "mail",))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("/far/away/my mail.eml", ("/far/away/my mail.eml",)),
        ("'/far/a.eml' '/far/b.eml' ", ("/far/a.eml", "/far/b.eml")),
        (r"C:\Users\me\a b.eml", (r"C:\Users\me\a b.eml",)),
        ('"C:\\Users\\me\\a.eml"', (r"C:\Users\me\a.eml",)),
        ("file:///far/a%20b.eml", ("/far/a b.eml",)),
        (r"/far/a\ b.eml ", ("/far/a b.eml",)),
    ],
)
def test_a_path_that_is_not_here_is_missing_and_no_text(text: str, missing: tuple[str, ...]) -> None:
    assert read_drop(text) == Drop(missing=missing)


def test_what_is_here_is_opened_beside_what_is_not(tmp_path: Path) -> None:
    place = tmp_path / "a.eml"
    place.write_bytes(b"x")

    assert read_drop(f"{place}\n/far/b.eml") == Drop(paths=(place,), missing=("/far/b.eml",))
    assert read_drop(f"'/far/b.eml' '{place}'") == Drop(paths=(place,), missing=("/far/b.eml",))


@pytest.mark.parametrize(
    "text",
    ["From: a@example.org\nSubject: x\n", "550 5.1.1 no such user", "/* code */", "// note", "", " \n",
     "/usr/bin\nis a place\n", "Subject: x\n/usr/bin/env\n"],
)  # fmt: skip
def test_text_stays_text_as_it_came(text: str) -> None:
    assert read_drop(text) == Drop(text=text)


def test_a_long_paste_is_text_without_asking_the_file_system() -> None:
    text = "/a " * 100_000

    assert read_drop(text) == Drop(text=text)


@given(st.text(max_size=200) | st.text("/ab \\'\"$&\n~C:.", max_size=200))
def test_any_text_gives_a_drop_that_loses_nothing(text: str) -> None:
    drop = read_drop(text)

    assert (drop.text == text) != bool(drop.paths or drop.missing)
