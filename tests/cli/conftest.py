"""Calls of the command line, in this process, on messages that need no network."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailscope.cli.main import main


@dataclass(frozen=True)
class Called:
    """What a call left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Called]:
    """Runs mailscope with these words; the user's own configuration is out of the way."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-configuration"))
    monkeypatch.delenv("MAILSCOPE_CONFIG", raising=False)

    def run(*words: object) -> Called:
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Called(status, said.out, said.err)

    return run


@pytest.fixture
def dns(samples: Path) -> str:
    """The option that lets the samples' snapshot answer."""
    return f"--dns={samples / 'dns.json'}"
