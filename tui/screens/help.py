"""Help: what every key does here, out of the registry."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.message import N_, msg
from tui import text
from tui.bindings import EVERYWHERE, SCREENS, Action, actions_on
from tui.screens.dialog import Dialog
from tui.situation import Situation

LISTS = (
    (N_("↑ ↓ j k"), N_("Move in a list.")),
    (N_("PgUp PgDn"), N_("Move by a page.")),
    (N_("g G Home End"), N_("Go to the first or the last row.")),
    (N_("Tab"), N_("Go to the next pane or field; shift+Tab goes back.")),
    (N_("← → space"), N_("Go through what a field offers between ‹ and ›.")),
    (N_("ctrl+q"), N_("Quit from anywhere.")),
)
LIMITS = N_(
    "Copying: over SSH the desk can only send the text to your terminal; whether it arrived "
    "cannot be known. Inside tmux it goes into the tmux buffer as well. v always shows the text "
    "plainly. The desk does not restrict operators: whoever may write the store may act."
)


_AROUND = 11
"""Columns that the box and its scrollbar take."""
_WIDEST = 80 - _AROUND


class HelpScreen(Dialog[None]):
    """The keys of one screen; those that do nothing now say why."""

    KEYS = "read"

    def __init__(self, screen: str, situation: Situation) -> None:
        super().__init__()
        self.of = screen
        self.at = situation

    def body(self) -> ComposeResult:
        title = SCREENS.get(self.of, SCREENS[EVERYWHERE])
        yield Static(text.say(msg("Keys: {screen}", screen=msg(title))), classes="title")
        with VerticalScroll(id="help"):
            yield Static(text.join(self._lines(), "\n"))

    def _lines(self) -> list[Content]:
        actions = actions_on(self.of)
        here = [action for action in actions if EVERYWHERE not in action.where]
        lines = [self._line(action) for action in here]
        lines += [text.nothing(), text.say(N_("Lists and fields"), "bold")]
        lines += [self._row(text.plain(keys), text.say(what)) for keys, what in LISTS]
        lines += [text.nothing(), text.say(SCREENS[EVERYWHERE], "bold")]
        lines += [self._line(action) for action in actions if EVERYWHERE in action.where]
        return [*lines, text.nothing(), text.say(LIMITS, "dim")]

    def _line(self, action: Action) -> Content:
        reason = action.why_not(self.at)
        what = text.say(action.help)
        if reason:
            not_now = text.say(msg("Not now: {reason}", reason=reason), "italic")
            what = text.join((what, not_now), " ")
        return self._row(text.plain(action.shown), what)

    def _row(self, key: str, what: Content) -> Content:
        width = min(_WIDEST, self.app.size.width - _AROUND)
        return text.join(text.hanging(key, what, 15, width, "bold"), "\n")
