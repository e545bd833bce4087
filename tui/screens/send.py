"""Sending letters: ctrl+s sends what the plan shows; it pauses, stops, and goes on later.

Whatever breaks off stays in the outbox, and nothing is sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import work

from store.actions import outbox, resolving
from store.actions.posting import Line, Posting
from store.errors import DeskError
from store.message import N_, Message, msg, nmsg
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, Stage, What
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.screens.give import certified
from tui.screens.send_run import SendRunScreen
from tui.situation import Situation

_SENDING = N_("Letters are being sent; esc stops after the one under way.")


class SendScreen(SendRunScreen):
    """The plan, how it is sent, and what came of it."""

    KEYS = "send"

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
        if self.is_sending:
            return msg(_SENDING)
        if self.letters and not self._left():
            return msg("Nothing of this is left to send.")
        forbidden = self.plan.why_not if self.plan else None
        return self.session.mailing.why_not or forbidden or self.no_way

    def _left(self) -> list[int]:
        """The letters that are queued still."""
        return [letter.id for letter in self.outgoing if letter.stage is Stage.QUEUED]

    # -- sending ----------------------------------------------------------------------------------

    @work(group="ask")
    async def do_send_now(self) -> None:
        left = self._left()
        if left:
            question = nmsg("Send {count} letter that is queued?",
                            "Send {count} letters that are queued?", len(left))  # fmt: skip
            who = [letter.customer for letter in self.outgoing if letter.id in left]
            if await confirm(self, question, who) and await self._may_begin():
                self._worker = self.send_queued(left)
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
        if (
            await confirm(self, self._question(plan), named, plan.remarks)
            and await self._may_begin()
        ):
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

        if self._is_testing:
            self.say(N_("The test letter is under way still; a moment."))
            return False
        return not self.is_sending and await mail_password(self) and not self.is_sending

    async def _queue(self, plan: Posting) -> None:
        session = self.session
        account = session.mailing.account
        if account is None:
            return
        self.say(N_("The letters are being queued…"))
        self._changing = True  # no second time meanwhile
        try:
            queued = await asyncio.to_thread(outbox.queue, session.desk, plan, account)
        except DeskError as error:
            self.say_error(error)
            self.plan_is_old()
            self.replan()
            return
        finally:
            self._changing = False
        self.letters = list(queued.ids)
        self.leave_out(queued.left)
        self._show_rows(sort=False)
        self._worker = self.send_queued(self.letters)

    # -- besides ----------------------------------------------------------------------------------

    @work(group="ask")
    async def do_test_letter(self) -> None:
        plan, row = self.plan, self.table.under_cursor
        account = self.session.mailing.account
        line = next((it for it in self.sendable() if row and it.customer == row.customer), None)
        if self.is_sending or self._is_testing:
            self.say(_SENDING)
        elif plan is None or line is None or account is None:
            self.say(N_("Put the cursor on a letter that would be sent."), error=True)
        elif await self._may_begin():
            self.say(msg("Sending a test letter to {address}…", address=account.sender))
            self._testing = self._send_test(plan, line)

    @work(exclusive=True, group="test")
    async def _send_test(self, plan: Posting, line: Line) -> None:
        desk, account = self.session.desk, self.session.mailing.account
        assert account is not None
        try:
            key = await asyncio.to_thread(outbox.test_letter, desk, plan, line, account)
            run = await self.new_run()
            with self.session.under_way():
                try:
                    await run.send([key])
                finally:
                    await asyncio.to_thread(resolving.drop_test, desk, key)
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
            said = msg("The test letter was not sent: {why}", why=why)
            if letter is not None and letter.stage in (Stage.UNKNOWN, Stage.SENDING):
                said = msg("It is not known whether the test letter was sent: {why}", why=why)
            self.say(said, error=True)

    def do_paste_link(self) -> None:
        """Where a link is missing; the plan is made anew with it."""
        from tui.screens.offer_form import link_form

        row, own = self.table.under_cursor, list[int]()
        if self.what is What.RENEWAL and row:
            own = [row.customer]  # each needs its own
        elif self.what is What.OFFER:
            own = self.customers
        if self.what is What.RECORD:
            self.say(N_("This letter has no link."))
        elif self.is_planning:
            self.app.push_screen(link_form(self.kind, self.offer, own))
        else:
            self.say(N_("The link of these letters is not changed any more."))

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
