"""What one can do with messages beyond reading them: every key, pressed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.tui.patience import loaded, until
from textual.pilot import Pilot
from textual.widgets import Input

from mailscope.casefile import is_case, open_case, save_case
from mailscope.context import Context
from mailscope.dns.snapshot import NoDns
from mailscope.export.write import Choice
from mailscope.report import Report
from mailscope.specimen import Specimen
from mailscope.tui.app import MailscopeApp
from mailscope.tui.case import Case
from mailscope.tui.dialogs.compare import CompareScreen
from mailscope.tui.dialogs.export import ExportScreen
from mailscope.tui.home import Home
from mailscope.tui.looks import Looks
from mailscope.tui.recent import Recent
from mailscope_widgets import Bar

Build = Callable[..., tuple[MailscopeApp, Any]]
Text = Callable[[MailscopeApp], str]
Make = Callable[..., Report]


async def answer(pilot: Pilot[Any], app: MailscopeApp, text: str) -> None:
    """Type into the dialog that is open."""
    await until(pilot, lambda: app.screen.query(Input))
    app.screen.query_one(Input).value = text
    await pilot.press("enter")


def notes(app: MailscopeApp) -> str:
    return "\n".join(note.message for note in app._notifications)


def three(broken: Make, clean: Make) -> dict[str, Report]:
    return {"a.eml": clean(1), "b.eml": broken(), "c.eml": clean(2)}


# --- the list


async def test_sorting_asks_and_keeps_the_chosen_message(
    make_app: Build, text_of: Text, broken: Make, clean: Make
) -> None:
    app, _ = make_app(three(broken, clean))
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("S")
        await pilot.pause()
        await until(pilot, lambda: "the loudest first" in text_of(app))
        await pilot.press("j", "enter")
        await pilot.pause()

        assert app.desk.desk.shown == [1, 0, 2]
        await until(pilot, lambda: "by severity" in text_of(app))
        assert app.desk.current.name == "a.eml"
        assert app.desk.rows.cursor == 1


async def test_grouping_by_cause_gives_headings_that_fold(
    make_app: Build, text_of: Text, broken: Make, clean: Make
) -> None:
    app, _ = make_app(three(broken, clean))
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("b")
        await pilot.pause()
        text = text_of(app)
        assert "▾ " in text
        assert "2 messages  ✓ ok" in text
        assert app.desk.rows.cursor == 3  # the heading and the one critical message stand above

        await pilot.press("k", "enter")
        await until(pilot, lambda: "▸ " in text_of(app))
        assert "Lunch on day 1" not in "\n".join(line[:42] for line in text_of(app).splitlines())

        await pilot.press("enter", "b")
        await pilot.pause()
        assert app.desk.desk.shown == [0, 1, 2]


async def test_marks_are_counted_shown_and_taken_away(
    make_app: Build, text_of: Text, broken: Make, clean: Make
) -> None:
    app, _ = make_app(three(broken, clean))
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("space", "space")
        await pilot.pause()
        assert app.desk.desk.marks == {0, 1}
        await until(pilot, lambda: "2 marked" in text_of(app))
        assert text_of(app).count("◆") == 2

        await pilot.press("m", "M")
        assert app.desk.desk.marks == {0, 1, 2} - {0, 1, 2}


async def test_the_next_problem_is_in_the_report_and_then_in_the_next_message(
    make_app: Build, broken: Make, clean: Make
) -> None:
    app, _ = make_app({"a.eml": clean(), "b.eml": broken(), "c.eml": clean(), "d.eml": broken()})
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await loaded(pilot, app, 4)
        await pilot.press("n")
        await pilot.pause()
        assert app.desk.current.name == "b.eml"

        await pilot.press("enter", "2", "n")
        await pilot.pause()
        assert (app.desk.view.active, app.desk.view.pane.cursor) == ("summary", "finding:0")
        await pilot.press("n")
        assert app.desk.view.pane.cursor == "finding:1"
        await pilot.press("n")
        await pilot.pause()
        assert (app.desk.current.name, app.desk.view.pane.cursor) == ("d.eml", "finding:0")
        await pilot.press("n", "n")
        await until(pilot, lambda: "No further problem" in notes(app))
        await pilot.press("N", "N")
        await pilot.pause()
        assert app.desk.current.name == "b.eml"


async def test_a_filter_by_facet_and_by_words_together(
    make_app: Build, text_of: Text, broken: Make, clean: Make, bounced: Make
) -> None:
    app, _ = make_app({**three(broken, clean), "d.eml": bounced()})
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 4)
        for query, shown in {
            "severity:ok day 2": [2],
            "from:bea": [1],
            "category:user_unknown": [3],
            "phase:rcpt": [3],
            "domain:example.com severity:critical": [1],
        }.items():
            await pilot.press("slash")
            app.desk.query_one("#filter", Input).value = query
            await pilot.pause()
            assert app.desk.desk.shown == shown, query


# --- export


async def test_the_export_dialog_chooses_format_people_and_sections(
    make_app: Build, tmp_path: Path, broken: Make, clean: Make
) -> None:
    app, fake = make_app(three(broken, clean))
    given: list[tuple[int, str, Choice]] = []
    engine = fake.engine()
    seen = lambda reports, form, choice: (given.append((len(list(reports)), form, choice)), ["text"])[1]  # noqa: E731
    app = MailscopeApp([Path(name) for name in fake.reports], app.surroundings, engine=_with(engine, pieces=seen))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("space", "space", "e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        field = app.screen.query_one(Input)
        assert field.value == "mailscope-reports.md"
        # down to the options: scope stays, format twice (html), people once, the first section off
        await pilot.press("down", "j", "space", "space", "j", "space", "j", "space")
        await pilot.pause()
        assert field.value == "mailscope-reports.html"
        field.value = str(tmp_path / "out.html")
        field.focus()
        await pilot.press("enter")
        await until(pilot, lambda: str(tmp_path / "out.html") in notes(app))

    count, form, choice = given[0]
    assert (count, form, choice.redacted) == (2, "html", True)
    assert choice.sections is not None
    assert "findings" not in choice.sections
    assert "path" in choice.sections


async def test_escape_leaves_the_export_dialog_and_writes_nothing(make_app: Build, broken: Make) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("e", "escape")
        await pilot.pause()

        assert app.screen is app.desk


# --- case files


async def test_a_case_is_saved_and_opens_with_its_own_surroundings(
    make_app: Build, text_of: Text, tmp_path: Path, broken: Make, clean: Make
) -> None:
    app, fake = make_app(three(broken, clean))
    place = tmp_path / "one.mailscope"
    seen: list[datetime] = []

    def examine(given: Specimen, context: Context) -> Report:
        seen.append(context.now)
        return broken()

    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("space", "space", "w")
        await answer(pilot, app, str(place))
        await until(pilot, lambda: str(place) in notes(app))
        assert is_case(place)
        assert len(open_case(place).items) == 2

        fake.examine = examine  # the engine reads it at each call
        app.bench.engine = fake.engine()
        app.bench._reader._engine = app.bench.engine
        await pilot.press("o")
        await answer(pilot, app, str(place))
        await loaded(pilot, app, 5)
        await until(pilot, lambda: app.desk.current.number == 3)
        await pilot.pause()

        assert seen == [open_case(place).now] * 2
        await until(pilot, lambda: "DNS: as it was saved" in text_of(app))
        await until(pilot, lambda: "2 items" in notes(app))


async def test_dns_is_recorded_to_a_snapshot(make_app: Build, tmp_path: Path, broken: Make) -> None:
    app, _ = make_app({"a.eml": broken()})
    place = tmp_path / "dns.json"
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("R")
        await answer(pilot, app, str(place))
        await until(pilot, lambda: str(place) in notes(app))

    data = json.loads(place.read_text())
    assert data["_dmarc.example.com."]["TXT"] == ["v=DMARC1; p=reject"]
    assert data["meta"]["absent"] == "NOT-RECORDED"


# --- what if


@pytest.fixture
def varying(make_app: Build, broken: Make, clean: Make) -> tuple[MailscopeApp, list[Context]]:
    """An app whose one message is fine as soon as anything is supposed."""
    _, fake = make_app({"a.eml": broken()})
    asked: list[Context] = []
    first = broken()

    def examine(given: Specimen, context: Context) -> Report:
        asked.append(context)
        return first if len(asked) == 1 else clean()

    fake.examine = examine
    app, _ = make_app()
    made = MailscopeApp([Path("a.eml")], app.surroundings, engine=_with(fake.engine(), live=NoDns))
    return made, asked


@pytest.mark.parametrize(
    ("keys", "typed", "held"),
    [
        (("enter",), "2030-01-01", lambda context: context.now == datetime(2030, 1, 1, tzinfo=UTC)),
        (("j", "enter"), ".example.net 192.0.2.0/24", lambda context: context.own_hosts[0] == ".example.net"),
        (
            ("j", "j", "enter"),
            "_dmarc.example.com TXT v=DMARC1; p=none",
            lambda context: context.dns.ask("_dmarc.example.com", "TXT").records == ("v=DMARC1; p=none",),
        ),
    ],
)
async def test_supposing_something_shows_what_changes_and_undoes(
    varying: tuple[MailscopeApp, list[Context]],
    text_of: Text,
    keys: tuple[str, ...],
    typed: str,
    held: Callable[[Context], bool],
) -> None:
    app, asked = varying
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("x")
        await pilot.pause()
        await pilot.press(*keys)
        await answer(pilot, app, typed)
        await until(pilot, lambda: "✗ FAIL → ✓ PASS" in text_of(app))
        text = text_of(app)

        assert held(asked[-1])
        assert "✓ OK  It is from example.com" in text
        assert "DNS: supposed" in text
        await until(pilot, lambda: "DMARC ✗ FAIL → ✓ PASS" in notes(app))

        await pilot.press("u")
        await pilot.pause()
        await until(pilot, lambda: "✗ CRITICAL  DMARC fails" in text_of(app))
        assert not app.desk.query_one("#change", Bar).display


async def test_rechecking_asks_live_dns_as_of_now(varying: tuple[MailscopeApp, list[Context]], text_of: Text) -> None:
    app, asked = varying
    async with app.run_test(size=(160, 30)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("r")
        await until(pilot, lambda: "✗ FAIL → ✓ PASS" in text_of(app))

        await until(pilot, lambda: "with live DNS, now" in text_of(app))
        assert abs((asked[-1].now - datetime.now(UTC)).total_seconds()) < 60


async def test_a_record_that_is_none_stays_in_the_dialog_with_the_reason(
    varying: tuple[MailscopeApp, list[Context]], text_of: Text
) -> None:
    app, _ = varying
    async with app.run_test(size=(120, 30)) as pilot:
        await loaded(pilot, app, 1)
        await pilot.press("x", "j", "j", "enter")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "_dmarc.example.com. TXT v=DMARC1; p=reject"
        await answer(pilot, app, "only two")
        await pilot.pause()

        await until(pilot, lambda: "name, type and record, like" in text_of(app))


# --- comparing


async def test_comparing_two_marked_messages_shows_differing_rows_first(
    make_app: Build, text_of: Text, broken: Make, clean: Make
) -> None:
    app, _ = make_app({"a.eml": clean(), "b.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await pilot.pause()
        text = text_of(app)
        assert "Why they differ" in text
        assert "DMARC: A pass" in text
        assert "≠  DMARC" in text
        assert "=  " not in text

        await pilot.press("a")
        await pilot.pause()
        await until(pilot, lambda: "rows differ" in text_of(app))
        assert "=  " in "\n".join(line.text for line in app.screen.query_one("#compared").lines)

        await pilot.press("y", "v", "escape")
        assert app.screen is app.desk
        assert "Why they differ" in app.clipboard


async def test_comparing_says_what_it_needs(make_app: Build, broken: Make, clean: Make) -> None:
    app, _ = make_app({"a.eml": clean(), "b.eml": broken()})
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("c")
        await pilot.pause()

        await until(pilot, lambda: "Mark two messages" in notes(app))


async def test_hostile_strings_are_shown_as_what_they_are_in_comparisons_and_headings(
    make_app: Build, text_of: Text, broken: Make, hostile: tuple[str, ...]
) -> None:
    every = "".join(hostile)
    evil = broken(lambda plain: every + plain)
    app, _ = make_app({f"{every}.eml": evil, "b.eml": broken()})
    async with app.run_test(size=(200, 60)) as pilot:
        await loaded(pilot, app, 2)
        for keys in (("b",), ("b", "M", "c"), ("a", "v"), ("escape", "w"), ("escape", "x"), ("escape", "e")):
            await pilot.press(*keys)
            await pilot.pause(0.1)
            text = text_of(app)
            assert not any(
                (char < " " and char != "\n") or "\x7f" <= char < "\xa0" or char in "\u202e\u2066" for char in text
            )
        assert app.is_running


# --- the first screen, places, keys


async def test_the_first_screen_offers_what_was_opened_last_and_the_samples(
    make_app: Build, text_of: Text, tmp_path: Path, broken: Make
) -> None:
    _, fake = make_app({"mail/minutes.eml": broken()})
    recent = Recent(tmp_path / "recent.json")
    recent.add(["mail/minutes.eml"])
    app, _ = make_app()
    app = MailscopeApp([], app.surroundings, engine=fake.engine(), recent=Recent(tmp_path / "recent.json"))
    app.desk.home = Home(recent.paths, tmp_path)
    fake.reports[recent.paths[0]] = broken()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await until(pilot, lambda: "minutes.eml" in text_of(app))
        await until(pilot, lambda: "samples  one of everything" in text_of(app))
        await pilot.press("enter")
        await loaded(pilot, app, 1)

        assert app.desk.current.name == recent.paths[0]


async def test_hostile_places_are_shown_as_what_they_are(
    make_app: Build, text_of: Text, hostile: tuple[str, ...]
) -> None:
    app, _ = make_app()
    app.desk.home = Home(tuple(f"/mail/{each}/{each}.eml" for each in hostile))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "opened last" in text_of(app))
        shown = [text_of(app)]
        await pilot.press("o")
        await until(pilot, lambda: "opened last" in text_of(app))
        shown.append(text_of(app))

    for text in shown:
        assert "[@click=app.quit]x[/" in text
        assert "␛[31mred" in text
        assert not any((char < " " and char != "\n") or char in "\u202e\u2066\x9b" for char in text)


async def test_the_open_dialog_completes_and_offers_places(make_app: Build, text_of: Text, tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_bytes(b"x")
    app, _ = make_app()
    app.desk.home = Home((str(tmp_path / "mails" / "one.eml"),))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: "opened last" in text_of(app))
        app.screen.query_one(Input).value = f"{tmp_path}/ma"
        await until(pilot, lambda: "mails/" in text_of(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen.query_one(Input).value == f"{tmp_path}/mails/")
        await until(pilot, lambda: "one.eml" in text_of(app))
        await pilot.press("down", "enter")
        await loaded(pilot, app, 1)

        assert app.desk.current.name == f"{tmp_path}/mails/one.eml"


def test_places_are_kept_newest_first_few_and_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "recent.json"
    Recent(file).add(f"/mail/{number}" for number in range(30))
    Recent(file).add(["/mail/7"])
    kept = Recent(file)

    assert len(kept.paths) == 20
    assert kept.paths[:3] == ("/mail/7", "/mail/0", "/mail/1")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["recent.json"]


@pytest.mark.parametrize("held", [b"", b"{}", b"[1, null]", b"\xff", b"[" * 100_000])
def test_a_list_of_places_that_is_none_is_empty(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "recent.json").write_bytes(held)

    assert Recent(tmp_path / "recent.json").paths == ()


async def test_keys_are_bound_anew_everywhere_they_are_told(make_app: Build, text_of: Text, broken: Make) -> None:
    app, fake = make_app({"a.eml": broken()})
    looks = Looks(theme="mailscope-light", keys={"desk.export": "ctrl+e", "surface.down": "ctrl+n"})
    app = MailscopeApp([Path("a.eml")], app.surroundings, engine=fake.engine(), looks=looks)
    async with app.run_test(size=(120, 60)) as pilot:
        await loaded(pilot, app, 1)
        assert app.theme == "mailscope-light"
        assert "ctrl+e Export" in text_of(app).splitlines()[-1]
        await pilot.press("e")
        assert app.screen is app.desk
        await pilot.press("question_mark")
        await pilot.pause()
        await until(pilot, lambda: "ctrl+e" in text_of(app))
        await until(pilot, lambda: "ctrl+n" in text_of(app))
        await until(pilot, lambda: "desk.export" not in text_of(app))
        await pilot.press("i")
        await pilot.pause()
        await until(pilot, lambda: "desk.export" in text_of(app))
        await pilot.press("escape", "ctrl+n")
        assert app.desk.view.pane.cursor == "finding:1"
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        (
            Looks(keys={"desk.exprot": "x"}, source="c.toml"),
            r"c\.toml: keys\.desk\.exprot: .* did you mean desk\.export",
        ),
        (Looks(theme="mailscop-dark", source="c.toml"), r"c\.toml: theme: .* did you mean mailscope-dark"),
    ],
)
def test_names_that_there_are_not_are_told_with_the_nearest(make_app: Build, looks: Looks, said: str) -> None:
    from mailscope.errors import MailscopeError

    app, fake = make_app()
    with pytest.raises(MailscopeError, match=said):
        MailscopeApp([], app.surroundings, engine=fake.engine(), looks=looks)


# --- what is kept in memory


async def test_reports_beyond_the_last_few_hundred_lie_on_disk_and_come_back(
    make_app: Build, text_of: Text, clean: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailscope.tui.desk.LIVE", 3)
    app, _ = make_app({f"{number}.eml": clean(number) for number in range(10)})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 10)
        held = [case for case in app.desk.desk.cases.values() if case.report is not None]
        assert len(held) <= 4

        await pilot.press("G")
        await pilot.press("g", "j", "j")
        await pilot.pause()
        assert isinstance(app.desk.current, Case)
        await until(pilot, lambda: "✓ OK  It is from example.com" in text_of(app))
        assert app.desk.report.analysis.envelope.subject == "Lunch on day 2"


def test_a_saved_case_of_reports_is_whole(tmp_path: Path, broken: Make) -> None:
    save_case(tmp_path / "x", [broken()], ())

    assert open_case(tmp_path / "x").items[0].raw == broken().analysis.specimen.raw


def _with(engine: Any, **parts: object) -> Any:
    from dataclasses import replace

    return replace(engine, **parts)
