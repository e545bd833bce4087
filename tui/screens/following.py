"""What is done from the list of what to follow up: reminding, noting, snoozing, extending."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta

from textual import work

from store.actions import follow_up as actions
from store.actions.follow_up import Waiting
from store.actions.renewing import AT_MICROSOFT, Renewing, Step
from store.desk import Receipt
from store.errors import BadInput
from store.message import N_, Message, msg
from store.model.document import given_day
from store.model.offer import Kind, offer_label
from store.model.outgoing import WHAT_NAMES, What
from tui import text
from tui.keys import ASKING
from tui.screens.ask_text import ask_text
from tui.screens.dialogs import choose
from tui.screens.filtered import FilteredScreen
from tui.widgets.follow_rows import WITHIN, Row
from tui.widgets.follow_table import FollowTable

_SNOOZES = (7, 14, 30)
"""Days to choose from."""
_MOST_NAMED = 3
_Letter = tuple[What, Kind, str]
"""What a letter is for, of which kind of offer, and its name where it is one of several."""


class Following(FilteredScreen):
    """The keys of the list; what it shows is for the list itself."""

    @property
    def table(self) -> FollowTable:
        """The list's rows."""
        return self.query_one(FollowTable)

    def chosen(self) -> list[Row]:
        """The rows that an action is about: the marked ones, else the one under the cursor."""
        raise NotImplementedError

    def shown_as(self) -> Message:
        """What the list shows, in as few words as a plan has room for."""
        raise NotImplementedError

    def _customers(self, rows: Iterable[Row] | None = None) -> list[int]:
        """The customers of some rows, each once; says so where there are none."""
        found = self.chosen() if rows is None else rows
        known = self.session.view.customers
        customers = list(dict.fromkeys(row.customer for row in found if row.customer in known))
        if not customers:
            self.say(N_("No customer of this desk is behind it."), error=True)
        return customers

    def _named(self, customers: Sequence[int]) -> Message:
        """The first customers by name, and how many more."""
        view = self.session.view
        labels = [found.label for key in customers if (found := view.customer(key))]
        names = ", ".join(labels[:_MOST_NAMED])
        if len(labels) <= _MOST_NAMED:
            return msg("{raw}", raw=names)
        return msg("{names} and {count} more", names=names, count=len(labels) - _MOST_NAMED)

    def unmark_rows(self, rows: Iterable[Row]) -> None:
        """Takes the marks of some rows away: they are dealt with."""
        raise NotImplementedError

    # -- letters ------------------------------------------------------------------------------

    @work(group=ASKING)
    async def do_remind(self) -> None:
        from tui.screens.send import SendScreen

        chosen = self.chosen()
        letters = _letters(chosen)
        wanted = next(iter(letters), None)
        if len(letters) > 1:
            wanted = await self._which(letters)
        elif not letters and any(isinstance(row.about, Renewing) for row in chosen):
            self.say(N_("There is nothing to ask for: the access extends by itself."), error=True)
        elif not letters:
            self.say(N_("This is a letter already; O shows what became of it."), error=True)
        if wanted is None:
            return
        customers = self._customers(letters[wanted])
        if customers:
            what, kind, offer = wanted
            rows = letters[wanted]

            def sent(to: Collection[int]) -> None:
                self.unmark_rows(row for row in rows if row.customer in to)

            self.app.push_screen(SendScreen(what, customers, kind=kind, offer=offer, sent=sent))

    async def _which(self, letters: dict[_Letter, list[Row]]) -> _Letter | None:
        """Asks which of several letters to write first."""
        options = []
        for place, ((what, kind, offer), rows) in enumerate(letters.items()):
            counted = msg("{what}, {kind}: {count}", what=msg(WHAT_NAMES[what]),
                          kind=offer_label(kind, offer), count=len(rows))  # fmt: skip
            options.append((str(place), text.say(counted)))
        picked = await choose(self, N_("The marked get different letters. Which first?"), options)
        return list(letters)[int(picked)] if picked else None

    @work(exclusive=True, group="make")
    async def do_make(self) -> None:
        from tui.screens.make import make_links

        self.session.kind, self.session.offer_name = Kind.DELEGATED, ""
        customers = self._customers()
        if customers:
            await make_links(self, customers)

    # -- what was done ------------------------------------------------------------------------

    @work(group=ASKING)
    async def do_phoned(self) -> None:
        customers = self._customers()
        if not customers:
            return
        note = await ask_text(
            self,
            msg("Phoned: {names}. What was said?", names=self._named(customers)),
            hint=N_("enter records the call, with or without a note; esc records nothing."),
        )
        desk = self.session.desk
        await self._touch(
            customers, None if note is None else lambda: actions.phoned(desk, customers, note)
        )

    @work(group=ASKING)
    async def do_note(self) -> None:
        customers = self._customers()
        if not customers:
            return
        note = await ask_text(
            self,
            msg("A note about {names}", names=self._named(customers)),
            hint=N_("enter keeps it in the timeline; esc keeps nothing."),
        )
        desk = self.session.desk
        await self._touch(
            customers, (lambda: actions.noted(desk, customers, note)) if note else None
        )

    @work(group=ASKING)
    async def do_snooze(self) -> None:
        view, today = self.session.view, self.session.today
        rows = [
            row
            for row in self.chosen()
            if isinstance(row.about, Waiting) or actions.waiting_of(view, row.customer, today)
        ]
        if not rows:
            self.say(N_("Only who has an offer to answer can be left alone."), error=True)
            return
        customers = self._customers(rows)
        until = await self._until(customers) if customers else None
        desk = self.session.desk
        await self._touch(
            customers, None if until is None else lambda: actions.snooze(desk, customers, until)
        )

    async def _until(self, customers: Sequence[int]) -> date | None:
        """Asks for the last day on which customers are left alone."""
        today = self.session.today
        days = {str(days): today + timedelta(days) for days in _SNOOZES}
        options = [
            (name, text.say(msg("{days} days, until {day}", days=int(name), day=day.isoformat())))
            for name, day in days.items()
        ]
        options.append(("day", text.say(N_("Until another day…"))))
        title = msg("Leave alone: {names}", names=self._named(customers))
        picked = await choose(self, title, options)
        if picked is None or picked in days:
            return days.get(picked or "")
        typed: str | None = days[str(_SNOOZES[-1])].isoformat()
        while typed := await ask_text(
            self, title, typed or "", N_("The last day, as in 2026-11-30; esc leaves it.")
        ):
            try:
                return given_day(typed, "until", N_("Until"))
            except BadInput as error:
                self.say_error(error)
        return None

    async def _touch(self, customers: Sequence[int], act: Callable[[], Receipt] | None) -> None:
        """Records what was done; nothing, where the question was not answered."""
        if act is None:
            if customers:
                self.say(N_("Nothing was recorded."))
            return
        receipt = await self.change(act)
        if receipt:
            self.unmark(customers)
            self.say_done(receipt)

    @work(group=ASKING)
    async def do_answer(self) -> None:
        from tui.screens.answer import ask_for_answer

        customers = self._customers()
        if customers:
            await ask_for_answer(self, customers)

    # -- other screens ------------------------------------------------------------------------

    def do_open(self) -> None:
        from tui.screens.customer import CustomerScreen

        customers = self._customers(self._under_cursor())
        if customers:
            self.app.push_screen(CustomerScreen(customers[0]))

    @work(group=ASKING)
    async def do_copy_field(self) -> None:
        from tui.screens.copying import copy_field

        customers = self._customers(self._under_cursor())
        if customers:
            await copy_field(self, customers[0])

    def _under_cursor(self) -> list[Row]:
        row = self.table.under_cursor
        return [row] if row else []

    def do_extend(self) -> None:
        from tui.screens.expiring import ExpiringScreen

        marked = bool(self.table.marked)
        rows = self.chosen() if marked else self.table.rows
        ends = [row.about for row in rows if isinstance(row.about, Renewing)]
        if not ends:
            self.say(
                msg("No access of the marked ones ends within {days} days.", days=WITHIN)
                if marked
                else msg("No access that the list shows ends within {days} days.", days=WITHIN),
                error=True,
            )
            return
        only = {(one.relationship, one.invitation) for one in ends}
        self.app.push_screen(ExpiringScreen(only, msg("the marked") if marked else self.shown_as()))

    def do_outbox(self) -> None:
        from tui.screens.outbox import OutboxScreen

        self.app.push_screen(OutboxScreen())

    def do_answers(self) -> None:
        from tui.screens.answers import AnswersScreen

        self.app.push_screen(AnswersScreen())

    @work(group=ASKING)
    async def do_calendar(self) -> None:
        from tui.screens.save import save_calendar

        await save_calendar(self)


def _letters(rows: Iterable[Row]) -> dict[_Letter, list[Row]]:
    """Which letters some rows ask for: who was asked anew already is reminded of that.

    No consent is asked for where none is needed; where the access could be made to extend, only
    if none of the others needs one.
    """
    made: dict[_Letter, list[Row]] = {}
    listed = list(rows)
    steps = {row.about.step for row in listed if isinstance(row.about, Renewing)}
    idle = {Step.NOTHING, *(AT_MICROSOFT if Step.ASK in steps else ())}
    for row in listed:
        match row.about:
            case Waiting():
                what = What.REMINDER
            case Renewing(step=step) if step in idle:
                continue
            case Renewing(asked=asked):
                what = What.REMINDER if asked else What.RENEWAL
            case _:
                continue
        made.setdefault((what, row.kind, row.offer), []).append(row)
    return made
