"""The widgets in a small app of their own."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.color import Color
from textual.geometry import Offset
from textual.selection import Selection

from mailscope_widgets import ControlNet, Item, RawView, Row, RowList, Sheet, TabBar, Tone, para
from mailscope_widgets.__main__ import Gallery


class Made(Sequence[Row]):
    """A hundred thousand rows that are made when they are asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __len__(self) -> int:
        return 100_000

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        assert isinstance(place, int)
        self.asked += 1
        return Row("✓", "OK", Tone.GOOD, f"row {place}")


class Single(App[None]):
    """One widget."""

    def __init__(self, widget: RowList | Sheet | RawView) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def test_a_list_of_a_hundred_thousand_draws_only_what_is_seen() -> None:
    rows, widget = Made(), RowList()
    app = Single(widget)
    async with app.run_test(size=(40, 20)) as pilot:
        started = time.process_time()
        widget.show(rows)
        widget.focus()
        await pilot.press("G", "k")
        await pilot.pause()

        assert widget.cursor == 99_998
        assert "row 99998" in "\n".join(app.lines())
        assert rows.asked < 2_000
        assert time.process_time() - started < 20


async def test_rows_that_arrive_leave_the_cursor_where_it_is() -> None:
    widget = RowList()
    app = Single(widget)
    rows = [Row("✓", "OK", Tone.GOOD, f"row {number}") for number in range(5)]
    async with app.run_test(size=(40, 20)) as pilot:
        widget.show(rows)
        widget.focus()
        await pilot.press("j", "j")
        widget.show(rows * 2)

        assert widget.cursor == 2


async def test_the_cursor_of_a_sheet_walks_over_items_and_stays_when_the_page_is_drawn_anew() -> None:
    blocks = [Item(f"k{number}", (para(f"item {number} " + "word " * 30),)) for number in range(30)]
    widget = Sheet(blocks)
    app = Single(widget)
    async with app.run_test(size=(60, 12)) as pilot:
        widget.focus()
        await pilot.press("j", "j", "j", "j", "k")
        assert widget.cursor == "k3"

        widget.show(blocks, keep=True)
        await pilot.resize_terminal(90, 12)
        await pilot.pause()

        assert widget.cursor == "k3"
        assert any("item 3" in line for line in app.lines())


async def test_an_item_taller_than_the_screen_can_be_read_to_its_end() -> None:
    widget = Sheet(
        [Item("long", (para("\n".join(f"line {number}" for number in range(60))),)), Item("next", (para("x"),))]
    )
    app = Single(widget)
    async with app.run_test(size=(40, 10)) as pilot:
        widget.focus()
        seen: set[str] = set()
        for _ in range(40):
            seen.update(" ".join(line.removeprefix("▌").split()[:2]) for line in app.lines())
            await pilot.press("down")
            if widget.cursor == "next":
                break
        seen.update(" ".join(line.removeprefix("▌").split()[:2]) for line in app.lines())

        assert {f"line {number}" for number in range(60)} <= seen
        assert widget.cursor == "next"


async def test_raw_bytes_show_their_lines_and_light_a_range() -> None:
    widget = RawView()
    app = Single(widget)
    raw = b"".join(b"line %d\r\n" % number for number in range(200_000))
    async with app.run_test(size=(60, 12)) as pilot:
        at = raw.index(b"line 150000")
        started = time.process_time()
        widget.show(raw, [(at, at + 4)])
        await pilot.pause()

        assert any("150001 ▶ line 150000" in line for line in app.lines())
        assert time.process_time() - started < 20


async def test_a_line_of_a_megabyte_is_cut_and_says_how_much_is_left_out() -> None:
    widget = RawView()
    app = Single(widget)
    async with app.run_test(size=(60, 5)) as pilot:
        widget.show(b"a" * 1_000_000)
        await pilot.pause()
        widget.focus()

        assert "996,000 more bytes" in widget.lines_between(0, 1)[0]


async def test_empty_bytes_are_no_error() -> None:
    app = Single(RawView())
    async with app.run_test(size=(20, 5)):
        assert isinstance(app.widget, RawView)
        app.widget.show(b"", [(0, 5)])
        assert app.widget.seen() == ""


def test_the_net_lets_no_control_character_through() -> None:
    segments = [Segment("a\x1b]52;c;x\x07b\u202ec"), Segment("clean")]

    caught = ControlNet().apply(segments, Color.parse("black"))

    assert "".join(segment.text for segment in caught) == "a ]52;c;x b cclean"


def test_the_net_returns_clean_lines_as_they_are() -> None:
    segments = [Segment("clean")]

    assert ControlNet().apply(segments, Color.parse("black")) is segments


async def test_the_gallery_shows_every_widget() -> None:
    async with Gallery().run_test(size=(100, 52)) as pilot:
        await pilot.press("tab", "tab", "j", "j", "f")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        screen = "\n".join("".join(s.text for s in strip) for strip in pilot.app.screen._compositor.render_strips())

        assert "[brackets] stay brackets" in screen
        assert "2 Second 3" in screen
        assert " 8 » line 7 of some bytes" in screen
        assert "“line 7” found" in screen
        assert "n Next match" in screen


async def test_the_gallery_turns_its_themes_and_hears_its_tabs() -> None:
    async with Gallery().run_test(size=(100, 30)) as pilot:
        before = pilot.app.theme
        await pilot.click(TabBar, offset=(12, 0))
        await pilot.press("t")
        screen = "".join(s.text for strip in pilot.app.screen._compositor.render_strips() for s in strip)

        assert pilot.app.theme != before
        assert "▸2 Second" in screen


async def test_a_page_goes_to_an_item_even_before_it_has_a_width() -> None:
    widget = Sheet()

    class Early(Single):
        def on_mount(self) -> None:
            widget.show([Item(f"k{number}", (para(f"item {number}"),)) for number in range(60)])
            widget.go_to("k40")

    app = Early(widget)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()

        assert widget.cursor == "k40"
        assert any("item 40" in line for line in app.lines()[3:6])


async def test_selecting_with_the_mouse_makes_only_the_selected_lines() -> None:
    widget = RawView()
    app = Single(widget)
    async with app.run_test(size=(60, 12)):
        widget.show(b"".join(b"line %d\n" % number for number in range(1000)))

        taken = widget.get_selection(Selection(Offset(7, 500), Offset(15, 501)))

        assert taken == ("line 500\n 502 │ line 501", "\n")


async def test_a_search_goes_round_and_says_so() -> None:
    widget = RawView()
    told: list[RawView.Sought] = []

    class Listening(Single):
        def on_raw_view_sought(self, event: RawView.Sought) -> None:
            told.append(event)

    app = Listening(widget)
    raw = b"".join(b"line %d\r\n" % number for number in range(100_000)).replace(b"line 70000\r", b"a Needle 7\r")
    async with app.run_test(size=(60, 12)) as pilot:
        widget.show(raw)
        widget.find("needle")
        await app.workers.wait_for_complete()
        await pilot.pause()
        shown = "\n".join(app.lines())
        widget.find_again(1)
        await app.workers.wait_for_complete()
        widget.find("nowhere")
        await app.workers.wait_for_complete()
        await pilot.pause()

    assert " 70001 » a Needle 7" in shown
    assert [(event.found, event.wrapped) for event in told] == [(True, False), (True, True), (False, True)]


async def test_the_match_before_is_found_and_special_characters_are_literal() -> None:
    widget = RawView()
    app = Single(widget)
    raw = b"a.c 1\nabc\n" * 3_000
    async with app.run_test(size=(40, 12)) as pilot:
        widget.show(raw)
        widget.find("A.C")
        await app.workers.wait_for_complete()
        for _ in range(2):
            widget.find_again(-1)
            await app.workers.wait_for_complete()
        await pilot.pause()

        assert "5997 » a.c 1" in "\n".join(app.lines())


async def test_what_is_looked_for_in_a_line_of_a_megabyte_is_shown() -> None:
    widget = RawView()
    app = Single(widget)
    async with app.run_test(size=(60, 5)) as pilot:
        widget.show(b"a" * 900_000 + b"evidence" + b"a" * 100_000, [(900_000, 900_008)])
        await pilot.pause()
        await pilot.pause()

        assert "evidence" in widget.lines_between(0, 1)[0]
        assert widget.lines_between(0, 1)[0].startswith("1 ▶ 899,800 bytes … ")


async def test_the_example_of_the_documentation_runs() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "widgets.md"
    source = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(source, names)
    app = names["Small"]()
    async with app.run_test(size=(60, 10), notifications=True) as pilot:
        await pilot.press("tab", "enter")
        await pilot.pause()

        assert [note.message for note in app._notifications] == ["first"]
