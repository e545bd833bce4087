"""Recording what customers answered."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store.actions import consent
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.consent import ANSWER_NAMES, Answer
from store.model.document import given_day
from tui import text
from tui.screens.base import DeskScreen, Dialog
from tui.widgets.form import Field, Form


class Answered(NamedTuple):
    """An answer, the day it came, and a note."""

    answer: Answer
    on: date
    note: str


class AnswerScreen(Dialog[Answered]):
    """Five answers to choose from, with a day and a note below."""

    KEYS = "answer"
    AUTO_FOCUS = "OptionList"

    def __init__(self, question: Message) -> None:
        super().__init__()
        self.question = question

    def body(self) -> ComposeResult:
        yield Static(text.say(self.question), classes="title")
        yield OptionList(*(_option(answer) for answer in Answer))
        yield Form(
            [
                Field("on", N_("On"), self.session.today.isoformat()),
                Field("note", N_("Note")),
            ]
        )

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def do_save(self) -> None:
        highlighted = self.query_one(OptionList).highlighted
        values = self.query_one(Form).values()
        try:
            day = given_day(values["on"], "on", N_("On"))
        except BadInput as error:
            self.query_one(Form).focus_field("on")
            self.say_error(error)
            return
        self.dismiss(Answered(list(Answer)[highlighted or 0], day, values["note"]))


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
    answered = await screen.app.push_screen_wait(AnswerScreen(question))
    if answered is None:
        screen.say(N_("Nothing was recorded."))
        return
    receipt = await screen.change(
        lambda: consent.record(
            session.desk, customers, answered.answer, on=answered.on, note=answered.note
        )
    )
    if receipt:
        session.marked -= set(customers)
        screen.say_done(receipt)
