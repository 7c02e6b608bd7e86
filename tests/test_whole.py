"""Files that are written whole or not at all."""

from pathlib import Path

import pytest

from mailscope.whole import whole


def test_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "report.txt"
    place.write_text("old")

    with whole(place) as part:
        part.write_text("new")

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.txt", "new")]


def test_what_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "report.txt"
    place.write_text("old")

    with pytest.raises(UnicodeEncodeError), whole(place) as part, part.open("w", encoding="ascii") as file:
        file.writelines(("half", "\xe9"))

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report.txt", "old")]


def test_a_device_stays_a_device() -> None:
    with whole(Path("/dev/null")) as part:
        part.write_text("x")

    assert Path("/dev/null").is_char_device()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")

    with whole(tmp_path / "link") as part:
        part.write_text("x")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "x"
