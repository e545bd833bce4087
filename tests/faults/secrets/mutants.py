"""What each protection is worth: programs without it, in which the canaries have to be found.

A mutant runs inside the watched process, before the program does.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def cores() -> None:
    """Nothing forbids an image of the memory."""
    from store import undumped

    undumped.no_core_dumps = lambda: None


def a_repr() -> None:
    """A secret shows itself."""
    from store.secret import Secret

    Secret.__repr__ = Secret.reveal  # type: ignore[method-assign]


def talk() -> None:
    """The command says the password beside putting it out."""
    from tui.commands.act import password as act_password

    put = act_password.put_secret

    def put_secret(secret: Any, upn: str = "") -> None:
        act_password.click.echo(f"The password is {secret.reveal()}.", err=True)
        put(secret, upn)

    act_password.put_secret = put_secret


def an_echo() -> None:
    """What Microsoft answers is repeated as it is."""
    from store.actions.acting import deed as acting_deed
    from store.graph import body

    acting_deed._without = lambda secret, said: said
    body.without = lambda content, answer: answer


def an_echo_of_a_token() -> None:
    """The same, where it is a token."""
    from store.graph.bearer import Bearer

    Bearer.masked = lambda self, answer: answer  # type: ignore[method-assign]


def an_echo_at_sign_in() -> None:
    """The same, where somebody signs in."""
    from store.graph import login_http

    login_http._masked = lambda answer, sent: answer


def results_of_threads() -> None:
    """A token is the result of a future, which asyncio writes into its log."""
    import asyncio

    from store.graph import aside

    async def beside(work: Callable[[], Any]) -> Any:
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def run() -> None:
            try:
                found = work()
            except BaseException as error:
                loop.call_soon_threadsafe(future.set_exception, error)
            else:
                loop.call_soon_threadsafe(future.set_result, found)

        threading.Thread(target=run, daemon=True).start()
        return await future

    aside.aside = beside


def a_file_in_spite() -> None:
    """A sign-in goes to a file, whatever was said."""
    from store.graph.tokens import Keeping, TokenCache

    TokenCache._look = lambda self: Keeping.FILE  # type: ignore[method-assign]


def an_open_file_of_tokens() -> None:
    """Others may read the sign-in."""
    from store.graph import private_file

    renamed = os.rename

    def rename(before: Any, after: Any, **more: Any) -> None:
        renamed(before, after, **more)
        if "practice-" in os.fsdecode(after):
            os.chmod(after, 0o644, **({"dir_fd": more["dst_dir_fd"]} if more else {}))

    private_file.os.rename = rename
    private_file.os.replace = rename


def an_open_file_of_passwords() -> None:
    """Others may read the file that a password was asked for in."""
    from store.actions.acting import file as acting_file

    acting_file._MODE = 0o644


def a_seen_question() -> None:
    """What is typed at a question is shown."""
    from tui.commands.act import password as act_password

    prompt = act_password.click.prompt

    def seen(*words: Any, **named: Any) -> Any:
        return prompt(*words, **(named | {"hide_input": False}))

    act_password.click.prompt = seen


def keys_in_a_log() -> None:
    """Textual writes its logs."""
    from textual import constants

    from tui.app import PartnerDesk

    begun = PartnerDesk.__init__
    before = constants.LOG_FILE, constants.DEBUG

    def begin(self: Any, *words: Any, **named: Any) -> None:
        begun(self, *words, **named)
        constants.LOG_FILE, constants.DEBUG = before  # type: ignore[misc]

    PartnerDesk.__init__ = begin  # type: ignore[method-assign]


def pictures() -> None:
    """A picture shows what the screen shows."""
    from textual.app import App

    from tui.app import PartnerDesk

    PartnerDesk.export_screenshot = App.export_screenshot  # type: ignore[method-assign]


def left_standing() -> None:
    """Nothing takes the password off the screen before it is left."""
    from tui.app import PartnerDesk

    PartnerDesk.forget_secrets = lambda self: None  # type: ignore[method-assign]


def left_standing_on_one_screen() -> None:
    """The same, and the full screen is not left empty either."""
    from tui.driver import DeskDriver

    left_standing()
    del DeskDriver.stop_application_mode  # type: ignore[misc]


def a_stop_unnoticed() -> None:
    """Only what the desk itself does takes the password off the screen."""
    from textual.drivers.linux_driver import LinuxDriver

    from tui.driver import DeskDriver

    def stop(self: Any) -> None:
        self.write("\x1b[2J")
        LinuxDriver.stop_application_mode(self)

    DeskDriver.stop_application_mode = stop  # type: ignore[method-assign]


def textual_tells() -> None:
    """Textual's own report of a crash, with local variables."""
    from textual.app import App

    from tui.app import PartnerDesk

    PartnerDesk._fatal_error = App._fatal_error  # type: ignore[method-assign]


def a_report_with_values() -> None:
    """Our report of a crash has local variables too."""
    from tui import crash

    def print_exc(file: Any) -> None:
        import sys

        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        assert error
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        file.write("".join(told.format()))

    crash.traceback.print_exc = print_exc  # type: ignore[assignment]


def a_buffer_that_stays() -> None:
    """Nobody deletes tmux's buffer."""
    from tui import secret_copy

    secret_copy._DELETE = ":"


def a_buffer_deleted_by_the_desk() -> None:
    """The desk itself deletes it when its time is over."""
    import time

    from tui import clipboard, secret_copy

    secret_copy._DELETE = ":"
    program = clipboard.program
    over = Path(os.environ["CANARY_OVER"])

    def fed(words: list[str], text: Any, environment: Any, **named: Any) -> Any:
        if "load-buffer" in words:

            def delete() -> None:
                while not over.exists():
                    time.sleep(0.02)
                program(["tmux", "delete-buffer", "-b", words[3]], "", environment)

            threading.Thread(target=delete, daemon=True).start()
        return program(words, text, environment, **named)

    clipboard.program = fed


def an_argument() -> None:
    """The password stands among a helper's words."""
    from tui import clipboard

    program = clipboard.program

    def fed(words: list[str], text: Any, environment: Any, **named: Any) -> Any:
        if "load-buffer" in words:
            words = ["tmux", "set-buffer", "-b", words[3], text.reveal()]
        return program(words, text, environment, **named)

    clipboard.program = fed


def an_environment() -> None:
    """The password stands in a helper's environment."""
    from tui import clipboard

    program = clipboard.program

    def fed(words: list[str], text: Any, environment: Any, **named: Any) -> Any:
        more = {"CLIP": text.reveal()} if hasattr(text, "reveal") else {}
        return program(words, text, {**environment, **more}, **named)

    clipboard.program = fed


def the_usual_ladder() -> None:
    """A password is copied as any text is."""
    from tui.app import PartnerDesk

    PartnerDesk.copy_secret = lambda self, secret: self.copy_text(secret.reveal())  # type: ignore[method-assign]


def a_clipboard_that_stays() -> None:
    """Nobody empties the desktop's clipboard."""
    from tui import clipboard, secret_copy

    secret_copy._FOR_A_WHILE = clipboard._NATIVE


def a_plain_field() -> None:
    """What is typed can be read."""
    from tui.widgets.secret import SecretField

    begun = SecretField.__init__

    def begin(self: Any, **named: Any) -> None:
        begun(self, **named)
        self.password = False

    SecretField.__init__ = begin  # type: ignore[method-assign]


def the_message_line() -> None:
    """The desk says the password below, too."""
    from tui.screens.act.shown import Shown

    mounted = Shown.on_mount

    def on_mount(self: Any) -> None:
        secret = self.ended.secret.reveal()
        mounted(self)
        self.say(f"The password is {secret}.")

    Shown.on_mount = on_mount  # type: ignore[method-assign]


def a_journal_that_knows() -> None:
    """The end of a deed is written down with the password."""
    from store.actions.acting import deed as acting_deed

    def told(secret: Any, said: Any) -> Any:
        from store.message import msg

        return msg("{said} {secret}", said=said, secret=secret.reveal()) if secret else said

    acting_deed._without = told


MUTANTS: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        cores, a_repr, talk, an_echo, an_echo_of_a_token, an_echo_at_sign_in, results_of_threads,
        a_file_in_spite, an_open_file_of_tokens, an_open_file_of_passwords, a_seen_question,
        keys_in_a_log, pictures, left_standing, left_standing_on_one_screen, a_stop_unnoticed,
        textual_tells, a_report_with_values, a_buffer_that_stays, a_buffer_deleted_by_the_desk,
        an_argument, an_environment, the_usual_ladder, a_clipboard_that_stays, a_plain_field,
        the_message_line, a_journal_that_knows,
    )
}  # fmt: skip
