"""Forms: a label and one line to type in, or one of a few choices, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Click, Focus
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui import text


class Field(NamedTuple):
    """One row: `choices` are values and their names; `hint` explains the field, `suggester`
    completes what is typed.

    Names, labels and hints are our own words, `value` is data.
    """

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    suggester: Suggester | None = None


class Choice(Static, can_focus=True):
    """One of a few values, on one line; space and the arrows go through them."""

    BINDINGS = [
        Binding("right,space,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
        Binding("enter", "go_on", show=False),
    ]

    class Entered(Message):
        """Enter was pressed: the value stands."""

    class Changed(Message):
        """Another value was chosen by hand."""

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        value: str,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.choices = list(choices)
        values = [known for known, _ in self.choices]
        self.place = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """The chosen value."""
        return self.choices[self.place][0]

    def action_step(self, by: int) -> None:
        """Goes to the next or the last value."""
        self.place = (self.place + by) % len(self.choices)
        self.refresh()
        self.post_message(self.Changed())

    def choose(self, value: str) -> None:
        """Goes to a value, if there is such a one; nobody is told."""
        for place, (known, _) in enumerate(self.choices):
            if known == value:
                self.place = place
        self.refresh()

    def action_go_on(self) -> None:
        """Takes the value as it is."""
        self.post_message(self.Entered())

    def on_click(self, event: Click) -> None:
        """A click goes on, too."""
        self.focus()
        self.action_step(1)

    def render(self) -> Content:
        return text.join((text.data("‹ "), text.say(self.choices[self.place][1]), text.data(" ›")))


class FieldRow(Horizontal):
    """A label and what is typed or chosen beside it."""

    def __init__(self, spec: Field) -> None:
        super().__init__(classes="field")
        self.spec = spec
        self.opened_with = ""

    def compose(self) -> ComposeResult:
        yield Static(text.say(self.spec.label), classes="label")
        if self.spec.choices:
            choice = Choice(self.spec.choices, self.spec.value)
            self.opened_with = choice.value
            yield choice
        else:
            self.opened_with = text.editable(self.spec.value)
            entry = Input(
                text.editable(self.spec.value), compact=True, suggester=self.spec.suggester
            )
            entry.cursor_blink = False
            yield entry

    @property
    def value(self) -> str:
        """What stands in the field."""
        control = self.children[1]
        assert isinstance(control, Input | Choice)
        return control.value

    def put(self, value: str) -> None:
        """Puts another value into the field."""
        control = self.children[1]
        if isinstance(control, Choice):
            control.choose(value)
        elif isinstance(control, Input):
            control.value = text.editable(value)

    @property
    def is_changed(self) -> bool:
        """Whether it is not what it was when the form was opened."""
        return self.value != self.opened_with


class Form(VerticalScroll, can_focus=False):
    """The rows of a form and, below them, the hint of the focused one."""

    def __init__(self, fields: Sequence[Field], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.fields = fields

    class Hinted(Message):
        """Another field has the focus; its hint is `hint`."""

        def __init__(self, hint: str) -> None:
            super().__init__()
            self.hint = hint

    def compose(self) -> ComposeResult:
        for spec in self.fields:
            yield FieldRow(spec)

    @property
    def rows(self) -> list[FieldRow]:
        """The rows, from top to bottom."""
        return list(self.query(FieldRow))

    def row(self, name: str) -> FieldRow:
        """The row of a field."""
        return next(row for row in self.rows if row.spec.name == name)

    def values(self) -> dict[str, str]:
        """What stands in all fields."""
        return {row.spec.name: row.value for row in self.rows}

    def changes(self) -> dict[str, str]:
        """What stands in the fields that were changed."""
        return {row.spec.name: row.value for row in self.rows if row.is_changed}

    def settle(self) -> None:
        """What stands in the fields has been saved."""
        for row in self.rows:
            row.opened_with = row.value

    def focus_field(self, name: str) -> None:
        """Puts the cursor into a field."""
        for row in self.rows:
            if row.spec.name == name:
                row.children[1].focus()

    def on_descendant_focus(self, event: Focus) -> None:
        """Shows the hint of the field that was entered."""
        focused = self.screen.focused
        row = focused.parent if focused else None
        if isinstance(row, FieldRow):
            self.post_message(self.Hinted(row.spec.hint))
