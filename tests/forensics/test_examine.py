"""Forensics in reports: JSON, the sections for people, and the attached original."""

import json
from typing import Any

from tests.forensics.test_changes import ALL, LIST, PLAIN, add, report_safe, tag

from mailscope.export.forensics import diagnosis_blocks, fields_blocks, forensics_blocks
from mailscope.export.outline import outline
from mailscope.export.text import text_of
from mailscope.report import examine
from mailscope.verdict import Verdict


def test_the_json_holds_proofs_diagnosis_and_replay(workshop: Any) -> None:
    sound = examine(workshop.sign(PLAIN, names="from:subject"), dns=workshop.dns()).to_dict()
    broken = examine(tag(b"[Tides]")(workshop.sign(PLAIN, names=ALL)), dns=workshop.dns()).to_dict()
    (good,), (bad,) = sound["authentication"]["dkim"], broken["authentication"]["dkim"]

    assert {proof["field"] for proof in good["proofs"]} >= {"From", "Subject", "To", "Reply-To"}
    assert good["proofs"][0]["passes_as"] == "example.com"
    assert good["diagnosis"] is None
    assert good["replay"]["level"] in ("low", "elevated", "high")
    assert good["body_coverage"]["word"] == "whole"
    assert "reply-to" not in good["sealed_headers"]
    assert bad["proofs"] == []
    assert bad["replay"] is None
    assert {key: bad["diagnosis"][key] for key in ("part", "causes", "fields", "undone")} == {
        "part": "header",
        "causes": ["subject-tag"],
        "fields": ["Subject"],
        "undone": True,
    }
    json.dumps(sound), json.dumps(broken)


def test_every_field_says_who_wrote_what_is_not_signed(workshop: Any) -> None:
    signed = workshop.sign(PLAIN, names="from:subject")
    fields = examine(b"Subject: You won\r\n" + add(signed, LIST), dns=workshop.dns()).to_dict()["fields"]
    told = {field["name"]: field["written_by"] for field in reversed(fields)}

    assert told["Subject"] == {"example.com/s": "injected"}
    assert told["List-Id"] == {"example.com/s": "list"}
    assert told["From"] == {}


def test_the_attached_original_is_told_and_not_judged(workshop: Any) -> None:
    report = examine(report_safe(workshop.sign(PLAIN, names=ALL)), dns=workshop.dns())
    (told,) = report.to_dict()["authentication"]["dkim"]

    assert report.authentication.dkim == ()
    assert report.authentication.forensics.wrapped[0].inner is Verdict.PASS
    assert (told["result"], told["enclosed"], told["domain"]) == (None, True, "example.com")
    assert told["diagnosis"]["causes"] == ["wrapped"]
    assert {finding.id for finding in report.findings} >= {"dkim-none", "dkim-wrapped"}


def test_a_forwarded_message_is_nobodys_wrapping(workshop: Any) -> None:
    wrapped = report_safe(workshop.sign(PLAIN, names=ALL))
    forwarded = wrapped.replace(b"Message-ID: <1@", b"Message-ID: <2@", 1).replace(b"Date: Tue", b"Date: Wed", 1)

    assert examine(forwarded, dns=workshop.dns()).authentication.forensics.wrapped == ()


def test_reports_for_people_show_coverage_proofs_and_the_difference(workshop: Any) -> None:
    broken = examine(tag(b"[Tides]")(workshop.sign(PLAIN, names=ALL)), dns=workshop.dns())
    text = text_of(outline(broken))
    sound = text_of(outline(examine(workshop.sign(PLAIN, names="from"), dns=workshop.dns())))

    assert "Subject: [Tides] The tide tables for October" in text
    assert "The change that broke it" in text
    assert "these changed messages still pass" in sound
    assert "A second From on top" in sound
    assert fields_blocks(broken, 3)
    assert forensics_blocks(broken)
    assert diagnosis_blocks(broken.authentication.forensics.diagnoses[0])


def test_nothing_of_it_steers_a_terminal(workshop: Any) -> None:
    evil = PLAIN.replace(b"Subject: The", b"Subject: \x1b]0;x\x07 The")
    report = examine(tag(b"[\x1b[31mTides]")(workshop.sign(evil, names=ALL)), dns=workshop.dns())

    assert "\x1b" not in text_of(outline(report))
    assert report.authentication.forensics.diagnoses[0].undone


def test_a_redacted_report_shows_no_lines_of_the_message(workshop: Any) -> None:
    from mailscope.export.redact import Redactor

    raw = workshop.sign(PLAIN, names=ALL)
    report = examine(tag(b"[Tides]")(raw + b"-- \r\nGate\r\n"), dns=workshop.dns())
    redactor = Redactor(report)
    whole = json.dumps(redactor.data(report.to_dict())) + text_of(redactor.outline(outline(report)))

    assert "tide tables" not in whole
    assert "[a line of the message]" in whole
