"""Case files, sections, redaction and comparing, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailscope.cli.configuration import ConfigError, read_config
from mailscope.export.outline import SECTION_KEYS, outline
from mailscope.report import examine

Call = Callable[..., Any]
NOW = "--now=2026-10-06T12:00:00Z"


@pytest.fixture
def good(samples: Path) -> Path:
    return samples / "messages" / "01-clean-and-aligned.eml"


@pytest.fixture
def changed(samples: Path) -> Path:
    return samples / "messages" / "04-list-footer-breaks-body.eml"


def test_a_saved_case_gives_the_same_report_without_dns_and_time(
    call: Call, dns: str, good: Path, tmp_path: Path
) -> None:
    place = tmp_path / "a.mailscope"
    first = call("report", dns, NOW, "--save-case", place, "--sections=findings,dns", good)
    again = call("report", "--dns=none", "--sections=findings,dns", place)

    assert (first.status, again.status) == (0, 0)
    assert "DMARC passes for bakery.example" in again.out
    assert again.out.splitlines()[:10] == first.out.splitlines()[:10]


def test_only_the_sections_that_were_named_are_written(call: Call, dns: str, good: Path) -> None:
    said = call("report", dns, NOW, "--sections=path", good).out

    assert "The path" in said
    assert "DNS questions" not in said


def test_a_section_that_there_is_not_is_told_with_those_that_there_are(call: Call, dns: str, good: Path) -> None:
    said = call("report", dns, "--sections=findings,pth", good)

    assert said.status == 2
    assert "no section 'pth'; there are authentication" in said.err


def test_redacting_takes_people_out(call: Call, dns: str, good: Path) -> None:
    said = call("report", dns, NOW, "--redact", good).out

    assert "ines@harbor.example" not in said
    assert "@harbor.example" in said


def test_every_section_of_the_samples_has_a_known_key(samples: Path) -> None:
    names = ("messages/01-clean-and-aligned.eml", "bounces/01-postfix-user-unknown.eml")
    reports = [examine(samples / name, dns=_snapshot(samples)) for name in names]

    assert {section.key for report in reports for section in outline(report).sections} <= SECTION_KEYS


def test_comparing_says_why_one_passes_and_what_differs(call: Call, dns: str, good: Path, changed: Path) -> None:
    text = call("compare", dns, NOW, good, changed)
    data = json.loads(call("compare", dns, NOW, "--format=json", good, changed).out)

    assert text.status == 0
    assert text.out.splitlines()[3].startswith("DMARC: A pass by DKIM and SPF; B fail")
    assert "  =  " not in text.out
    assert "  =  " in call("compare", dns, NOW, "--all", good, changed).out
    assert data["reasons"][0].startswith("DMARC: ")
    assert {"area", "name", "left", "right", "telling", "same"} == set(data["rows"][0])


def test_two_messages_are_compared_and_no_other_number(call: Call, dns: str, good: Path, samples: Path) -> None:
    said = call("compare", dns, good, samples / "mailboxes")

    assert said.status == 2
    assert "two messages are compared" in said.err


def test_the_screens_keys_and_theme_are_read_from_the_configuration(tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    place.write_text('theme = "mailscope-light"\nrecent = false\n[keys]\n"desk.export" = "ctrl+e"\ndesk.sort = "s"\n')
    config = read_config(str(place))

    assert (config.theme, config.recent) == ("mailscope-light", False)
    assert config.keys == {"desk.export": "ctrl+e", "desk.sort": "s"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("theme = 1", "theme is the name"), ("recent = 1", "true or false"), ("[keys]\na = 1", "keys.a is a key")],
)
def test_a_mistake_in_them_is_told_by_key(tmp_path: Path, text: str, said: str) -> None:
    place = tmp_path / "config.toml"
    place.write_text(text)

    with pytest.raises(ConfigError, match=said):
        read_config(str(place))


def _snapshot(samples: Path) -> Any:
    from mailscope.dns.snapshot import SnapshotDns

    return SnapshotDns(samples / "dns.json")
