"""`partnerdesk sync`: takes in what Microsoft says."""

from __future__ import annotations

import asyncio

import click

from store.actions.sync import Synced, sync
from store.desk import Desk
from store.errors import DeskError, GraphRefused, NoConnection, StoreBusy, TooBusy
from store.message import msg
from tui.commands.base import Context, context, done, put_json, tell
from tui.language import _

_LEAST_WATCH = 10
_THEIR_SIDE = 500


@click.command(
    help=_(
        "Take in relationships, customers and contracts from Microsoft: consent, ends and roles "
        "follow. What could not be read stays as it was."
    )
)
@click.option(
    "--watch", type=click.IntRange(min=_LEAST_WATCH), metavar="SECONDS",
    help=_("Again and again, with so many seconds between, until interrupted."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("What changed, as JSON."))
@context
def command(ctx: Context, watch: int | None, as_json: bool) -> int:
    with ctx.connected() as desk:
        return asyncio.run(_watch(ctx, desk, watch, as_json))


async def _watch(ctx: Context, desk: Desk, watch: int | None, as_json: bool) -> int:
    while True:
        try:
            status = _said(await _once(ctx, desk), as_json)
        except DeskError as error:
            if watch is None or not passes(error):
                raise
            tell(error.what)
            status = 1
        if watch is None:
            return status
        await asyncio.sleep(watch)


def passes(error: DeskError) -> bool:
    """Whether what went wrong may be over by the next time: a line, a lock, Microsoft's side."""
    if isinstance(error, GraphRefused):
        return error.status >= _THEIR_SIDE
    return isinstance(error, NoConnection | TooBusy | StoreBusy)


async def _once(ctx: Context, desk: Desk) -> Synced:
    connection = ctx.connection(desk)
    async with connection.graph(on_wait=tell) as graph:
        try:
            return await sync(desk, graph, host=connection.host, told=_quiet)
        except DeskError:
            tell(msg("Nothing was changed."))
            raise


def _quiet(said: object) -> None:
    """A command says what it did, not what it is doing."""


def _said(found: Synced, as_json: bool) -> int:
    if as_json:
        put_json({"changes": dict(found.counts), "whole": not found.problems})
        for note in found.receipt.notes:
            tell(note)
    else:
        done(found.receipt)
    return 3 if found.problems else 0
