"""Letters on their way: how far they are, pause and stop, and what came of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from textual import work
from textual.content import Content
from textual.worker import Worker

from store.actions import outbox, sending
from store.actions.letters import Copy
from store.actions.posting import Line
from store.errors import DeskError, NotAllowed, SignInNeeded
from store.message import N_, Message, msg, nmsg
from store.model.offer import Kind
from store.model.outgoing import Outgoing, Stage, What
from tui import text
from tui.asking import sign_in_for
from tui.screens.send_plan import SendPlanScreen
from tui.widgets.post_table import PostTable, Row, planned, posted

_A_LOOK = 0.05
"""Seconds between two looks whether what is under way has ended."""


class SendRunScreen(SendPlanScreen):
    """What a plan came to, while it is carried out and after.

    `letters` are those of the outbox that were queued here, or that are to be gone on with; `sent`
    hears of the customers whose letter has left.
    """

    def __init__(
        self,
        what: What,
        customers: Sequence[int],
        *,
        kind: Kind = Kind.DELEGATED,
        offer: str = "",
        letters: Collection[int] = (),
        sent: Callable[[Collection[int]], None] = lambda customers: None,
    ) -> None:
        super().__init__(what, customers, kind=kind, offer=offer)
        self.sent = sent
        self.letters = list(letters)
        self._run: sending.Run | None = None
        self._worker: Worker[None] | None = None
        self._testing: Worker[None] | None = None
        self._stopping = False
        self._left_out = 0
        self._done = 0
        self._total = 0

    @property
    def is_sending(self) -> bool:
        return self._worker is not None and self._worker.is_running

    @property
    def _is_testing(self) -> bool:
        """Whether a test letter is under way."""
        return self._testing is not None and not self._testing.is_finished

    @property
    def is_planning(self) -> bool:
        return not self.letters and not self.is_sending

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def outgoing(self) -> list[Outgoing]:
        """The letters of the outbox that this is about, as they are now."""
        found = map(self.session.view.letter, self.letters)
        return [letter for letter in found if letter]

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if self.letters and not self.is_sending:
            self.show_letters()
        else:
            super().refresh_view(customers)

    @work(exclusive=True, group="plan")
    async def show_letters(self) -> None:
        """Shows what became of the letters, those to look at first; those left out stay."""
        await asyncio.to_thread(self.session.mailing.look)
        self._show_rows(sort=True)
        self.count()
        self._follow_cursor()

    def _show_rows(self, *, sort: bool) -> None:
        rows = [posted(letter, self._label(letter)) for letter in self.outgoing]
        there = {row.customer for row in rows}
        left_out = [row for row in self.table.rows if row.is_refused and row.customer not in there]
        self.table.show([*left_out, *rows], sort=sort)

    def leave_out(self, lines: Collection[Line]) -> None:
        """Shows these as refused: they are not what was looked at any more."""
        self._left_out = len(lines)
        now = {line.customer: planned(line) for line in lines}
        self.table.rows = [now.get(row.customer, row) for row in self.table.rows]

    def _label(self, letter: Outgoing) -> str:
        customer = self.session.view.customer(letter.customer)
        return customer.label if customer else ""

    def composed(self, row: Row) -> Copy:
        view = self.session.view
        letter = view.letter(row.key) if row.key else None
        if letter is None:
            return super().composed(row)
        return outbox.recomposed(view, letter, self.session.today, self.templates)

    def reference(self, row: Row) -> str:
        letter = self.session.view.letter(row.key) if row.key else None
        return letter.reference if letter else super().reference(row)

    def _counted(self) -> Content:
        if self.is_sending:
            return text.join(self._progress(), " ")
        if not self.letters:
            return super()._counted()
        return text.say(self._result(), "bold")

    def _progress(self) -> list[Content]:
        run = self._run
        parts = [text.say(msg("{done} of {total} letters are done.", done=self._done,
                              total=self._total), "bold")]  # fmt: skip
        if run is not None and run.pace.is_paused:
            parts.append(text.say(N_("Paused: space goes on, esc stops."), "bold"))
        elif not self._stopping:
            if run is not None and run.seconds_left is not None and self._done:
                parts.append(text.say(time_left(run.seconds_left)))
            parts.append(text.say(N_("space pauses, esc stops.")))
        return parts

    def _result(self) -> Message:
        """What became of the letters, in numbers."""
        stages = [letter.stage for letter in self.outgoing]
        return msg(
            "{sent} sent, {refused} refused, {unknown} unknown, {left} still queued.",
            sent=stages.count(Stage.SENT),
            refused=stages.count(Stage.REFUSED),
            unknown=stages.count(Stage.UNKNOWN) + stages.count(Stage.SENDING),
            left=stages.count(Stage.QUEUED),
        )

    # -- on their way -----------------------------------------------------------------------------

    @work(exclusive=True, group="send")
    async def send_queued(self, ids: Sequence[int]) -> None:
        session, ended = self.session, None
        self._stopping, self._done, self._total = False, 0, len(ids)
        self.table.focus()
        self.say(N_("Sending…"))
        self.call_later(self.count)
        try:
            with session.under_way():
                ended = await self._carry(ids)
        except DeskError as error:
            ended = error
        finally:
            self._worker = self._run = None
            if self.is_attached:
                self._end(ended)
        if ended and not self._any_sent(ids):
            session.mailing.forget()  # perhaps it was the password
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "mail"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    def _any_sent(self, ids: Sequence[int]) -> bool:
        found = map(self.session.view.letter, ids)
        return any(letter and letter.stage is Stage.SENT for letter in found)

    async def _carry(self, ids: Sequence[int]) -> DeskError | None:
        """Sends some queued letters; why the rest was left, if it was."""
        run = await self.new_run()
        self._run = run
        if self._stopping:
            run.stop()
        await run.send(list(ids))
        return run.ended

    async def new_run(self) -> sending.Run:
        session = self.session
        account = session.mailing.account
        if account is None:
            raise NotAllowed(session.mailing.why_not or msg("No way to send mail is set."))
        return await asyncio.to_thread(
            lambda: sending.Run(
                session.desk, account, templates=self.templates, told=self._told,
                pace=self.minute, connection=session.microsoft.connection,
            )
        )  # fmt: skip

    def _told(self, letter: Outgoing) -> None:
        """One more letter has ended."""
        self._done += 1
        self.session.posted |= letter.stage is not Stage.QUEUED
        for table in self.query(PostTable):  # none, where the screen was left meanwhile
            table.told(letter)
        self.count()

    def _end(self, ended: DeskError | None) -> None:
        """Everything has ended that was under way; what needs somebody stands first."""
        self.table.cursor = 0
        self._show_rows(sort=True)
        self.count()
        self._follow_cursor()
        sent = {letter.customer for letter in self.outgoing if letter.stage is Stage.SENT}
        self.session.marked -= sent
        self.sent(sent)
        stages = [letter.stage for letter in self.outgoing]
        unknown = stages.count(Stage.UNKNOWN) + stages.count(Stage.SENDING)
        if unknown:
            self.say(
                nmsg(
                    "Whether {count} letter was sent is not known, and it is not sent again. "
                    "O opens the outbox.",
                    "Whether {count} letters were sent is not known, and they are not sent again. "
                    "O opens the outbox.",
                    unknown,
                ),
                error=True,
            )
        elif ended:
            self.say_error(ended)
        elif self._stopping:
            self.say(N_("Stopped. ctrl+s goes on with the rest; it also waits in the outbox (O)."))
        elif Stage.QUEUED in stages:
            self.say(N_("Not all could be sent yet: each line says why. ctrl+s tries those again."),
                     error=True)  # fmt: skip
        elif self._left_out:
            self.say(
                nmsg(
                    "{count} letter was left out, for it is no longer the one that was shown: its "
                    "line says why.",
                    "{count} letters were left out, for they are no longer those that were shown: "
                    "each line says why.",
                    self._left_out,
                ),
                error=True,
            )
        elif Stage.REFUSED in stages:
            self.say(N_("Those that were refused stand first, with the reason. x saves a summary."),
                     error=True)  # fmt: skip
        else:
            self.say(N_("All were accepted. x saves a summary."))

    # -- while it goes on -------------------------------------------------------------------------

    def do_pause(self) -> None:
        run = self._run
        if run is None:
            self.say(N_("Nothing is being sent."))
        elif run.pace.is_paused:
            run.pace.go_on()
            self.say(N_("It goes on."))
        else:
            run.pace.pause()
            self.say(N_("Paused after the letter under way. space goes on, esc stops."))
        self.count()

    def set_pace(self, pace: int) -> None:
        super().set_pace(pace)
        if self._run is not None:
            self._run.pace.most = pace

    def do_back(self) -> object:
        """Stops after the letter under way, or leaves."""
        if not self.is_sending:
            return super().do_back()
        self._stop()
        return None

    def _stop(self) -> None:
        self._stopping = True
        if self._run:
            self._run.stop()
        self.say(N_("It stops after the letter under way; a moment."))
        self.count()

    def is_changed(self) -> bool:
        return self.is_sending

    def why_stay(self) -> Message:
        return msg("Letters are being sent. Stop after the letter under way, and leave? The rest "
                   "waits in the outbox.")  # fmt: skip

    async def wind_up(self) -> None:
        """Lets the letter under way come to its end: cut off, nobody would know of it."""
        if self.is_sending:
            self._stop()
        while self.is_sending or self._is_testing:
            await asyncio.sleep(_A_LOOK)


def time_left(seconds: float) -> Message:
    """How long it may still take, in words."""
    if seconds < 60:
        return nmsg("About {count} second left.", "About {count} seconds left.",
                    max(1, round(seconds)))  # fmt: skip
    minutes = round(seconds / 60)
    if minutes < 120:
        return nmsg("About {count} minute left.", "About {count} minutes left.", minutes)
    return nmsg("About {count} hour left.", "About {count} hours left.", round(minutes / 60))
