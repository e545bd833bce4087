"""The main screens, each read from its file when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen


def _overview() -> Screen[None]:
    from tui.screens.overview import OverviewScreen

    return OverviewScreen()


def _business() -> Screen[None]:
    from tui.screens.business import BusinessScreen

    return BusinessScreen()


def _users() -> Screen[None]:
    from tui.screens.users import UsersScreen

    return UsersScreen()


def _follow_up() -> Screen[None]:
    from tui.screens.follow_up import FollowUpScreen

    return FollowUpScreen()


def _journal() -> Screen[None]:
    from tui.screens.journal import JournalScreen

    return JournalScreen()


def _microsoft() -> Screen[None]:
    from tui.screens.microsoft import MicrosoftScreen

    return MicrosoftScreen()


def _opening() -> Screen[None]:
    from tui.screens.opening import OpeningScreen

    return OpeningScreen()


MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    "opening": _opening,
    "overview": _overview,
    "business": _business,
    "users": _users,
    "follow-up": _follow_up,
    "journal": _journal,
    "microsoft": _microsoft,
}
