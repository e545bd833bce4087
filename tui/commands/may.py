"""`partnerdesk may`: may this user do this task at that customer, and if not, why?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from store.actions import lookup
from store.actions import may as actions
from store.desk import Desk
from store.errors import BadInput, DeskError
from store.message import msg, nmsg
from store.model.access import TASK_NAMES, Member, Task
from store.model.access import upn as checked_upn
from store.model.customer import Customer
from store.model.may.chain import (
    LINK_NAMES,
    PART_NAMES,
    VERDICT_NAMES,
    Chain,
    Link,
    Target,
    Verdict,
)
from store.model.partner import TENANT
from tui.commands.base import Context, context, labelled, put, put_json, put_table, tell
from tui.commands.values import complete_customers, complete_members
from tui.language import _, say

if TYPE_CHECKING:
    from store.view import View

ANYONE, ANYWHERE = "anyone", "anywhere"
TASKS = [task.value for task in Task]
STATUS = {Verdict.YES: 0, Verdict.UNKNOWN: 3, Verdict.NO: 4}
"""What the command ends with."""


@click.command(
    help=_(
        "Say whether one of our users may do a task at a customer, link by link, and what would "
        "mend it. Instead of UPN, anyone: who can do this there. Instead of C, anywhere: where "
        "this user can act. Exit 0 yes, 3 unknown, 4 no."
    )
)
@click.argument("upn", metavar="UPN", shell_complete=complete_members)
@click.argument("task", metavar="TASK", type=click.Choice([*TASKS, ANYWHERE]))
@click.argument("customer", metavar="[C]", required=False, shell_complete=complete_customers)
@click.option("--target", metavar="USER", help=_("Whose password is to be reset."))
@click.option("--all", "everything", is_flag=True, help=_("With anywhere: list every customer."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(
    ctx: Context,
    upn: str,
    task: str,
    customer: str | None,
    target: str | None,
    everything: bool,
    as_json: bool,
) -> int:
    is_anywhere = ANYWHERE in (task, customer)
    if task != ANYWHERE and customer is None:
        raise BadInput(msg("Which customer?"), field="customer",
                       todo=msg("Name one, or say anywhere."))  # fmt: skip
    if task == ANYWHERE and customer is not None:
        raise BadInput(msg("Say anywhere last, or name a customer."), field="customer")
    if everything and not is_anywhere:
        raise BadInput(msg("--all belongs to anywhere."), field="all")
    if target is not None and (is_anywhere or task != Task.RESET_PASSWORD):
        raise BadInput(msg("--target belongs to {task} at one customer.",
                           task=Task.RESET_PASSWORD.value), field="target")  # fmt: skip
    if is_anywhere and upn == ANYONE:
        raise BadInput(msg("Name a user, or a customer."), field="upn")
    with ctx.reading() as desk:
        if is_anywhere:
            tasks = tuple(Task) if task == ANYWHERE else (Task(task),)
            return _where(desk, upn, tasks, everything, as_json)
        found = lookup.customer(desk.view, customer or "")
        whom = _target(ctx, desk, found, target) if target is not None else None
        if upn == ANYONE:
            return _who(desk, Task(task), found, whom, as_json)
        return _one(desk, upn, Task(task), found, whom, as_json)


def _target(ctx: Context, desk: Desk, customer: Customer, named: str) -> Target:
    """Whose password: read at the customer's where somebody is signed in, else unknown."""
    import asyncio

    named = named.strip()
    if not TENANT.fullmatch(named.lower()):  # an object id is written as a tenant's is
        named = checked_upn(named)
    if not customer.microsoft_id:
        return Target(named, why=msg("The Microsoft ID of the customer is not known."))

    async def read() -> Target:
        async with ctx.connection(desk).at_customer(customer.microsoft_id, on_wait=tell) as tenant:
            return await actions.target_at(tenant, named)

    try:
        if ctx.connection(desk).account() is None:
            why = msg("Nobody is signed in, so the roles of {target} were not read.", target=named)
            return Target(named, why=why)
        return asyncio.run(read())
    except DeskError as error:
        return Target(named, why=error.what)


# -- one user, one customer -------------------------------------------------------------------


def _one(
    desk: Desk, upn: str, task: Task, customer: Customer, target: Target | None, as_json: bool
) -> int:
    found = actions.chain(desk.view, desk.today(), upn, task, customer.id, target)
    if as_json:
        put_json({**_asked(task, customer, target), "upn": upn, **_record(found)})
        return STATUS[found.verdict]
    put(say(actions.said(found, upn, customer)))
    for link in found.links:
        for line in lines_of(link):
            put(f"  {line}")
    return STATUS[found.verdict]


def lines_of(link: Link) -> list[str]:
    """One link: how it stands and why, then its repair."""
    values = {"part": msg(PART_NAMES[link.part]), "verdict": msg(LINK_NAMES[link.verdict])}
    made = [say(msg("{part}: {verdict}. {why}", why=link.why, **values))]
    if link.repair:
        made.append(f"  {say(link.mended)}")
    if link.command:
        made.append(f"  {link.command}")
    return made


def _asked(task: Task, customer: Customer, target: Target | None) -> dict[str, object]:
    asked: dict[str, object] = {"task": task.value, **_named(customer)}
    if target is not None:
        roles = None if target.roles is None else sorted(target.roles)
        asked["target"] = {"upn": target.upn, "roles": roles, "protected": target.protected}
    return asked


def _named(customer: Customer) -> dict[str, object]:
    return {
        "customer": customer.name,
        "domain": customer.domain or None,
        "microsoft_id": customer.microsoft_id or None,
    }


def _record(found: Chain) -> dict[str, object]:
    return {
        "verdict": found.verdict.value,
        "links": [
            {
                "part": link.part.value,
                "verdict": link.verdict.value,
                "why": say(link.why),
                "repair": say(link.repair) if link.repair else None,
                "command": link.command or None,
                "new_consent": link.new_consent if link.repair else None,
            }
            for link in found.links
        ],
    }


def _why(found: Chain) -> str:
    return say(found.broken.why) if found.broken else ""


# -- who can do this here ---------------------------------------------------------------------


def _who(desk: Desk, task: Task, customer: Customer, target: Target | None, as_json: bool) -> int:
    found = actions.who(desk.view, desk.today(), customer.id, task, target)
    if as_json:
        users = [{"upn": member.upn, "name": member.name, **_record(one)} for member, one in found]
        put_json({**_asked(task, customer, target), "users": users})
        return _best(one.verdict for member, one in found)
    _show_who(found)
    can = sum(one.verdict is Verdict.YES for member, one in found)
    tell(nmsg("{count} user may do this at {customer}: {task}.",
              "{count} users may do this at {customer}: {task}.",
              can, customer=customer.label, task=msg(TASK_NAMES[task])))  # fmt: skip
    return _best(one.verdict for member, one in found)


def _show_who(found: list[tuple[Member, Chain]]) -> None:
    rows = [(m.name, m.upn, _(VERDICT_NAMES[one.verdict]), _why(one)) for m, one in found]
    put_table((_("Name"), _("User name"), _("May"), _("Why not")), rows)


def _best(verdicts: Iterable[Verdict]) -> int:
    return min((STATUS[verdict] for verdict in verdicts), default=STATUS[Verdict.NO])


# -- where can this user act ------------------------------------------------------------------


def _where(desk: Desk, upn: str, tasks: tuple[Task, ...], everything: bool, as_json: bool) -> int:
    view = desk.view
    counts: dict[Task, Counter[Verdict]] = {task: Counter() for task in tasks}
    listed: list[tuple[int, dict[Task, Chain]]] = []
    for key, found in actions.where(view, desk.today(), upn, tasks):
        for task, one in found.items():
            counts[task][one.verdict] += 1
        if everything or any(one.verdict is not Verdict.NO for one in found.values()):
            listed.append((key, found))
    status = _best(verdict for task in tasks for verdict in counts[task])
    if as_json:
        put_json({"upn": upn, "tasks": _counted(counts), "customers": _listed(view, listed)})
        return status
    rows = []
    for key, found in listed:
        customer = view.customer(key)
        cells = [_(VERDICT_NAMES[found[task].verdict]) for task in tasks]
        first = next((one for one in found.values() if one.broken), None)
        why = _why(first) if first else ""
        rows.append((customer.label if customer else "", *cells, why))
    put_table((_("Customer"), *(_(TASK_NAMES[task]) for task in tasks), _("Why not")), rows)
    for task in tasks:
        tell(labelled(TASK_NAMES[task], say(msg(
            "{yes} yes, {unknown} unknown, {no} no", yes=counts[task][Verdict.YES],
            unknown=counts[task][Verdict.UNKNOWN], no=counts[task][Verdict.NO],
        ))))  # fmt: skip
    return status


def _counted(counts: dict[Task, Counter[Verdict]]) -> list[dict[str, object]]:
    return [
        {"task": task.value, **{verdict.value: counts[task][verdict] for verdict in Verdict}}
        for task in counts
    ]


def _listed(view: View, listed: list[tuple[int, dict[Task, Chain]]]) -> list[dict[str, object]]:
    made = []
    for key, found in listed:
        customer = view.customer(key)
        if customer:
            tasks = [
                {"task": task.value, "verdict": one.verdict.value, "why": _why(one) or None}
                for task, one in found.items()
            ]
            made.append({**_named(customer), "tasks": tasks})
    return made
