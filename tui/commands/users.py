"""`partnerdesk users`: our own users, and who of them may administer."""

from __future__ import annotations

import click

from store.actions import lookup
from store.actions import members as actions
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.access import LEVEL_NAMES, NOT_SUPPORTED, TASK_NAMES, Level, Member, Task
from tui.commands.base import Context, context, done, labelled, put, put_json, put_table, tell
from tui.commands.values import member_argument
from tui.language import _, say


@click.group(help=_("Active users: who of ours may administer companies that we support."))
def command() -> None: ...


@command.command("list", help=_("List our users."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def list_(ctx: Context, as_json: bool) -> None:
    with ctx.reading() as desk:
        members = desk.view.members
    if as_json:
        put_json([_record(member) for member in members])
        return
    rows = [(member.name, member.upn, _access(member)) for member in members]
    put_table((_("Name"), _("User name"), _("Administrative access")), rows)
    if not rows:
        tell(msg("No active users yet. partnerdesk users add UPN NAME adds one."))


@command.command("show", help=_("Show one of our users and what its level allows."))
@member_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, upn: str, as_json: bool) -> None:
    with ctx.reading() as desk:
        member = lookup.member(desk.view, upn)
        reach = actions.reach(desk) if member.access else 0
    if as_json:
        put_json({**_record(member), "customers": reach})
        return
    put(labelled(N_("Name"), member.name))
    put(labelled(N_("User name"), member.upn))
    put(labelled(N_("Assign administrative access to companies you support"), _access(member)))
    put(say(_opens(reach)))
    for task in Task:
        put("  " + labelled(TASK_NAMES[task], _("yes") if task in member.tasks else _("no")))
    put(_(NOT_SUPPORTED))


@command.command("add", help=_("Add one of our users."))
@click.argument("upn", metavar="UPN")
@click.argument("name", metavar="NAME")
@context
def add(ctx: Context, upn: str, name: str) -> None:
    with ctx.desk() as desk:
        done(actions.add(desk, upn, name))


@command.command("remove", help=_("Take one of our users off the list."))
@member_argument
@context
def remove(ctx: Context, upn: str) -> None:
    with ctx.desk() as desk:
        done(actions.remove(desk, lookup.member(desk.view, upn).id))


@command.command(
    "set", help=_("Set name, user name, or administrative access to companies you support.")
)
@member_argument
@click.option("--access", type=click.Choice(["yes", "no"]), help=_("Yes or no."))
@click.option("--level", type=click.Choice(["full", "limited"]), help=_("With yes."))
@click.option("--name", metavar="NAME", help=_("Its name."))
@click.option("--upn", "new_upn", metavar="UPN", help=_("Its user name."))
@click.option(
    "--at-microsoft", is_flag=True,
    help=_("In our groups at Microsoft too, which is what counts there."),
)  # fmt: skip
@context
def set_(
    ctx: Context,
    upn: str,
    access: str | None,
    level: str | None,
    name: str | None,
    new_upn: str | None,
    at_microsoft: bool,
) -> None:
    import asyncio

    details = {k: v for k, v in (("name", name), ("upn", new_upn)) if v is not None}
    if not details and access is None:
        raise BadInput(
            msg("Nothing to set."), todo=msg("Give --access yes or no, --name or --upn.")
        )
    if level and access != "yes":
        raise BadInput(msg("A level belongs to --access yes."), field="level")
    with ctx.desk() as desk:
        member = lookup.member(desk.view, upn)
        settings = (access == "yes", Level(level or "")) if access else None
        if settings and at_microsoft:
            actions.checked(*settings)
            done(asyncio.run(_at_microsoft(ctx, desk, member.id, settings[1])))
            settings = None
        if details or settings:
            done(actions.save(desk, member.id, details, settings))
        if access == "yes":
            tell(_opens_at_microsoft(desk, level) if at_microsoft else _opens(actions.reach(desk)))


async def _at_microsoft(ctx: Context, desk: Desk, key: int, level: Level) -> Receipt:
    from store.actions.membership import administer

    async with ctx.connection(desk).graph(on_wait=tell) as graph:
        return await administer(desk, graph, key, level, told=tell)


def _opens_at_microsoft(desk: Desk, level: str | None) -> Message:
    from store.actions.assigning import reach

    group = desk.view.group(Level(level or ""))
    count = reach(desk.view, Level(level or ""))
    return nmsg("{group} opens {count} customer.", "{group} opens {count} customers.", count,
                group=group.name if group else "")  # fmt: skip


def _opens(reach: int) -> Message:
    return nmsg("Opens {count} customer today.", "Opens {count} customers today.", reach)


def _access(member: Member) -> str:
    return f"{_('yes')}, {_(LEVEL_NAMES[member.level])}" if member.access else _("no")


def _record(member: Member) -> dict[str, object]:
    return {
        "upn": member.upn,
        "name": member.name,
        "access": member.access,
        "level": member.level.value or None,
        "tasks": [task.value for task in Task if task in member.tasks],
    }
