"""Ending a relationship for good: what ends is said first, and its name has to be typed."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from store.actions import relationships as actions
from store.actions.relationships import Listed
from store.desk import Receipt
from store.errors import DeskError, SignInNeeded
from store.message import N_, Message, msg, nmsg
from store.model.relationship import IN_FORCE
from store.model.roles import role_name
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed


class EndScreen(Dialog[str]):
    """Names the customer and what ends there; closes with the name, once it was typed."""

    KEYS = "end"
    AUTO_FOCUS = "Input"

    def __init__(self, found: Listed) -> None:
        super().__init__()
        self.found = found

    def body(self) -> ComposeResult:
        name = self.found.relationship.name
        yield Static(text.made(self._question()), classes="title")
        with VerticalScroll(can_focus=False, id="ends"):
            yield Static(text.made(self._consequences()))
        yield Static(text.say(msg("Type {name} to end it.", name=name)), id="wanted")
        field = Input(id="name", compact=True)
        field.cursor_blink = False
        yield field

    def _question(self) -> Content:
        return text.say(
            msg(
                "End {relationship} with {customer}?",
                relationship=self.found.relationship.name,
                customer=self.found.customer or "?",
            )
        )

    def _consequences(self) -> Content:
        it, view = self.found.relationship, self.session.view
        groups = self._groups()
        others = [other for other in view.relationships(it.customer)
                  if other.is_live and other.key != it.key] if it.customer else []  # fmt: skip
        lines = [
            text.say(
                N_(
                    "It ends at Microsoft, and nothing undoes that: only a new consent of the "
                    "customer brings the access back."
                ),
                "bold",
            ),
            text.say(msg("Roles that end: {roles}.", roles=", ".join(map(role_name, it.roles)))),
        ]
        if groups:
            lines.append(
                text.say(msg("Groups that lose them: {groups}.", groups=", ".join(groups)))
            )
        if others:
            kept = ", ".join(other.name for other in others)
            lines.append(
                text.say(
                    nmsg(
                        "{count} other relationship with this customer stays: {names}.",
                        "{count} other relationships with this customer stay: {names}.",
                        len(others),
                        names=kept,
                    )
                )
            )
        else:
            lines.append(text.say(N_("It is the only one with this customer that gives access.")))
        return text.join(lines, "\n")

    def _groups(self) -> list[str]:
        """The groups that act by it: ours by name, the others counted."""
        names = {group.microsoft_id: group.name for group in self.session.view.groups}
        assigned = [a.group for a in self.found.relationship.assignments if a.status in IN_FORCE]
        made = [names[group] for group in assigned if group in names]
        if others := len(assigned) - len(made):
            made.append(
                text.plain(
                    nmsg("{count} without a level here", "{count} without a level here", others)
                )
            )
        return made

    def key_pageup(self) -> None:
        """What stands above, where there is little room."""
        self.query_one("#ends").scroll_page_up(animate=False)

    def key_pagedown(self) -> None:
        """What stands below, where there is little room."""
        self.query_one("#ends").scroll_page_down(animate=False)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.call_later(self.action_do, "end-now")

    def do_end_now(self) -> None:
        typed = self.query_one(Input).value.strip()
        if not typed:
            self.say(N_("Nothing was typed; esc leaves everything as it is."))
        elif typed != self.found.relationship.name:
            self.say(msg("{typed} is not the name of this relationship.", typed=typed), error=True)
        else:
            self.dismiss(typed)


async def terminate(screen: DeskScreen, key: int) -> None:
    """Asks, and ends the relationship at Microsoft; only in a worker.

    What comes of it is said on whatever screen is open by then.
    """
    found = actions.one(screen.session.view, key)
    why_not = actions.why_not_ended(found.relationship) if found else None
    if found is None:
        screen.say(N_("This relationship is no longer there."), error=True)
        return
    if why_not:
        screen.say(why_not, error=True)
        return
    typed = await screen.app.push_screen_wait(EndScreen(found))
    if typed is None:
        screen.say(N_("Nothing was ended."))
        return
    name = found.relationship.name
    _top(screen).say(msg("Ending {name} at Microsoft; it takes a moment…", name=name))
    try:
        receipt = await _terminate(screen, key, typed)
    except SignInNeeded as error:
        from tui.screens.sign_in import sign_in_anew

        if not await sign_in_anew(screen, error, "write"):
            return
        try:
            receipt = await _terminate(screen, key, typed)
        except DeskError as again:
            _top(screen).say_error(again)
            return
    except DeskError as error:
        _top(screen).say_error(error)
        return
    notes: list[Message] = [receipt.message, *receipt.notes]
    _top(screen).say_content(text.join([text.say(note) for note in notes], " "))


async def _terminate(screen: DeskScreen, key: int, typed: str) -> Receipt:
    session = screen.session
    connection = await asyncio.to_thread(session.microsoft.connection)
    async with connection.graph(on_wait=lambda said: _top(screen).say(said)) as graph:
        with session.under_way():
            return await actions.terminate(session.desk, graph, key, typed)


def _top(screen: DeskScreen) -> Keyed[Any]:
    """The screen to speak on: whatever is open now."""
    top = screen.app.screen
    return top if isinstance(top, Keyed) else screen
