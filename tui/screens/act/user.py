"""Adding a user at a customer's: the form, with a password that is made or typed."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from store.errors import BadInput, DeskError
from store.message import N_
from store.model.access import Task
from tui import text
from tui.screens.act.base import LEAVE
from tui.screens.act.password_form import MADE, PASSWORD, PasswordForm
from tui.screens.dialogs import confirm
from tui.widgets.form import Choice, Field, Form
from tui.widgets.secret import SecretField, SecretRow

_READING = N_("the domains are being read…")


class AddUser(PasswordForm):
    """Name, user name on one of the customer's verified domains, location, first password."""

    KEYS = "act-user"
    TASK = Task.ADD_USER

    def inside(self) -> ComposeResult:
        yield Form(
            [
                Field("name", N_("Name")),
                Field("upn", N_("User name"), hint=N_("As in zoe: the part before the @.")),
                Field("domain", N_("at the domain"), "", (("", _READING),)),
                Field("location", N_("Usage location"),
                      hint=N_("Two letters, as in FR. Without one, no licence can be given.")),
                Field("password", N_("First password"), MADE, PASSWORD),
            ],
            id="form",
        )  # fmt: skip
        yield SecretRow(N_("Type it"), id="typed")
        yield Static(id="hint")
        yield from self.told()

    def on_mount(self) -> None:
        super().on_mount()
        self._follow_choice()
        self._read()

    # -- filling in ----------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """The customer's verified domains, and where its users mostly are."""
        from store.actions.acting import options

        try:
            async with self.there() as (who, tenant):
                found = await options(who, tenant)
        except DeskError as error:
            self._domains([("", N_("could not be read"))])
            self.say_error(error)
            return
        self._domains([(name, name) for name in found.domains])
        row = self.form.row("location")
        if not row.is_changed and not row.value:
            row.put(found.location)
            row.opened_with = row.value

    def _domains(self, choices: list[tuple[str, str]]) -> None:
        choice = self.form.row("domain").query_one(Choice)
        choice.choices, choice.place = choices, 0
        self.form.row("domain").opened_with = choice.value
        choice.refresh()

    @on(Choice.Changed)
    def _follow_choice(self) -> None:
        """The field for a password is there only where one is typed."""
        self.query_one(SecretRow).display = self.is_typed

    @on(Input.Changed)
    @on(SecretField.Edited)
    def _typed(self) -> None:
        """What was said of the values before is no longer true."""
        if self.is_changed() and not self.is_acting:
            self.hush()

    @on(Form.Hinted)
    def _hint(self, event: Form.Hinted) -> None:
        self.query_one("#hint", Static).update(text.say(event.hint))

    @on(SecretField.Entered)
    def _password_entered(self) -> None:
        self.say(N_("ctrl+s adds the user."))

    def is_changed(self) -> bool:
        typed = bool(self.query(SecretField)) and bool(self.query_one(SecretField).value)
        return super().is_changed() or typed or bool(self.form.changes())

    @property
    def upn(self) -> str:
        """The user name as it was typed, with the chosen domain where none was typed."""
        values = self.form.values()
        typed = values["upn"].strip()
        return typed if "@" in typed or not typed else f"{typed}@{values['domain']}"

    # -- doing it ------------------------------------------------------------------------------

    @work(group="act")
    async def do_act_now(self) -> None:
        from store.actions.acting import NewUser, add_user

        values = self.form.values()
        secret = self.take_secret()
        new = NewUser(values["name"], self.upn, values["location"])
        with self.under_way():
            try:
                async with self.there() as (who, tenant):
                    ended = await add_user(who, tenant, new, secret, self.say)
            except DeskError as error:
                self.not_begun(error, secret)
                if isinstance(error, BadInput) and error.field != "password":
                    self.form.focus_field(error.field)
                return
        self.show_what_came(ended, secret, change=True)

    # -- going about ---------------------------------------------------------------------------

    def do_from_file(self) -> None:
        from tui.screens.act.list import AddFromFile

        if not self.is_acting:
            domains = self.form.row("domain").query_one(Choice).choices
            self.app.switch_screen(AddFromFile(self.key, domains[0][0]))

    def do_back(self) -> object:
        return super().do_back() if self.is_acting else self._leave()

    @work(exclusive=True, group="leave")
    async def _leave(self) -> None:
        if (not self.is_changed() or await confirm(self, LEAVE)) and self.is_active:
            self.desk_app.back()
