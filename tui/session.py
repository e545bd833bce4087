"""One sitting at the desk: what is marked, what can be undone, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from store.actions.offering import forbidden
from store.desk import Change, Desk, Receipt
from store.memory import no_collections
from store.message import Message, msg
from store.model.offer import Kind, Offer, offer_label
from store.view import CUSTOMERS, INVITATIONS, View
from tui.microsoft import Microsoft
from tui.roster import Roster
from tui.settings import Settings
from tui.situation import Situation

if TYPE_CHECKING:
    from store.actions.practice import Rehearsal
    from tui.mail_desk import Mailing


class Session:
    """What the screens share; it knows no screen.

    `marked` customers stay marked whatever the list shows. `done` are this sitting's own
    changes, the last one last. `kind` and `offer_name` (none: the plain one) are the offer that
    is being worked with. `rehearsal` is the practice cloud of a demo. `answers_in` is the folder
    in which answers are looked for, where another than the setting's was named, and `mails` how
    many there were to decide on when it was read last.
    """

    def __init__(self, desk: Desk, settings: Settings, rehearsal: Rehearsal | None = None) -> None:
        self.desk = desk
        self.settings = settings
        self.rehearsal = rehearsal
        self.roster: Roster | None = None
        self.marked: set[int] = set()
        self.done: list[Receipt] = []
        self.posted = False  # whether letters left here, which nothing takes back
        self.kind = Kind.DELEGATED
        self.offer_name = ""
        self.copied: dict[tuple[Kind, str], str] = {}
        self.answers_in = ""
        self._under_way = 0
        self.mails: int | None = None
        self.microsoft = Microsoft(desk, settings, rehearsal)

    @cached_property
    def mailing(self) -> Mailing:
        """The way to send mail."""
        from tui.mail_desk import Mailing

        return Mailing(self.desk, self.settings, self.microsoft)

    @property
    def view(self) -> View:
        """What the desk knows now."""
        return self.desk.view

    @property
    def offer(self) -> Offer:
        """The offer that is being worked with; one that somebody took away is empty."""
        return self.view.offer(self.kind, self.offer_name)

    @property
    def offer_label(self) -> Message:
        """What the offer that is being worked with is called in a sentence."""
        return offer_label(self.kind, self.offer_name)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.desk.today()

    @property
    def unread(self) -> Message | None:
        """What to know where Microsoft could be asked, and never was."""
        if self.view.synced.at or self.microsoft.why_not:
            return None
        return msg("Our own records only: Microsoft was never read. 6, then r, reads it.")

    def undone(self, last: Receipt, by: Receipt) -> None:
        """Forgets a change that was reversed; what was done before it can be reversed next.

        The records are as they were before `last`, under a new revision: earlier changes of
        this sitting are told which.
        """
        self.done.remove(last)
        now = {(table, key): rev for table, key, _, rev in by.before}
        before = {(table, key): (found or {}).get("rev", 0) for table, key, found, _ in last.before}
        self.done = [
            receipt._replace(
                before=tuple(
                    (table, key, found, now[table, key])
                    if before.get((table, key)) == rev and (table, key) in now
                    else (table, key, found, rev)
                    for table, key, found, rev in receipt.before
                ),
            )
            for receipt in self.done
        ]

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """While something goes on that would be cut off if the process stood still."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    @staticmethod
    def now() -> str:
        """The time of day, as an operator reads it."""
        return datetime.now().strftime("%H:%M")

    def build_roster(self) -> None:
        """Makes the columns of all customers; takes a while with very many."""
        with no_collections():
            self.roster = Roster(self.view, self.today)

    def take_in(self, change: Change) -> set[int]:
        """Follows a change; returns the customers that it is about."""
        customers = change.ids(CUSTOMERS)
        before = self.roster.view if self.roster is not None else change.view
        for key in change.ids(INVITATIONS):
            for view in (before, change.view):
                row = view.tables.table(INVITATIONS).get(key)
                if row and isinstance(row.get("customer"), int):
                    customers.add(row["customer"])
        if self.roster is not None:
            self.roster.update(change.view, self.today, customers)
        self.marked -= {key for key in customers if key not in self.view.customers}
        return customers

    def new_day(self) -> bool:
        """Follows the calendar; whether a day has passed."""
        if self.roster is None or self.roster.today == self.today:
            return False
        self.build_roster()
        return True

    def chosen(self, under_cursor: int | None) -> list[int]:
        """The customers an action is about: the marked ones, else the one under the cursor."""
        if self.marked:
            return self.in_order(self.marked)
        return [] if under_cursor is None else [under_cursor]

    def how_many_chosen(self, under_cursor: int | None) -> int:
        """How many customers an action is about."""
        return len(self.marked) or int(under_cursor is not None)

    def in_order(self, customers: Iterable[int]) -> list[int]:
        """Customers by name."""
        rows = self.view.customers
        known = [key for key in customers if key in rows]
        return sorted(known, key=lambda key: (str(rows[key].get("name", "")).casefold(), key))

    def situation(self, chosen: int = 0) -> Situation:
        """What the keys depend on."""
        return Situation(
            reading=self.roster is None,
            read_only=self.desk.read_only,
            not_offerable=forbidden(self.view, self.kind, self.desk.operator, self.offer_name),
            not_connected=self.microsoft.why_not,
            chosen=chosen,
            undoable=self.done[-1].message if self.done else None,
            posted=self.posted,
            under_way=bool(self._under_way),
        )
