"""Rules for the source of the screens: text from outside reaches no widget that reads markup."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mailscope.tui
import mailscope_widgets
from mailscope.tui.safe import safe_lines

MARKUP_READERS = {
    "Static", "Label", "OptionList", "DataTable", "Tree", "Collapsible", "Button", "Select", "Markdown", "Log",
    "RichLog", "Panel", "Table", "Header", "Footer", "from_markup", "border_title", "border_subtitle", "tooltip",
}  # fmt: skip


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in (mailscope.tui, mailscope_widgets):
        assert package.__file__
        for path in Path(package.__file__).parent.rglob("*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_no_widget_that_reads_markup_is_used() -> None:
    for path, tree in sources():
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("textual", "rich"))
            for alias in node.names
        }
        set_ = {
            target.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute)
        }

        assert not (imported | set_) & MARKUP_READERS, path


def test_every_notice_switches_markup_off() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "notify":
                off = [
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "markup" and isinstance(keyword.value, ast.Constant)
                ]

                assert off == [False] or "_lock" in ast.unparse(node.func), f"{path}:{node.lineno}"


def test_no_file_grows_beyond_what_can_be_read() -> None:
    for path, tree in sources():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno <= 60, f"{path}: {node.name}"


def test_what_goes_to_the_clipboard_has_no_controls() -> None:
    assert safe_lines("a\tb\n\x1b]52;c;x\x07\u202e\udce9") == "a    b\n␛]52;c;x␇⟨RLO⟩\ufffd"


def test_a_fault_shows_where_it_happened_and_nobodys_mail(make_app: Callable[..., Any]) -> None:
    app, _ = make_app()
    secret = "somebody's mail"
    try:
        int("\x1b]52;c;x\x07")
    except ValueError:
        app._fatal_error()
    shown = app._exit_renderables[0].plain

    assert "ValueError: invalid literal" in shown
    assert "\x1b" not in shown
    assert "test_safety.py" in shown
    assert shown.count(secret) == 0
