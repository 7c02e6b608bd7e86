"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time, so that what passed passes again; MAILSCOPE_EXPLORE=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("MAILSCOPE_EXPLORE") else "steady")

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
