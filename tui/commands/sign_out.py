"""`partnerdesk sign-out`: forgets the sign-in on this host."""

from __future__ import annotations

import click

from store.message import msg
from tui.commands.base import Context, context, put, tell
from tui.commands.connecting import connection_of
from tui.language import _, say


@click.command(help=_("Forget the sign-in on this host."))
@context
def command(ctx: Context) -> None:
    connection = connection_of(ctx)
    account = connection.account()
    gone = connection.sign_out()
    if account and not account.app_only:
        put(say(msg("Signed out {upn} on this host.", upn=account.upn)))
    else:
        put(_("Signed out on this host.") if gone else _("Nobody was signed in here."))
    if gone:
        tell(msg("Microsoft was not told: if the host is lost, end the sessions of the account "
                 "there."))  # fmt: skip
