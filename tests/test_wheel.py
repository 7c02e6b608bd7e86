"""What `pipx install .` gives: every module, table and style sheet."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {"app": "mailscope", "widgets": "mailscope_widgets"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built as an installer builds it, without a network."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: make test installs it")
    place = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(place / done.stdout.split()[-1])


@pytest.mark.slow
def test_the_wheel_holds_every_module_table_and_style_sheet(wheel: zipfile.ZipFile) -> None:
    wanted = {
        path.relative_to(ROOT / source).as_posix()
        for source, package in SOURCES.items()
        for path in (ROOT / source / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert held == wanted
    assert any(name.endswith(".toml") for name in held)
    assert any(name.endswith(".tcss") for name in held)


@pytest.mark.slow
def test_the_wheel_gives_a_command_and_the_licences(wheel: zipfile.ZipFile) -> None:
    said = {name.partition(".dist-info/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}

    assert b"mailscope = mailscope.__main__:main" in wheel.read(said["entry_points.txt"])
    assert "licenses/LICENSE" in said
    assert any(name.startswith("licenses/") and "suffixes" in name for name in said)
