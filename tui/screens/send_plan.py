"""Letters that are to leave: the plan, and the letter under the cursor as it will go."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from store.actions import letters, posting
from store.actions.letters import Copy
from store.actions.outbox import Account, Way
from store.actions.posting import Fate, Line, Posting
from store.errors import DeskError, NotFound
from store.message import N_, Message, msg, nmsg
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, What
from tui import text
from tui.language import current
from tui.screens.ask_text import ask_text
from tui.screens.base import DeskScreen
from tui.screens.way import list_of
from tui.situation import Situation
from tui.widgets.post_from import leaves_from
from tui.widgets.post_letter import PostLetter
from tui.widgets.post_table import PostTable, Row, planned

_SETTLED = 0.1
"""Seconds that the cursor rests before the letter follows: a held key composes none."""
_MOST_A_MINUTE = 10_000
_A_FEW = 50


class _NoLongerWanted(Exception):
    """Another plan is being made, or the screen was left."""


class SendPlanScreen(DeskScreen):
    """What would go to whom, and why not to others; `plan` is there once it was shown."""

    AUTO_FOCUS = "#plan"

    def __init__(
        self,
        what: What,
        customers: Sequence[int],
        *,
        kind: Kind = Kind.DELEGATED,
        offer: str = "",
    ) -> None:
        super().__init__()
        self.what = what
        self.customers = list(customers)
        self.kind = kind
        self.offer = offer
        self.plan: Posting | None = None
        self.problem: DeskError | None = None
        self.pace: int | None = None
        self._settling: Timer | None = None
        self._planning = asyncio.Lock()
        self._made: Posting | None = None
        self._made_of: object = None
        self._going = 0

    def body(self) -> ComposeResult:
        yield Static(id="from")
        yield Static(id="counts")
        with Container(id="post"):
            yield PostTable(id="plan")
            yield PostLetter(id="letter")

    def crumbs(self) -> tuple[str, ...]:
        return list_of(self), text.plain(N_("Send letters")), text.plain(WHAT_NAMES[self.what])

    def situation(self) -> Situation:
        return self.session.situation(len(self.customers))

    @property
    def is_sending(self) -> bool:
        """Whether letters are being sent now."""
        return False

    @property
    def table(self) -> PostTable:
        """The letters."""
        return self.query_one(PostTable)

    @property
    def letter(self) -> PostLetter:
        """The letter under the cursor."""
        return self.query_one(PostLetter)

    @property
    def language(self) -> str:
        """The language for customers who have none set."""
        return current()

    @property
    def templates(self) -> str:
        """The folder with letters of the user's own."""
        return self.session.settings.templates

    def plain_text(self) -> str:
        table = self.table
        rows = ("  ".join(table.row_cells(row)) for row in range(table.row_count()))
        head = (self._leaves_from().plain, self._counted().plain)
        return "\n".join((*head, "", *rows, "", self.letter.plain()))

    # -- the plan -----------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if self.is_planning and (customers is None or customers & set(self.customers)):
            self.replan()

    @property
    def is_planning(self) -> bool:
        """Whether this is still about a plan, and nothing of it was begun."""
        return True

    @work(exclusive=True, group="plan")
    async def replan(self) -> None:
        """Makes the plan anew, where what it is made of has changed, and shows it."""
        try:
            plan = await self.planned()
        except DeskError as error:
            self.show_problem(error)
        else:
            if self.is_planning:
                self.show_plan(plan)

    def plan_is_old(self) -> None:
        """The letters were found to read otherwise by now, as where their template changed."""
        self._made = None

    async def planned(self) -> Posting:
        """The plan as of now; raises `DeskError`. Who asks meanwhile waits for the same one."""
        session = self.session
        async with self._planning:
            await asyncio.to_thread(session.mailing.look)
            account = session.mailing.account
            now = session.view.seq, session.today, account and account._replace(secret=None)
            if self._made is None or now != self._made_of:
                self.plan = None
                self.count()
                self._made = await self._compose_all(account)
                self._made_of = now
            return self._made

    async def _compose_all(self, account: Account | None) -> Posting:
        session = self.session
        told = self._composing(asyncio.get_running_loop())
        try:
            return await asyncio.to_thread(
                lambda: posting.plan(
                    session.view, session.desk.operator, self.what, self.customers, self.kind,
                    language=self.language, today=session.today, offer=self.offer,
                    templates=self.templates, account=account, told=told,
                )
            )  # fmt: skip
        except _NoLongerWanted:
            raise asyncio.CancelledError from None

    def _composing(self, loop: asyncio.AbstractEventLoop) -> Callable[[int], None]:
        """Counts letters as they are composed, on the planning thread, which it ends if need be."""
        self._going += 1
        going = self._going

        def told(done: int) -> None:
            if going != self._going or not self.is_attached:
                raise _NoLongerWanted
            if done % _A_FEW == 0:
                with contextlib.suppress(RuntimeError):  # the desk has ended
                    loop.call_soon_threadsafe(self._show_composed, done)

        return told

    def _show_composed(self, done: int) -> None:
        for line in self.query("#counts").results(Static):
            line.update(text.say(msg("Composing the letters: {done} of {total}.", done=done,
                                     total=len(self.customers))))  # fmt: skip

    def show_plan(self, plan: Posting) -> None:
        """Shows a plan."""
        self.plan, self.problem = plan, None
        self.table.show(map(planned, plan.lines))
        self.count()
        self._follow_cursor()

    def show_problem(self, error: DeskError) -> None:
        """Shows why there is no plan."""
        self.plan, self.problem = None, error
        self.table.show(())
        self.count()
        self.letter.say(text.nothing())

    # -- the letter under the cursor ----------------------------------------------------------

    @on(PostTable.Moved, "#plan")
    def _moved(self) -> None:
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._follow_cursor)

    def _follow_cursor(self) -> None:
        row = self.table.under_cursor
        if row is None:
            self.letter.say(text.nothing())
        else:
            self._show_letter(row)

    @work(exclusive=True, group="letter")
    async def _show_letter(self, row: Row) -> None:
        said = [message for message in (row.why, row.todo) if message]
        try:
            copy = await asyncio.to_thread(self.composed, row)
        except DeskError as error:
            parts = [*said, error.what] if error.what not in said else said
            parts += [error.todo] if error.todo else []
            self.letter.say(text.join(map(text.say, parts), " "))
            return
        self.letter.show(copy, self.head(row), (*said, *copy.letter.remarks))

    def composed(self, row: Row) -> Copy:
        """The letter to a row's customer, as it reads now; raises `DeskError`."""
        view = self.session.view
        customer = view.customer(row.customer)
        if customer is None:
            raise NotFound(msg("This customer is no longer there."))
        return letters.letter_for(
            view, self.what, customer, self.kind, self.language, self.session.today,
            offer=self.offer, templates=self.templates,
        )  # fmt: skip

    def head(self, row: Row) -> list[tuple[str, str]]:
        """From whom, to whom, and where the answer goes."""
        name, address, reply_to = posting.sender_of(self.session.mailing.account, self.session.view)
        return [
            (N_("From:"), f"{name} <{address}>" if name else address),
            (N_("To:"), row.to),
            (N_("Reply to:"), reply_to),
            (N_("Reference:"), self.reference(row)),
        ]

    def reference(self, row: Row) -> str:
        """What an answer is known by, which is made as the letter is queued."""
        return text.plain(N_("PD-…, at the end of the subject"))

    # -- what is said of it -------------------------------------------------------------------

    def count(self) -> None:
        """Draws the lines above the letters."""
        for line in self.query("#from").results(Static):
            line.update(text.made(self._leaves_from()))
        for line in self.query("#counts").results(Static):
            line.update(text.made(self._counted()))
        self.update_keys()

    @property
    def minute(self) -> int:
        """The most letters a minute; 0 is as fast as it goes."""
        account = self.session.mailing.account
        return self.pace if self.pace is not None else account.pace if account else 0

    def _leaves_from(self) -> Content:
        return leaves_from(self.session.mailing, self.minute, self.no_way)

    @property
    def no_way(self) -> Message | None:
        """Why nothing can leave from where letters are to leave from, if so."""
        account = self.session.mailing.account
        if self.plan is not None and self.plan.no_way:
            return self.plan.no_way
        by_graph = account is not None and account.way is Way.GRAPH
        return self.session.microsoft.why_not if by_graph else None

    def _counted(self) -> Content:
        if self.problem:
            parts = [text.say(N_("Error:"), "bold"), text.say(self.problem.what)]
            parts += [text.say(self.problem.todo)] if self.problem.todo else []
            return text.join(parts, " ")
        if self.plan is None:
            return text.say(N_("The plan is being made…"))
        parts = [text.say(self._sum(self.plan), "bold")]
        if self.plan.forbidden:
            parts.append(text.say(self.plan.forbidden))
        elif self.no_way:
            parts.append(text.say(N_("s saves them as drafts, m makes a mailto line.")))
        parts += [text.say(remark, "bold $warning") for remark in self.plan.remarks]
        return text.join(parts, " ")

    def _sum(self, plan: Posting) -> Message:
        """What would be sent."""
        left_out = sum(line.fate is Fate.REFUSED for line in plan.lines)
        return msg(
            "{what} would be sent, {count} left out.",
            what=nmsg("{count} letter", "{count} letters", len(plan.to_send)),
            count=left_out,
        )

    # -- how fast -----------------------------------------------------------------------------

    @work(group="ask")
    async def do_pace(self) -> None:
        typed = await ask_text(
            self, N_("How many letters a minute at most?"), str(self.minute),
            N_("0 is as fast as it goes. Many servers refuse more than 30 a minute."),
        )  # fmt: skip
        if typed is None:
            return
        if not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= _MOST_A_MINUTE):
            self.say(msg("{typed} is no number of letters a minute.", typed=typed), error=True)
            return
        self.set_pace(int(typed))

    def set_pace(self, pace: int) -> None:
        """Goes at another pace from now on."""
        self.pace = pace
        self.count()

    def sendable(self) -> list[Line]:
        """The lines of the plan that have a letter to send or to save."""
        return [line for line in self.plan.lines if line.fate is Fate.SEND] if self.plan else []
