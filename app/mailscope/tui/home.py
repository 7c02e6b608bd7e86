"""What stands on the first screen besides the ways in: places opened last, and the samples where they are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Paths to choose from."""

    recent: tuple[str, ...] = ()
    """The last opened first."""
    samples: Path | None = None
    """The folder of the samples, where this is run from a checkout."""


def samples_folder() -> Path | None:
    """Where the samples lie beside the source, or None where mailscope was installed without them."""
    folder = Path(__file__).resolve().parents[3] / "samples"
    return folder if (folder / "MANIFEST.toml").is_file() and (folder / "dns.json").is_file() else None
