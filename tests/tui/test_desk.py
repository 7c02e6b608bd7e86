"""The cases of a session without a screen, and the bench that fills them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailscope.errors import LoadError
from mailscope.report import Report
from mailscope.sources.drop import Drop
from mailscope.specimen import Kind
from mailscope.tui.arrangement import Wish
from mailscope.tui.case import Case
from mailscope.tui.desk import Desk
from mailscope.tui.messages import Batch, Puzzled, Result, Understood
from mailscope.tui.order import Order


def filled(*reports: Report) -> Desk:
    desk = Desk()
    cases = tuple(Case(number, f"mail/{number}.eml") for number in range(len(reports)))
    desk.absorb(Batch(cases, (), loading=True))
    desk.absorb(Batch((), tuple(Result(number, report) for number, report in enumerate(reports)), loading=False))
    return desk


def test_reports_settle_cases(broken: Callable[..., Report], clean: Callable[..., Report]) -> None:
    desk = filled(broken(), clean())

    assert (desk.waiting, desk.loading) == (0, False)
    assert desk.severities == {"critical": 1, "ok": 1}


def test_filters_ask_for_words_and_facets(broken: Callable[..., Report], clean: Callable[..., Report]) -> None:
    desk = filled(broken(), clean(1), clean(2))

    for query, shown in {
        "": [0, 1, 2],
        "lunch": [1, 2],
        "LUNCH 2": [2],
        "severity:critical": [0],
        "from:bea": [0],
        "domain:example.com": [0, 1, 2],
        "nothing-like-it": [],
        "unknownfacet:x": [],
    }.items():
        desk.filter(query)

        assert desk.shown == shown, query


def test_a_filter_holds_for_what_arrives_later(clean: Callable[..., Report]) -> None:
    desk = filled(clean(1))
    desk.filter("day 7")
    desk.absorb(Batch((Case(1, "late.eml"),), (Result(1, clean(7)),), loading=False))

    assert desk.shown == [1]


def test_a_facet_is_found_while_it_is_typed_letter_by_letter(
    broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    desk = filled(broken(), clean())
    for typed in range(1, len("severity:critical") + 1):
        desk.filter("severity:critical"[:typed])

    assert desk.shown == [0]


def test_what_comes_while_the_list_is_put_in_order_finds_its_place(
    broken: Callable[..., Report], clean: Callable[..., Report]
) -> None:
    desk = filled(*(clean(number) for number in range(4)))
    steps = desk.arranging(Wish(order=Order.SEVERITY))
    next(steps)
    desk.absorb(Batch((Case(4, "mail/4.eml"),), (Result(4, broken()), Result(1, broken())), loading=False))
    assert desk.shown == [0, 1, 2, 3, 4]  # as it stood, until the other order is whole
    for _ in steps:
        pass

    assert desk.shown == [1, 4, 0, 2, 3]
    assert [desk.rank(number) for number in range(5)] == [2, 0, 3, 4, 1]


def test_of_two_orders_the_one_wanted_last_stays(clean: Callable[..., Report], broken: Callable[..., Report]) -> None:
    desk = filled(clean(0), broken(), clean(2))
    steps = desk.arranging(Wish("lunch"))
    next(steps)
    desk.sort(Order.SEVERITY)  # of what was wanted before, the words stay
    for _ in steps:
        pass

    assert (desk.shown, desk.order, desk.query) == ([0, 2], Order.SEVERITY, "lunch")


def test_what_is_no_mail_in_a_folder_is_set_aside_and_can_be_asked_for(clean: Callable[..., Report]) -> None:
    desk = filled(clean(1))
    desk.absorb(Batch((Case(1, "mail/notes.pdf", trouble="a PDF document", stray=True),), (), loading=False))

    assert (desk.shown, desk.strays, desk.severities) == ([0], 1, {"ok": 1})

    desk.filter("unread pdf")

    assert desk.shown == [1]


def test_examining_again_replaces_the_report(broken: Callable[..., Report], clean: Callable[..., Report]) -> None:
    desk = filled(broken())
    desk.absorb(Batch((Case(0, "again"),), (Result(0, clean()),), loading=False))

    assert (desk.severities["critical"], desk.severities["ok"], len(desk.shown)) == (0, 1, 1)


def test_every_row_arrives_with_its_report(make_bench: Callable[..., Any], broken: Callable[..., Report]) -> None:
    bench, told, _ = make_bench({"a.eml": broken(), "b.eml": broken()})
    bench.open([Path("a.eml"), Path("b.eml")])
    told.wait(lambda got: len(got.results()) == 2)

    assert [case.name for case in told.arrived()] == ["a.eml", "b.eml"]
    assert all(result.report for result in told.results())


def test_what_cannot_be_read_is_a_row_and_not_the_end(
    make_bench: Callable[..., Any], broken: Callable[..., Report]
) -> None:
    bench, told, _ = make_bench({"bad.eml": LoadError("it is empty"), "good.eml": broken()})
    bench.open([Path("bad.eml"), Path("good.eml")])
    told.wait(lambda got: got.results())

    assert [(case.name, case.trouble) for case in told.arrived()] == [("bad.eml", "it is empty"), ("good.eml", "")]


def test_an_exception_while_examining_is_a_row_with_its_name(make_bench: Callable[..., Any]) -> None:
    bench, told, _ = make_bench({"a.eml": ZeroDivisionError("boom")})
    bench.open([Path("a.eml")])
    told.wait(lambda got: got.results())

    assert told.results()[0].trouble == "ZeroDivisionError while examining: boom"


def test_a_drop_of_paths_is_opened_and_said(make_bench: Callable[..., Any], broken: Callable[..., Report]) -> None:
    bench, told, _ = make_bench({"a.eml": broken()}, {"'a.eml' ": Drop(paths=(Path("a.eml"),))})
    bench.drop("'a.eml' ")
    told.wait(lambda got: got.results())

    assert any(isinstance(message, Understood) and message.sentence == "Dropped: a.eml" for message in told)


def test_a_drop_that_is_not_here_hints_at_the_remote_session(make_bench: Callable[..., Any]) -> None:
    bench, told, _ = make_bench({}, {"/far/away.eml": Drop(missing=("/far/away.eml",))})
    bench.drop("/far/away.eml")
    told.wait(lambda got: any(isinstance(message, Understood) for message in got))

    (said,) = [message for message in told if isinstance(message, Understood)]
    assert said.trouble
    assert "Not found here: /far/away.eml" in said.sentence
    assert "copy it over" in said.sentence


def test_pasted_text_says_what_it_was_taken_for(make_bench: Callable[..., Any]) -> None:
    bench, told, _ = make_bench({})
    bench.drop("From: a@example.com\rSubject: b\r")
    told.wait(lambda got: got.results())

    said = next(message.sentence for message in told if isinstance(message, Understood))
    assert said.startswith("Pasted headers: 2 header fields, no body.")
    assert told.arrived()[0].specimen.raw == b"From: a@example.com\nSubject: b\n"


def test_bytes_that_are_no_utf8_are_examined_as_they_are(make_bench: Callable[..., Any]) -> None:
    bench, told, _ = make_bench({})
    bench.drop("Subject: caf\udce9")
    told.wait(lambda got: got.results())

    assert told.arrived()[0].specimen.raw == b"Subject: caf\xe9"


def test_a_riddle_is_asked_back(make_bench: Callable[..., Any]) -> None:
    bench, told, fake = make_bench({})
    bench.drop("riddle")
    told.wait(lambda got: any(isinstance(message, Puzzled) for message in got))
    bench.take(b"riddle", "pasted", Kind.LOG)
    told.wait(lambda got: got.results())

    assert fake.kinds == [None, Kind.LOG]


def test_cancelling_keeps_what_is_there_and_lets_go_of_the_rest(make_bench: Callable[..., Any]) -> None:
    bench, told, fake = make_bench({f"{number}.eml": ValueError("x") for number in range(1000)})
    gate = threading.Event()
    held = fake.examine
    fake.examine = lambda given, context: (gate.wait(60), held(given, context))[1]
    bench, told, _ = make_bench(fake=fake)
    bench.open([Path(f"{number}.eml") for number in range(1000)])
    told.wait(lambda got: got.arrived())
    assert bench.cancel()
    gate.set()
    told.wait(lambda _: not bench.cancel())

    assert len(told.results()) <= 1


def test_after_cancelling_others_are_examined_though_one_still_waits_for_the_dns(
    make_bench: Callable[..., Any], broken: Callable[..., Report]
) -> None:
    _, _, fake = make_bench({"slow.eml": broken(), "next.eml": broken()})
    gate = threading.Event()
    held = fake.examine
    fake.examine = lambda given, context: (
        "slow" in given.origin.name and gate.wait(60),
        held(given, context),
    )[1]
    bench, told, _ = make_bench(fake=fake)
    bench.open([Path("slow.eml")])
    told.wait(lambda got: got.arrived())
    time.sleep(0.05)
    assert bench.cancel()
    bench.open([Path("next.eml")])
    told.wait(lambda got: any(result.number == 1 for result in got.results()))

    assert not gate.is_set()
    gate.set()


def test_what_waits_is_bounded(make_bench: Callable[..., Any], clean: Callable[..., Report]) -> None:
    report = clean()
    _, _, fake = make_bench({f"{number}.eml": report for number in range(2_000)})
    gate = threading.Event()
    fake.examine = lambda given, context: (gate.wait(60), report)[1]
    bench, told, _ = make_bench(fake=fake)
    bench.open([Path(f"{number}.eml") for number in range(2_000)])
    told.wait(lambda got: len(got.arrived()) >= 400)
    time.sleep(0.3)

    assert len(told.arrived()) < 410
    gate.set()
    told.wait(lambda got: len(got.results()) == 2_000)


def test_a_long_list_is_examined_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mailscope.settings import Settings
    from mailscope.tui import bench as module
    from mailscope.tui.bench import Bench
    from mailscope.tui.engine import Engine

    monkeypatch.setattr(module, "_LONG", 1)  # however fast one is examined, this list is long
    told: list[Any] = []
    for number in range(60):
        (tmp_path / f"{number:02}.eml").write_bytes(
            b"From: a@example.com\nTo: b@example.org\nSubject: number %d\n"
            b"Date: Tue, 24 Nov 2026 12:00:00 +0000\n\nText.\n" % number
        )
    bench = Bench(told.append, Settings(dns="none"), Engine())
    bench.open([tmp_path])
    end = time.monotonic() + 30
    results: list[Result] = []
    while len(results) < 60:
        assert time.monotonic() < end
        time.sleep(0.05)
        results = [result for message in list(told) if isinstance(message, Batch) for result in message.results]
    abroad = [result for result in results if result.report is None]

    assert all(result.gist is not None for result in results)
    assert abroad
    report = bench.shelf.get(abroad[0].number)
    assert report is not None
    assert report.analysis.envelope.subject == f"number {abroad[0].number}"
    bench.cancel()


def test_a_thousand_rows_come_in_few_batches(make_bench: Callable[..., Any], clean: Callable[..., Report]) -> None:
    report = clean()
    bench, told, _ = make_bench({f"{number}.eml": report for number in range(1000)})
    bench.open([Path(f"{number}.eml") for number in range(1000)])
    started = time.monotonic()
    told.wait(lambda got: len(got.results()) == 1000)

    assert len(told) < 20 + 11 * (time.monotonic() - started)  # ten a second
