"""What the screens share that act on behalf of a customer: its name in the frame, how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from store.errors import BadInput, DeskError
from store.message import N_, Message, msg
from store.model.access import TASK_NAMES, Task
from store.model.act import Outcome
from store.model.may.chain import Chain, Target
from tui import text
from tui.may import why_not
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed
from tui.screens.way import way_to
from tui.situation import Situation
from tui.widgets.form import Choice, Form

if TYPE_CHECKING:
    from store.actions.acting import Acting, Ended

LEAVE = msg("Leave without doing it?")
UNDER_WAY = N_("It is being done at the customer's; a moment.")
_ENDED = {
    Outcome.DONE: N_("Done:"),
    Outcome.REFUSED: N_("Refused:"),
    Outcome.WAITS: N_("Not verified yet:"),
    Outcome.UNKNOWN: N_("Unknown, do not repeat it:"),
}


def on_behalf(screen: Keyed[Any], key: int) -> Content:
    """What stands in the frame of everything that is done at a customer's."""
    customer = screen.session.view.customer(key)
    name = customer.label if customer else "?"
    return text.say(msg("On behalf of {customer}", customer=name))


def ended_as(ended: Ended, *, todo: bool = True) -> Content:
    """How it ended, why, and what to do next."""
    parts = [text.say(_ENDED.get(ended.outcome, ""), "bold"), text.say(ended.said)]
    if ended.todo and todo:
        parts.append(text.say(ended.todo))
    return text.join(parts, " ")


@asynccontextmanager
async def there(screen: DeskScreen, key: int) -> AsyncIterator[tuple[Acting, Any]]:
    """Who acts, and a customer's side of Microsoft; raises `DeskError`. Only in a worker."""
    from store.actions.acting import acting

    connection = await asyncio.to_thread(screen.session.microsoft.connection)
    who = await asyncio.to_thread(acting, screen.session.desk, connection, key)
    async with await asyncio.to_thread(who.tenant, screen.say) as tenant:
        yield who, tenant


class ActScreen(DeskScreen):
    """A form whose frame says for whom it acts; `task` is what has to be allowed there.

    `target` is whom it is about, as soon as that is known.
    """

    TASK: ClassVar[Task]
    is_acting = False
    target: Target | None = None

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key

    def body(self) -> ComposeResult:
        with Vertical(id="behalf"):
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """What stands in the frame."""
        raise NotImplementedError

    def told(self) -> ComposeResult:
        """What stands below a form: what is said beforehand, and how it ended."""
        from store.actions.acting import said_before

        with VerticalScroll(id="told", can_focus=False):
            said = [text.say(said_before(self.TASK))]
            if self.TASK is Task.ADD_USER:
                said.append(text.say(N_("The key for that is U, on the customer's screen.")))
            yield Static(text.join(said, " "), id="before")
            yield Static(id="ended")

    def crumbs(self) -> tuple[str, ...]:
        return *way_to(self, self.key), text.plain(TASK_NAMES[self.TASK])

    def show_frame(self) -> None:
        super().show_frame()
        self.query_one("#behalf").border_title = text.made(on_behalf(self, self.key))

    # -- may it be done ------------------------------------------------------------------------

    @property
    def chain(self) -> Chain | None:
        """Whether whoever is signed in may do it there, by what is known now."""
        from store.actions import may

        account, view = self.session.microsoft.account, self.session.view
        if account is None or view.customer(self.key) is None:
            return None
        return may.chain(view, self.session.today, account.upn, self.TASK, self.key, self.target)

    def why_not(self) -> Message | None:
        """Why it may not be done now, if so; what is not known is tried."""
        return why_not(self.chain)

    def situation(self) -> Situation:
        busy = msg(UNDER_WAY) if self.is_acting else None
        typing = isinstance(self.focused, Input)
        now = self.session.situation()
        return now._replace(not_acting=busy or self.why_not(), typing=typing)

    @on(DescendantFocus)
    def _other_focus(self) -> None:
        """A field that is left or entered changes what a letter does."""
        self.update_keys()

    # -- at the customer's ---------------------------------------------------------------------

    @asynccontextmanager
    async def there(self) -> AsyncIterator[tuple[Acting, Any]]:
        """Who acts, and the customer's side of Microsoft; raises `DeskError`. Only in a worker."""
        async with there(self, self.key) as line:
            yield line

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """While something is done there, nothing else is begun here and nobody leaves."""
        self.is_acting = True
        self.update_keys()
        try:
            with self.session.under_way():
                yield
        finally:
            self.is_acting = False
            self.update_keys()

    def show_ended(self, content: Content) -> None:
        """Says on the screen, where it stays, how it ended."""
        for shown in self.query("#ended").results(Static):
            shown.update(text.made(content))
            shown.call_after_refresh(shown.scroll_visible, animate=False)

    def not_done(self, error: DeskError) -> None:
        """Says why it was not even begun: what was typed is for the message line alone."""
        parts = [text.say(_ENDED[Outcome.REFUSED], "bold"), text.say(error.what)]
        parts += [text.say(error.todo)] if error.todo else []
        self.show_ended(text.nothing() if isinstance(error, BadInput) else text.join(parts, " "))
        self.say_error(error)

    def end(self, ended: Ended, *, todo: bool = True) -> None:
        """Says how it ended: briefly in the message line, with what to do next on the screen."""
        self.show_ended(ended_as(ended, todo=todo))
        failed = ended.outcome is not Outcome.DONE
        self.say_content(ended_as(ended, todo=False), error=failed)

    # -- going about ---------------------------------------------------------------------------

    def is_changed(self) -> bool:
        return self.is_acting

    def go_on_with(self, screen: ActScreen) -> None:
        """Shows what came of it in place of this screen, also where help or a question is above.

        That is gone back to; this screen never, or the same would be done once more.
        """
        if self.app.screen is self:
            self.app.switch_screen(screen)
        else:
            self.finished = True
            self.app.push_screen(screen)

    def do_back(self) -> object:
        if self.is_acting:
            self.say(UNDER_WAY)
            return None
        return super().do_back()


class ActForm(ActScreen):
    """A screen with a form that is left only by doing it or saying no."""

    AUTO_FOCUS = "Input, Choice"

    @property
    def form(self) -> Form:
        """The form."""
        return self.query_one(Form)

    @on(Choice.Entered)
    @on(Input.Submitted)
    def _next_field(self) -> None:
        """Enter goes on to the next field; only ctrl+s does anything."""
        self.focus_next()


class TypeName(Dialog[str]):
    """Asks for a name to be typed as it is written, before something that matters."""

    KEYS = "name"
    AUTO_FOCUS = "Input"

    def __init__(self, question: Message, name: str, behalf: Content) -> None:
        super().__init__()
        self.question = question
        self.wanted = name
        self.behalf = behalf

    def on_mount(self) -> None:
        self.query_one("#dialog").border_title = text.made(self.behalf)

    def body(self) -> ComposeResult:
        yield Static(text.say(self.question, "bold"), classes="title")
        yield Static(text.say(msg("Type {name} to go on.", name=self.wanted)), id="wanted")
        field = Input(id="name", compact=True)
        field.cursor_blink = False
        yield field

    @on(Input.Submitted)
    def do_given(self) -> None:
        """Goes on, if it is the name."""
        typed = self.query_one(Input).value.strip()
        if not typed:
            self.say(N_("Nothing was typed; esc leaves everything as it is."))
        elif typed.casefold() != self.wanted.casefold():
            self.say(msg("{typed} is not {name}.", typed=typed, name=self.wanted), error=True)
        else:
            self.dismiss(typed)


async def name_typed(screen: Keyed[Any], key: int, question: Message, name: str) -> str:
    """The name as it was typed, "" where it was not; only in a worker."""
    dialog = TypeName(question, name, on_behalf(screen, key))
    typed: str | None = await screen.app.push_screen_wait(dialog)
    return typed or ""
