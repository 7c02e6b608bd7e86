"""The panes of a report under keys: evidence, search, the checklist, proofs, and every size."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.tui.patience import loaded, until
from textual.widgets import Input

from mailscope.mail.message import parse_message
from mailscope.report import Report
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.tui.app import MailscopeApp
from mailscope.tui.panes.body import BodyPane

Build = Callable[..., tuple[MailscopeApp, Any]]
Text = Callable[[MailscopeApp], str]
TABS = ("1", "2", "3", "4", "6", "7", "8")


@pytest.mark.parametrize("size", [(40, 10), (160, 50)])
async def test_every_pane_is_drawn_at_every_size_and_keeps_its_place_through_a_resize(
    make_app: Build, text_of: Text, broken: Callable[..., Report], size: tuple[int, int]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=size) as pilot:
        await loaded(pilot, app)
        for tab in TABS:
            await pilot.press(tab, "j", "j")
            before = getattr(app.desk.view.pane, "cursor", "")
            await pilot.resize_terminal(size[0] + 13, size[1] + 3)
            await pilot.resize_terminal(*size)

            await until(pilot, lambda: "cannot be drawn" not in text_of(app))
            assert getattr(app.desk.view.pane, "cursor", "") == before


async def test_the_checklist_is_one_key_away(make_app: Build, text_of: Text, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 30)) as pilot:
        await loaded(pilot, app)
        await pilot.press("a")
        await pilot.pause()

        await until(pilot, lambda: "What the big receivers ask" in text_of(app))
        assert "of bulk senders" in " ".join(text_of(app).split())


async def test_a_finding_stays_beside_its_bytes_and_lights_the_field(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app)
        await pilot.press("v")
        await pilot.pause()
        raw = text_of(app)
        await pilot.press("4")
        await pilot.pause()
        headers = text_of(app)
        await pilot.press("7", "6")
        await pilot.pause()

        assert "5 ▶ Subject: Please pay this invoice at once" in raw
        assert "Mail programs show the topmost Subject" in raw
        assert "▌ ‼ INJECTED  ▶ Subject: Please pay" in headers
        await until(pilot, lambda: "Mail programs show the topmost Subject" in text_of(app))
        await pilot.press("n")
        assert (app.desk.view.active, app.desk.view.pane.cursor) == ("summary", "finding:1")


async def test_where_nothing_is_lit_raw_bytes_have_the_screen_to_themselves(
    make_app: Build, text_of: Text, clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": clean()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app)
        await pilot.press("4", "6")
        await pilot.pause()

        await until(pilot, lambda: "as people read it" not in text_of(app))
        assert app.desk.view.pane.size.height > 30


async def test_bytes_are_searched_and_the_search_ends(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await loaded(pilot, app)
        await pilot.press("6", "slash", *"MINUTES", "enter")
        await until(pilot, lambda: "10 » Subject: The minutes of Monday" in text_of(app))
        await pilot.press("slash")
        await pilot.press(*["backspace"] * 7, *"[/]", "enter")
        await until(pilot, lambda: "“[/]” does not stand here." in text_of(app))
        await pilot.press("escape")
        await pilot.pause()

        await until(pilot, lambda: "»" not in text_of(app))
        assert not app.desk.view.pane.query_text


async def test_proofs_are_saved_and_nothing_is_overwritten(
    make_app: Build, broken: Callable[..., Report], tmp_path: Path
) -> None:
    report = broken()
    app, _ = make_app({"a.eml": report})
    place = tmp_path / "shown"
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await loaded(pilot, app)
        for wanted in ("Written: 1 file", "Not written"):
            await pilot.press("3", "p")
            app.screen.query_one(Input).value = str(place)
            await pilot.press("enter")
            await until(pilot, lambda wanted=wanted: any(wanted in n.message for n in app._notifications))

    saved = (tmp_path / "shown-1-reply-to.eml").read_bytes()
    assert saved == b"Reply-To: x@attacker.example\r\n" + report.analysis.message.raw
    assert [path.name for path in tmp_path.iterdir()] == ["shown-1-reply-to.eml"]


async def test_a_large_body_is_read_off_the_loop(
    make_app: Build, text_of: Text, clean: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"Subject: x\r\n\r\n" + b"a line of text\r\n" * 20_000
    report = clean()
    given = Specimen(raw, raw, Kind.MESSAGE, Origin("a.eml"))
    report = replace(report, analysis=replace(report.analysis, specimen=given, message=parse_message(raw)))
    app, _ = make_app({"a.eml": report})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app)
        await pilot.press("8")
        await until(pilot, lambda: "1 part, 0 attachments" in text_of(app))

        await until(pilot, lambda: "a line of text" in text_of(app))

        def refuse(_: Report) -> None:
            raise RuntimeError("\x1b]52;c;x\x07")

        monkeypatch.setattr("mailscope.tui.panes.body.read_content", refuse)
        pane = app.desk.view.pane
        assert isinstance(pane, BodyPane)
        pane.report = None
        pane.show_report(report, ())
        await until(pilot, lambda: "The body cannot be taken apart: RuntimeError: ␛]52" in text_of(app))
