"""Our values as rows: said in words, and safe whatever they hold."""

import re
from collections.abc import Callable

import pytest

from mailscope.report import Report
from mailscope.tui.case import Case
from mailscope.tui.present.authentication import authentication_page
from mailscope.tui.present.bounce import bounce_page
from mailscope.tui.present.dns import dns_page
from mailscope.tui.present.headers import headers_page
from mailscope.tui.present.path import path_page
from mailscope.tui.present.row import case_row, facets, gist_of, title_bar
from mailscope.tui.present.summary import summary_page
from mailscope.tui.present.wording import Page, count, cut_text, duration
from mailscope_widgets import lay

PAGES: dict[str, Callable[[Report], Page]] = {
    "summary": summary_page,
    "path": path_page,
    "authentication": authentication_page,
    "headers": headers_page,
    "headers-raw": lambda report: headers_page(report, raw=True),
    "bounce": bounce_page,
    "dns": dns_page,
}
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def everything(page: Page) -> str:
    """The page and every detail behind it, laid out wide."""
    lines = lay(page.blocks, 400)
    keys = {line.key for line in lines if line.key}
    details = [detail for key in keys if (detail := page.detail(key))]
    lines += [line for detail in details for line in lay(detail.blocks, 400)]
    titles = ["".join(piece.text for piece in detail.title) for detail in details]
    return "\n".join([line.text for line in lines] + titles)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_strings_are_shown_as_what_they_are(
    name: str, broken: Callable[..., Report], bounced: Callable[..., Report], hostile: tuple[str, ...]
) -> None:
    for build in (broken, bounced):
        for evil in hostile:
            text = everything(PAGES[name](build(lambda plain, evil=evil: f"{evil}{plain}{evil}")))

            assert not UNSAFE.search(text.replace("\n", ""))


def test_markup_in_a_subject_stays_text(broken: Callable[..., Report], hostile: tuple[str, ...]) -> None:
    text = everything(summary_page(broken(lambda plain: "".join(hostile[:2]) + plain)))

    assert "[/][@click=app.quit]x[/]Please pay this invoice at once" in text


def test_controls_and_directions_are_named(broken: Callable[..., Report], hostile: tuple[str, ...]) -> None:
    text = everything(summary_page(broken(lambda plain: hostile[2] + hostile[4] + plain)))

    assert "␛[31mred" in text
    assert "⟨RLO⟩evil⟨LRI⟩" in text


def test_rows_and_bars_are_safe_too(broken: Callable[..., Report], hostile: tuple[str, ...]) -> None:
    for evil in hostile:
        report = broken(lambda plain, evil=evil: evil + plain)
        case = Case(0, f"{evil}/file{evil}", report=report, gist=gist_of(report))
        row = case_row(case)
        words = row.title + "".join(
            piece.text for piece in (*row.second, *row.narrow, *title_bar(case, case.report.analysis.specimen, 0, 1, 0))
        )

        assert not UNSAFE.search(words)


def test_the_answer_stands_first(broken: Callable[..., Report]) -> None:
    first = lay(summary_page(broken()).blocks, 120)[0].text

    assert first.startswith("┏ ✗ CRITICAL  DMARC fails: SPF passes for another domain")


def test_what_was_not_evaluated_says_so(bounced: Callable[..., Report]) -> None:
    text = everything(authentication_page(bounced()))

    assert "DMARC  ? NOT EVALUATED  no author domain" in text
    assert "SPF  ? NOT EVALUATED" in text
    assert "no hop can be trusted" in text


def test_nothing_is_shown_as_none_or_left_blank(broken: Callable[..., Report], bounced: Callable[..., Report]) -> None:
    for report in (broken(), bounced()):
        for page in PAGES.values():
            text = everything(page(report))

            assert "None" not in text
            assert not re.search(r"^(From|To|Date|Code|Server|Key) {2,}$", text, re.MULTILINE)


def test_claims_below_the_border_are_said_to_be_no_evidence(broken: Callable[..., Report]) -> None:
    text = everything(authentication_page(broken()))

    assert "relay.example.com (written below the border, no evidence) says iprev pass  not compared" in text


def test_disagreement_with_a_stamp_is_said_with_its_reason(broken: Callable[..., Report]) -> None:
    text = everything(authentication_page(broken()))

    assert "mx.example.org (your side) says pass  ✗ DISAGREES: ours is fail." in text
    assert "The message was changed after the receiver saw it." in text


def test_the_path_draws_the_border_between_evidence_and_claims(broken: Callable[..., Report]) -> None:
    lines = [line.text for line in lay(path_page(broken()).blocks, 100)]
    border = next(number for number, line in enumerate(lines) if line.startswith("══ the border"))

    assert any("mx.example.org  the border host" in line for line in lines[:border])
    assert any(line.startswith("○ 3 lists.example.net") for line in lines[border:])
    assert any("+6 min 58 s" in line and "✗ SLOW" in line for line in lines)
    assert any("-2 s" in line and "▲ SKEW" in line for line in lines)


def test_an_added_field_is_loud(broken: Callable[..., Report]) -> None:
    text = everything(headers_page(broken()))

    assert "▲ ADDED    Subject: Please pay this invoice at once" in text


def test_the_phase_is_drawn_on_the_dialogue(bounced: Callable[..., Report]) -> None:
    text = everything(bounce_page(bounced())).replace("\u00a0", " ")

    assert "✓ MAIL ─ ✗ RCPT ─ · DATA" in text
    assert "✗ REJECTED  nobody@example.net" in text


def test_an_unknown_phase_marks_no_station(bounced: Callable[..., Report]) -> None:
    text = everything(bounce_page(bounced())).replace("\u00a0", " ")

    assert "· DNS ─ · connect ─ · greeting" in text
    assert "nothing says where in the dialogue (not known)" in text


def test_a_message_that_could_not_be_read_says_why() -> None:
    row = case_row(Case(0, "a.eml", trouble="it is a JPEG picture"))

    assert (row.word, row.title, row.second[0].text) == ("CANNOT READ", "a.eml", "it is a JPEG picture")


def test_facets_know_what_a_filter_asks_for(broken: Callable[..., Report], bounced: Callable[..., Report]) -> None:
    known = facets(Case(0, "a.eml", gist=gist_of(broken())))
    bounce = facets(Case(0, "b.eml", gist=gist_of(bounced())))

    assert known["severity"] == "critical"
    assert "bea@example.com" in known["from"]
    assert (bounce["category"], bounce["phase"]) == ("user_unknown mailbox_full", "rcpt unknown")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "unknown"), (0, "0 s"), (-2, "-2 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (273_600, "3 d 4 h")],
)
def test_durations_are_for_people(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_counts_and_cuts() -> None:
    assert (count(1, "field"), count(1200, "field")) == ("1 field", "1,200 fields")
    assert cut_text("a" * 12, 10) == "aaaaaaaaaa… 2 characters more"
