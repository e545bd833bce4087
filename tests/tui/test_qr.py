"""A QR code as text is the same code, module for module, and knows where it fits."""

from __future__ import annotations

import pytest
import segno

from tui import qr

ADDRESSES = ["https://microsoft.com/devicelogin", "https://127.0.0.1:8443/devicelogin", "x" * 300]


def modules(code: tuple[str, ...]) -> list[list[bool]]:
    """The rows of dark modules that half blocks stand for."""
    rows = []
    for line in code:
        rows.append([block in "▀█" for block in line])
        rows.append([block in "▄█" for block in line])
    return rows


@pytest.mark.parametrize("text", ADDRESSES)
def test_it_is_the_code_module_for_module(text: str) -> None:
    code = qr.lines(text)
    made = segno.make(text, error="l", micro=False, boost_error=False)
    expected = [[bool(module) for module in row] for row in made.matrix_iter(border=qr.QUIET)]
    found = modules(code)
    assert found[: len(expected)] == expected
    assert not any(any(row) for row in found[len(expected) :])


@pytest.mark.parametrize("text", ADDRESSES)
def test_every_line_is_as_wide_and_quiet_at_its_ends(text: str) -> None:
    code = qr.lines(text)
    assert len({len(line) for line in code}) == 1
    assert all(line.startswith("  ") and line.endswith("  ") for line in code)
    assert not code[0].strip()
    assert set("".join(code)) <= set(" ▀▄█")


def test_that_of_a_sign_in_fits_a_small_terminal() -> None:
    code = qr.lines(ADDRESSES[0])
    assert qr.fits(code, 80, 24)
    assert qr.fits(code, len(code[0]), len(code))
    assert not qr.fits(code, len(code[0]) - 1, 24)
    assert not qr.fits(code, 80, len(code) - 1)
    assert not qr.fits((), 80, 24)
