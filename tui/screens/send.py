"""Sending letters: ctrl+s sends what the plan shows; it pauses, stops, and goes on later.

Whatever breaks off stays in the outbox, and nothing is sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from textual import work
from textual.content import Content
from textual.worker import Worker

from store.actions import outbox, sending
from store.actions.letters import Copy
from store.actions.outbox import Line, Posting, Way
from store.errors import DeskError, NotAllowed, SignInNeeded
from store.message import N_, Message, msg, nmsg
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, Outgoing, Stage, What
from tui import text
from tui.asking import sign_in_for
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.screens.give import certified
from tui.screens.send_plan import SendPlanScreen
from tui.situation import Situation
from tui.widgets.post_table import Row, posted

_SENDING = N_("Letters are being sent; esc stops after the one under way.")


class SendScreen(SendPlanScreen):
    """The plan, how it is sent, and what came of it.

    `letters` are those of the outbox that were queued here, or that are to be gone on with.
    """

    KEYS = "send"

    def __init__(
        self,
        what: What,
        customers: Sequence[int],
        *,
        kind: Kind = Kind.DELEGATED,
        offer: str = "",
        letters: Collection[int] = (),
    ) -> None:
        super().__init__(what, customers, kind=kind, offer=offer)
        self.letters = list(letters)
        self._run: sending.Run | None = None
        self._worker: Worker[None] | None = None
        self._stopping = False
        self._done = 0
        self._total = 0

    @property
    def is_sending(self) -> bool:
        return self._worker is not None and self._worker.is_running

    @property
    def is_planning(self) -> bool:
        return not self.letters and not self.is_sending

    def situation(self) -> Situation:
        return (
            super()
            .situation()
            ._replace(
                chosen=self.table.row_count() if self.is_mounted else 0,
                sending=self.is_sending,
                not_sending=self._why_not(),
                summed=bool(self.letters) and not self.is_sending,
            )
        )

    def _why_not(self) -> Message | None:
        """Why nothing can be sent, if so."""
        mailing = self.session.mailing
        if mailing.why_not or (self.plan and self.plan.why_not):
            return mailing.why_not or (self.plan and self.plan.why_not)
        by_graph = mailing.account is not None and mailing.account.way is Way.GRAPH
        return self.session.microsoft.why_not if by_graph else None

    # -- what is shown ------------------------------------------------------------------------

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
        if run is not None and run.is_paused:
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

    # -- sending ------------------------------------------------------------------------------

    @work(group="ask")
    async def do_send_now(self) -> None:
        if self.is_sending:
            self.say(_SENDING)
            return
        left = [letter.id for letter in self.outgoing if letter.stage is Stage.QUEUED]
        if self.letters and not left:
            self.say(N_("Nothing of this is left to send."))
        elif left:
            question = nmsg("Send {count} letter that is queued?",
                            "Send {count} letters that are queued?", len(left))  # fmt: skip
            who = [letter.customer for letter in self.outgoing if letter.id in left]
            if await confirm(self, question, who) and await self._may_begin():
                self._worker = self._send(left)
        else:
            await self._send_plan()

    async def _send_plan(self) -> None:
        try:
            plan = await self.planned()
        except DeskError as error:
            self.show_problem(error)
            self.say_error(error)
            return
        self.show_plan(plan)
        if plan.why_not:
            self.say(plan.why_not, error=True)
            return
        if not plan.to_send:
            self.say(N_("There is no letter to send: each line says why."), error=True)
            return
        named = [line.customer for line in plan.to_send]
        if await confirm(self, self._question(plan), named) and await self._may_begin():
            await self._queue(plan)

    def _question(self, plan: Posting) -> Message:
        account = self.session.mailing.account
        values = {
            "what": msg(WHAT_NAMES[self.what]),
            "sender": account.sender if account else "",
        }
        if len(plan.to_send) == 1:
            return msg("Send the letter ({what}) from {sender} to {to}? u cannot undo it.",
                       to=plan.to_send[0].to, **values)  # fmt: skip
        return nmsg(
            "Send {count} letter ({what}) from {sender}? u cannot undo it.",
            "Send {count} letters ({what}) from {sender}? u cannot undo it.",
            len(plan.to_send), **values,
        )  # fmt: skip

    async def _may_begin(self) -> bool:
        """Asks for the mail password, where none is known yet; whether there is one now."""
        from tui.screens.mail_password import mail_password

        return not self.is_sending and await mail_password(self) and not self.is_sending

    async def _queue(self, plan: Posting) -> None:
        session = self.session
        account = session.mailing.account
        if account is None:
            return
        try:
            queued = await asyncio.to_thread(outbox.queue, session.desk, plan, account)
        except DeskError as error:
            self.say_error(error)
            self.replan()
            return
        self.letters = list(queued.ids)
        self._show_rows(sort=False)
        self._worker = self._send(self.letters)

    @work(exclusive=True, group="send")
    async def _send(self, ids: Sequence[int]) -> None:
        session, ended = self.session, None
        self._stopping, self._done, self._total = False, 0, len(ids)
        self.table.focus()
        self.say(N_("Sending…"))
        self.call_later(self.count)
        try:
            ended = await self._carry(ids)
        except DeskError as error:
            ended = error
        finally:
            self._worker = self._run = None
            if self.is_attached:
                self._end(ended)
        if ended:
            session.mailing.forget()
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "mail"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    async def _carry(self, ids: Sequence[int]) -> DeskError | None:
        """Sends some queued letters; why the rest was left, if it was."""
        run = await self._new_run()
        self._run = run
        if self._stopping:
            run.stop()
        await run.send(list(ids))
        return run.ended

    async def _new_run(self) -> sending.Run:
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
        self.table.told(letter)
        self.count()

    def _end(self, ended: DeskError | None) -> None:
        """Everything has ended that was under way; what needs somebody stands first."""
        self.table.cursor = 0
        self._show_rows(sort=True)
        self.count()
        self._follow_cursor()
        sent = {letter.customer for letter in self.outgoing if letter.stage is Stage.SENT}
        self.session.marked -= sent
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
        elif Stage.REFUSED in stages:
            self.say(N_("Those that were refused stand first, with the reason. x saves a summary."),
                     error=True)  # fmt: skip
        else:
            self.say(N_("All were accepted by the mail server. x saves a summary."))

    # -- while it goes on ---------------------------------------------------------------------

    def do_pause(self) -> None:
        run = self._run
        if run is None:
            self.say(N_("Nothing is being sent."))
        elif run.is_paused:
            run.go_on()
            self.say(N_("It goes on."))
        else:
            run.pause()
            self.say(N_("Paused after the letter under way. space goes on, esc stops."))
        self.count()

    def set_pace(self, pace: int) -> None:
        super().set_pace(pace)
        if self._run is not None:
            self._run.pace = pace

    def do_back(self) -> object:
        """Stops after the letter under way, or leaves."""
        if not self.is_sending:
            return super().do_back()
        self._stopping = True
        if self._run:
            self._run.stop()
        self.say(N_("It stops after the letter under way; a moment."))
        self.count()
        return None

    def is_changed(self) -> bool:
        return self.is_sending

    # -- besides ------------------------------------------------------------------------------

    @work(group="ask")
    async def do_test_letter(self) -> None:
        plan, row = self.plan, self.table.under_cursor
        account = self.session.mailing.account
        line = next((it for it in self.sendable() if row and it.customer == row.customer), None)
        if self.is_sending:
            self.say(_SENDING)
        elif plan is None or line is None or account is None:
            self.say(N_("Put the cursor on a letter that would be sent."), error=True)
        elif await self._may_begin():
            self.say(msg("Sending a test letter to {address}…", address=account.sender))
            await self._send_test(plan, line)

    async def _send_test(self, plan: Posting, line: Line) -> None:
        desk, account = self.session.desk, self.session.mailing.account
        assert account is not None
        try:
            key = await asyncio.to_thread(outbox.test_letter, desk, plan, line, account)
            run = await self._new_run()
            await run.send([key])
        except DeskError as error:
            self.session.mailing.forget()
            self.say_error(error)
            return
        if run.ended:
            self.session.mailing.forget()
        letter = self.session.view.letter(key)
        if letter is not None and letter.stage is Stage.SENT:
            self.say(msg("A test letter was sent to {address}. Look at it there before ctrl+s.",
                         address=letter.to))  # fmt: skip
        elif run.ended:
            self.say_error(run.ended)
        else:
            why = letter.why if letter and letter.why else msg("it is not known why")
            self.say(msg("The test letter was not sent: {why}", why=why), error=True)

    @work(group="ask")
    async def do_save_all(self) -> None:
        from tui.screens.post_saving import save_letters

        await save_letters(self)

    @work(group="ask")
    async def do_mailto(self) -> None:
        from tui.screens.post_saving import copy_mailto

        await copy_mailto(self)

    @work(group="ask")
    async def do_export(self) -> None:
        from tui.screens.save import save_summary

        batches = {letter.batch for letter in self.outgoing}
        await save_summary(self, batches.pop() if len(batches) == 1 else "")

    def do_outbox(self) -> None:
        from tui.screens.outbox import open_outbox

        open_outbox(self)


def time_left(seconds: float) -> Message:
    """How long it may still take, in words."""
    if seconds < 60:
        return nmsg("About {count} second left.", "About {count} seconds left.",
                    max(1, round(seconds)))  # fmt: skip
    minutes = round(seconds / 60)
    if minutes < 120:
        return nmsg("About {count} minute left.", "About {count} minutes left.", minutes)
    return nmsg("About {count} hour left.", "About {count} hours left.", round(minutes / 60))


async def send_letters(
    screen: DeskScreen,
    what: What,
    customers: Sequence[int],
    *,
    kind: Kind | None = None,
    offer: str = "",
) -> None:
    """Opens the plan of some letters, once it is said that the partner may offer at all.

    They are about the offer that is being worked with, unless a `kind` is given. Only in a worker.
    """
    if not customers:
        screen.say(N_("Nobody is marked. space marks customers in the list."), error=True)
    elif what is What.RECORD or await certified(screen):
        session = screen.session
        if kind is None:
            kind, offer = session.kind, session.offer_name
        screen.app.push_screen(SendScreen(what, customers, kind=kind, offer=offer))
