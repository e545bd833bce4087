"""Resetting a password at a customer's: who, whether we may, and the new one."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from store.errors import DeskError
from store.message import N_, Message, msg
from store.model.access import Task
from store.model.may.chain import Verdict
from store.model.roles import role_name
from tui import text
from tui.screens.act.base import name_typed
from tui.screens.act.password_form import MADE, PASSWORD, PasswordForm
from tui.widgets.form import Choice, Field, Form
from tui.widgets.people_found import PeopleTable, about
from tui.widgets.secret import SecretField, SecretRow

if TYPE_CHECKING:
    from store.actions.acting import Acting, Looked, People, Person

_CHANGE, _KEEP = "change", "keep"
_NEXT = (
    (_CHANGE, N_("another one has to be chosen")),
    (_KEEP, N_("it stays as it is")),
)


class ResetPassword(PasswordForm):
    """Typing finds the user, enter looks whether we may, ctrl+s does it."""

    KEYS = "act-reset"
    TASK = Task.RESET_PASSWORD
    AUTO_FOCUS = "#find"

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.looked: Looked | None = None
        self._found_for: str | None = None
        self._entered = False
        self._line = AsyncExitStack()
        self._open: tuple[Acting, Any] | None = None

    def inside(self) -> ComposeResult:
        with Vertical(id="finding"):
            placeholder = N_("Type the beginning of a name or of a user name")
            field = Input(placeholder=text.plain(placeholder), id="find", compact=True)
            field.cursor_blink = False
            yield field
            table = PeopleTable(id="people")
            table.can_focus = False
            yield table
            yield Static(id="found")
        with Vertical(id="chosen"):
            yield Static(id="who")
            yield Form(
                [
                    Field("password", N_("New password"), MADE, PASSWORD),
                    Field("change", N_("At the next sign-in"), _CHANGE, _NEXT),
                ],
                id="form",
            )
            yield SecretRow(N_("Type it"), id="typed")
            yield from self.told()

    def on_mount(self) -> None:
        super().on_mount()
        self._show_form()
        self._show_phase()
        self._find("")

    async def on_unmount(self) -> None:
        """Hangs up."""
        await self._line.aclose()

    @property
    def table(self) -> PeopleTable:
        """The users that were found."""
        return self.query_one(PeopleTable)

    # -- finding -------------------------------------------------------------------------------

    @on(Input.Changed, "#find")
    def _typed_name(self, event: Input.Changed) -> None:
        self._entered = False
        self._find(event.value)

    @work(exclusive=True, group="find")
    async def _find(self, words: str) -> None:
        """The users whose names begin so; what was asked before is not waited for."""
        from store.actions.acting import find_users

        try:
            found = await find_users(*await self._customer(), words)
        except DeskError as error:
            self.say_error(error)
            return
        self._found_for = words
        self._show_found(found)
        if self._entered and len(found.found) == 1:
            self._look(found.found[0])
        self._entered = False

    async def _customer(self) -> tuple[Acting, Any]:
        """One line to the customer's for all that is asked while a name is typed."""
        if self._open is None:
            self._open = await self._line.enter_async_context(self.there())
        return self._open

    def _show_found(self, found: People) -> None:
        self.table.show(found.found)
        said: Message | str = N_("enter looks whether the password of this user may be reset.")
        if found.more:
            said = N_("There are more: type more of the name.")
        elif not found.found:
            said = N_("Nobody there is called so.")
        self.query_one("#found", Static).update(text.say(said))

    def key_up(self) -> None:
        """The user above, while a name is typed."""
        if self.looked is None:
            self.table.action_move(-1)

    def key_down(self) -> None:
        """The user below, while a name is typed."""
        if self.looked is None:
            self.table.action_move(1)

    @on(Input.Submitted, "#find")
    @on(PeopleTable.Chosen)
    def _chosen(self) -> None:
        person = self.table.under_cursor
        if self._found_for != self.query_one("#find", Input).value:
            self._entered = True  # the list is of what was typed before
        elif person is None:
            self.say(N_("Nobody there is called so."), error=True)
        else:
            self._look(person)

    @work(exclusive=True, group="find")
    async def _look(self, person: Person) -> None:
        """Reads the roles of a user there, and says whether we may."""
        from store.actions.acting import look

        self.say(msg("Reading the roles of {upn}…", upn=person.upn))
        try:
            looked = await look(*await self._customer(), person.id)
        except DeskError as error:
            self.say_error(error)
            return
        self.hush()
        self.looked, self.target = looked, looked.target
        self.show_ended(text.nothing())
        self.query_one("#who", Static).update(text.made(about(looked, self.chain)))
        self._show_phase()
        self._show_form()
        if self._may():
            self.form.focus_field("password")
        self.update_keys()

    def _show_phase(self) -> None:
        self.query_one("#finding").display = self.looked is None
        self.query_one("#chosen").display = self.looked is not None

    # -- the chosen user -----------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if self.looked is not None:
            self.query_one("#who", Static).update(text.made(about(self.looked, self.chain)))
            self._show_form()

    def _may(self) -> bool:
        """Whether the password of the chosen user may be reset, or nobody knows yet."""
        chain = self.chain or (self.looked.chain if self.looked else None)
        return chain is None or chain.verdict is not Verdict.NO

    @on(Choice.Changed)
    def _show_form(self) -> None:
        """No form where it is refused; the field for a password only where one is typed."""
        self.form.display = self.query_one("#before").display = may = self._may()
        self.query_one(SecretRow).display = may and self.is_typed

    @on(SecretField.Entered)
    def _password_entered(self) -> None:
        self.say(N_("ctrl+s resets the password."))

    def is_changed(self) -> bool:
        return super().is_changed() or any(field.value for field in self.query(SecretField))

    def why_not(self) -> Message | None:
        if self.looked is None:
            return super().why_not() or msg("Nobody is chosen yet.")
        return super().why_not()

    # -- doing it ------------------------------------------------------------------------------

    @work(group="act")
    async def do_act_now(self) -> None:
        from store.actions.acting import reset_password

        looked = self.looked
        if looked is None:
            return
        typed = ""
        if looked.typed:
            typed = await name_typed(self, self.key, _question(looked), looked.typed)
            if not typed:
                self.say(N_("Nothing was changed."))
                return
        change = self.form.row("change").value == _CHANGE
        secret = self.take_secret()
        with self.under_way():
            try:
                async with self.there() as (who, tenant):
                    ended = await reset_password(who, tenant, looked.user.id, secret,
                                                 change=change, typed=typed,
                                                 told=self.say)  # fmt: skip
            except DeskError as error:
                self.not_begun(error, secret)
                return
        self.show_what_came(ended, secret, change=change)

    # -- going about ---------------------------------------------------------------------------

    def do_back(self) -> object:
        """To the list, then out."""
        if self.is_acting or self.looked is None:
            return super().do_back()
        self.query_one(SecretField).take()
        self.looked = self.target = None
        self.hush()
        self._show_phase()
        self.query_one("#find").focus()
        self.update_keys()
        return None


def _question(looked: Looked) -> Message:
    """Asks before an administrator's password is reset, with the roles where they are known."""
    if not looked.target.roles:
        return msg("Reset the password of {upn}, who is an administrator or may be one?",
                   upn=looked.user.upn)  # fmt: skip
    names = ", ".join(sorted(map(role_name, looked.target.roles)))
    return msg("Reset the password of {upn}, who is an administrator ({roles})?",
               upn=looked.user.upn, roles=names)  # fmt: skip
