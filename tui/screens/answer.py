"""Recording what customers answered."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.events import Key
from textual.message import Message as Event
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store.actions import answered, consent
from store.desk import Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.consent import ANSWER_NAMES, ANSWER_WORDS, Answer
from store.model.document import given_day
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.widgets.form import Field, Form
from tui.widgets.options import Options

_LETTERS = {
    Answer.GRANTED: "g",
    Answer.TOOK: "t",
    Answer.DECLINED: "d",
    Answer.WITHOUT: "w",
    Answer.ELSEWHERE: "e",
    Answer.ENDED: "x",
}
"""The keys of the registry, which are those of the list of mails too."""


class AnswerOptions(Options):
    """The answers, none of which is chosen at first: an enter that was meant for something else
    records nothing."""

    class Stray(Event):
        """A key came that chooses nothing; `letter` is empty for enter."""

        def __init__(self, letter: str = "") -> None:
            super().__init__()
            self.letter = letter

    def action_select(self) -> None:
        """Records what is chosen."""
        if self.highlighted is None:
            self.post_message(self.Stray())
        else:
            super().action_select()

    def on_key(self, event: Key) -> None:
        """Letters that are no key here."""
        if event.is_printable:
            event.stop()
            self.post_message(self.Stray(event.character or event.key))


class AnswerScreen(Dialog[Receipt]):
    """The answers that can be, with a day and a note below; it closes once one is recorded.

    One letter chooses an answer, and so do the arrows; enter records it. A second letter takes the
    choice away, and from then on only arrows choose: words that were typed for another screen
    record nothing, however they end.
    """

    KEYS = "answer"
    AUTO_FOCUS = "OptionList"

    def __init__(self, question: Message, customers: list[int]) -> None:
        super().__init__()
        self.question = question
        self.customers = customers
        self.answers: list[Answer] = []
        self._letters = 0

    def body(self) -> ComposeResult:
        session = self.session
        can_be = answered.possible(session.view, self.customers, session.today)
        self.answers = can_be.answers
        hint = text.say(N_("A letter chooses, enter records."), "dim")
        yield Static(text.join((text.say(self.question), hint), " "), classes="title")
        listed = AnswerOptions(*(_option(answer) for answer in self.answers))
        listed.highlighted = None  # Textual's begins at the first
        yield listed
        for answer, why in can_be.left_out:
            yield Static(
                text.say(msg("Not {answer}: {why}", answer=msg(ANSWER_WORDS[answer]), why=why)),
                classes="notice",
            )
        yield Form(
            [
                Field("on", N_("On"), self.session.today.isoformat()),
                Field("note", N_("Note")),
            ]
        )

    # -- choosing -----------------------------------------------------------------------------

    def do_granted(self) -> None:
        self._choose(Answer.GRANTED)

    def do_took(self) -> None:
        self._choose(Answer.TOOK)

    def do_declined(self) -> None:
        self._choose(Answer.DECLINED)

    def do_without(self) -> None:
        self._choose(Answer.WITHOUT)

    def do_elsewhere(self) -> None:
        self._choose(Answer.ELSEWHERE)

    def do_ended(self) -> None:
        self._choose(Answer.ENDED)

    def _choose(self, answer: Answer) -> None:
        if answer not in self.answers:
            self._stray(_LETTERS[answer])
            return
        self._letters += 1
        if self._letters > 1:
            self._unchoose()
            return
        self.query_one(OptionList).highlighted = self.answers.index(answer)
        self.say(N_("enter records: {answer}."), answer=msg(ANSWER_WORDS[answer]))

    @on(AnswerOptions.Stray)
    def _strayed(self, event: AnswerOptions.Stray) -> None:
        if event.letter:
            self._stray(event.letter)
        else:
            self._ask_for_choice()

    def _stray(self, letter: str) -> None:
        self._letters += 1
        if self._letters > 1:
            self._unchoose()
            return
        self.query_one(OptionList).highlighted = None
        self.say(N_("“{letter}” is none of these answers; ↑ and ↓ choose one."), letter=letter,
                 error=True)  # fmt: skip

    def _unchoose(self) -> None:
        self.query_one(OptionList).highlighted = None
        self.say(N_("More than one letter came, so none counts; ↑ and ↓ choose."), error=True)

    def _ask_for_choice(self) -> None:
        self.query_one(OptionList).focus()
        self.say(N_("Choose first what was answered: a letter, or ↑ and ↓."), error=True)

    # -- recording ----------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def do_answer_now(self) -> None:
        self.do_save()

    @work
    async def do_save(self) -> None:
        chosen = self.query_one(OptionList).highlighted
        if chosen is None:
            self._ask_for_choice()
            return
        answer = self.answers[chosen]
        form, desk = self.query_one(Form), self.session.desk
        values = form.values()

        def act() -> Receipt:
            try:
                day = given_day(values["on"], "on", N_("On"))
                return consent.record(desk, self.customers, answer, on=day, note=values["note"])
            except BadInput as error:
                self.app.call_from_thread(form.focus_field, error.field)
                raise

        receipt = await self.change(act)
        if receipt:
            self.dismiss(receipt)


def _option(answer: Answer) -> Option:
    shown = (text.data(_LETTERS[answer], "bold"), text.say(ANSWER_NAMES[answer]))
    return Option(text.join(shown, "  "), id=answer.value)


async def ask_for_answer(screen: DeskScreen, customers: list[int]) -> None:
    """Asks for an answer and records it for some customers."""
    session = screen.session
    view = session.view
    if len(customers) == 1:
        one = view.customer(customers[0])
        question = msg("What did {name} answer?", name=one.label if one else "?")
    else:
        question = nmsg(
            "What did {count} customer answer?",
            "What did {count} customers answer?",
            len(customers),
        )
    receipt = await screen.app.push_screen_wait(AnswerScreen(question, customers))
    if receipt is None:
        screen.say(N_("Nothing was recorded."))
        return
    screen.unmark(customers)
    screen.say_done(receipt)
