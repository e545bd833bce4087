"""The letter for a customer's file: what we hold there, to read, copy, save or mail."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.actions import letters
from store.actions.letters import Copy
from store.errors import DeskError, NotFound
from store.message import N_, msg
from store.model.customer import LANGUAGES
from store.model.offer import Kind
from store.model.outgoing import What
from tui import text
from tui.language import current
from tui.screens.base import DeskScreen
from tui.screens.way import way_to
from tui.situation import Situation
from tui.widgets.letter_view import LetterView


class RecordScreen(DeskScreen):
    """One page in the customer's language."""

    KEYS = "record"
    AUTO_FOCUS = "#letter"

    def __init__(self, customer: int) -> None:
        super().__init__()
        self.key = customer
        self.shown: Copy | None = None

    def body(self) -> ComposeResult:
        yield Static(id="remark")
        with VerticalScroll(id="letter"):
            yield LetterView(id="letter-text")

    def crumbs(self) -> tuple[str, ...]:
        return *way_to(self, self.key), text.plain(N_("Letter for the file"))

    def situation(self) -> Situation:
        return self.session.situation(int(self.shown is not None))

    def refresh_view(self, customers: set[int] | None = None) -> None:
        remark = self.query_one("#remark", Static)
        try:
            self.shown = letter_for_file(self, self.key)
            gaps = ", ".join(text.plain(gap) for gap in self.shown.letter.gaps)
            said = [msg("Missing: {gap}.", gap=gaps)] if gaps else []
            remark.update(
                text.join([text.say(one) for one in (*said, *self.shown.letter.remarks)], " ")
            )
            remark.display = bool(said or self.shown.letter.remarks)
            self.query_one(LetterView).show(self.shown)
        except DeskError as error:  # what we held has ended meanwhile
            self.shown = None
            remark.update(text.say(error.what, "bold"))
            remark.display = True
        self.query_one("#letter").display = self.shown is not None
        self.update_keys()

    def plain_text(self) -> str:
        return f"{self.shown.subject}\n\n{self.shown.text}" if self.shown else ""

    def do_copy(self) -> None:
        self.copy(self.plain_text())

    @work
    async def do_save_as(self) -> None:
        from tui.screens.save import save_letter

        if self.shown:
            await save_letter(self, self.shown, What.RECORD.value)

    @work(exclusive=True, group="send")
    async def do_mail(self) -> None:
        from tui.screens.send import send_letters

        await send_letters(self, What.RECORD, [self.key], kind=Kind.DELEGATED)


def letter_for_file(screen: DeskScreen, key: int) -> Copy:
    """The letter about a customer; raises `NotAllowed` where we hold nothing there."""
    session, spoken = screen.session, current()
    customer = session.view.customer(key)
    if customer is None:
        raise NotFound(msg("This customer is no longer there."))
    return letters.letter_for(
        session.view, What.RECORD, customer, Kind.DELEGATED,
        spoken if spoken in LANGUAGES else "en", session.today,
        templates=session.settings.templates,
    )  # fmt: skip


def open_record(screen: DeskScreen, customer: int) -> None:
    """Opens the letter for a customer's file, or says why there is none."""
    try:
        letter_for_file(screen, customer)
    except DeskError as error:
        screen.say_error(error)
    else:
        screen.app.push_screen(RecordScreen(customer))
