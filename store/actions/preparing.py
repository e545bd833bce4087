"""An offer becomes a relationship: the plan, per customer, and what is recorded before anything.

Each customer's invitation is written down with the name that its relationship will have, before
Microsoft hears of it. The name is nobody else's, so whatever happens on the way, the relationship
can be found again by it, and is never made twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from store.actions.invitations import new_invitation
from store.actions.offering import forbidden, unready
from store.actions.planner import STEP_NAMES, Planned, Planner, Step, under_way
from store.desk import Desk, Receipt
from store.errors import NotAllowed
from store.message import Message, msg, nmsg
from store.model import document, naming
from store.model.customer import Customer
from store.model.offer import Kind
from store.model.partner import Cloud, Partner
from store.model.roles import Bundle
from store.model.template import Template
from store.operator import Operator
from store.view import INVITATIONS, RELATIONSHIPS, View
from store.work import Tables

__all__ = [
    "STEP_NAMES",
    "Plan",
    "Planned",
    "Recorded",
    "Step",
    "all_under_way",
    "plan",
    "record",
    "under_way",
    "why_none",
]


class Plan(NamedTuple):
    """What would be made, before anything is; for this `partner` and no other."""

    template: Template
    bundle: Bundle
    lines: tuple[Planned, ...]
    partner: Partner = Partner()
    again: bool = False

    def of(self, step: Step) -> list[Planned]:
        """The lines of one step."""
        return [line for line in self.lines if line.step is step]

    @property
    def todo(self) -> list[Planned]:
        """The lines that would be carried out."""
        return [line for line in self.lines if line.step is not Step.REFUSED]


class Recorded(NamedTuple):
    """A plan that is written down.

    `invitations` are those to carry out, in the order of the plan; Microsoft has never heard of
    the `fresh` ones. `left` are the lines that were possible when the plan was made and no longer
    are, with why.
    """

    receipt: Receipt
    invitations: tuple[int, ...]
    fresh: frozenset[int]
    left: tuple[Planned, ...] = ()


def plan(
    view: View,
    operator: Operator,
    customers: Iterable[int],
    template: Template,
    today: date,
    *,
    again: bool = False,
    tokens: dict[int, str] | None = None,
) -> Plan:
    """What making a relationship for each of some customers would do.

    `again` makes a new one also where a link is still waiting. `tokens` keeps the ends of names by
    customer, so that the next plan has the same ones. Raises `NotAllowed` where nothing can be made
    at all, and `BadInput` for a template that Microsoft would refuse.
    """
    reason = why_none(view, operator)
    if reason:
        raise NotAllowed(msg("No relationship can be made: {reason}", reason=reason))
    planner = Planner(view, template.checked(view.partner.limited_as), today, again)
    kept = {} if tokens is None else tokens
    taken = _names(view)
    lines = []
    for key in dict.fromkeys(customers):
        customer = view.customer(key)
        if customer is None:
            continue
        line = planner.line(customer)
        if line.step is Step.MAKE:
            name = planner.name(customer, kept.setdefault(key, naming.token()))
            while name.casefold() in taken:
                kept[key] = naming.token()
                name = planner.name(customer, kept[key])
            taken.add(name.casefold())
            line = line._replace(name=name)
        lines.append(line)
    return Plan(planner.template, planner.bundle, tuple(lines), view.partner, again)


def why_none(view: View, operator: Operator) -> Message | None:
    """Why no relationship can be made for anybody, if so."""
    reason = forbidden(view, Kind.DELEGATED, operator) or unready(view, Kind.DELEGATED)
    if reason is None and view.partner.cloud is Cloud.CHINA:
        reason = msg(
            "Office 365 operated by 21Vianet has no granular relationships. Offer the classic way."
        )
    return reason


def all_under_way(view: View) -> list[int]:
    """The customers for whom something was begun and not finished."""
    rows = view.tables.table(INVITATIONS).values()
    begun = {document.number(row, "customer") or 0 for row in rows if row.get("preparing")}
    return sorted(key for key in begun if under_way(view, key))


def _names(view: View) -> set[str]:
    """Every name that a relationship of ours has, or is about to have, in any case."""
    names = {
        document.text(row, "name").casefold() for row in view.tables.table(RELATIONSHIPS).values()
    }
    for row in view.tables.table(INVITATIONS).values():
        preparing = row.get("preparing")
        if isinstance(preparing, dict):
            names.add(document.text(preparing, "name").casefold())
    return names


def record(desk: Desk, made: Plan) -> Recorded:
    """Writes a plan down, before anything is asked of Microsoft.

    Everything is looked at once more, for others may have been at work since: what they began is
    continued, and what is no longer possible is left. Raises `NotAllowed` where nothing can be made
    any more, as where the partner is another one now.
    """
    found: list[tuple[dict[int, int], dict[int, int], list[Planned]]] = []

    def work(tables: Tables) -> Message:
        view = tables.view
        reason = why_none(view, tables.operator)
        if reason is None and not _is_same(view.partner, made.partner):
            reason = msg("The partner was changed meanwhile.")
        if reason:
            raise NotAllowed(msg("No relationship can be made: {reason}", reason=reason))
        planner = Planner(view, made.template, tables.today, made.again)
        begun: dict[int, int] = {}
        rows: dict[int, dict[str, Any]] = {}
        left: list[Planned] = []
        for line in made.todo:
            now = _as_it_is_now(planner, line)
            customer = view.customer(line.customer)
            if now.step is Step.REFUSED or customer is None:
                left.append(now)
            elif now.step is Step.CONTINUE:
                begun[line.customer] = now.invitation
            else:
                rows[line.customer] = _row(customer, made, line.name)
        fresh = dict(zip(rows, tables.invitations.insert_multiple(rows.values()), strict=True))
        found.append((begun, fresh, left))
        return nmsg("Planned {count} relationship.", "Planned {count} relationships.", len(fresh))

    receipt = desk.transaction("offers.plan", work)
    begun, fresh, left = found[-1]
    keys = begun | fresh
    return Recorded(
        receipt,
        tuple(keys[line.customer] for line in made.todo if line.customer in keys),
        frozenset(fresh.values()),
        tuple(left),
    )


def _as_it_is_now(planner: Planner, line: Planned) -> Planned:
    """A line of a plan once more, for others may have been at work since."""
    customer = planner.view.customer(line.customer)
    if customer is None:
        return line._replace(step=Step.REFUSED, why=msg("This customer is no longer there."))
    now = planner.line(customer)
    if line.step is Step.CONTINUE and now.step is Step.MAKE:
        # What was to go on was given up: to make another was not in the plan.
        return now._replace(step=Step.REFUSED, why=msg("It is no longer planned."))
    return now


def _row(customer: Customer, made: Plan, name: str) -> dict[str, Any]:
    """An invitation whose relationship is to be made."""
    return {
        **new_invitation(customer, Kind.DELEGATED, delegation=True),
        "days": made.template.days,
        "auto_extend": made.template.auto_extend,
        "preparing": {
            "name": name,
            "roles": list(made.bundle.roles),
            "relationship": "",
            "tenant": customer.microsoft_id,
            "cloud": made.partner.cloud.value,
            "partner": made.partner.tenant,
        },
    }


def _is_same(one: Partner, two: Partner) -> bool:
    return (one.tenant, one.cloud, one.limited_as) == (two.tenant, two.cloud, two.limited_as)
