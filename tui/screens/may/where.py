"""Where may one of us do what?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice

from store.message import N_, msg
from store.model.access import Member, Task
from store.model.customer import Customer
from store.model.may.chain import Chain
from tui import text
from tui.commands.report import state_text
from tui.screens.may.base import MayScreen
from tui.widgets.may_table import TASKS, Answers, MayTable
from tui.widgets.row_table import Column

_AT_ONCE = 1_000
"""Customers that are worked out between two looks at whether that is still wanted."""


class MayWhere(MayScreen):
    """The customers as rows, twenty thousand if need be."""

    def __init__(self, member: int) -> None:
        super().__init__()
        self.key = member

    @property
    def member(self) -> Member | None:
        """The user that is asked about; `None` once it was removed."""
        return next((it for it in self.session.view.members if it.id == self.key), None)

    @property
    def called(self) -> str:
        """What the user is called."""
        member = self.member
        return (member.name or member.upn) if member else "?"

    def make_table(self) -> MayTable:
        left = (
            Column(N_("Customer"), 12, 2),
            Column(N_("Domain"), 24, 1, 2),
            Column(N_("Consent"), 19, 0, 1),
        )
        return MayTable(left, self._cells, id="may")

    def _cells(self, row: int) -> tuple[str, ...]:
        view = self.session.view
        customer = Customer.from_document(row, view.customers.get(row) or {})
        consent = view.consent(row, self.session.today)
        return customer.label, customer.domain, state_text(consent)

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Active users")), self.called, text.plain(N_("Where they may act"))

    async def read(self) -> None:
        from store.actions.may import where

        view, today, member = self.session.view, self.session.today, self.member
        total = view.customer_count
        found: dict[int, Answers] = {}
        kept: dict[Answers, Answers] = {}

        def more(answers: Iterator[tuple[int, dict[Task, Chain]]]) -> dict[int, Answers]:
            some = {}
            for key, chains in islice(answers, _AT_ONCE):
                made = tuple(chains[task].verdict for task in TASKS)
                some[key] = kept.setdefault(made, made)
            return some

        if not self.answers:
            self.answers = found  # at first they are shown as they come
        answers = iter(where(view, today, member.upn if member else ""))
        self.show_answers()
        while some := await asyncio.to_thread(more, answers):
            found |= some  # not in the thread: what is shown is gone through here meanwhile
            self.progress = msg("{done} of {total} customers…", done=len(found), total=total)
            self.show_answers()
        self.progress, self.answers = None, found
        self.show_answers()

    def rows(self) -> Sequence[int]:
        roster = self.session.roster
        return roster.select(self.filter_text) if roster else ()

    def member_of(self, row: int) -> Member | None:
        return self.member

    def customer_of(self, row: int) -> int:
        return row
