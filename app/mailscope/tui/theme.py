"""Two themes of our own, one for dark and one for light terminals."""

from textual.theme import Theme

DARK = Theme(
    name="mailscope-dark",
    primary="#6cb6ff",
    secondary="#b3a5ff",
    accent="#6cb6ff",
    warning="#f0b849",
    error="#ff7672",
    success="#5fcf8b",
    foreground="#d9dfe7",
    background="#11151b",
    surface="#1a202a",
    panel="#222b37",
    dark=True,
    variables={
        "text-primary": "#7cc0ff",
        "text-secondary": "#b9acff",
        "text-error": "#ff8480",
        "text-warning": "#f3c05a",
        "text-success": "#6fd899",
        "text-accent": "#7cc0ff",
    },
)
LIGHT = Theme(
    name="mailscope-light",
    primary="#0b5cad",
    secondary="#5b3fb8",
    accent="#0b5cad",
    warning="#b97900",
    error="#b3261e",
    success="#1a7f37",
    foreground="#1d2228",
    background="#fcfcfa",
    surface="#f1f0ec",
    panel="#e3e1da",
    dark=False,
    variables={
        "text-primary": "#0b5cad",
        "text-secondary": "#5b3fb8",
        "text-error": "#a9211a",
        "text-warning": "#7d5100",
        "text-success": "#146c2e",
        "text-accent": "#0b5cad",
    },
)


def fitting(color_system: str | None) -> str:
    """The theme for what the terminal can show: its own colours where it has sixteen, else the dark one."""
    return "ansi-dark" if color_system in ("standard", None) else DARK.name
