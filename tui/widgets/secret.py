"""A field for a password that is typed, and the one place where a password can be read.

What is typed or shown here leaves no trace in messages, logs, copies or pictures of the screen.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from store.secret import DOTS, Secret
from tui import text


class SecretField(Input):
    """A field whose text is bullets, is never copied or selected, and is taken only once.

    It tells that it was changed or entered, and never what it holds.
    """

    class Edited(Message):
        """Something was typed."""

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(password=True, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def take(self) -> Secret:
        """What was typed; the field is empty from then on."""
        taken = Secret(self.value)
        with self.prevent(self.Edited):  # nobody typed
            self.value = ""
        return taken

    def give_back(self, secret: Secret) -> None:
        """Puts it into the field again, where something else was wrong."""
        with self.prevent(self.Edited):
            self.value = secret.reveal()

    def post_message(self, message: Message) -> bool:
        """Sends no message about that would carry the text; ours say the same without it."""
        if isinstance(message, Input.Changed):
            message = self.Edited()
        elif isinstance(message, Input.Submitted):
            message = self.Entered()
        elif isinstance(message, Input.Blurred):
            return False
        return super().post_message(message)

    def validate_selection(self, selection: Selection) -> Selection:
        """A cursor and nothing more."""
        return Selection.cursor(super().validate_selection(selection).end)

    def action_copy(self) -> None:
        """Nothing here is copied."""
        raise SkipAction

    def action_cut(self) -> None:
        """Nothing here is copied, so nothing is cut either."""
        raise SkipAction


class SecretRow(Horizontal):
    """A label and a `SecretField` beside it, as a row of a form."""

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(classes="field", id=id)
        self.label = label

    def compose(self) -> ComposeResult:
        yield Static(text.say(self.label), classes="label")
        yield SecretField()

    @property
    def field(self) -> SecretField:
        """Where the password is typed."""
        return self.query_one(SecretField)


class SecretView(Widget):
    """A password, to be read: nothing else keeps it, not even what is drawn is kept."""

    ALLOW_SELECT = False

    def __init__(self, secret: Secret, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.secret: Secret | None = secret
        self.veiled = False

    def forget(self) -> None:
        """Shows it no more, for good."""
        self.secret = None
        if self.is_attached:
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return len(self._drawn()) or 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, -(-len(self._drawn()) // max(1, width)))

    def render_lines(self, crop: Region) -> list[Strip]:
        width, style = max(1, self.size.width), self.rich_style
        drawn = self._drawn()
        strips = []
        for y in range(crop.y, crop.bottom):
            line = text.cell(drawn[y * width : (y + 1) * width], width)
            strips.append(Strip([Segment(text.cell(line, width), style)], width))
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _drawn(self) -> str:
        if self.secret is None:
            return ""
        return DOTS if self.veiled else self.secret.reveal()
