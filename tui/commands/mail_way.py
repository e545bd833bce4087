"""Where a command's letters leave from, by the operator's settings."""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from store.actions.outbox import Account
from store.desk import Desk
from store.errors import DeskError, NotConnected
from store.message import N_, Message, msg
from store.secret import Secret
from tui import mail_account
from tui.commands.base import Context
from tui.language import say
from tui.settings import config_file


def account_of(ctx: Context, desk: Desk) -> Account | None:
    """The account of the settings, or `None`; a password is asked for on a terminal only."""

    def signed_in() -> str:
        with suppress(DeskError):
            account = ctx.connection(desk).account()
            return account.upn if account else ""
        return ""

    return mail_account.account_of(
        ctx.settings,
        desk.view.partner,
        ask=_asked if sys.stdin.isatty() else None,
        signed_in=signed_in,
    )


def needed(ctx: Context, desk: Desk) -> Account:
    """The account of the settings; raises `NotConnected`, naming the keys that are missing."""
    account = account_of(ctx, desk)
    if account is None:
        why = mail_account.why_not(ctx.settings, desk.view.partner)
        raise NoWay(
            why or msg("It is not set where letters leave from."),
            todo=mail_account.how_to_set(config_file(ctx.environment)),
        )
    return account


def with_secret(account: Account) -> None:
    """Has the password now, where a question can be answered and nothing is on its way yet.

    Raises what keeps it from being had; it is not asked for again.
    """
    if account.secret:
        account.secret()


class NoWay(NotConnected):
    """Nothing is set that letters could leave by."""

    title = N_("No way to send letters")


def _asked(words: Message) -> Secret:
    return Secret(click.prompt(say(words), hide_input=True, err=True, default="",
                               show_default=False))  # fmt: skip
