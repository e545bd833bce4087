"""Who got it? Recording that customers got an offer."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import offers
from store.actions import partner as partner_actions
from store.actions.outcomes import given_to
from store.message import N_, msg, nmsg
from store.model.consent import State
from store.model.invitation import HOW_NAMES, How
from store.model.offer import Kind
from store.model.partner import Certified
from tui import text
from tui.language import current
from tui.roster import STATES
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.screens.dialogs import choose
from tui.situation import Situation
from tui.widgets.customer_table import CustomerTable

_MOST_ROWS = 12
_WAYS = (How.COPIED, How.MAILED, How.SAVED)


class Given(NamedTuple):
    """Who got it, and how."""

    customers: list[int]
    how: How


class GiveScreen(Dialog[Given]):
    """Lists the customers; those with a mark are recorded on enter, and none on esc."""

    KEYS = "give"
    AUTO_FOCUS = "#given"

    def __init__(self, customers: list[int], *, marked: bool) -> None:
        super().__init__()
        self.customers = customers
        self.marked = set(customers) if marked else set()
        self.how = _WAYS[0]

    def body(self) -> ComposeResult:
        yield Static(text.say(N_("Who got it?")), classes="title")
        yield Static(id="what")
        yield CustomerTable(self.session, marked=lambda: self.marked, id="given")

    def on_mount(self) -> None:
        table = self.query_one(CustomerTable)
        table.show(self.customers)
        table.styles.height = min(len(self.customers) + 1, _MOST_ROWS)
        self._show()

    def situation(self) -> Situation:
        return self.session.situation(len(self.marked))

    def _show(self) -> None:
        self.query_one("#what", Static).update(
            text.say(
                nmsg(
                    "{offer}, {how} today: {count} customer marked.",
                    "{offer}, {how} today: {count} customers marked.",
                    len(self.marked),
                    offer=self.session.offer_label,
                    how=msg(HOW_NAMES[self.how]),
                )
            )
        )
        self.update_keys()

    def do_toggle(self) -> None:
        table = self.query_one(CustomerTable)
        if table.under_cursor is not None:
            self.marked ^= {table.under_cursor}
            table.refresh_row(table.cursor)
            table.action_move(1)
            self._show()

    def do_toggle_all(self) -> None:
        everyone = set(self.customers)
        self.marked = set() if self.marked == everyone else everyone
        self.query_one(CustomerTable).refresh()
        self._show()

    def do_how(self) -> None:
        self.how = _WAYS[(_WAYS.index(self.how) + 1) % len(_WAYS)]
        self._show()

    @on(CustomerTable.Chosen, "#given")
    def _enter(self) -> None:
        self.call_later(self.action_do, "record")

    def do_record(self) -> None:
        if not self.marked:
            self.say(N_("Nobody is marked. space marks who got it."), error=True)
            return
        self.dismiss(Given(self.session.in_order(self.marked), self.how))


async def who_got_it(screen: DeskScreen, customers: list[int]) -> bool:
    """Asks who got the offer and records it; whether anything was.

    Without customers it lists everybody who has not been offered yet.
    """
    session = screen.session
    if not await certified(screen):
        return False
    listed = session.in_order(customers) if customers else not_given(screen)
    if not listed:
        screen.say(N_("Every customer has been offered this already. Mark some in the list."))
        return False
    given = await screen.app.push_screen_wait(GiveScreen(listed, marked=bool(customers)))
    if given is None:
        screen.say(N_("Nothing was recorded."))
        return False
    receipt = await screen.change(
        lambda: offers.give(
            session.desk,
            given.customers,
            session.kind,
            given.how,
            language=current(),
            offer=session.offer_name,
        )
    )
    if receipt is None:
        return False
    screen.unmark(given.customers)
    screen.say_done(receipt)
    return True


async def certified(screen: DeskScreen) -> bool:
    """Asks, before the first offer, whether the partner is certified; whether it may go on."""
    session = screen.session
    partner = session.view.partner
    if not partner.is_set:
        screen.say(N_("Say first who the partner is: , opens Partner."), error=True)
        return False
    if partner.certified is Certified.UNANSWERED and session.offer.delegation:
        answer = await choose(
            screen,
            msg(
                "Is {partner} certified to offer delegated administration? Only certified "
                "Microsoft Cloud partners may.",
                partner=partner.name,
            ),
            [("yes", text.say(N_("Yes"))), ("no", text.say(N_("No")))],
        )
        if answer is None:
            return False
        receipt = await screen.change(
            lambda: partner_actions.set_fields(session.desk, {"certified": answer})
        )
        if receipt is None or answer == "no":
            screen.update_keys()
            return False
    return True


def not_given(screen: DeskScreen) -> list[int]:
    """The customers that were not given the offer that is being worked with, by name.

    Who has consented already is not asked for delegated administration again, and may well be
    invited to a trial.
    """
    session = screen.session
    if session.kind is Kind.DELEGATED or session.roster is None:
        return not_offered(screen)
    given = given_to(session.view, session.offer)
    return [key for key in session.roster.select() if key not in given]


def not_offered(screen: DeskScreen) -> list[int]:
    """The customers that were given nothing yet, by name."""
    roster = screen.session.roster
    return roster.select(code=STATES.index(State.NOT_OFFERED)) if roster is not None else []
