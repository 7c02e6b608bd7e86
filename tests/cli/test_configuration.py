"""The configuration file: read strictly, its mistakes told by file and key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailscope.cli.configuration import ConfigError, read_config


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_gives_what_the_file_says_and_leaves_the_rest_as_it_is(place: Path) -> None:
    place.write_text('dns = "zone.json"\nown_hosts = ["mx.example.org"]\n[limits]\ndns_seconds = 2\nfields = 500\n')
    config = read_config(str(place))

    assert config.dns == str(place.parent / "zone.json")
    assert config.own_hosts == ("mx.example.org",)
    assert (config.limits.dns_seconds, config.limits.fields, config.limits.received) == (2, 500, 200)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('own_host = ["a"]', "no key 'own_host'; did you mean own_hosts?"),
        ("own_hosts = 'mx'", "own_hosts is a list"),
        ("dns = 1", "dns is"),
        ("limits = 1", "limits is a table"),
        ("[limits]\nfield = 1", "no key 'field' in limits; did you mean fields?"),
        ("[limits]\nfields = 1.5", "limits.fields is a whole number"),
        ("[limits]\nfields = true", "limits.fields is a whole number"),
        ("[limits]\nfields = 0", "above zero"),
        ("dns = ", "no TOML"),
    ],
)
def test_a_mistake_is_told_by_file_and_key(place: Path, text: str, said: str) -> None:
    place.write_text(text)

    with pytest.raises(ConfigError) as told:
        read_config(str(place))
    assert said in str(told.value)
    assert str(place) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_named_must_be_there_and_the_usual_one_need_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("MAILSCOPE_CONFIG", raising=False)
    usual = read_config()
    monkeypatch.setenv("MAILSCOPE_CONFIG", str(tmp_path / "gone.toml"))

    assert usual.path is None
    assert read_config("none").path is None
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        read_config()


def test_the_command_line_goes_before_the_file(
    call: Callable[..., Any], samples: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write_text('dns = "none"\n')
    monkeypatch.setenv("MAILSCOPE_CONFIG", str(place))
    message = samples / "messages" / "01-clean-and-aligned.eml"

    assert '"dns": "none"' in call("report", "--format=json", message).out
    assert '"dns": "snapshot"' in call("report", "--format=json", f"--dns={samples / 'dns.json'}", message).out
