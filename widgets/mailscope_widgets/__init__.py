"""Widgets that show plain rows and blocks; they know nothing of what the rows are about.

`python -m mailscope_widgets` shows every one.
"""

from mailscope_widgets.bars import Bar, KeyBar, Tab, TabBar
from mailscope_widgets.blocks import (
    Beside,
    Block,
    Card,
    Gap,
    Item,
    Margin,
    Pairs,
    Para,
    Piece,
    Pieces,
    Rule,
    Split,
    Steps,
    Tone,
    log_bar,
    para,
    words,
)
from mailscope_widgets.layout import Laid, cut, lay, measure, wrap
from mailscope_widgets.lines import Lines
from mailscope_widgets.net import ControlNet
from mailscope_widgets.raw import RawView
from mailscope_widgets.rows import Row, RowList
from mailscope_widgets.sheet import Sheet
from mailscope_widgets.surface import Surface

__all__ = [
    "Bar",
    "Beside",
    "Block",
    "Card",
    "ControlNet",
    "Gap",
    "Item",
    "KeyBar",
    "Laid",
    "Lines",
    "Margin",
    "Pairs",
    "Para",
    "Piece",
    "Pieces",
    "RawView",
    "Row",
    "RowList",
    "Rule",
    "Sheet",
    "Split",
    "Steps",
    "Surface",
    "Tab",
    "TabBar",
    "Tone",
    "cut",
    "lay",
    "log_bar",
    "measure",
    "para",
    "words",
    "wrap",
]
