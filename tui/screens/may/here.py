"""Who of us may do what at one customer?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from store.errors import NotFound
from store.message import N_
from store.model.access import Member
from store.model.may.chain import Verdict
from tui import text
from tui.may import acting_as
from tui.screens.may.base import MayScreen
from tui.screens.users import access_text
from tui.screens.way import way_to
from tui.widgets.may_table import TASKS, MayTable
from tui.widgets.row_table import Column


class MayHere(MayScreen):
    """Our users as rows; the operator and what it may not do is looked at first."""

    def __init__(self, customer: int) -> None:
        super().__init__()
        self.key = customer
        self._members: dict[int, Member] = {}
        self._begun_as: str | None = None

    def make_table(self) -> MayTable:
        left = (
            Column(N_("Name"), 12, 2),
            Column(N_("User name"), 24, 1, 2),
            Column(N_("Administrative access"), 22, 0, 1),
        )
        return MayTable(left, self._cells, id="may")

    def _cells(self, row: int) -> tuple[str, ...]:
        member = self._members[row]
        return member.name or member.upn, member.upn, access_text(member.access, member.level)

    def crumbs(self) -> tuple[str, ...]:
        return *way_to(self, self.key), text.plain(N_("Who may act"))

    async def read(self) -> None:
        from store.actions.may import who

        view, today = self.session.view, self.session.today
        made: dict[int, list[Verdict]] = {member.id: [] for member in view.members}
        try:
            for task in TASKS:
                for member, chain in await asyncio.to_thread(who, view, today, self.key, task):
                    made[member.id].append(chain.verdict)
        except NotFound as error:
            self.say_error(error)
            return
        if self.is_left:
            return
        self._members = {member.id: member for member in view.members}
        self.answers = {key: tuple(found) for key, found in made.items()}
        self._begin()
        self.show_answers()

    def _begin(self) -> None:
        """Looks at the operator's row first, and at the first task that it may not do.

        It looks there anew as soon as somebody else acts: who is signed in is known a bit later.
        """
        upn = acting_as(self.session).casefold()
        if upn == self._begun_as:
            return
        self._begun_as = upn
        rows = list(self.rows())
        own = next((key for key in rows if self._members[key].upn.casefold() == upn), None)
        if own is None:
            return
        self.table.show(rows, self.answers)
        self.table.move_to(rows.index(own))
        for task, answer in zip(TASKS, self.answers[own], strict=True):
            if answer is not Verdict.YES:
                self.table.choose(task)
                return

    def update_keys(self) -> None:
        super().update_keys()
        if self.answers and acting_as(self.session).casefold() != self._begun_as:
            self._begin()
            self.show_answers()

    def rows(self) -> Sequence[int]:
        """Those who may do most come first; the order stays while one looks about."""
        wanted = self.filter_text.casefold().split()

        def rank(key: int) -> tuple[int, int]:
            found = self.answers.get(key, ())
            return -found.count(Verdict.YES), -found.count(Verdict.UNKNOWN)

        return sorted(
            (
                key
                for key, member in self._members.items()
                if all(word in f"{member.name} {member.upn}".casefold() for word in wanted)
            ),
            key=rank,
        )

    def member_of(self, row: int) -> Member | None:
        return self._members.get(row)

    def customer_of(self, row: int) -> int:
        return self.key

    def do_open_customer(self) -> None:
        """Opens the customer, or goes back to it where it stands below."""
        from tui.screens.customer import CustomerScreen

        below = self.app.screen_stack[-2]
        if isinstance(below, CustomerScreen) and below.key == self.key:
            self.desk_app.back()
        else:
            super().do_open_customer()
