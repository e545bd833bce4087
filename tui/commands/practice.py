"""`partnerdesk practice`: the practice cloud, served to whoever speaks to Microsoft Graph."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from store.actions import demo
from store.actions.practice import Listening, practice_of, serving
from store.desk import Desk
from store.message import msg
from store.model.partner import Cloud
from tui import language
from tui.commands.base import Context, context, put_table, tell
from tui.language import _

PORT = 8443
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.group(help=_("The practice cloud: Microsoft's side, without a tenant."))
def command() -> None: ...


@command.command(
    "serve",
    help=_(
        "Serve the practice cloud on this host until interrupted. With a practice store it is that "
        "partner's cloud, else a fictional one's; nothing of yours is touched."
    ),
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
              help=_("Where to listen; 0 takes any that is free."))  # fmt: skip
@click.option("--customers", type=click.IntRange(0, 20_000), default=50, show_default=True,
              help=_("How many customers a fictional partner has."))  # fmt: skip
@context
def serve(ctx: Context, port: int, customers: int) -> None:
    with _store(ctx, customers) as desk:
        practice = practice_of(desk.view, desk.today())
        with Interrupted() as interrupted, serving(practice, desk.path, port) as served:
            tell_where(served, desk)
            interrupted.wait()
    tell(msg("The practice cloud has ended."))


@contextmanager
def _store(ctx: Context, customers: int) -> Iterator[Desk]:
    """The practice store that was named, else one that is made for the time being."""
    if ctx.is_there:
        with ctx.desk() as desk:
            if desk.view.partner.cloud is Cloud.PRACTICE:
                yield desk
                return
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="partnerdesk-practice-"))
        made = Desk(Path(folder) / "store", ctx.operator, today=ctx.today).open()
        desk = stack.enter_context(made)
        demo.fill(desk, customers=customers, seed=1, language=language.current())
        yield desk


def tell_where(served: Listening, desk: Desk) -> None:
    """Says how to reach the practice cloud, from here and from elsewhere."""
    operator = next(iter(desk.view.partner.operators.values()), "")
    tell(msg("PRACTICE. Nothing here is Microsoft's, and nothing of yours is touched."))
    put_table(
        (_("What"), _("Here")),
        [
            (_("Microsoft Graph"), f"{served.address}/v1.0"),
            (_("Sign-in"), f"{served.address}/{served.tenant}"),
            (_("Setting DNS records"), f"{served.address}/dns"),
            (_("Tenant ID"), served.tenant),
            (_("Client ID"), served.client),
            (_("Certificate authority"), served.ca_file),
            (_("Store"), str(desk.path)),
            (_("Signs in as"), operator),
        ],
    )
    tell(
        msg(
            "From your own computer's browser: {command}",
            command=f"ssh -L {served.port}:127.0.0.1:{served.port} {_user_at_host(desk)}",
        )
    )


def _user_at_host(desk: Desk) -> str:
    return f"{desk.operator.login}@{desk.operator.host or os.uname().nodename}"


class Interrupted:
    """Whether somebody interrupted the program; a context manager that catches the signals."""

    def __init__(self) -> None:
        self._ended = threading.Event()

    def __enter__(self) -> Interrupted:
        self._before = {n: signal.signal(n, lambda *_: self._ended.set()) for n in _ENDING}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait(self) -> None:
        """Waits until somebody does."""
        tell(msg("ctrl+c ends it."))
        self._ended.wait()
