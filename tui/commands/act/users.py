"""`partnerdesk act users`: the users of a customer."""

from __future__ import annotations

import asyncio

import click

from store.message import msg
from store.model.access import Task
from tui.commands.act.group import acting_of, check_inside
from tui.commands.base import Context, context, put_json, put_table, tell
from tui.commands.values import customer_argument
from tui.language import _

_MOST = 500


@click.command(help=_("List a customer's users, all or those whose name begins so."))
@customer_argument
@click.argument("text", metavar="[TEXT]", default="")
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, customer: str, text: str, as_json: bool) -> None:
    from store.actions.acting.base import Acting
    from store.actions.acting.users import People, find_users

    async def read(who: Acting) -> People:
        async with who.tenant(tell) as tenant:
            return await find_users(who, tenant, text, _MOST)

    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        check_inside(who, Task.RESET_PASSWORD)
        people = asyncio.run(read(who))
    if as_json:
        put_json(
            [
                {"id": one.id, "upn": one.upn, "name": one.name, "enabled": one.enabled,
                 "guest": one.guest, "created": one.created or None}
                for one in people.found
            ]
        )  # fmt: skip
    else:
        put_table(
            (_("Name"), _("User name"), _("Remark")),
            [
                (
                    one.name,
                    one.upn,
                    _("guest") if one.guest else "" if one.enabled else _("may not sign in"),
                )
                for one in people.found
            ],
        )
    if people.more:
        tell(msg("There are more; type more of the name."))
