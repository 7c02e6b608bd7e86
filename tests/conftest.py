"""What every test may ask for."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def samples() -> Path:
    """The samples that ship with the project."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The truth that lies beside the project, where it does."""
    place = ROOT.parent / "shared"
    if not (place / "corpora").is_dir():
        pytest.skip("../shared/corpora is not here: it lies beside the project where the maintainers test")
    return place
