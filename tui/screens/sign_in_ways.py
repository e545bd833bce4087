"""Two ways to sign in: a code to enter on any device, or an address whose end is pasted back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Paste
from textual.widgets import Input, Static

from store.actions.connection import Account, Connection, Purpose
from store.errors import BadInput, DeskError, NoConnection
from store.message import N_, msg
from tui import qr, text
from tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from store.actions.connection import Browser, DeviceCode

_BESIDE = 38
"""Cells that the words need beside a QR code."""
_AROUND = 6
"""Lines of the screen that are not the code's: title, frame, keys, what is said."""
_BOX = 76
_RETURNS_TO = "http://localhost/?"


class PastedAddress(Input):
    """Takes a pasted address whole, also where a terminal broke it into lines."""

    def _on_paste(self, event: Paste) -> None:
        self.value = text.editable("".join(event.text.split()))
        event.stop()
        event.prevent_default()


class SignInScreen(Dialog[Account]):
    """Waits for the code to be entered; tab takes the other way, esc ends it and nobody is in."""

    KEYS = "sign-in"
    AUTO_FOCUS = "#words"

    def __init__(self, connection: Connection, purposes: Sequence[Purpose]) -> None:
        super().__init__()
        self.connection = connection
        self.purposes = purposes
        self.by_code = True
        self.code: DeviceCode | None = None
        self.browser: Browser | None = None
        self._redeeming = False

    def body(self) -> ComposeResult:
        yield Static(text.say(N_("Sign in to Microsoft")), classes="title")
        with Horizontal(id="way"):
            yield Static(id="qr")
            with VerticalScroll(id="words"):
                yield Static(id="step-words")
        field = PastedAddress(
            placeholder=text.plain(N_("Paste the address here")), id="pasted", compact=True
        )
        field.cursor_blink = False
        yield field

    def on_mount(self) -> None:
        self._begin()

    def on_resize(self) -> None:
        """The code needs room."""
        self.call_after_refresh(self._show)

    # -- what is shown ------------------------------------------------------------------------

    def _show(self) -> None:
        self.query_one("#step-words", Static).update(text.join(self._words(), "\n"))
        self.query_one("#pasted").display = not self.by_code
        code = self._qr()
        drawn = self.query_one("#qr", Static)
        drawn.display = bool(code)
        drawn.update(text.join([text.data(line) for line in code], "\n"))

    def _qr(self) -> tuple[str, ...]:
        """The address as a QR code, where there is room for it beside the words, and colours."""
        if not self.by_code or self.code is None or self.app.ansi_color:
            return ()
        code = qr.lines(self.code.address)
        columns = min(_BOX, self.app.size.width * 96 // 100) - 4 - _BESIDE
        return code if qr.fits(code, columns, self.app.size.height - _AROUND) else ()

    def _words(self) -> list[Content]:
        whose = self._whose()
        if self.by_code and self.code is None:
            return [text.say(N_("Asking Microsoft for a code…"))]
        if self.by_code and self.code:
            if not self._left():
                return [text.say(N_("This code is no longer good. enter gets another."))]
            return self._code_words(self.code, whose)
        if self.browser is None:
            return [text.say(N_("Making an address to open…"))]
        begins = text.data(f"   {self.browser.address.partition('?')[0]}?…")
        return [
            text.say(N_("1. y copies this address, v shows it whole. Open it in any browser:")),
            *([] if self.has_class("-low") else [begins]),
            text.join((text.data("2. "), whose)),
            text.say(N_("3. It ends at a page that cannot be opened. Copy all of its address, "
                        "which begins with {start}, and paste it here:"), start=_RETURNS_TO),
        ]  # fmt: skip

    def _code_words(self, code: DeviceCode, whose: Content) -> list[Content]:
        until = datetime.now() + timedelta(seconds=self._left())
        good = text.say(msg("It is good until {time}.", time=until.strftime("%H:%M")))
        where = text.say(N_("Open in any browser, on any device:"), "dim")
        enter, shown = text.say(N_("and enter the code:"), "dim"), text.data(code.code, "bold")
        if self.has_class("-low"):
            return [where, text.data(code.address), text.join((enter, shown), " "), whose, good]
        blank = text.nothing()
        return [where, text.data(code.address), blank, enter, shown, blank, whose, good]

    def _whose(self) -> Content:
        partner = self.connection.partner
        return text.say(
            msg("Sign in with an account of {partner}, tenant {tenant}.", partner=partner.name,
                tenant=partner.tenant)
        )  # fmt: skip

    def _left(self) -> int:
        return self.connection.seconds_left(self.code) if self.code else 0

    # -- the two ways -------------------------------------------------------------------------

    def _begin(self) -> None:
        """Takes the way that is chosen now, from where it was left."""
        way = self._by_code() if self.by_code else self._by_browser()
        self.run_worker(way, exclusive=True, group="sign-in")

    async def _by_code(self) -> None:
        try:
            if not self._left():
                self.code = None
                self._show()
                self.code = await self.connection.begin_device(self.purposes)
            self._show()
            code = self.code
            if code:
                self.dismiss(await self.connection.wait(code))
        except DeskError as error:
            if not isinstance(error, NoConnection):
                self.code = None
            self.say_error(error)
            self._failed()

    def _failed(self) -> None:
        """No code, or none that is good any more: what can be done about it."""
        words = N_("There is no code. enter asks for one, tab takes the other way.")
        if self.code is not None:
            words = N_("enter goes on waiting, tab takes the other way.")
        self.query_one("#qr").display = False
        self.query_one("#step-words", Static).update(text.say(words))

    async def _by_browser(self) -> None:
        try:
            if self.browser is None:
                self._show()
                self.browser = await self.connection.begin_browser(self.purposes)
        except DeskError as error:
            self.say_error(error)
        self._show()

    async def _redeem(self, browser: Browser, pasted: str) -> None:
        field = self.query_one(PastedAddress)
        self.say(N_("Asking Microsoft…"))
        try:
            self.dismiss(await self.connection.paste_back(browser, pasted))
        except (BadInput, NoConnection) as error:
            self.say_error(error)
        except DeskError as error:
            self.say_error(error)
            self.browser = None  # what Microsoft refused is used up
            await self._by_browser()
        finally:
            self._redeeming = False
        field.value = ""

    # -- keys ---------------------------------------------------------------------------------

    def on_paste(self, event: Paste) -> None:
        """What is pasted is the address, wherever the cursor is."""
        if not self.by_code:
            field = self.query_one(PastedAddress)
            field.value = text.editable("".join(event.text.split()))
            self.set_focus(field)

    @on(Input.Submitted, "#pasted")
    def _submitted(self) -> None:
        self.do_go_on()

    def do_go_on(self) -> None:
        if self._redeeming:
            return  # an address is good once: a second enter would lose what the first one gets
        if self.by_code:
            waiting = any(w.group == "sign-in" and w.is_running for w in self.workers)
            if not waiting:
                self.hush()
                self._begin()
            return
        field = self.query_one(PastedAddress)
        if field.value.strip() and self.browser is not None:
            self._redeeming = True
            self.run_worker(
                self._redeem(self.browser, field.value), exclusive=True, group="sign-in"
            )
        elif self.browser is None:
            self._begin()
        else:
            self.set_focus(field)
            self.say(N_("Paste the address that the browser ended at, then press enter."))

    def do_other_way(self) -> None:
        if self._redeeming:
            self.say(N_("Asking Microsoft…"))
            return
        self.by_code = not self.by_code
        self.hush()
        self.set_focus(self.query_one("#words"))
        self._show()
        self._begin()

    def do_copy_code(self) -> None:
        if self.by_code and self.code:
            self.copy(self.code.code)
        elif not self.by_code and self.browser:
            self.copy(self.browser.address)
        else:
            self.say(N_("There is nothing to copy yet."))

    def plain_text(self) -> str:
        """What there is to type or to open, without a box around it."""
        if self.by_code:
            return f"{self.code.address}\n\n{self.code.code}" if self.code else ""
        return self.browser.address if self.browser else ""

    def do_plain(self) -> None:
        shown = self.plain_text()
        if shown:
            self.desk_app.show_plain(shown)
        else:
            self.say(N_("There is nothing to show as plain text here."))
