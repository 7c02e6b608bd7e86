"""What comes late, twice, or in another order than was thought: the screen stays about one case, and keys reach it."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.tui.conftest import FakeEngine, FakeSettings, bounce_report, broken_report, clean_report
from tests.tui.patience import SECONDS, at_rest, loaded, until
from textual import events
from textual.geometry import Size
from textual.widgets import Input

from mailscope.context import Context
from mailscope.report import Report
from mailscope.specimen import Kind, Specimen
from mailscope.tui.app import MailscopeApp
from mailscope.tui.bench import Bench
from mailscope.tui.case import Case
from mailscope.tui.change import Change
from mailscope.tui.desk import LIVE, Desk
from mailscope.tui.messages import Batch, Result
from mailscope.tui.order import Order
from mailscope.tui.screens.desk import DeskScreen
from mailscope.tui.screens.desk_view import DeskView
from mailscope_widgets import Bar, RowList

Build = Callable[..., tuple[MailscopeApp, Any]]


def desk(app: MailscopeApp) -> DeskScreen:
    assert isinstance(app.desk, DeskScreen)
    return app.desk


class Slow(FakeEngine):
    """Reports are about what was given; those of one kind come only when they are let go."""

    held: Kind | None = None
    gate = threading.Event()

    def examine(self, given: Specimen, context: Context) -> Report:
        if given.kind is self.held:
            self.gate.wait(30)
        found = super().examine(given, context)
        return replace(found, analysis=replace(found.analysis, specimen=given))


# --- the bench


def kinds(told: Any) -> list[str]:
    return [result.gist.kind for result in told.results() if result.gist]


def test_of_two_kinds_the_one_asked_for_last_stays(
    make_bench: Callable[..., Any], broken: Callable[..., Report]
) -> None:
    fake = Slow({"a.eml": broken()})
    fake.held, fake.gate = Kind.HEADERS, threading.Event()
    _, told, _ = make_bench(fake=fake)
    bench = Bench(told.append, FakeSettings(), fake.engine(), examiners=2)
    bench.take(b"Subject: x\n\ny", "a.eml", Kind.MESSAGE)
    told.wait(lambda told: kinds(told) == ["message"])
    case = told.arrived()[0]
    assert case.specimen is not None

    bench.again(case, case.specimen, Kind.HEADERS)
    told.wait(lambda told: len(told.arrived()) == 2)
    bench.again(case, case.specimen, Kind.BOUNCE)
    told.wait(lambda told: kinds(told)[-1] == "bounce")
    fake.gate.set()
    told.wait(lambda told: not told[-1].busy)

    assert kinds(told) == ["message", "bounce"]
    kept = bench.shelf.get(case.number)
    assert kept is not None
    assert kept.analysis.specimen.kind is Kind.BOUNCE


def test_what_was_stopped_on_its_way_to_another_kind_is_examined_when_it_is_looked_at(
    make_bench: Callable[..., Any], broken: Callable[..., Report]
) -> None:
    fake = Slow({"a.eml": broken()})
    fake.held, fake.gate = Kind.HEADERS, threading.Event()
    bench, told, _ = make_bench(fake=fake)
    bench.take(b"Subject: x\n\ny", "a.eml", Kind.MESSAGE)
    told.wait(lambda told: kinds(told) == ["message"])
    case = told.arrived()[0]
    bench.again(case, case.specimen, Kind.HEADERS)
    told.wait(lambda told: len(told.arrived()) == 2)
    bench.cancel()
    fake.gate.set()
    again = told.arrived()[-1]
    bench.prefer(again, again.specimen)
    told.wait(lambda told: kinds(told)[-1] == "headers")


def test_a_supposition_that_is_stopped_is_taken_back(
    make_bench: Callable[..., Any], broken: Callable[..., Report]
) -> None:
    fake = Slow({"a.eml": broken()})
    bench, told, _ = make_bench(fake=fake)
    bench.take(b"Subject: x\n\ny", "a.eml", Kind.MESSAGE)
    told.wait(lambda told: told.results())
    fake.held, fake.gate = Kind.MESSAGE, threading.Event()
    change = Change(own_hosts=("mx.example.org",))
    bench.vary(told.arrived()[0], told.results()[0].report, change)
    bench.cancel()
    told.wait(lambda told: len(told.results()) == 2)
    fake.gate.set()

    last = told.results()[1]
    assert (last.report, last.change) == (None, change)
    assert "Stopped" in last.trouble


# --- the desk


def test_a_row_is_known_again_wherever_it_stands(clean: Callable[..., Report], broken: Callable[..., Report]) -> None:
    cases = Desk()
    cases.sort(Order.SEVERITY, grouped=True)
    cases.absorb(Batch((Case(0, "a"), Case(1, "b")), (Result(0, clean()),), loading=True))
    heading, row = cases.key(0), cases.key(1)
    cases.absorb(Batch((), (Result(1, broken()),), loading=False))  # its group comes above

    assert cases.find(heading) == 2
    assert cases.find(row) == 3
    assert cases.behind(heading) == cases.behind(row) == [0]
    assert cases.find("cause:7:gone") is None


def test_what_is_read_is_held_in_memory_whatever_arrives(clean: Callable[..., Report]) -> None:
    cases = Desk()
    cases.reading = 0
    number = LIVE + 20
    cases.absorb(Batch(tuple(Case(each, str(each)) for each in range(number)), (), loading=True))
    cases.absorb(Batch((), tuple(Result(each, clean(each)) for each in range(number)), loading=False))

    assert cases.cases[0].report is not None
    assert cases.cases[1].report is None


# --- the screen


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key waits for its dialog however slow the machine is."""
    monkeypatch.setattr("mailscope.tui.app._MOUNTING_SECONDS", SECONDS)


@pytest.mark.usefixtures("patient")
async def test_a_second_enter_closes_nothing_more(make_app: Build, broken: Callable[..., Report]) -> None:
    app, fake = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        for key in ("t", "enter", "enter", "enter"):
            app.simulate_key(key)
        await until(pilot, lambda: len(app.screen_stack) < 3 and fake.kinds and at_rest(app, 1))

        assert fake.kinds == [Kind.MESSAGE]


@pytest.mark.usefixtures("patient")
async def test_keys_for_a_dialog_that_is_not_there_yet_reach_it(make_app: Build, broken: Callable[..., Report]) -> None:
    app, _ = make_app({"a.eml": broken()})
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, app, 1)
        for dialog in ("o", "e", "t", "x", "w", "question_mark"):
            app.simulate_key(dialog)
            app.simulate_key("escape")
        await until(pilot, lambda: app.screen is app.desk and app._message_queue.empty())

        assert desk(app).focused is not None


async def test_exporting_all_where_nothing_is_listed_offers_what_there_is(
    make_app: Build, broken: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        desk(app).desk.filter("nothing has this")
        await pilot.press("E")
        await pilot.pause()

        assert app.screen is not app.desk


async def test_a_row_that_is_marked_while_others_come_above_it_is_the_one_that_was_meant(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": clean(0), "b.eml": clean(1)})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        screen = desk(app)
        screen.desk.sort(Order.SEVERITY)
        screen.show_rows()
        late = Batch((Case(9, "c.eml"),), (Result(9, broken()),), loading=False)
        meant = screen.desk.at(1)
        said = RowList.Marked(screen.rows, 1, screen.desk.key(1))
        screen.rows.cursor = 1
        DeskView.on_batch(screen, late)
        screen.on_row_list_marked(said)
        await until(pilot, lambda: screen.current is meant)

        assert meant is not None
        assert screen.desk.marks == {meant.number}
        assert screen.desk.at(screen.rows.cursor) is meant


async def test_with_other_windows_in_front_for_a_while_keys_still_reach_the_screen(
    make_app: Build, broken: Callable[..., Report]
) -> None:
    app, fake = make_app({"a.eml": broken()})
    fake.pause = 0.3
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: desk(app).desk.cases)
        app.post_message(events.AppBlur())
        await until(pilot, lambda: not desk(app).desk.loading and not desk(app).list_shown)
        app.post_message(events.AppFocus())
        await loaded(pilot, app, 1)

        assert desk(app).view in desk(app).focused.ancestors


@pytest.mark.usefixtures("patient")
async def test_a_report_that_comes_under_a_dialog_is_shown_when_that_closes(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 2)
        for key in ("j", "question_mark", "escape", "j", "k", "x", "escape", "j"):
            app.simulate_key(key)
        await until(pilot, lambda: app.screen is app.desk and app._message_queue.empty())
        await until(pilot, lambda: desk(app).view.report is desk(app).report)

        assert desk(app).desk.at(desk(app).rows.cursor) is desk(app).current


async def test_a_long_list_is_put_in_order_between_keys_and_keeps_its_case(
    make_app: Build, broken: Callable[..., Report], clean: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailscope.tui.screens.desk_filter._MANY", 1)
    monkeypatch.setattr("mailscope.tui.screens.desk_filter._TURN_SECONDS", 0.0)
    app, _ = make_app({"a.eml": clean(0), "b.eml": clean(1), "c.eml": broken()})
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, app, 3)
        screen = desk(app)
        chosen = screen.current
        await pilot.press("b", "b", "b")
        await until(pilot, lambda: screen.desk.grouped)
        await until(pilot, lambda: screen.desk.at(screen.rows.cursor) is chosen)
        await pilot.press("slash", *"severity:critical", "enter")
        await until(pilot, lambda: len(screen.desk.shown) == 1)
        await until(pilot, lambda: screen.current is not chosen)

        assert screen.desk.at(screen.rows.cursor) is screen.current


# --- everything at once

_KEYS = (  # noqa: SIM905 - easier to read
    "j k J K g G space enter enter escape escape tab shift+tab 1 2 3 4 6 7 8 [ ] slash l b S m M n x u r v t i y E c "
    "question_mark d s p pagedown home"
).split()
_SIZES = ((80, 24), (120, 40), (160, 50), (40, 10))


class Erratic(FakeEngine):
    """Takes its time, a different one each time."""

    chance = random.Random(0)

    def examine(self, given: Specimen, context: Context) -> Report:
        time.sleep(self.chance.random() * 0.04)
        found = super().examine(given, context)
        return replace(found, analysis=replace(found.analysis, specimen=given))


def about_one_case(app: MailscopeApp) -> bool:
    """Whether title, report and list are about the same case, and something that is seen has the focus."""
    screen = desk(app)
    case, place, focused = screen.current, screen.rows.cursor, screen.focused
    if focused is None or not focused.is_on_screen or case is None:
        return False
    there = screen.desk.rank(case.number) >= 0
    listed = screen.desk.at(place) is case or (screen.desk.at(place) is None and bool(screen.desk.section(place)))
    title = "".join(piece.text for piece in screen.query_one("#top", Bar)._left)
    return (listed or not there) and screen.view.report is screen.report and case.name in title


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_pressed_while_whatever_comes_all_is_about_one_case_at_last(
    make_app: Build, seed: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    made = (broken_report, clean_report, bounce_report)
    fake = Erratic({f"{number}.eml": chance.choice(made)() for number in range(chance.choice((1, 3, 12)))}, pause=0.02)
    fake.chance = random.Random(seed)
    app, _ = make_app()
    app = MailscopeApp([*map(type(tmp_path), fake.reports)], FakeSettings(), engine=fake.engine(), examiners=2)
    async with app.run_test(size=chance.choice(_SIZES)) as pilot:
        for _ in range(40):
            act = chance.random()
            if act < 0.85:
                key = chance.choice(["e", "0", "down", "enter", "escape"] if isinstance(app.focused, Input) else _KEYS)
                app.simulate_key(key)
            elif act < 0.92:
                app.post_message(events.Resize(Size(*(size := chance.choice(_SIZES))), Size(*size)))
            else:
                app.post_message(events.Paste(chance.choice(("riddle", "Subject: late\n\n"))))
            if chance.random() < 0.5:
                await pilot.pause(chance.random() * 0.01)
        await until(pilot, lambda: desk(app).furnished and desk(app).desk.cases)
        while app.screen is not app.desk:
            await pilot.press("escape")
        desk(app).bench.cancel()
        await until(pilot, lambda: at_rest(app, len(desk(app).desk.cases)) or not desk(app).desk.busy)

        await until(pilot, lambda: about_one_case(app))
