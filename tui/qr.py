"""A QR code as lines of text, two rows of modules in each."""

from __future__ import annotations

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
QUIET = 2
"""Empty modules around it, which a camera needs; the standard's four would not fit 24 lines."""


def lines(text: str) -> tuple[str, ...]:
    """The code for `text`; blocks are its dark modules, so it has to be drawn dark on light."""
    import segno

    made = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [[bool(module) for module in row] for row in made.matrix_iter(border=QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return tuple(
        "".join(_BLOCKS[above, below] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )


def fits(code: tuple[str, ...], columns: int, rows: int) -> bool:
    """Whether a code can be shown whole in so much room."""
    return bool(code) and len(code[0]) <= columns and len(code) <= rows
