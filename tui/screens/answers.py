"""Answers: mails that answer our letters, each with its text, for the operator to decide on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static
from textual.worker import get_current_worker

from store.actions import answering, answers
from store.actions.answers import Proposal, Reading
from store.desk import Receipt
from store.errors import BadInput, Conflict, DeskError
from store.message import N_, msg, nmsg
from store.model.consent import ANSWER_WORDS, Answer
from tui import text
from tui.keys import ASKING
from tui.screens.dialog import Dialog
from tui.screens.filtered import FilteredScreen
from tui.situation import Situation
from tui.widgets.answer_table import AnswerTable, mail_lines, words_of

_SAID_EVERY = 100
"""Files between two words about how far the reading is."""
_ALL = 1_000_000
_LONGEST_PATH = 32


def _tail(path: str) -> str:
    """The end of a path, which says most of it."""
    return path if len(path) <= _LONGEST_PATH else f"{text.ELLIPSIS}{path[1 - _LONGEST_PATH :]}"


class MailScreen(Dialog[str]):
    """One mail, all of it; closes with what is to be done with it, an action of the list."""

    KEYS = "mail"

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(text.join(mail_lines(self.proposal, _ALL), "\n"))

    def situation(self) -> Situation:
        return self.session.situation(1)

    def do_granted(self) -> None:
        self.dismiss("granted")

    def do_declined(self) -> None:
        self.dismiss("declined")

    def do_without(self) -> None:
        self.dismiss("without")

    def do_took(self) -> None:
        self.dismiss("took")

    def do_came_back(self) -> None:
        self.dismiss("came-back")

    def do_keep_note(self) -> None:
        self.dismiss("keep-note")

    def do_dismiss_mail(self) -> None:
        self.dismiss("dismiss-mail")


class AnswersScreen(FilteredScreen):
    """The mails above, the one under the cursor below or beside; keys say what it is."""

    KEYS = "answers"
    AUTO_FOCUS = "#mails"

    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading()
        self.shown: Proposal | None = None
        self._seq = -1

    def body(self) -> ComposeResult:
        yield Static(id="shown")
        yield AnswerTable(id="mails")
        with VerticalScroll(id="mail"):
            yield Static(id="mail-text")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Answers"))

    @property
    def table(self) -> AnswerTable:
        """The list's rows."""
        return self.query_one(AnswerTable)

    @property
    def folder(self) -> str:
        """Where answers are looked for; empty where nobody said."""
        return self.session.answers_in or self.session.settings.mail.answers

    def situation(self) -> Situation:
        return self.session.situation(int(self.shown is not None))

    # -- reading ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted or self._seq == self.session.view.seq:
            return
        if self._seq < 0:
            self._seq = self.session.view.seq
            self.do_refresh()
        else:
            self._propose()

    @work(exclusive=True, group="read")
    async def do_refresh(self) -> None:
        folder = self.folder
        if not folder:
            self._show()
            return
        worker, view, today = get_current_worker(), self.session.view, self.session.today
        sender = self.session.settings.mail.sender

        def told(done: int, total: int) -> None:
            if worker.is_cancelled:
                raise BadInput(msg("Stopped."))
            if done and done % _SAID_EVERY == 0:
                self.app.call_from_thread(self._progress, done, total)

        def look() -> Reading:
            return answers.look(answers.checked_folder(folder), view, today, told, sender)

        self._count(N_("Reading the folder…"))
        try:
            self.reading = await asyncio.to_thread(look)
        except DeskError as error:
            self.reading = Reading(folder)
            self._show()
            self.say_error(error)
            return
        self._seq = view.seq
        self._show()
        if view.seq != self.session.view.seq:
            self._propose()

    def _progress(self, done: int, total: int) -> None:
        if self.is_mounted:
            self._count(msg("Reading: {done} of {total} files…", done=done, total=total))

    @work(exclusive=True, group="propose")
    async def _propose(self) -> None:
        """Looks again at what was read, for the desk knows something else by now."""
        view, today, reading = self.session.view, self.session.today, self.reading
        sender = self.session.settings.mail.sender
        found = await asyncio.to_thread(answers.proposals, view, reading.founds, today, sender)
        if self.reading is reading:
            self.reading, self._seq = reading._replace(proposals=tuple(found)), view.seq
            self._show()

    # -- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        wanted = self.filter_text.casefold().split()
        rows = [
            one for one in self.reading.proposals if all(word in words_of(one) for word in wanted)
        ]
        self.table.show(rows)
        self.session.mails = len(self.reading.proposals)
        self.show_frame()
        self._say_counts(len(rows))
        self._show_mail()

    def _say_counts(self, shown: int) -> None:
        reading, total = self.reading, len(self.reading.proposals)
        if not self.folder:
            self._count(
                N_(
                    "No folder is set in which answers are looked for. f names one for now; "
                    "answers in the table [mail] of config.toml sets one."
                )
            )
            return
        parts = [
            nmsg("{count} mail to decide on", "{count} mails to decide on", total),
            nmsg("{count} file read in {path}", "{count} files read in {path}", reading.files,
                 path=_tail(reading.folder)),
        ]  # fmt: skip
        if self.filter_text:
            parts.append(msg("Filter “{filter}”: {shown} of {total}. esc ends it.",
                             filter=self.filter_text, shown=shown, total=total))  # fmt: skip
        if reading.broken:
            parts.append(nmsg("{count} could not be read: v names it",
                              "{count} could not be read: v names them",
                              len(reading.broken)))  # fmt: skip
        parts += filter(None, (reading.cut, reading.about_others))
        if not total and not reading.about_others:
            parts.append(
                msg("Replies to letters, mails with a reference (PD-…) in the subject and reports "
                    "of mail servers are found here; f names another folder, r reads again.")
            )  # fmt: skip
        line = self.query_one("#shown", Static)
        line.update(text.join(map(text.say, parts), " · "))

    def _count(self, said: object) -> None:
        self.query_one("#shown", Static).update(text.say(said))  # type: ignore[arg-type]

    @on(AnswerTable.Moved, "#mails")
    def _show_mail(self) -> None:
        """The mail under the cursor: what a key decides on is always what can be read."""
        before, self.shown = self.shown, self.table.under_cursor
        self.set_class(self.shown is None, "-empty")
        if self.shown != before:
            lines = mail_lines(self.shown) if self.shown else ()
            self.query_one("#mail-text", Static).update(text.join(lines, "\n"))
            self.query_one("#mail", VerticalScroll).scroll_home(animate=False)
        self.update_keys()

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        listed = ["  ".join(filter(None, self.table.row_cells(row))) for row in rows]
        bad = [f"{one.path}: {text.plain(one.why)}" for one in self.reading.broken]
        mail = [line.plain for line in mail_lines(self.shown, _ALL)] if self.shown else []
        return "\n".join(
            [self.reading.folder, *listed, "", *mail, *([""] if bad else []), *bad]
        ).strip("\n")

    def filter_changed(self) -> None:
        self._show()

    def do_back(self) -> object:
        return None if self.end_filter() else super().do_back()

    # -- deciding -----------------------------------------------------------------------------

    def do_granted(self) -> None:
        self._take(Answer.GRANTED)

    def do_declined(self) -> None:
        self._take(Answer.DECLINED)

    def do_without(self) -> None:
        one, view = self.shown, self.session.view
        asked = True
        if one:
            given = view.invitations(one.customer.id)
            asked = all(i.delegation for i in given if i.id == one.letter.invitation)
        self._take(Answer.WITHOUT if asked else Answer.TOOK)

    def do_took(self) -> None:
        self._take(Answer.TOOK)

    @work(group=ASKING)
    async def _take(self, answer: Answer) -> None:
        from tui.screens.dialogs import Confirm

        one, session = self.shown, self.session
        if one is None:
            return
        try:
            answering.refuse(session.view, one, answer, session.today)
        except BadInput as error:
            self.say_error(error)
            return
        question = msg(
            "Record for {name}, as of {day}: {answer}?",
            name=one.customer.label,
            day=answering.day_of(session.view, one, session.today).isoformat(),
            answer=msg(ANSWER_WORDS[answer]),
        )
        lines = [text.say(question, "bold"), *(text.say(remark) for remark in one.remarks)]
        if await self.app.push_screen_wait(Confirm(text.join(lines, "\n"))) != "yes":
            self.say(N_("Nothing was recorded."))
            return
        await self._decide(lambda: answering.take(session.desk, one, answer, sure=True))

    @work(group=ASKING)
    async def do_came_back(self) -> None:
        from tui.screens.dialogs import confirm

        one, desk = self.shown, self.session.desk
        if one is None:
            return
        if one.found.bounce is None and not await confirm(
            self,
            msg("No server reports it: record all the same that the letter to {name} came back?",
                name=one.customer.label),
        ):  # fmt: skip
            self.say(N_("Nothing was recorded."))
            return
        await self._decide(lambda: answering.bounced(desk, one))

    @work(group=ASKING)
    async def do_keep_note(self) -> None:
        from tui.screens.ask_text import ask_text

        one, desk = self.shown, self.session.desk
        if one is None:
            return
        note = await ask_text(
            self,
            msg("A note about {name}", name=one.customer.label),
            hint=N_("It is kept with the customer, and the mail is handled by that."),
        )
        if note is None:
            self.say(N_("Nothing was recorded."))
            return
        await self._decide(lambda: answering.keep_as_note(desk, one, note))

    @work(group="decide")
    async def do_dismiss_mail(self) -> None:
        one, desk = self.shown, self.session.desk
        if one:
            await self._decide(lambda: answering.dismiss(desk, one))

    async def _decide(self, act: Callable[[], Receipt]) -> None:
        try:
            receipt = await self.change(act)
        except Conflict as error:
            self.say_error(error)
            return
        if receipt:
            self.say_done(receipt)

    # -- going --------------------------------------------------------------------------------

    @on(AnswerTable.Chosen, "#mails")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")

    @work(group=ASKING)
    async def do_open(self) -> None:
        read = self.shown
        if read is None:
            return
        wanted = await self.app.push_screen_wait(MailScreen(read))
        if wanted is None:
            return
        if self.shown == read:
            await self.action_do(wanted)
        else:
            self.say(N_("This mail is no longer the one in the list; look again."), error=True)

    def do_open_customer(self) -> None:
        from tui.screens.customer import CustomerScreen

        if self.shown:
            self.app.push_screen(CustomerScreen(self.shown.customer.id))

    @work(group=ASKING)
    async def do_folder(self) -> None:
        from tui.screens.ask_text import ask_text

        named = await ask_text(
            self,
            N_("The folder of .eml files, or the Maildir"),
            self.folder,
            N_("It is only read: nothing in it is written, moved or marked."),
        )
        if named is not None:
            self.session.answers_in = named
            self.do_refresh()
