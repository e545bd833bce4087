"""Titles and values below each other."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content

from tui import text

Line = tuple[str, str]
"""A title of ours and the value beside it."""


def pairs(lines: Iterable[Line]) -> Content:
    """Lines with the values aligned; those without a value are left out."""
    shown = [(text.plain(title), value) for title, value in lines if value]
    width = max((cell_len(title) for title, _ in shown), default=0) + 2
    made = [
        text.join((text.data(text.cell(title, width), "dim"), text.data(value)))
        for title, value in shown
    ]
    return text.join(made, "\n")
