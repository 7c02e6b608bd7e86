"""Our values as rows: said in words, and safe whatever they hold."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mailscope.agreement import Stamp, Whose
from mailscope.bounce.failure import Manner
from mailscope.claims.claim import Claim, Meaning
from mailscope.dns.answer import Answer, Asked, Outcome, Question
from mailscope.mail.field import Span
from mailscope.mail.links import Link, Links
from mailscope.report import Report
from mailscope.spf.verdicts import Term
from mailscope.trace.hop import Border, Hop, Route
from mailscope.tui.case import Case
from mailscope.tui.present.authentication import authentication_page
from mailscope.tui.present.body import body_page, read_content
from mailscope.tui.present.bounce import bounce_page
from mailscope.tui.present.dns import dns_page
from mailscope.tui.present.headers import headers_page
from mailscope.tui.present.path import path_page
from mailscope.tui.present.row import case_row, facets, gist_of, title_bar
from mailscope.tui.present.summary import summary_page
from mailscope.tui.present.wording import Page, cut_text
from mailscope_widgets import lay

PAGES: dict[str, Callable[[Report], Page]] = {
    "summary": summary_page,
    "path": path_page,
    "authentication": authentication_page,
    "headers": headers_page,
    "headers-raw": lambda report: headers_page(report, raw=True),
    "bounce": bounce_page,
    "body": lambda report: body_page(read_content(report), (Span(0, 2_000),)),
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
    assert any("-2 s" in line and "○ skew" in line for line in lines)  # as clocks are: no word of warning


def test_an_added_field_is_loud(broken: Callable[..., Report]) -> None:
    text = everything(headers_page(broken()))

    assert "‼ INJECTED  Subject: Please pay this invoice at once" in text


def test_the_phase_is_drawn_on_the_dialogue(bounced: Callable[..., Report]) -> None:
    text = everything(bounce_page(bounced())).replace("\u00a0", " ")

    assert "✓ MAIL ─ ✗ RCPT ─ · DATA" in text
    assert "✗ REJECTED  nobody@example.net" in text


def test_an_unknown_phase_marks_no_station(bounced: Callable[..., Report]) -> None:
    text = everything(bounce_page(bounced())).replace("\u00a0", " ")

    assert "· DNS ─ · connect ─ · greeting" not in text
    assert "nothing says where in the dialogue it ended" in text


def test_a_message_that_could_not_be_read_says_why() -> None:
    row = case_row(Case(0, "a.eml", trouble="it is a JPEG picture"))

    assert (row.word, row.title, row.second[0].text) == ("CANNOT READ", "a.eml", "it is a JPEG picture")


def test_facets_know_what_a_filter_asks_for(broken: Callable[..., Report], bounced: Callable[..., Report]) -> None:
    known = facets(Case(0, "a.eml", gist=gist_of(broken())))
    bounce = facets(Case(0, "b.eml", gist=gist_of(bounced())))

    assert known["severity"] == "critical"
    assert "bea@example.com" in known["from"]
    assert (bounce["category"], bounce["phase"]) == ("user_unknown mailbox_full", "rcpt unknown")


def test_long_text_is_cut_and_says_so() -> None:
    assert cut_text("a" * 12, 10) == "aaaaaaaaaa… 2 characters more"


def test_what_broke_a_signature_is_told_with_its_difference(broken: Callable[..., Report]) -> None:
    text = everything(authentication_page(broken()))

    assert "✓ PROVED  a footer in the body: undoing it makes the signature verify (enter: the difference)" in text
    assert "By whom    the list run by Mailman" in text
    assert "@ body, line 6" in text
    assert "- signed  signed→line" in text
    assert "+ now     list mailing list" in text


def test_what_can_still_be_done_with_a_message_is_told_and_why(broken: Callable[..., Report]) -> None:
    text = everything(authentication_page(broken()))

    assert "▲ 1 changed copy of it still passes: Reply-To" in text
    assert "proved: these copies still pass as example.com (p saves)" in text
    assert "▲ A second Reply-To on top: answers go to this address" in text
    assert "● ELEVATED  no expiry" in text
    assert "· open  The signature never expires." in text


def test_the_way_through_an_spf_record_is_a_tree_with_its_cost(broken: Callable[..., Report]) -> None:
    text = everything(authentication_page(broken()))

    assert "· include:_spf.example.net  no match  lookup 1  of lists.example.net" in text
    assert "│ · ip4:198.51.100.0/24  no match  of _spf.example.net" in text
    assert "✓ ip4:192.0.2.0/24  match" in text
    assert "1 of 10 allowed, and for a client that nothing matches ▲ TOO MANY, 11" in text
    assert "hop 2       ✗ FAIL 198.51.100.7" in text or "hop 2  ✗ FAIL 198.51.100.7" in text


def test_message_time_stands_against_check_time(broken: Callable[..., Report]) -> None:
    report = broken()
    later = replace(report, analysis=replace(report.analysis, now=report.analysis.now.replace(month=12, day=24)))

    assert "30 days later. Keys and records may have changed." not in everything(authentication_page(report))
    assert "30 days later. Keys and records may have changed." in everything(authentication_page(later))


def test_a_difference_that_was_to_be_expected_is_no_alarm(broken: Callable[..., Report]) -> None:
    report = broken()
    meaning = Meaning("SCL", "1", "spam confidence level", "not spam")
    stamps = (
        Stamp(Claim(0, "Authentication-Results", "mx.example.org", "spf", "fail"), Whose.RECEIVER, False, "pass",
              "The record changed.", "https://example.org/habits", expected=True),
        Stamp(Claim(0, "X-Filter", None, "spam", "no", software="A Filter", meanings=(meaning,)), Whose.RECEIVER),
    )  # fmt: skip
    auth = replace(report.authentication, stamped=stamps)
    text = everything(authentication_page(replace(report, analysis=replace(report.analysis, authentication=auth))))

    assert "says fail  ● DIFFERS AS EXPECTED: ours is pass. The record changed." in text
    assert "Described at https://example.org/habits" in text
    assert "spam confidence level: 1 (not spam)" in text


def test_the_checklist_names_what_is_not_met_first(broken: Callable[..., Report]) -> None:
    page = summary_page(broken())
    detail = page.detail("requirements")

    assert detail is not None
    text = "\n".join(line.text for line in lay(detail.blocks, 120))
    assert text.index("not met ──") < text.index("─ met ─")
    assert "To do: " in text
    assert "Google (Gmail)" in text


def test_sixty_hops_take_a_line_each_and_the_border_is_seen(broken: Callable[..., Report]) -> None:
    report = broken()
    hops = tuple(
        Hop("raw", f"host{n}.example.com", None, "198.51.100.7", f"host{n + 1}.example.com", with_="ESMTPS",
            delay_seconds=float(n), claimed=n < 50)
        for n in range(60)
    )  # fmt: skip
    route = Route(hops, Border(50, "198.51.100.7", basis="It is known."))
    lines = [
        line.text for line in lay(path_page(replace(report, analysis=replace(report.analysis, route=route))).blocks, 76)
    ]
    first = next(number for number, line in enumerate(lines) if line.startswith("● 60"))
    border = next(number for number, line in enumerate(lines) if line.startswith("══ the border"))

    assert border - first == 10
    assert lines[first].startswith("● 60 host60.example.com ← host59.example")
    assert "▣ no time" in lines[first]


def test_what_protected_a_message_is_told_in_three_layers(broken: Callable[..., Report]) -> None:
    text = everything(path_page(broken()))

    assert re.search(r"in transit  +□ readable", text)
    assert re.search(r"at rest  +\? not told", text)
    assert re.search(r"end to end  +□ readable", text)
    assert "From hand to hand: example.com → example.net → example.org" in text


def test_an_answer_that_was_refused_for_its_signatures_says_so(broken: Callable[..., Report]) -> None:
    report = broken()
    question = Question("a.example.", "A")
    bogus = Answer(
        question, Outcome.SERVFAIL, note="its DNSSEC does not validate: unchecked, it answers", server="192.0.2.53"
    )
    limited = Answer(question, Outcome.TIMEOUT, limit="too many")
    asked = (Asked(bogus), Asked(limited), Asked(Answer(question, Outcome.ANSWER, validated=True)))
    text = everything(dns_page(replace(report, analysis=replace(report.analysis, questions=asked))))

    assert "✓ 1 validated by DNSSEC · ✗ 1 answer BOGUS · ▲ 1 NOT ASKED: a limit bit · from 192.0.2.53" in text
    assert "✗ BOGUS: refused, since its signatures do not hold" in text


def test_the_recipients_side_is_told_on_the_bounce(bounced: Callable[..., Report]) -> None:
    text = everything(bounce_page(bounced()))

    assert "2 recipients: 1 rejected, 1 delayed, read as a delivery report (RFC 3464)." in text
    assert "✓ REACHABLE  example.net" in text
    assert "10 mx.example.net  192.0.2.9" in text


def test_the_part_that_holds_evidence_is_marked(broken: Callable[..., Report]) -> None:
    content = read_content(broken())
    assert content is not None
    body = content.body.parts[0].span

    assert content.holder((Span(body.stop - 3, body.stop),)) == "part:0"
    assert not content.holder((Span(0, 3),))
    assert "▶ text/plain" in everything(body_page(content, (Span(body.start, body.start + 1),)))


def test_the_link_whose_bytes_are_evidence_is_marked_and_gone_to(broken: Callable[..., Report]) -> None:
    report = broken()
    content = read_content(report)
    assert content is not None
    link = Link("https://a.example/", "b.example", "a", "a.example", span=Span(900, 940))
    content = replace(content, links=Links((link,)))

    assert content.holder((Span(900, 940),)) == "link:0"
    assert "▶ b.example" in everything(body_page(content, (Span(900, 940),)))
    assert "▶ b.example" not in everything(body_page(content, (Span(0, 2_000),)))  # its part is meant, not the link


def test_what_failed_comes_before_what_was_delivered(bounced: Callable[..., Report]) -> None:
    report = bounced()
    rejected, delayed = report.bounces
    delivered = replace(rejected, recipient="glad@example.net", manner=Manner.DELIVERED, permanent=None)
    notice = replace(report.analysis.notice, bounces=(delivered, delayed, rejected))
    page = bounce_page(replace(report, analysis=replace(report.analysis, notice=notice)))
    text = "\n".join(line.text for line in lay(page.blocks, 120)).replace("\u00a0", " ")

    assert text.index("REJECTED") < text.index("DELAYED") < text.index("✓ DELIVERED  glad@example.net")
    assert "✓ RCPT ─ ✓ DATA ─ ✓ message ─ ✓ later" in text
    assert page.detail("bounce:2") is not None
    assert not re.search(r"^.*Why .*delivered.*not said", text, re.MULTILINE)


def test_only_what_the_record_itself_matches_decides(broken: Callable[..., Report]) -> None:
    report = broken()
    terms = (
        Term(0, "a.example", "include:b.example", "b.example", "no match", counts=True),
        Term(1, "b.example", "~all", None, "match"),
        Term(0, "a.example", "-all", None, "match"),
    )
    spf = replace(report.authentication.spf, terms=terms)
    auth = replace(report.authentication, spf=spf)
    text = everything(authentication_page(replace(report, analysis=replace(report.analysis, authentication=auth))))

    assert "│ · ~all  match" in text
    assert "✗ -all  match" in text


def test_the_same_stamp_twice_is_shown_once(broken: Callable[..., Report]) -> None:
    report = broken()
    auth = replace(report.authentication, stamped=report.authentication.stamped * 2)
    text = everything(authentication_page(replace(report, analysis=replace(report.analysis, authentication=auth))))

    assert "mx.example.org (your side) says pass  ✓ agrees  ×2" in text
