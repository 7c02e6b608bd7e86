"""How the reader wants the screens: theme, keys, and whether places are remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Looks:
    """From the configuration file; names are held to what there is when the app begins."""

    theme: str | None = None
    """None: ours for dark or light terminals as the terminal says, its own colours where it has sixteen."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys, with commas between, by the id of what they do."""
    recent: bool = True
    """Whether the places opened last are remembered."""
    source: str = "the configuration"
    """The file, for what is said about it."""
