"""`partnerdesk act`: adds users, resets passwords, adds domains on behalf of a customer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from store.actions import lookup
from store.errors import NotAllowed, NotFound
from store.message import N_, msg
from store.model.access import INSTEAD, NOT_SUPPORTED, Task
from store.model.act import Act, Deed, Outcome
from store.model.password import generated
from store.view import View
from tui.commands.act.password import Passwords, confirmed, passwords, put_password
from tui.commands.act.report import report
from tui.commands.base import Context, Lazy, context, tell
from tui.commands.values import complete_files, customer_argument
from tui.language import _

if TYPE_CHECKING:
    from store.actions.acting.base import Acting, Ended
    from store.desk import Desk

_LISTS = {
    "users": "act.users",
    "domains": "act.domains",
    "list": "act.list",
    "portals": "act.portals",
    "find-out": "act.find_out",
}


@click.command(
    cls=Lazy, commands_in=_LISTS, help=_("Administer a customer's account on its behalf.")
)
def command() -> None: ...


def acting_of(ctx: Context, desk: Desk, customer: str) -> Acting:
    """The account that is signed in, at a customer; raises `NotFound` and `NotAllowed`."""
    from store.actions.acting.base import acting

    return acting(desk, ctx.connection(desk), lookup.customer(desk.view, customer).id)


def check_inside(who: Acting, task: Task) -> None:
    """Raises `NotAllowed` where this account may do nothing there, so that nobody is asked."""
    from store.model.may.chain import Verdict

    if any(who.chain(one).verdict is not Verdict.NO for one in Task):
        return
    broken = who.chain(task).broken
    if broken:
        raise NotAllowed(broken.why, todo=broken.repair)


@command.command("add-user", help=_("Add a user, or those of a CSV file."))
@customer_argument
@click.option("--name", metavar="NAME", default="", help=_("The name that is shown."))
@click.option("--user", "upn", metavar="UPN", default="", help=_("On one of its domains."))
@click.option("--location", metavar="CC", default="", help=_("The country, for licences."))
@click.option(
    "--file", "people", metavar="CSV", default="", shell_complete=complete_files,
    help=_("Many users: columns Name, User name, Usage location; - for stdin."),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help=_("Only say what would happen, line by line."))
@click.option("--skip-bad", is_flag=True, help=_("Leave out lines that cannot be taken."))
@click.option("--confirm", metavar="NAME", help=_("The customer's name: no other question."))
@passwords
@click.option("--json", "as_json", is_flag=True, help=_("As JSON, without any password."))
@context
def add_user(
    ctx: Context,
    customer: str,
    name: str,
    upn: str,
    location: str,
    people: str,
    dry_run: bool,
    skip_bad: bool,
    confirm: str | None,
    passwords: Passwords,
    as_json: bool,
) -> int:
    if people:
        from tui.commands.act import people as act_people

        if name or upn or location:
            raise click.UsageError(_("Give --file alone, or --name and --user."))
        return act_people.run(
            ctx, customer, act_people.Wanted(people, dry_run, skip_bad, confirm), passwords, as_json
        )
    if not (name and upn):
        raise click.UsageError(_("Give --name and --user, or --file."))
    if dry_run or skip_bad or confirm:
        raise click.UsageError(_("--dry-run, --skip-bad and --confirm go with --file."))
    from store.actions.acting.deed import refused_at_once
    from store.actions.acting.users import NewUser, checked
    from store.actions.acting.users import add_user as add

    async def go(who: Acting) -> Ended:
        new = checked(NewUser(name, upn, location))
        no = await refused_at_once(who, Deed.ADD_USER, Task.ADD_USER, new.upn)
        if no:
            return no
        given = passwords.given()
        secret = given or generated(upn)
        async with who.tenant(tell) as tenant:
            with passwords.filed(upn, secret) as filed:
                ended = await add(who, tenant, new, secret, tell)
                filed.ended(ended)
        return ended._replace(secret=None) if given or passwords.file else ended

    passwords.check(as_json)
    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        _caution(who, Task.ADD_USER)
        return _ended(who, asyncio.run(go(who)), as_json)


@command.command("reset-password", help=_("Reset a user's password."))
@customer_argument
@click.argument("user", metavar="USER")
@click.option("--keep", is_flag=True, help=_("Ask for no other password at the next sign-in."))
@click.option(
    "--confirm", metavar="USER", help=_("The user name of an administrator: no other question.")
)
@passwords
@click.option("--json", "as_json", is_flag=True, help=_("As JSON, without any password."))
@context
def reset_password(
    ctx: Context,
    customer: str,
    user: str,
    keep: bool,
    confirm: str | None,
    passwords: Passwords,
    as_json: bool,
) -> int:
    from store.actions.acting.deed import refused_at_once
    from store.actions.acting.passwords import above, look
    from store.actions.acting.passwords import reset_password as reset

    async def go(who: Acting) -> Ended:
        no = await refused_at_once(who, Deed.RESET_PASSWORD, Task.RESET_PASSWORD, user.strip())
        if no:
            return no
        async with who.tenant(tell) as tenant:
            looked = await look(who, tenant, user)
            upn = looked.user.upn
            typed = confirm or ""
            if looked.typed:
                _roles(looked.target.roles)
                typed = confirmed(
                    confirm, looked.typed, N_("Type {name} to reset its password"), above(upn)
                )
            given = passwords.given()
            secret = given or generated(upn)
            with passwords.filed(upn, secret) as filed:
                ended = await reset(
                    who, tenant, looked.user.id, secret, change=not keep, typed=typed, told=tell
                )
                filed.ended(ended)
        return ended._replace(secret=None) if given or passwords.file else ended

    passwords.check(as_json)
    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        _caution(who, Task.RESET_PASSWORD)
        return _ended(who, asyncio.run(go(who)), as_json)


def _roles(roles: frozenset[str] | None) -> None:
    from store.model.roles import role_name

    if roles:
        tell(msg("Roles there: {roles}", roles=", ".join(sorted(map(role_name, roles)))))


@command.command("add-domain", help=_("Add a domain, and show the DNS record that proves it."))
@customer_argument
@click.argument("domain", metavar="DOMAIN")
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def add_domain(ctx: Context, customer: str, domain: str, as_json: bool) -> int:
    return _domain(ctx, customer, domain, as_json, adds=True)


@command.command("check-domain", help=_("Let Microsoft look for a domain's DNS record."))
@customer_argument
@click.argument("domain", metavar="DOMAIN")
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def check_domain(ctx: Context, customer: str, domain: str, as_json: bool) -> int:
    return _domain(ctx, customer, domain, as_json, adds=False)


def _domain(ctx: Context, customer: str, domain: str, as_json: bool, *, adds: bool) -> int:
    from store.actions.acting import domain as acting_domain
    from store.errors import DeskError

    async def go(who: Acting) -> tuple[Ended, tuple[acting_domain.Record, ...]]:
        async with who.tenant(tell) as tenant:
            do = acting_domain.add_domain if adds else acting_domain.verify_domain
            ended = await do(who, tenant, domain, tell)
            if ended.domain is None or ended.domain.verified:
                return ended, ()
            try:
                return ended, await acting_domain.domain_records(who, tenant, domain)
            except DeskError as error:
                tell(error.what)
                return ended, ()

    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        if adds:
            _caution(who, Task.ADD_DOMAIN)
        ended, records = asyncio.run(go(who))
        return report(who.customer.label, ended, as_json, records)


@command.command("undo", help=_("Delete a user that was added here within the last 24 hours."))
@customer_argument
@click.argument("user", metavar="USER")
@click.option("--confirm", metavar="USER", help=_("The user name again: no other question."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def undo(ctx: Context, customer: str, user: str, confirm: str | None, as_json: bool) -> int:
    from store.actions.acting.deed import refused_at_once
    from store.actions.acting.undo import to_confirm, undo_user, why_not_undone

    async def go(who: Acting, act: Act, typed: str) -> Ended:
        async with who.tenant(tell) as tenant:
            return await undo_user(who, tenant, act.id, typed, tell)

    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        act = _added(desk.view, who, user)
        why = why_not_undone(desk.view, act.id)
        if why:
            raise NotAllowed(why)
        deed = (Deed.DELETE_USER, Task.ADD_USER, act.target)
        no = asyncio.run(refused_at_once(who, *deed))
        if no:
            return _ended(who, no, as_json)
        typed = confirmed(
            confirm, act.target, N_("Type {name} to delete it"), to_confirm(act.target)
        )
        return _ended(who, asyncio.run(go(who, act, typed)), as_json)


def _added(view: View, who: Acting, user: str) -> Act:
    """The latest deed that added a user of this name."""
    wanted = user.strip().casefold()
    for act in reversed(view.acts(who.key)):
        if (
            act.deed == Deed.ADD_USER
            and act.target.casefold() == wanted
            and act.outcome is not Outcome.REFUSED
        ):
            return act
    raise NotFound(
        msg("Nobody added {upn} at {customer} with this desk.", upn=user,
            customer=who.customer.label)
    )  # fmt: skip


@command.command("manage-devices", help=_("Not supported: says why, and what to use instead."))
@click.argument("customer", metavar="C", default="")
@context
def manage_devices(ctx: Context, customer: str) -> int:
    raise NotAllowed(msg(NOT_SUPPORTED), todo=msg(INSTEAD))


# -- saying it --------------------------------------------------------------------------------


def _caution(who: Acting, task: Task) -> None:
    """What can be taken back, and what is not known of the chain."""
    from store.actions.acting.undo import said_before
    from store.model.may.chain import Verdict

    chain = who.chain(task)
    if chain.verdict is Verdict.NO:
        return  # nothing is going to be done
    if chain.broken:
        tell(chain.broken.why)
    tell(said_before(task))


def _ended(who: Acting, ended: Ended, as_json: bool) -> int:
    status = report(who.customer.label, ended, as_json)
    if not as_json:
        put_password(ended)
    return status
