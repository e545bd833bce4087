"""`partnerdesk groups`: the groups that stand for Full and Limited, and where they are assigned."""

from __future__ import annotations

import click

from store.actions import assigning, lookup
from store.actions import groups as actions
from store.actions.assigning import Assigned
from store.actions.groups import Candidate
from store.desk import Desk, Receipt
from store.errors import DeskError
from store.message import msg, nmsg
from store.model.access import LEVEL_NAMES, Level
from store.model.assigning import STEP_NAMES, TO_DO, Assigning, Step
from store.model.group import ADVICE, Group, drifts
from store.model.roles import role_name
from tui.commands.base import Context, context, done, put, put_json, put_table, tell
from tui.commands.values import complete_customers
from tui.language import _, say

LEVELS = click.Choice([Level.FULL.value, Level.LIMITED.value])


@click.group(help=_("Our groups at Microsoft: who may act, and where."))
def command() -> None: ...


@command.command("list", help=_("List the groups at Microsoft that a level can stand for."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(ctx: Context, as_json: bool) -> None:
    import asyncio

    with ctx.connected() as desk:
        found = asyncio.run(_candidates(ctx, desk))
    if as_json:
        put_json([
            {"id": one.group.id, "name": one.group.name, "level": one.level.value or None,
             "built_in": one.group.name if one.usual is not Level.NONE else None,
             "name_is_shared": one.twins}
            for one in found
        ])  # fmt: skip
        return
    put_table(
        (_("Group"), _("Stands for"), _("Remark")),
        [
            (
                one.group.name,
                _(LEVEL_NAMES[one.level]) if one.level is not Level.NONE else "",
                say(said) if (said := actions.remark(one)) else "",
            )
            for one in found
        ],
    )
    if found:
        tell(ADVICE)


async def _candidates(ctx: Context, desk: Desk) -> list[Candidate]:
    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        return await actions.candidates(desk.view, graph)


@command.command("show", help=_("Show who is in them, what differs from here, and their reach."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, as_json: bool) -> int:
    with ctx.reading() as desk:
        view = desk.view
        found = view.groups
        drift = drifts(found, view.members)
        reach = {group.level: assigning.reach(view, group.level) for group in found}
    if as_json:
        put_json({
            "groups": [
                {"level": group.level.value, "id": group.microsoft_id, "name": group.name,
                 "members": [
                     {"upn": m.upn, "name": m.name, "guest": m.guest, "blocked": m.blocked,
                      "kind": m.kind or "user"}
                     for m in group.members
                 ],
                 "customers": reach[group.level], "read": group.read or None, "gone": group.gone}
                for group in found
            ],
            "drift": [
                {"what": one.what, "upn": one.upn or None, "said": say(one.said)} for one in drift
            ],
        })  # fmt: skip
        return 3 if drift else 0
    for group in found:
        put(_of(group, reach[group.level]))
        for member in group.members:
            put(f"  {member.label}")
    if not found:
        tell(msg("No group stands for a level yet: {command}", command="partnerdesk groups use"))
    for one in drift:
        put(say(one.said))
    return 3 if drift else 0


def _of(group: Group, reach: int) -> str:
    return say(
        nmsg(
            "{level}: {group}, opens {count} customer",
            "{level}: {group}, opens {count} customers",
            reach,
            level=msg(LEVEL_NAMES[group.level]),
            group=group.name,
        )
    )


@command.command("use", help=_("Let a group stand for a level; --create makes it if need be."))
@click.argument("level", type=LEVELS)
@click.argument("name", metavar="NAME")
@click.option("--create", is_flag=True, help=_("Create it if there is none of this name."))
@context
def use(ctx: Context, level: str, name: str, create: bool) -> None:
    import asyncio

    with ctx.connected() as desk:
        done(asyncio.run(_use(ctx, desk, Level(level), name, create)))


async def _use(ctx: Context, desk: Desk, level: Level, name: str, create: bool) -> Receipt:
    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        if create:
            return await actions.create(desk, graph, level, name)
        return await actions.choose(desk, graph, level, name)


@command.command("assign", help=_("Assign a level's group in active relationships; plan first."))
@click.argument("level", type=LEVELS)
@click.argument("customers", metavar="[C…]", nargs=-1, shell_complete=complete_customers)
@click.option("--apply", is_flag=True, help=_("Do it."))
@context
def assign(ctx: Context, level: str, customers: tuple[str, ...], apply: bool) -> int:
    import asyncio

    with ctx.connected() as desk:
        view = desk.view
        wanted = [c.id for c in lookup.customers(view, customers)] if customers else None
        group, plan = assigning.assigning_plan(view, Level(level), wanted)
        todo = [line for line in plan if line.step in TO_DO]
        refused = any(line.step is Step.REFUSED for line in plan)
        if not apply:
            put_table(
                (_("Relationship"), _("Step"), _("Roles"), _("Why")),
                [
                    (
                        line.relationship.name,
                        _(STEP_NAMES[line.step]),
                        ", ".join(map(role_name, line.roles)),
                        say(line.said) if line.said else "",
                    )
                    for line in plan
                ],
            )
            tell(nmsg("{group} would be assigned in {count} relationship. --apply does it.",
                      "{group} would be assigned in {count} relationships. --apply does it.",
                      len(todo), group=group.name))  # fmt: skip
            return 3 if refused else 0
        made, ended = asyncio.run(_assign(ctx, desk, group, plan))
        put(say(nmsg("{group} assigned in {count} relationship.",
                     "{group} assigned in {count} relationships.",
                     sum(one.done for one in made), group=group.name)))  # fmt: skip
        if ended:
            raise ended
        return 3 if refused or not all(one.done for one in made) else 0


async def _assign(
    ctx: Context, desk: Desk, group: Group, plan: list[Assigning]
) -> tuple[list[Assigned], DeskError | None]:
    def told(one: Assigned) -> None:
        said = msg("assigned") if one.done else one.why
        tell(msg("{name}: {said}", name=one.relationship.name, said=said))

    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        run = assigning.Run(desk, graph, group, told=told)
        return await run.assign(plan), run.ended
