"""The words of findings and their phrases: none is missing, and none lies there unused."""

import re
from pathlib import Path

import pytest

import mailscope.findings
from mailscope.errors import TableError
from mailscope.findings.words import all_words, find
from mailscope.tables import read_table, table_names

SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(mailscope.findings.__path__[0]).glob("*.py"))


def test_every_phrase_fills_a_place_somewhere() -> None:
    asked = set(re.findall(r'phrase\("(\w+)", "([\w-]+)"', SOURCE))
    written = {
        (name.removesuffix(".toml"), ident) for name in table_names("phrases") for ident in read_table("phrases", name)
    }

    assert asked == written


def test_every_finding_that_is_named_in_the_rules_has_words() -> None:
    assert set(re.findall(r'find\(\s*"([\w-]+)"', SOURCE)) - set(all_words()) == set()


def test_words_that_ask_for_a_fact_which_nobody_gives_are_a_fault_of_the_table() -> None:
    with pytest.raises(TableError, match="dmarc-pass"):
        find("dmarc-pass")
