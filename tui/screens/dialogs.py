"""Small questions: yes or no, one of several, whose version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.errors import Conflict
from store.message import N_, Message, msg
from tui import text
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed
from tui.widgets.options import Options

_MOST_LISTED = 8
_FEWEST_LISTED = 2


class Choose(Dialog[str]):
    """One of several things; enter takes it, esc none."""

    KEYS = "choose"

    def __init__(
        self, title: Content, options: Sequence[tuple[str, Content]], at: str = ""
    ) -> None:
        super().__init__()
        self.heading = title
        self.options = options
        self.at = at

    def body(self) -> ComposeResult:
        yield Static(text.made(self.heading), classes="title")
        listed = Options(*(_option(key, shown) for key, shown in self.options))
        listed.highlighted = next(
            (place for place, (key, _) in enumerate(self.options) if key == self.at), 0
        )
        yield listed

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def do_pick(self) -> None:
        """Takes the option under the cursor."""
        self.query_one(OptionList).action_select()


class Confirm(Choose):
    """Yes or no; enter takes what is under the cursor, which is No at first."""

    KEYS = "confirm"

    def __init__(self, question: Content) -> None:
        super().__init__(question, [("no", text.say(N_("No"))), ("yes", text.say(N_("Yes")))])

    def on_key(self, event: Key) -> None:
        """The first letters of the answers in the language's own words answer too."""
        letter = (event.character or "").casefold()
        for answer, word in (("no", N_("No")), ("yes", N_("Yes"))):
            if letter and text.plain(word).casefold().startswith(letter):
                event.stop()
                self.dismiss(answer)
                return

    def do_yes(self) -> None:
        self.dismiss("yes")

    def do_no(self) -> None:
        self.dismiss("no")


def _option(key: str, shown: Content) -> Option:
    return Option(text.made(shown), id=key)


async def choose(
    screen: Keyed[Any],
    title: Message | str,
    options: Sequence[tuple[str, Content]],
    at: str = "",
) -> str | None:
    """Asks which of several, with the cursor on `at`; `None` if none."""
    return await screen.app.push_screen_wait(Choose(text.say(title), options, at))


async def confirm(
    screen: Keyed[Any],
    question: Message,
    customers: Iterable[int] = (),
    remarks: Iterable[Message] = (),
) -> bool:
    """Asks yes or no; says what to know before, and lists whom it would touch."""
    view = screen.session.view
    named = [found.label for key in customers if (found := view.customer(key))]
    said = [text.say(remark, "$warning") for remark in remarks]
    most = max(_FEWEST_LISTED, _MOST_LISTED - 2 * len(said))  # the answers stay in sight
    lines = [text.say(question, "bold"), *said]
    lines += [text.data(f"  {name}") for name in named[:most]]
    if len(named) > most:
        lines.append(text.say(msg("  and {count} more", count=len(named) - most)))
    return await screen.app.push_screen_wait(Confirm(text.join(lines, "\n"))) == "yes"


async def whose_version(
    screen: Keyed[Any], error: Conflict, differences: Iterable[tuple[str, str, str]]
) -> str | None:
    """Shows both versions of a record; returns *mine*, *theirs*, or `None` to go on typing.

    A difference is a field's name, what it is here, and what it is there.
    """
    lines = [text.say(error.what, "bold")]
    for name, mine, theirs in differences:
        if mine != theirs:
            lines.append(text.say(name, "dim"))
            lines.append(text.say(msg("  yours: {value}", value=mine)))
            lines.append(text.say(msg("  theirs: {value}", value=theirs)))
    options = [
        ("mine", text.say(N_("Save yours over theirs"))),
        ("theirs", text.say(N_("Leave theirs"))),
        ("on", text.say(N_("Go on typing"))),
    ]
    return await screen.app.push_screen_wait(Choose(text.join(lines, "\n"), options))


def fields_that_differ(
    error: Conflict, mine: Mapping[str, str], names: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What was typed beside what the record says now."""
    return [(names[field], value, _typed(error.theirs.get(field))) for field, value in mine.items()]


def _typed(value: object) -> str:
    """A stored value as a form shows it."""
    match value:
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{key}={found}" for key, found in value.items())
        case None:
            return ""
    return str(value)
