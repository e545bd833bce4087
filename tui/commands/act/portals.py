"""`partnerdesk act portals`: the addresses of a customer's admin portals."""

from __future__ import annotations

import asyncio

import click

from store.actions import lookup
from store.errors import NotAllowed
from store.message import msg
from tui.commands.base import Context, context, put_json, put_table, tell
from tui.commands.values import customer_argument
from tui.language import _


@click.command(help=_("The addresses of a customer's admin portals; nothing is opened."))
@customer_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, customer: str, as_json: bool) -> None:
    from store.actions.acting.portals import portals_at

    with ctx.connected() as desk:
        found = lookup.customer(desk.view, customer)
        if not found.microsoft_id:
            raise NotAllowed(
                msg("{customer} has no Microsoft ID, so its tenant is not known.",
                    customer=found.label),
                todo=msg("Give the Microsoft ID, or bring it in: {command}",
                         command="partnerdesk sync"),
            )  # fmt: skip
        listed = asyncio.run(portals_at(ctx.connection(desk), found.microsoft_id))
    if as_json:
        put_json([{"name": one.name, "url": one.url} for one in listed.items])
    else:
        put_table((_("Portal"), _("Address")), [(one.name, one.url) for one in listed.items])
    if not listed.asked:
        tell(msg("Built from cloud and tenant; Microsoft was not asked, or named none."))
    if listed.why:
        tell(listed.why)
