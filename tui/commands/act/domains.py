"""`partnerdesk act domains`: the domains of a customer, and what proves those not verified."""

from __future__ import annotations

import asyncio

import click

from store.model.access import Task
from tui.commands.act.group import acting_of, check_inside
from tui.commands.act.report import as_records, put_records
from tui.commands.base import Context, context, put, put_json, put_table, tell
from tui.commands.values import customer_argument
from tui.language import _


@click.command(help=_("List a customer's domains, verified or not."))
@customer_argument
@click.option("--records", is_flag=True, help=_("Also the DNS records of those not verified."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, customer: str, records: bool, as_json: bool) -> None:
    from store.actions.acting.base import Acting, Domain
    from store.actions.acting.domain import Record, domain_records, domains

    async def read(who: Acting) -> list[tuple[Domain, tuple[Record, ...]]]:
        async with who.tenant(tell) as tenant:
            return [
                (
                    one,
                    await domain_records(who, tenant, one.name)
                    if records and not one.verified
                    else (),
                )
                for one in await domains(who, tenant)
            ]

    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        check_inside(who, Task.ADD_DOMAIN)
        found = asyncio.run(read(who))
    if as_json:
        put_json(
            [
                {"name": one.name, "verified": one.verified, "default": one.default}
                | ({"records": as_records(proof)} if proof else {})
                for one, proof in found
            ]
        )
        return
    put_table(
        (_("Domain"), _("State"), _("Default")),
        [
            (
                one.name,
                _("verified") if one.verified else _("not verified yet"),
                _("default") if one.default else "",
            )
            for one, proof in found
        ],
    )
    for _one, proof in found:
        if proof:
            put()
            put_records(proof)
