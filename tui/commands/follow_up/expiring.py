"""`partnerdesk follow-up expiring`: what ends, and what keeps it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from store.actions import renewing
from store.actions.renewing import LANE_NAMES, STEP_NAMES, Renewing
from store.message import msg
from store.view import View
from tui.commands.base import Context, context, put_json, put_table, tell
from tui.commands.report import iso
from tui.language import _, say


@click.command(help=_("What ends or extends itself, and whether a new consent is needed for it."))
@click.option(
    "--within", type=click.IntRange(min=0), metavar="N", help=_("Only in the next N days.")
)
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, within: int | None, as_json: bool) -> None:
    with ctx.reading() as desk:
        view = desk.view
        found = renewing.plan(view, desk.today(), within)
    if as_json:
        put_json([_record(view, one) for one in found])
        return
    put_plan(found)
    if not found:
        tell(msg("Nothing ends that is known of."))


def put_plan(found: Iterable[Renewing]) -> None:
    """Accesses with their ends, as a table."""
    put_table(
        (_("Customer"), _("Relationship"), _("Ends"), _("Lane"), _("To do"), _("Ask by"), _("Why")),
        [
            (
                one.label,
                one.name,
                iso(one.ends),
                _(LANE_NAMES[one.lane]),
                _(STEP_NAMES[one.step]),
                _ask_by(one),
                _why(one),
            )
            for one in found
        ],
    )


def _ask_by(one: Renewing) -> str:
    if one.step is not renewing.Step.ASK:
        return ""
    return say("{day}, late", day=iso(one.last_safe)) if one.late else iso(one.last_safe)


def _why(one: Renewing) -> str:
    if one.asked:
        return say("asked on {day}", day=iso(one.asked))
    return say(one.why) if one.why else ""


def _record(view: View, one: Renewing) -> dict[str, str | bool | None]:
    relationship = view.relationship(one.relationship)
    asks = one.step is renewing.Step.ASK
    return {
        "customer": one.label or None,
        "relationship": one.name or None,
        "id": relationship.microsoft_id if relationship else None,
        "lane": one.lane.value,
        "step": one.step.value,
        "ends": iso(one.ends),
        "last_safe": iso(one.last_safe) if asks else None,
        "late": one.late if asks else None,
        "asked": iso(one.asked) or None,
        "why": say(one.why) if one.why else None,
    }
