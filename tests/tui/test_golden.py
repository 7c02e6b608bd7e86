"""Whole screens as text, at three sizes."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.tui.patience import loaded, until

from mailscope.report import Report
from mailscope.tui.app import MailscopeApp

SIZES = {"80x24": (80, 24), "120x40": (120, 40), "200x60": (200, 60)}
TABS = {"summary": "1", "path": "2", "authentication": "3", "headers": "4", "raw": "6", "dns": "7"}


async def shot(app: MailscopeApp, size: tuple[int, int], cases: int, *keys: str, render: Callable[..., str]) -> str:
    async with app.run_test(size=size) as pilot:
        await loaded(pilot, app, cases)
        if keys:
            await pilot.press(*keys)
        await pilot.pause()
        return render(app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_tabs_of_a_report(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    broken: Callable[..., Report],
    clean: Callable[..., Report],
    bounced: Callable[..., Report],
    size: str,
) -> None:
    reports = {"mail/minutes.eml": broken(), "mail/bounce.eml": bounced(), "mail/lunch.eml": clean()}
    app, _ = make_app(reports)
    seen: dict[str, str] = {}
    async with app.run_test(size=SIZES[size]) as pilot:
        await loaded(pilot, app, 3)
        await pilot.press("enter")
        for tab, key in TABS.items():
            await pilot.press(key)
            await pilot.pause()
            seen[tab] = text_of(app)

    for tab, text in seen.items():
        golden(f"{tab}-{size}", text)


@pytest.mark.parametrize("size", SIZES)
async def test_a_bounce(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    bounced: Callable[..., Report],
    size: str,
) -> None:
    app, _ = make_app({"mail/bounce.eml": bounced()})

    golden(f"bounce-{size}", await shot(app, SIZES[size], 1, "5", render=text_of))


async def test_the_list_alone(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    broken: Callable[..., Report],
    clean: Callable[..., Report],
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean(1), "c.eml": clean(2)})

    golden("list-80x24", await shot(app, (80, 24), 3, render=text_of))


@pytest.mark.parametrize(("name", "keys"), [("home", ()), ("help", ("question_mark",)), ("open", ("o",))])
async def test_screens_without_a_report(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    name: str,
    keys: tuple[str, ...],
) -> None:
    app, _ = make_app()

    golden(f"{name}-80x24", await shot(app, (80, 24), 0, *keys, render=text_of))


@pytest.mark.parametrize("size", SIZES)
async def test_two_messages_compared(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    broken: Callable[..., Report],
    clean: Callable[..., Report],
    size: str,
) -> None:
    app, _ = make_app({"a.eml": clean(1), "b.eml": broken()})
    async with app.run_test(size=SIZES[size]) as pilot:
        await loaded(pilot, app, 2)
        await pilot.press("M", "c")
        await until(pilot, lambda: app.screen is not app.desk)
        await pilot.pause()
        golden(f"compare-{size}", text_of(app))


@pytest.mark.parametrize(("name", "keys"), [("grouped", ("m", "b")), ("export", ("m", "e")), ("suppose", ("x",))])
async def test_actions_on_three_messages(
    make_app: Callable[..., Any],
    text_of: Callable[..., str],
    golden: Callable[[str, str], None],
    broken: Callable[..., Report],
    clean: Callable[..., Report],
    name: str,
    keys: tuple[str, ...],
) -> None:
    app, _ = make_app({"a.eml": broken(), "b.eml": clean(1), "c.eml": clean(2)})

    golden(f"{name}-80x24", await shot(app, (80, 24), 3, *keys, render=text_of))
