"""Folders are walked in a stable order, entered once, and hidden things are left alone."""

import os
from pathlib import Path

import pytest

from mailscope.errors import LoadError
from mailscope.sources.load import walk


def tree(top: Path, *names: str) -> None:
    for name in names:
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")


def names(top: Path) -> list[str]:
    return [place.relative_to(top).as_posix() for place in walk([top])]


def test_files_come_in_order_before_those_of_folders_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    tree(tmp_path, "b.eml", "a/2.eml", "a/1.eml", "c.eml", ".git/config", ".hidden.eml")

    assert names(tmp_path) == ["b.eml", "c.eml", "a/1.eml", "a/2.eml"]


def test_a_hidden_file_that_is_named_is_looked_at(tmp_path: Path) -> None:
    tree(tmp_path, ".hidden.eml")

    assert list(walk([tmp_path / ".hidden.eml"])) == [tmp_path / ".hidden.eml"]


def test_a_maildir_gives_its_messages_and_those_of_its_folders(tmp_path: Path) -> None:
    tree(tmp_path, "cur/1:2,S", "new/2", "tmp/half-written", ".Sent/cur/3:2,S", ".Sent/new/4", ".Sent/tmp/5",
         "dovecot-uidlist", "subscriptions", ".Sent/maildirfolder", "courierimapuiddb", "read-me.eml")  # fmt: skip

    assert names(tmp_path) == ["read-me.eml", ".Sent/cur/3:2,S", ".Sent/new/4", "cur/1:2,S", "new/2"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    tree(tmp_path, "a/1.eml", "b/2.eml")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b" / "self").symlink_to(tmp_path / "b" / "self")
    (tmp_path / "again").symlink_to(tmp_path / "a")

    assert names(tmp_path) == ["a/1.eml", "b/2.eml", "b/self"]


def test_names_that_no_terminal_likes_are_files_like_others(tmp_path: Path) -> None:
    odd = [
        "new\nline.eml",
        "esc\x1b[2J.eml",
        "[@click=app.quit]x[/]",
        b"latin-\xe9.eml".decode("utf-8", "surrogateescape"),
    ]
    tree(tmp_path, *odd)

    assert sorted(names(tmp_path)) == sorted(odd)


def test_a_folder_that_cannot_be_listed_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a/1.eml", "b/2.eml", "c/3.eml")
    listed = os.scandir

    def refuse(place: Path) -> "os._ScandirIterator[str]":
        if place.name == "b":
            raise PermissionError(13, "Permission denied")
        return listed(place)

    monkeypatch.setattr(os, "scandir", refuse)

    assert names(tmp_path) == ["a/1.eml", "b", "c/3.eml"]
    monkeypatch.setattr(os, "scandir", lambda place: refuse(tmp_path / "b"))
    with pytest.raises(LoadError, match="the right to read it"):
        names(tmp_path)
