"""A password, shown once: read, copied or lost; and a user added by mistake, deleted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.message import N_, Message
from store.model.access import Task
from store.model.act import Outcome
from store.secret import Secret
from tui import text
from tui.screens.act.base import ActScreen, ended_as
from tui.situation import Situation
from tui.widgets.secret import SecretView

if TYPE_CHECKING:
    from store.actions.acting import Ended

_NOT_SAFE = N_(
    "Give it to the user by another way than the user name. It is shown here, now, and nowhere "
    "else: esc forgets it."
)
_BY_MISTAKE = N_(
    "Added by mistake? u deletes the user again; for 24 hours, so does U on the customer's screen."
)
_UNKNOWN = N_("If it was done all the same, this is the password; keep it until you know.")


class Shown(ActScreen):
    """How a deed ended, with the password that came of it."""

    KEYS = "shown"
    TASK = Task.ADD_USER
    AUTO_FOCUS = "#shown"

    def __init__(self, key: int, ended: Ended, *, change: bool) -> None:
        super().__init__(key)
        self.ended = ended
        self.change_next = change
        self.upn = ended.user.upn if ended.user else ""

    def inside(self) -> ComposeResult:
        with VerticalScroll(id="shown"):
            yield Static(text.made(ended_as(self.ended)), id="ended")
            with Vertical(id="account"):
                yield Static(text.say(N_("User name"), "dim"))
                yield Static(text.data(self.upn, "bold"), id="upn")
                yield Static(text.say(N_("Password"), "dim"), id="its-label")
                yield SecretView(self.ended.secret or Secret(""), id="secret")
            yield Static(text.made(self._next_steps()), id="next")

    def on_mount(self) -> None:
        super().on_mount()
        self.ended = self.ended._replace(secret=None)  # the view alone has it
        failed = self.ended.outcome is not Outcome.DONE
        self.say_content(ended_as(self.ended, todo=False), error=failed)
        self.update_keys()

    def _next_steps(self) -> Content:
        said: list[Message | str] = [_NOT_SAFE]
        if self.ended.outcome is Outcome.UNKNOWN:
            said.insert(0, _UNKNOWN)
        elif self.change_next:
            said.append(N_("Another one has to be chosen at the next sign-in."))
        else:
            said.append(N_("It stays until the user or an administrator changes it."))
        if self._why_not_undone() is None:
            said.append(_BY_MISTAKE)
        return text.join([text.say(one) for one in said], "\n")

    def crumbs(self) -> tuple[str, ...]:
        return (*super().crumbs()[:-1], text.plain(N_("Password")))

    # -- keys ----------------------------------------------------------------------------------

    def situation(self) -> Situation:
        view = self.query(SecretView)
        there = bool(view) and view.first().secret is not None
        now = super().situation()
        return now._replace(chosen=int(there), not_undone=now.not_acting or self._why_not_undone())

    def _why_not_undone(self) -> Message | None:
        from store.actions.acting import why_not_undone

        return why_not_undone(self.session.view, self.ended.act)

    @work(exclusive=True, group="copy")
    async def do_copy_secret(self) -> None:
        secret = self.query_one(SecretView).secret
        if secret is not None:
            outcome = await self.desk_app.copy_secret(secret)
            self.say(outcome.message, error=not outcome.done)

    @work(group="act")
    async def do_undo_user(self) -> None:
        from tui.screens.act.undoing import undo_added

        ended = await undo_added(self, self.key, self.ended.act, self.upn, self.under_way())
        if ended is None:
            return
        if ended.outcome is Outcome.DONE:
            self.query_one(SecretView).forget()
            self.query_one("#its-label").display = False
            self.query_one("#next", Static).update(text.nothing())
        self.end(ended)
        self.update_keys()

    def do_plain(self) -> None:
        """Never: the registry says why."""
