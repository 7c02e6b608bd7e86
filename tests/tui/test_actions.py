"""Every key of the screens, pressed."""

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tui.patience import loaded, until
from textual import events
from textual.command import CommandList
from textual.widgets import Input, LoadingIndicator

from mailscope.errors import LoadError
from mailscope.report import Report
from mailscope.sources.drop import Drop
from mailscope.specimen import Kind
from mailscope.tui.app import MailscopeApp
from mailscope.tui.dialogs.ask_path import PathScreen, complete
from mailscope.tui.dialogs.help import help_blocks
from mailscope.tui.dialogs.save import default_name
from mailscope.tui.screens.desk import DeskScreen
from mailscope.tui.theme import fitting
from mailscope_widgets import lay

Build = Callable[..., tuple[MailscopeApp, Any]]
Text = Callable[[MailscopeApp], str]


def desk(app: MailscopeApp) -> DeskScreen:
    return app.desk


async def test_the_empty_screen_says_what_to_do(make_app: Build, text_of: Text) -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)):
        text = text_of(app)

        assert "paste   headers, a whole message, a bounce" in text
        assert "DNS: recording samples/dns.json" in text


async def test_one_message_opens_its_report_with_the_answer_first(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)

        assert text_of(app).splitlines()[2].startswith("  ┏ ✗ CRITICAL  DMARC fails")


async def test_number_keys_turn_to_tabs(make_app: Build, text_of: Text, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 40)) as pilot:
        await loaded(pilot, app, 1)
        for key, shown in {
            "2": "the border: 192.0.2.25 handed it over",
            "3": "DISAGREES: ours is",
            "4": "INJECTED",
            "6": "DKIM-Signature: v=1; a=rsa-sha256",
            "7": "NOT-RECORDED",
            "1": "4 findings: 1 critical",
        }.items():
            await pilot.press(key)
            await pilot.pause()

            await until(pilot, lambda shown=shown: shown in text_of(app))
            await until(pilot, lambda key=key: f"▸{key} " in text_of(app))


async def test_tab_and_brackets_turn_through_the_tabs_that_are_there(
    make_app: Build, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("5")
        assert desk(app).view.active == "summary"  # no bounce here
        await pilot.press("tab", "tab", "tab", "tab")
        assert desk(app).view.active == "raw"
        await pilot.press("[", "shift+tab")

        assert desk(app).view.active == "authentication"


async def test_a_bounce_has_its_tab(make_app: Build, text_of: Text, bounced: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": bounced()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("5")
        await pilot.pause()

        await until(pilot, lambda: "✗ REJECTED  nobody@example.net" in text_of(app))
        await until(pilot, lambda: "✗\u00a0RCPT" in text_of(app))


async def test_enter_opens_evidence_remedy_and_reference(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 30)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("j", "enter")
        await pilot.pause()
        text = text_of(app)

        assert "what to do" in text
        assert "Look for a list footer" in text
        assert "RFC 6376 section 3.7" in text

        await pilot.press("escape")
        assert app.screen is desk(app)


async def test_the_bytes_of_the_chosen_finding_are_lit(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("v")
        await pilot.pause()

        await until(pilot, lambda: " 5 ▶ Subject: Please pay this invoice at once" in text_of(app))
        await until(pilot, lambda: " 8 │ From: Bea" in text_of(app))

        await pilot.press("4")
        await pilot.pause()
        await until(pilot, lambda: "INJECTED  ▶ Subject: Please pay" in text_of(app))


async def test_headers_switch_between_decoded_and_bytes(
    make_app: Build, text_of: Text, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(90, 30)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("4", "d")
        await pilot.pause()
        await until(pilot, lambda: "▓ signed    Subject: The minutes of Monday" in text_of(app))

        await pilot.press("d")
        await pilot.pause()
        await until(pilot, lambda: "Subject: The minutes of Monday\n" in text_of(app))


async def test_the_list_and_the_report_take_turns_under_a_hundred_columns(
    make_app: Build, text_of: Text, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 2)
        await until(pilot, lambda: "2 messages · 1 critical" in text_of(app))

        await pilot.press("j", "enter")
        await pilot.pause()
        await until(pilot, lambda: "✓ OK  It is from example.com" in text_of(app))

        await pilot.press("escape")
        await pilot.pause()
        await until(pilot, lambda: "2 messages" in text_of(app))

        await pilot.press("l")
        await pilot.pause()
        await until(pilot, lambda: "2 messages" not in text_of(app))


async def test_typing_filters_the_list(
    make_app: Build, text_of: Text, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean(1), "c.eml": clean(2)})
    async with app.run_test(size=(120, 24)) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("slash", *"lunch")
        await pilot.pause()
        await until(pilot, lambda: "2 of 3 shown" in text_of(app))
        await until(pilot, lambda: "Please pay" not in text_of(app))

        await pilot.press("enter", "escape")
        await pilot.pause()
        await until(pilot, lambda: "3 messages" in text_of(app))


async def test_next_message_from_inside_the_report(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean()})
    async with app.run_test(size=(120, 24)) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("enter", "J")
        await pilot.pause()
        assert desk(app).report is not None
        assert desk(app).report.answer.severity == "ok"


async def test_into_the_returned_message_and_back(
    make_app: Build, text_of: Text, bounced: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": bounced()})
    async with app.run_test(size=(100, 40)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("i")
        await pilot.pause()
        await until(pilot, lambda: "message returned in" in text_of(app))
        await until(pilot, lambda: "DMARC fails" in text_of(app))

        await pilot.press("escape")
        await pilot.pause()
        await until(pilot, lambda: "Refused for good" in text_of(app))


async def test_another_kind_examines_anew(make_app: Build, text_of: Text, broken: Callable[..., Report]) -> None:
    app, fake = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("t")
        await pilot.pause()
        await until(pilot, lambda: "Taken for: message (11 header fields and a body)" in text_of(app))

        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: fake.kinds == [Kind.BOUNCE])
        await loaded(pilot, app, 1)
        assert desk(app).current.specimen.kind is Kind.BOUNCE


async def test_opening_a_path(make_app: Build, tmp_path: Path, broken: Callable[..., Report]) -> None:
    app, _ = make_app()
    place = tmp_path / "a b.eml"
    place.write_bytes(b"x")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await pilot.pause()
        app.screen.query_one(Input).value = str(place)
        await pilot.press("enter")
        await loaded(pilot, app, 1)

        assert desk(app).current.name == str(place)


def test_paths_complete_to_the_first_that_fits(tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").touch()

    assert complete(f"{tmp_path}/ma") == f"{tmp_path}/mails/"
    assert complete(f"{tmp_path}/mails/") == f"{tmp_path}/mails/one.eml"
    assert complete(f"{tmp_path}/none") is None
    assert complete("\x00/") is None


async def test_exporting_tells_the_full_path(make_app: Build, tmp_path: Path, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"mail/minutes.eml": broken()})
    place = tmp_path / "out.md"
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("e")
        await pilot.pause()
        field = app.screen.query_one(Input)
        assert field.value == "minutes.eml.mailscope.md"
        field.value = str(place)
        await pilot.press("enter")
        await until(pilot, place.exists)
        await until(pilot, lambda: any(str(place) in note.message for note in app._notifications))

        assert place.read_text() == "# 1 report(s) as markdown\n"


async def test_an_export_overwrites_only_when_asked_twice(
    make_app: Build, tmp_path: Path, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    place = tmp_path / "out.md"
    place.write_text("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("e")
        await pilot.pause()
        app.screen.query_one(Input).value = str(place)
        await pilot.press("enter")
        await pilot.pause()
        assert place.read_text() == "mine"
        await pilot.press("enter")
        await until(pilot, lambda: place.read_text() != "mine")


async def test_an_export_that_fails_says_why(
    make_app: Build, text_of: Text, tmp_path: Path, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("E")
        await pilot.pause()
        app.screen.query_one(Input).value = str(tmp_path / "no" / "such" / "out.md")
        await pilot.press("enter")
        await until(pilot, lambda: "There is no folder" in text_of(app))
        assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("name", "default"), [("a/b.eml", "b.eml"), ("x\x1b[1m\n/é !.eml#3", "é--.eml#3"), ("", "report")]
)
def test_the_default_name_is_a_plain_file_name(name: str, default: str) -> None:
    assert default_name(name) == f"{default}.mailscope"


async def test_copying_sends_the_chosen_line_and_is_honest(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("j", "y")
        await pilot.pause()

        assert app.clipboard.startswith("▲ WARNING   The body was changed after example.com signed it")
        await until(pilot, lambda: any("OSC 52" in note.message for note in app._notifications))


async def test_help_shows_every_key_of_the_registry(make_app: Build, text_of: Text) -> None:
    app, _ = make_app()
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        text = text_of(app)
        assert "Every report of the list" in text

        await pilot.press("escape")
        assert app.screen is desk(app)


def test_help_joins_keys_that_do_the_same() -> None:
    lines = [line.text for line in lay(help_blocks([("here", DeskScreen.BINDINGS)]), 100)]

    assert any(line.startswith("?, f1  ") for line in lines)


def test_the_footer_fits_eighty_columns() -> None:
    from textual.binding import Binding

    shown = {binding.action for binding in Binding.make_bindings(DeskScreen.BINDINGS) if binding.show}

    assert len(shown) + 2 <= 8  # and enter, and q


async def test_the_palette_knows_every_key(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        names = [command.title for command in app.get_system_commands(app.screen)]

    assert {"Open", "Export", "Export all", "Filter", "Take it as…", "Returned message"} <= set(names)


async def test_q_quits(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test() as pilot:
        await pilot.press("q")

    assert app.return_code == 0


async def test_keys_pressed_before_anything_is_loaded_do_no_harm(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "enter", "slash", "e", "E", "y", "l", "t", "i", "J", "escape", "1", "tab", "v", "d", "s")

        assert app.screen is desk(app)


async def test_a_drop_loads_and_shows_what_was_dropped(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, fake = make_app({"a.eml": broken()}, {"'b.eml' ": Drop(paths=(Path("b.eml"),))})
    fake.reports["b.eml"] = clean()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        app.post_message(events.Paste("'b.eml' "))
        await loaded(pilot, app, 2)

        assert desk(app).current.name == "b.eml"
        await until(pilot, lambda: any(note.message == "Dropped: b.eml" for note in app._notifications))


async def test_pasted_headers_are_examined_and_press_nothing(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.post_message(events.Paste("From: q@example.com\rSubject: q\x1bqq\r"))
        await loaded(pilot, app, 1)

        assert desk(app).current.specimen.raw == b"From: q@example.com\nSubject: q\x1bqq\n"
        await until(pilot, lambda: any("2 header fields" in note.message for note in app._notifications))


async def test_a_paste_into_a_dialog_goes_into_its_line(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await pilot.pause()
        app.post_message(events.Paste("/tmp/x\x1b[31m.eml\r"))
        await pilot.pause()

        assert app.screen.query_one(Input).value == "/tmp/x␛[31m.eml"


async def test_a_paste_that_nobody_understands_is_asked_about(make_app: Build, text_of: Text) -> None:
    app, fake = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Paste("riddle"))
        await until(pilot, lambda: "What is this that you pasted?" in text_of(app))
        await pilot.press("j", "j", "enter")
        await loaded(pilot, app, 1)

        assert fake.kinds == [None, Kind.BOUNCE]


async def test_what_cannot_be_read_is_said_on_the_screen(make_app: Build, text_of: Text) -> None:
    app, _ = make_app({"picture.jpg": LoadError("picture.jpg is a JPEG picture, not mail")})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)

        await until(pilot, lambda: "✗ CANNOT READ  picture.jpg is a JPEG picture, not mail" in text_of(app))


async def test_an_exception_while_examining_is_a_message_on_the_screen(make_app: Build, text_of: Text) -> None:
    app, _ = make_app({"a.eml": RuntimeError("[/] boom")})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)

        await until(pilot, lambda: "RuntimeError while examining: [/] boom" in text_of(app))


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (300, 100)])
async def test_odd_sizes_do_no_harm(make_app: Build, broken: Callable[..., Report], size: tuple[int, int]) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": broken()})
    async with app.run_test(size=size) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("enter", "2", "3", "4", "6", "7", "1", "enter", "escape", "question_mark", "escape", "l")

        assert app.is_running


async def test_resizing_keeps_the_place(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": broken()})
    async with app.run_test(size=(160, 50)) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("enter", "2", "j", "j", "j")
        pane = desk(app).view.pane
        for size in ((80, 24), (40, 10), (120, 40), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()

        assert desk(app).view.active == "path"
        assert desk(app).view.pane is pane
        assert pane.cursor == "hop:1"


async def test_hostile_strings_reach_the_screen_as_text(
    make_app: Build, text_of: Text, broken: Callable[..., Report], hostile: tuple[str, ...]
) -> None:
    every = "".join(hostile)
    app, _ = make_app({f"evil{every}.eml": broken(lambda plain: every + plain)})
    async with app.run_test(size=(200, 60), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        for key in ("1", "enter", "2", "3", "4", "6", "7", "e", "escape", "t", "escape", "y"):
            await pilot.press(key)
            await pilot.pause()
            text = text_of(app)
            assert not any(
                (char < " " and char != "\n") or "\x7f" <= char < "\xa0" or char in "\u202e\u2066" for char in text
            )
        await pilot.press("1")
        await pilot.pause()

        assert "[/][@click=app.quit]x[/]␛[31mred␛]0;title␇␛]52;c;UFdORUQ=␇⟨RLO⟩evil⟨LRI⟩Please pay" in text_of(app)
        assert base64.b64encode(b"PWNED").decode() == "UFdORUQ="
        assert app.is_running


async def test_without_colour_severity_is_still_words_and_the_present_tab_is_marked(
    make_app: Build, text_of: Text, broken: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        strips = app.screen._compositor.render_strips()
        critical = next(segment for strip in strips for segment in strip if "CRITICAL" in segment.text)

        await until(pilot, lambda: "▸1 Summary" in text_of(app))
        assert critical.style is not None
        assert critical.style.bold


async def test_tabs_turn_while_the_list_has_the_focus(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        assert app.focused is desk(app).rows
        await pilot.press("3")

        assert desk(app).view.active == "authentication"
        assert app.focused is desk(app).rows


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("cases", [1, 2])
@pytest.mark.parametrize("pause", [0.0, 0.03, 0.15, 0.3])
async def test_whatever_comes_late_what_is_seen_has_the_focus(
    make_app: Build, broken: Callable[..., Report], size: tuple[int, int], cases: int, pause: float
) -> None:
    """The list is shown while one may become many, and put away: its focus must not be lost, or no key would work."""
    app, fake = make_app({f"{number}.eml": broken() for number in range(cases)})
    fake.pause = pause
    async with app.run_test(size=size) as pilot:
        await loaded(pilot, app, cases)
        await until(pilot, lambda: app.focused is (desk(app).rows if cases > 1 else desk(app).view.pane))


async def test_tab_goes_from_list_to_report_to_detail(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": broken()})
    async with app.run_test(size=(160, 40)) as pilot:
        await loaded(pilot, app, 2)
        seen = []
        for _ in range(3):
            seen.append(app.focused.id if app.focused else None)
            await pilot.press("tab")

        assert seen == ["rows", "summary", "detail"]


async def test_a_tab_asked_for_while_examining_is_shown_when_the_report_comes(
    make_app: Build, broken: Callable[..., Report]
) -> None:
    gate = threading.Event()
    app, fake = make_app({"a.eml": broken()})
    report = broken()
    fake.examine = lambda given, context: (gate.wait(5), report)[1]
    app = type(app)([Path("a.eml")], app.surroundings, engine=fake.engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: desk(app).current is not None)
        await pilot.press("2")
        gate.set()
        await loaded(pilot, app, 1)

        assert desk(app).view.active == "path"


async def test_the_list_stays_hidden_when_more_arrives(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, fake = make_app({"a.eml": broken(), "b.eml": broken()}, {"c.eml": Drop(paths=(Path("c.eml"),))})
    fake.reports["c.eml"] = clean()
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("l")
        app.post_message(events.Paste("c.eml"))
        await loaded(pilot, app, 3)

        assert not desk(app).list_shown


async def test_the_mouse_picks_tabs_rows_lines_and_keys(
    make_app: Build, text_of: Text, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        view = desk(app).view
        await pilot.click("#tabs", offset=(13, 0))
        assert view.active == "path"
        await pilot.click("#path", offset=(10, 5))
        assert view.pane.cursor == "hop:3"
        await pilot.click("#rows", offset=(5, 3))
        await pilot.pause()
        assert desk(app).current.name == "b.eml"
        keys = text_of(app).splitlines()[-1]
        await pilot.click("#keys", offset=(keys.index("? Help") + 1, 0))
        await until(pilot, lambda: app.screen is not desk(app))


async def test_the_palette_runs_what_a_key_runs(make_app: Build) -> None:
    app, _ = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"Open")
        found = app.screen.query_one(CommandList)
        await until(pilot, lambda: found.option_count and "Open" in str(found.get_option_at_index(0).prompt))
        await until(pilot, lambda: not app.screen.query_one(LoadingIndicator).has_class("--visible"))
        await pilot.press("down", "enter")

        await until(pilot, lambda: isinstance(app.screen, PathScreen))


async def test_both_themes_and_the_terminals_own_can_be_worn(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 1)
        for theme in ("mailscope-light", "ansi-dark", "ansi-light", "textual-dark", "mailscope-dark"):
            app.theme = theme
            await pilot.press("1", "2", "3", "4", "6", "7")
            await pilot.pause()

        assert app.is_running


def test_sixteen_colours_take_the_terminals_own() -> None:
    assert [fitting(system) for system in ("truecolor", "256", "standard", None)] == [
        "mailscope-dark",
        "mailscope-dark",
        "ansi-dark",
        "ansi-dark",
    ]
