"""Screens that are forms: nothing is written before Save, and leaving with changes asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from store.desk import Receipt
from store.errors import BadInput, Conflict
from store.message import msg
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm, fields_that_differ, whose_version
from tui.widgets.form import Choice, Field, Form

LEAVE = msg("Leave without saving what you changed?")


class FormScreen(DeskScreen):
    """A form on a screen of its own; subclasses say what it holds and how it is saved.

    `rev` is the revision of the record that the form was opened with.
    """

    KEYS = "form"
    AUTO_FOCUS = "Input, Choice"
    rev: int | None = None

    def fields(self) -> Sequence[Field]:
        """The rows of the form."""
        raise NotImplementedError

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        """Saves; runs beside the screen. `values` are all fields, `changes` the changed ones."""
        raise NotImplementedError

    def differences(
        self, error: Conflict, changes: Mapping[str, str]
    ) -> Sequence[tuple[str, str, str]]:
        """What was typed beside what somebody else saved: a field's name, ours, theirs."""
        names = {field.name: field.label for field in self.fields()}
        return fields_that_differ(error, changes, names)

    def before(self) -> ComposeResult:
        """What stands above the fields."""
        yield from ()

    def body(self) -> ComposeResult:
        yield from self.before()
        yield Form(self.fields(), id="form")
        yield Static(id="hint")

    @property
    def form(self) -> Form:
        """The form."""
        return self.query_one(Form)

    @on(Form.Hinted)
    def _show_hint(self, event: Form.Hinted) -> None:
        self.query_one("#hint", Static).update(text.say(event.hint))

    @on(Input.Changed)
    def _typed(self) -> None:
        """What was said of the values before is no longer true."""
        if self.is_changed():
            self.hush()

    @on(Choice.Entered)
    @on(Input.Submitted)
    def _next_field(self) -> None:
        """Enter goes on to the next field, and saves in the last one."""
        rows = self.form.rows
        if rows and self.focused is rows[-1].children[1]:
            self.do_save()
        else:
            self.focus_next()

    def is_changed(self) -> bool:
        return bool(self.form.changes())

    @work(group="save")
    async def do_save(self) -> None:
        values, changes = self.form.values(), self.form.changes()
        try:
            receipt = await self._submit(values, changes)
        except Conflict as error:
            kept = await whose_version(self, error, self.differences(error, changes))
            if kept == "theirs":
                self.desk_app.back()
                return
            if kept != "mine":
                return
            self.rev = None
            receipt = await self._submit(values, changes)
        if receipt:
            self.desk_app.close_form(self, receipt)

    async def _submit(
        self, values: Mapping[str, str], changes: Mapping[str, str]
    ) -> Receipt | None:
        def act() -> Receipt:
            try:
                return self.submit(values, changes)
            except BadInput as error:
                self.app.call_from_thread(self.form.focus_field, error.field)
                raise

        return await self.change(act)

    def do_back(self) -> object:
        return self._leave()

    @work(exclusive=True, group="leave")
    async def _leave(self) -> None:
        if (not self.is_changed() or await confirm(self, LEAVE)) and self.is_active:
            self.desk_app.back()
