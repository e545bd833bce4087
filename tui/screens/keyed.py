"""What all screens and boxes share: their keys, what is said, and how a change is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.binding import Binding
from textual.content import Content
from textual.events import Event, ScreenResume
from textual.screen import Screen

from store.desk import Receipt
from store.errors import Conflict, DeskError
from store.message import N_, Message, msg
from tui import text
from tui.bindings import EVERYWHERE, actions_on, by_id
from tui.session import Session
from tui.situation import Situation
from tui.widgets.frame import KeyBar, MessageLine

if TYPE_CHECKING:
    from textual.message_pump import Callback
    from textual.timer import Timer, TimerCallback

    from tui.app import PartnerDesk

Result = TypeVar("Result")


SAVING = N_("It is being saved, all of it or nothing; a moment.")
_KEPT = 1_000
"""What message lines have shown is kept so far back."""
_SHARED = {"enter", "space"}
"""Keys that mean something to a focused field or list as well; these come first there."""


def keys_of(screen: str) -> list[Binding]:
    """The registry's keys for a screen, as Textual wants them.

    They are priority bindings: a screen's → is not its text's scrolling. A field that is being
    typed in still gets its letters first.
    """
    return [
        Binding(
            action.keys,
            f"do('{action.id}')",
            action.name,
            id=action.id,
            show=False,
            priority=not _SHARED & set(action.keys.split(",")),
        )
        for action in actions_on(screen)
    ]


class Keyed(Screen[Result]):
    """A screen whose keys come from the registry; `BINDINGS` of its own come after these.

    Each action `some-id` is a method `do_some_id`. An action that is not possible now says why.
    """

    KEYS: ClassVar[str] = EVERYWHERE
    _changing = False
    copied = ""

    def __init_subclass__(cls, **options: object) -> None:
        if "KEYS" in vars(cls):
            cls.BINDINGS = [*keys_of(cls.KEYS), *cls.__dict__.get("BINDINGS", ())]
        super().__init_subclass__(**options)  # type: ignore[arg-type]

    # -- being left ----------------------------------------------------------------------------

    @property
    def is_left(self) -> bool:
        """Whether the screen is being left: its widgets are gone before its workers are."""
        return not self.display

    def call_after_refresh(self, callback: Callback, *args: Any, **named: Any) -> bool:
        """As Textual's, but nothing is called on a screen whose widgets are gone."""
        return super().call_after_refresh(self._unless_left, callback, *args, **named)

    def set_timer(self, delay: float, callback: TimerCallback | None = None, **named: Any) -> Timer:
        """As Textual's, but nothing is called on a screen whose widgets are gone."""
        late = partial(self._unless_left, callback) if callback else None
        return super().set_timer(delay, late, **named)

    def _unless_left(self, callback: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return None if self.is_left else callback(*args, **named)

    # -- what textual does twice at the start ---------------------------------------------------

    def _compositor_refresh(self) -> None:
        """Draws, unless a batch is under way: what is drawn in one is thrown away."""
        if not self.app._batch_count:
            super()._compositor_refresh()

    async def on_event(self, event: Event) -> None:
        """Styles are looked up when widgets are made; the first look at them needs no other."""
        if isinstance(event, ScreenResume) and not self.stack_updates:
            event.refresh_styles = False
        await super().on_event(event)

    @property
    def desk_app(self) -> PartnerDesk:
        """The app, as what it is."""
        return cast("PartnerDesk", self.app)

    @property
    def session(self) -> Session:
        """This sitting at the desk."""
        return self.desk_app.session

    # -- keys ---------------------------------------------------------------------------------

    def situation(self) -> Situation:
        """What the keys of this screen depend on."""
        return self.session.situation()

    async def action_do(self, wanted: str) -> None:
        """Does one action of the registry, or says why not."""
        action = by_id(self.KEYS, wanted)
        if action is None:
            return
        if self._changing:
            self.say(SAVING)
            return
        reason = action.why_not(self.situation())
        if reason:
            self.say(msg("{action}: {reason}", action=msg(action.name), reason=reason), error=True)
            return
        done = getattr(self, f"do_{wanted.replace('-', '_')}")()
        if asyncio.iscoroutine(done):
            await done
        await asyncio.sleep(0)  # a worker takes its first step, and opens its dialog

    def possible(self, wanted: str) -> bool:
        """Whether an action could be done now."""
        action = by_id(self.KEYS, wanted)
        return action is not None and action.why_not(self.situation()) is None

    def update_keys(self) -> None:
        """Draws the key bar for the situation as it is now."""
        if self.is_mounted:
            for bar in self.query(KeyBar):
                bar.show(self.KEYS, self.situation())

    # -- what is said -------------------------------------------------------------------------

    def say(self, message: Message | str, *, error: bool = False, **values: object) -> None:
        """Says something in the message line, which stays until the next thing is said."""
        content = text.say(message, **values)
        if error:
            content = text.join((text.say(N_("Error:"), "bold"), content), " ")
        self._note(content)
        for line in self.query(MessageLine):
            line.show(content, error=error)

    def _note(self, content: Content) -> None:
        said = self.desk_app.said
        said.append(content.plain)
        del said[:-_KEPT]

    def hush(self) -> None:
        """Takes away what was said, for it is no longer about what is done now; damage stays."""
        damage = self.session.desk.damage
        if damage:
            self.say_error(damage)
            return
        for line in self.query(MessageLine):
            line.show(text.nothing())

    def say_content(self, content: Content, *, error: bool = False) -> None:
        """Says what was made in `tui.text`."""
        self._note(content)
        for line in self.query(MessageLine):
            line.show(text.made(content), error=error)

    def say_error(self, error: DeskError) -> None:
        """Says what went wrong and what to do next."""
        parts = [text.say(error.what)] + ([text.say(error.todo)] if error.todo else [])
        self._note(text.join(parts, " "))
        for line in self.query(MessageLine):
            title = text.say(N_("{title}:"), "bold", title=msg(error.title))
            line.show(text.join((title, *parts), " "), error=True)

    # -- changing -----------------------------------------------------------------------------

    async def change(self, act: Callable[[], Receipt]) -> Receipt | None:
        """Makes one change beside the screen's own work; says why, where it was not made.

        Only in a worker: the store may have to wait for its lock. A second change that is asked
        for meanwhile is none. Raises `Conflict` alone, which forms answer with both versions.
        """
        if self._changing:
            self.say(SAVING)
            return None
        self._changing = True
        try:
            receipt = await asyncio.to_thread(act)
        except DeskError as error:
            if isinstance(error, Conflict):
                raise
            self.say_error(error)
            return None
        finally:
            self._changing = False
        self.desk_app.did(receipt)
        return receipt

    def say_done(self, receipt: Receipt) -> None:
        """Says what a change did, and that it can be undone."""
        done = receipt.message if receipt.seq or receipt.notes else msg("Nothing was changed.")
        parts = [text.say(done), *(text.say(note) for note in receipt.notes)]
        if receipt.seq and receipt.did != "undo":
            parts.append(text.say(N_("u undoes it.")))
        self.say_content(text.join(parts, " "))

    # -- copying ------------------------------------------------------------------------------

    def copy(
        self, wanted: str, then: Callable[[], None] | None = None, note: Message | None = None
    ) -> None:
        """Copies a text by the ladder and says what that truly did; `then` follows if it did.

        It goes on when this screen has been left, for the copying tool may take its time.
        """
        from tui.clipboard import to_copy

        self.copied = to_copy(wanted)
        self.app.run_worker(self._copy(self.copied, then, note), group="copy")

    async def _copy(
        self, wanted: str, then: Callable[[], None] | None, note: Message | None
    ) -> None:
        outcome = await self.desk_app.copy_text(wanted)
        top = self.app.screen
        if isinstance(top, Keyed) and not outcome.done:
            top.say(outcome.message, error=True)
        elif isinstance(top, Keyed):
            said = [text.say(outcome.message), *([text.say(note, "bold")] if note else [])]
            top.say_content(text.join(said, " "))
        if outcome.done and then:
            then()

    # -- what the registry's general actions do -----------------------------------------------

    def do_help(self) -> None:
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.KEYS, self.situation()))

    def do_back(self) -> object:
        self.dismiss(None)
        return None

    def do_suspend(self) -> None:
        self.app.action_suspend_process()
