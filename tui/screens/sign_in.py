"""Signing in to Microsoft and out: what is asked before, and what is said after."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.errors import DeskError, NotConnected, SignInNeeded
from store.message import N_, Message, msg
from tui import text
from tui.commands import registration
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.screens.dialogs import choose, confirm
from tui.widgets.account import granted

if TYPE_CHECKING:
    from store.actions.connection import Account, Connection, Purpose
    from store.model.partner import Cloud

IN_PROCESS = N_("This is practice, in this desk alone: nobody needs to sign in here.")
_CERTIFICATE, _MAIL = "certificate", "mail"
_WIDER = {
    "read": N_("Read relationships, customers, groups and users"),
    "write": N_("also make, change and end relationships, assign groups in them"),
    "groups": N_("also change who is in the groups that administer"),
    "new-groups": N_("also make these groups"),
}
"""What to sign in for; each of them with all before it."""


class RegistrationScreen(Dialog[None]):
    """How to make the app registration that a sign-in needs; the same text as the command's."""

    KEYS = "sign-in"
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__()
        self.cloud = cloud

    def body(self) -> ComposeResult:
        yield Static(
            text.say(
                N_("The partner has no app registration in this cloud yet. Make one like this; "
                   "then , takes its client ID.")
            ),
            classes="title",
        )  # fmt: skip
        with VerticalScroll(id="registration"):
            yield Static(text.data(self._text()))

    def _text(self) -> str:
        rows = registration.permissions(self.cloud)
        lines = registration.steps(self.cloud)
        for name, delegated, app, purpose in rows:
            lines += ["", f"{name}: {purpose}", f"  {delegated}"]
            if app:
                lines.append(f"  {text.plain(msg('for a certificate: {id}', id=app))}")
        return "\n".join(lines)

    def do_copy_code(self) -> None:
        self.copy(self._text())

    def do_plain(self) -> None:
        self.desk_app.show_plain(self._text())

    def do_other_way(self) -> None:
        self.say(N_("There is no other way in before that."))

    def do_go_on(self) -> None:
        self.dismiss(None)


async def sign_in(screen: DeskScreen, least: str = "read") -> bool:
    """Asks what for and by which way, and signs in; whether somebody did. Only in a worker.

    `least` is the purpose that the list begins with.
    """
    microsoft = screen.session.microsoft
    if microsoft.rehearsal:
        screen.say(IN_PROCESS)
        return False
    try:
        connection = await asyncio.to_thread(microsoft.connection)
        if connection.partner.tenant and not connection.client:
            await screen.app.push_screen_wait(RegistrationScreen(connection.cloud))
            return False
        await asyncio.to_thread(connection.check)
        account = await _signed_in(screen, connection, least)
    except NotConnected as error:
        if not screen.session.view.partner.tenant:
            screen.say(msg("{why} , opens Partner.", why=error.what), error=True)
        else:
            screen.say_error(error)
        return False
    except DeskError as error:
        screen.say_error(error)
        return False
    if account is None:
        screen.say(N_("Nobody was signed in."))
        return False
    await _welcome(screen, connection, account)
    return True


async def sign_in_anew(screen: DeskScreen, error: SignInNeeded, purpose: str) -> bool:
    """Where a change was refused for want of a sign-in, or of more: offers to sign in for it.

    `purpose` is what the change needs, as in `Purpose`. Whether somebody signed in; else the
    refusal has been said. Only in a worker.
    """
    screen.say_error(error)
    if await confirm(screen, msg("{why} Sign in for it now?", why=error.what)):
        return await sign_in(screen, purpose)
    return False


async def sign_out(screen: DeskScreen) -> None:
    """Forgets the sign-in on this host, once that is confirmed. Only in a worker."""
    microsoft = screen.session.microsoft
    if microsoft.rehearsal:
        screen.say(IN_PROCESS)
        return
    account = microsoft.account
    who = account.upn if account and account.upn else ""
    question = (
        msg("Forget the sign-in of {upn} on this host?", upn=who)
        if who
        else msg("Forget the sign-in on this host?")
    )
    if not await confirm(screen, question):
        return
    try:
        connection = await asyncio.to_thread(microsoft.connection)
        gone = await asyncio.to_thread(connection.sign_out)
    except DeskError as error:
        screen.say_error(error)
        return
    screen.desk_app.look_for_account()
    if gone:
        screen.say(
            N_("Signed out on this host. Microsoft was not told: if the host is lost, end the "
               "sessions of the account there.")
        )  # fmt: skip
    else:
        screen.say(N_("Nobody was signed in here."))


async def _signed_in(screen: DeskScreen, connection: Connection, least: str) -> Account | None:
    wanted = await _what_for(screen, connection, least)
    if wanted is None:
        return None
    if wanted == _CERTIFICATE:
        screen.say(N_("Signing in by the certificate…"))
        return await connection.with_certificate()
    if not await _kept_somewhere(screen, connection):
        return None
    from tui.screens.sign_in_ways import SignInScreen

    return await screen.app.push_screen_wait(SignInScreen(connection, _purposes(wanted)))


async def _what_for(screen: DeskScreen, connection: Connection, least: str) -> str | None:
    """The purposes to sign in for, by the widest of them; or by the certificate."""
    heading = msg("Sign in to Microsoft: what for? Each line includes those above it.")
    reason = connection.remark()
    if reason:
        heading = msg("{question} {note}", question=heading, note=reason)
    options = [(name, text.say(said)) for name, said in _WIDER.items()]
    options.append((_MAIL, text.say(N_("Only read, and send letters from your mailbox"))))
    if screen.session.microsoft.certificate:
        alone = N_("Only read, by the certificate of the settings, with nobody there")
        options.append((_CERTIFICATE, text.say(alone)))
    held = granted(screen.session.microsoft.account)
    widest = [name for name in _WIDER if name == least or name in held]
    return await choose(screen, heading, options, _MAIL if least == _MAIL else widest[-1])


def _purposes(widest: str) -> list[Purpose]:
    from store.actions.connection import Purpose

    if widest == _MAIL:
        return [Purpose.READ, Purpose.MAIL]
    names = list(_WIDER)
    return [Purpose(name) for name in names[: names.index(widest) + 1]]


async def _kept_somewhere(screen: DeskScreen, connection: Connection) -> bool:
    """Asks, the first time on this host, where the sign-in may be kept; whether it was said."""
    from store.actions.connection import Keeping

    if await asyncio.to_thread(lambda: connection.keeping) is not None:
        return True
    answer = await choose(
        screen,
        msg(
            "This session has no keyring. Where may the sign-in be kept? Whoever can read the "
            "file {path}, root included, can act as you.",
            path=connection.kept_in,
        ),
        [
            (Keeping.MEMORY.value, text.say(N_("Nowhere: it ends with this desk"))),
            (Keeping.FILE.value, text.say(N_("In this file, which only your account may read"))),
        ],
    )
    if answer is None:
        return False
    await asyncio.to_thread(connection.keep_in, Keeping(answer))
    return True


async def _welcome(screen: DeskScreen, connection: Connection, account: Account) -> None:
    """Says who is signed in and what that person should know; the keys follow."""
    said: list[Message] = list(connection.take_notes())
    if account.app_only:
        said.append(msg("The certificate signs in to the tenant {tenant}, to read.",
                        tenant=account.tenant))  # fmt: skip
    else:
        said.append(msg("Signed in as {upn}.", upn=account.upn))
    if account.mfa is False:
        said.append(
            msg("It was without a second factor. Microsoft will refuse much of what partners do.")
        )
    said.append(msg("r asks Microsoft how everything stands."))
    await screen.desk_app.look_for_account().wait()
    screen.say_content(text.join([text.say(one) for one in said], " "))
