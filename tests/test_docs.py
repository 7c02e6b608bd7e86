"""The documentation can be walked from the README, and says what the program does."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from mailscope.cli.main import main
from mailscope.tables import read_table

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
COMMANDS = ("open", "report", "scan", "compare", "explain")


def _links(page: Path) -> set[Path]:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


def _rows(page: str, section: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    return [re.split(r" ?(?<!\\)\| ?", row)[1:-1] for row in text.splitlines() if row.startswith("| `")]


def test_every_page_can_be_reached_and_no_link_leads_nowhere() -> None:
    reached = {ROOT / "README.md"}
    while more := {link for page in reached if page.suffix == ".md" for link in _links(page)} - reached:
        reached |= more

    assert set(PAGES) - reached == set()
    assert {link for page in PAGES for link in _links(page) if not link.exists()} == set()


def test_every_option_is_told_with_the_commands_that_take_it(capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, set[str]] = {command: set() for command in COMMANDS}
    for option, where, _ in _rows("cli.md", "Options"):
        named = set(re.findall(r"`(\w+)`", where))
        taking = set(COMMANDS) - named if where.startswith("all") else named
        for command in taking:
            told[command] |= set(re.findall(r"--[a-z-]+", option))
    taken = {}
    for command in COMMANDS:
        main([command, "--help"])
        taken[command] = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--output"}

    assert told == taken


def test_the_configuration_that_is_shown_is_one(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "cli.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    config = tmp_path / "config.toml"
    config.write_text(shown[1], encoding="utf-8")

    assert tomllib.loads(shown[1])["keys"]
    assert main(["explain", "550 5.1.1 no such user", "--dns", "none", "--config", str(config)]) == 0


def test_every_category_is_told_by_the_name_that_reports_give_it() -> None:
    causes = read_table("smtp", "causes.toml")

    assert {row[0].strip("`"): row[1] for row in _rows("bounces.md", "Categories")} == {
        category: cause["name"] for category, cause in causes.items()
    }


def test_the_snippet_that_shows_its_outcome_comes_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    snippets = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "library.md").read_text(encoding="utf-8"), re.DOTALL)
    shown = next(snippet for snippet in snippets if "check_dmarc(" in snippet)
    script = tmp_path / "snippet.py"
    script.write_text(shown, encoding="utf-8")
    runpy.run_path(str(script))

    assert capsys.readouterr().out.strip() == shown.rstrip().rpartition("# ")[2]
