"""`partnerdesk sign-in`: Microsoft learns who asks, by a code, a browser or a certificate."""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import click

from store.errors import BadInput, NotConnected
from store.message import N_, msg
from tui.commands.base import Context, context, labelled, put, put_table, tell
from tui.commands.connecting import connection_of
from tui.language import _, say

if TYPE_CHECKING:
    from store.actions.connection import Account, Connection, Purpose

Found = TypeVar("Found")
_PASTES = 10
"""How often a wrong address may be pasted."""


@click.command(
    help=_(
        "Sign in with Microsoft: enter a code in any browser, paste back an address, or use the "
        "certificate of the settings. It asks to read; the options ask for more."
    )
)
@click.option(
    "--device", "way", flag_value="device", default="device", type=str,
    help=_("By a code to enter in a browser anywhere; this is the usual way."),
)  # fmt: skip
@click.option(
    "--browser", "way", flag_value="browser", type=str,
    help=_("By an address to open, whose end is pasted back: where codes are blocked."),
)  # fmt: skip
@click.option(
    "--certificate", "way", flag_value="certificate", type=str,
    help=_("By the certificate of the settings, to read with nobody there."),
)  # fmt: skip
@click.option("--write", is_flag=True, help=_("Ask also to make and change relationships."))
@click.option("--groups", is_flag=True, help=_("Ask also to change members of groups."))
@click.option("--new-groups", is_flag=True, help=_("Ask also to make groups."))
@click.option("--mail", is_flag=True, help=_("Ask also to send mail as yourself."))
@click.option("--steps", is_flag=True, help=_("Only say how to make the app registration."))
@context
def command(ctx: Context, /, way: str, steps: bool, **more: bool) -> int:
    from store.actions.connection import Purpose

    connection = connection_of(ctx)
    if steps:
        _print_steps(connection)
        return 0
    if not connection.client:
        tell(msg("The partner has no app registration in this cloud yet. Make one like this:"))
        _print_steps(connection)
        return 3
    purposes = [Purpose(name.replace("_", "-")) for name, wanted in more.items() if wanted]
    try:
        account = _signed_in(connection, way, purposes)
    except KeyboardInterrupt:
        tell(msg("Stopped. Nobody was signed in."))
        raise click.Abort from None
    _print(connection, account)
    return 0


def _signed_in(connection: Connection, way: str, purposes: list[Purpose]) -> Account:
    reason = connection.remark()
    if reason:
        tell(reason)
    if way == "certificate":
        return _run(connection.with_certificate())
    _choose_place(connection)
    if way == "browser":
        return _by_browser(connection, purposes)
    return _run(_by_device(connection, purposes))


def _run(work: Coroutine[Any, Any, Found]) -> Found:
    import asyncio

    return asyncio.run(work)


async def _by_device(connection: Connection, purposes: list[Purpose]) -> Account:
    begun = await connection.begin_device(purposes)
    _show_qr(begun.address)
    tell(msg("Open this address in any browser, on any device:"))
    click.echo(begun.address, err=True)
    tell(msg("and enter the code {code}", code=begun.code))
    tell(
        msg(
            "It is good for {minutes} minutes; ctrl+c stops. Sign in to the tenant {tenant}.",
            minutes=begun.lasts // 60,
            tenant=connection.partner.tenant,
        )
    )
    return await connection.wait(begun)


def _by_browser(connection: Connection, purposes: list[Purpose]) -> Account:
    begun = _run(connection.begin_browser(purposes))
    tell(msg("Open this address in a browser, on any device, and sign in:"))
    click.echo(begun.address, err=True)
    tell(
        msg(
            "It ends at a page that cannot be opened. Copy all of that page's address, which "
            "begins with {start}, paste it here and press enter:",
            start="http://localhost/?",
        )
    )
    for left in reversed(range(_PASTES)):
        pasted = sys.stdin.readline()
        if not pasted:
            raise BadInput(msg("No address was pasted."), field="address")
        if not pasted.strip():
            continue
        try:
            return _run(connection.paste_back(begun, pasted))
        except BadInput as error:
            if not left or not sys.stdin.isatty():
                raise
            tell(error.what)
            if error.todo:
                tell(error.todo)
    raise BadInput(msg("No address was pasted."), field="address")


def _choose_place(connection: Connection) -> None:
    """Settles where the sign-in is kept, before anybody signs in; raises `NotConnected`."""
    from store.actions.connection import Keeping

    if connection.keeping is None:
        if not sys.stdin.isatty():
            raise NotConnected(
                msg("This session has no keyring to keep a sign-in in."),
                todo=msg(
                    "Say once where it may be kept: {line} in the settings ({path}).",
                    line='token-cache = "file"',
                    path=connection.kept_in,
                ),
            )
        tell(
            msg(
                "This session has no keyring. A file that only your account may read can keep the "
                "sign-in: {path}. Whoever can read it, root included, can act as you.",
                path=connection.kept_in,
            )
        )
        wanted = click.confirm(_("Keep it in this file?"), default=False, err=True)
        connection.keep_in(Keeping.FILE if wanted else Keeping.MEMORY)
    if connection.keeping is Keeping.MEMORY:
        raise NotConnected(
            msg("A sign-in is kept in memory here, and would end with this command."),
            todo=msg(
                "Sign in from the desk: {desk}. Or keep it: {line} in the settings.",
                desk="partnerdesk",
                line='token-cache = "file"',
            ),
        )


def _show_qr(address: str) -> None:
    """The address as a QR code, where the terminal has room for it and colours."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return
    from tui import qr

    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
        code = qr.lines(address)
        "".join(code).encode(sys.stderr.encoding or "ascii")
    except (OSError, ValueError):
        return
    if qr.fits(code, columns, rows - 4):
        for line in code:
            click.echo(click.style(line, fg="black", bg="bright_white"), err=True)


def _print(connection: Connection, account: Account) -> None:
    from store.actions.connection import KEEPING_NAMES

    for note in connection.take_notes():
        tell(note)
    if account.app_only:
        put(say(msg("The certificate signs in to the tenant {tenant}, to read.",
                    tenant=account.tenant)))  # fmt: skip
        return
    put(say(msg("Signed in as {upn}.", upn=account.upn)))
    put(labelled(N_("Tenant"), account.tenant))
    put(labelled(N_("Granted"), ", ".join(account.scopes)))
    keeping = connection.keeping
    if keeping:
        put(labelled(N_("Kept"), _(KEEPING_NAMES[keeping])))
    if account.mfa is False:
        tell(msg("It was without a second factor. Microsoft will refuse much of what partners do."))


def _print_steps(connection: Connection) -> None:
    from tui.commands import registration

    cloud = connection.cloud
    for line in registration.steps(cloud):
        put(line)
    put()
    put_table(registration.permission_titles(), registration.permissions(cloud))
