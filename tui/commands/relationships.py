"""`partnerdesk relationships`: the granular relationships, and ending one."""

from __future__ import annotations

import sys
from typing import Any

import click

from store.actions import lookup
from store.actions import relationships as actions
from store.actions.relationships import Listed
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, msg
from store.model.roles import role_name
from store.view import View
from tui.commands.base import (
    Context,
    context,
    done,
    heard_or_not,
    labelled,
    put,
    put_json,
    put_table,
    tell,
)
from tui.commands.report import iso
from tui.commands.values import complete_customers
from tui.language import _, say


@click.group(help=_("Granular relationships, as of the last sync."))
def command() -> None: ...


@command.command("list", help=_("List relationships with what is remarkable about them."))
@click.option(
    "--customer", metavar="C", shell_complete=complete_customers, help=_("Only this customer's.")
)
@click.option("--status", metavar="S", help=_("Only with this status, in Microsoft's word."))
@click.option("--attention", is_flag=True, help=_("Only those with a remark; exit 3 if any."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(
    ctx: Context, customer: str | None, status: str | None, attention: bool, as_json: bool
) -> int:
    if attention:
        ctx.has_to_be_there()
    with ctx.reading() as desk:
        view, damaged = desk.view, desk.damage is not None
        found = (
            actions.of_customer(view, lookup.customer(view, customer).id)
            if customer
            else actions.listed(view)
        )
    if status:
        found = [one for one in found if one.relationship.status == status]
    if attention:
        found = [one for one in found if one.remarks]
    if not view.synced.at:
        tell(msg("Nothing was read from Microsoft yet: {command}", command="partnerdesk sync"))
    with heard_or_not():
        if as_json:
            put_json([_record(view, one) for one in found])
        else:
            put_table(
                (_("Customer"), _("Relationship"), _("Status"), _("Ends"), _("Remarks")),
                [
                    (
                        one.customer,
                        one.relationship.name,
                        say(one.relationship.status_name()),
                        iso(one.relationship.ends),
                        " ".join(say(remark.said) for remark in one.remarks),
                    )
                    for one in found
                ],
            )
    return 3 if attention and (found or damaged) else 0


@command.command("show", help=_("Show one relationship: roles, groups, days."))
@click.argument("relationship", metavar="R")
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, relationship: str, as_json: bool) -> None:
    with ctx.reading() as desk:
        view = desk.view
        one = actions.one(view, actions.lookup(view, relationship).key)
    if one is None:
        return
    if as_json:
        put_json(_record(view, one))
        return
    for title, value in lines_of(view, one):
        put(labelled(title, value))


def lines_of(view: View, one: Listed) -> list[tuple[str, str]]:
    """Everything about a relationship, as titles and values."""
    it = one.relationship
    made = [
        (N_("Relationship"), it.name),
        (N_("Microsoft ID"), it.microsoft_id),
        (N_("Customer"), one.customer),
        (N_("Status"), say(it.status_name())),
        (N_("Days"), str(it.days or "")),
        (N_("Extends itself"), _("yes") if it.auto_extend else _("no")),
        (N_("Created"), iso(it.created)),
        (N_("Active since"), iso(it.activated)),
        (N_("Ends"), iso(it.ends)),
    ]
    made += [(N_("Role"), role_name(role)) for role in it.roles]
    names = {group.microsoft_id: group.name for group in view.groups}
    for assigned in it.assignments:
        roles = ", ".join(map(role_name, assigned.roles))
        group = names.get(assigned.group, assigned.group)
        made.append((N_("Group"), f"{group} ({assigned.status}): {roles}"))
    made += [(N_("Remark"), say(remark.said)) for remark in one.remarks]
    return [(title, value) for title, value in made if value]


@command.command("terminate", help=_("End an active relationship for good."))
@click.argument("relationship", metavar="R")
@click.option("--name", "typed", metavar="NAME", help=_("Its name, typed out: no other question."))
@context
def terminate(ctx: Context, relationship: str, typed: str | None) -> None:
    import asyncio

    with ctx.connected() as desk:
        found = actions.lookup(desk.view, relationship)
        if typed is None:
            typed = _asked(desk, found.name, found.customer)
        done(asyncio.run(_terminate(ctx, desk, found.key, typed)))


def _asked(desk: Desk, name: str, customer: int) -> str:
    if not sys.stdin.isatty():
        raise BadInput(
            msg("Ending {name} has to be confirmed.", name=name),
            field="name",
            todo=msg("Give its name again: {option}", option=f"--name '{name}'"),
        )
    named = desk.view.customer(customer)
    tell(msg("This ends our access at {customer}. Only a new consent brings it back.",
             customer=named.label if named else "?"))  # fmt: skip
    answer: str = click.prompt(say("Type {name} to end it", name=name), err=True)
    return answer


async def _terminate(ctx: Context, desk: Desk, key: int, typed: str) -> Receipt:
    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        return await actions.terminate(desk, graph, key, typed)


def _record(view: View, one: Listed) -> dict[str, Any]:
    it = one.relationship
    return {
        "id": it.microsoft_id,
        "name": it.name,
        "status": it.status,
        "customer": one.customer or None,
        "tenant": it.tenant or None,
        "days": it.days,
        "auto_extend": it.auto_extend,
        "created": iso(it.created) or None,
        "activated": iso(it.activated) or None,
        "ends": iso(it.ends) or None,
        "roles": list(it.roles),
        "assignments": [
            {"group": a.group, "status": a.status, "roles": list(a.roles)} for a in it.assignments
        ],
        "gone": iso(it.gone) or None,
        "remarks": [remark.what for remark in one.remarks],
    }
