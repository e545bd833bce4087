"""Passwords on the screen: dots in pictures of it, and gone before it is left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from textual.app import App

from tui.widgets.secret import SecretView


def shown(app: App[Any]) -> list[SecretView]:
    """Every place where a password can be read, on whatever screen."""
    stacks = app._screen_stacks.values()
    return [view for stack in stacks for screen in stack for view in screen.query(SecretView)]


def forget(app: App[Any], send: Callable[[str], None]) -> None:
    """Takes them off for good, also from the terminal; `send` writes to it.

    Not every terminal has a second screen, and tmux keeps the lines of what is cleared at once. So
    they are emptied one by one, all of them: the terminal may have other lines than we think.
    Never raises: it may be a crash that ends us.
    """
    with contextlib.suppress(Exception):
        views = shown(app)
        for view in views:
            view.forget()
        if views:
            send("".join(f"\x1b[{y + 1}H\x1b[2K" for y in range(app.size.height)))


@contextlib.contextmanager
def dots(app: App[Any]) -> Iterator[None]:
    """While a picture is taken they are dots."""
    views = shown(app)
    for view in views:
        view.veiled = True
    try:
        yield
    finally:
        for view in views:
            view.veiled = False
