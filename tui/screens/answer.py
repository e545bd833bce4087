"""Recording what customers answered."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
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


class AnswerScreen(Dialog[Receipt]):
    """The answers that can be, with a day and a note below; it closes once one is recorded."""

    KEYS = "answer"
    AUTO_FOCUS = "OptionList"

    def __init__(self, question: Message, customers: list[int]) -> None:
        super().__init__()
        self.question = question
        self.customers = customers
        self.answers: list[Answer] = []

    def body(self) -> ComposeResult:
        session = self.session
        can_be = answered.possible(session.view, self.customers, session.today)
        self.answers = can_be.answers
        yield Static(text.say(self.question), classes="title")
        yield Options(*(_option(answer) for answer in self.answers))
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

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def do_answer_now(self) -> None:
        self.do_save()

    @work
    async def do_save(self) -> None:
        answer = self.answers[self.query_one(OptionList).highlighted or 0]
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
    return Option(text.say(ANSWER_NAMES[answer]), id=answer.value)


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
