"""The library's face: what `import mailscope` offers is what it says, and it costs next to nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mailscope

FACE = Path(mailscope.__file__)


def _imported_for_type_checkers() -> dict[str, str]:
    """Name -> module, from the imports that only type checkers read."""
    tree = ast.parse(FACE.read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: (node.module or "").removeprefix("mailscope.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mailscope.")
        for alias in node.names
    }


def test_every_name_is_where_the_type_checkers_think() -> None:
    assert _imported_for_type_checkers() == mailscope._HOMES
    assert sorted(mailscope.__all__) == sorted(mailscope._HOMES)


@pytest.mark.parametrize("name", mailscope.__all__)
def test_every_name_can_be_had(name: str) -> None:
    assert getattr(mailscope, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'exmine'"):
        mailscope.exmine  # noqa: B018


def test_importing_it_loads_none_of_its_rooms() -> None:
    code = "import sys, mailscope; print(sorted(name for name in sys.modules if name.startswith('mailscope.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
