"""`partnerdesk act list`: what was done on behalf of a customer."""

from __future__ import annotations

import click

from store.actions import lookup
from store.model.act import DEED_NAMES, OUTCOME_NAMES, Act, Deed
from tui.commands.base import Context, context, put_json, put_table
from tui.commands.values import customer_argument
from tui.language import _, clock_time, say


@click.command(help=_("List what was done on a customer's behalf, the latest first."))
@customer_argument
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, customer: str, as_json: bool) -> None:
    with ctx.reading() as desk:
        found = desk.view.acts(lookup.customer(desk.view, customer).id)[::-1]
    if as_json:
        put_json(
            [
                {
                    "act": act.id,
                    "at": act.at,
                    "by": act.by,
                    "deed": act.deed,
                    "target": act.target,
                    "target_id": act.target_id or None,
                    "outcome": act.outcome.value,
                    "why": say(act.why) if act.why else None,
                    "todo": say(act.todo) if act.todo else None,
                }
                for act in found
            ]
        )
        return
    put_table(
        (_("When"), _("What"), _("To whom"), _("Who"), _("Outcome"), _("Why")),
        [
            (
                clock_time(act.at),
                deed_name(act),
                act.target,
                act.by,
                _(OUTCOME_NAMES[act.outcome]),
                say(act.why) if act.why else "",
            )
            for act in found
        ],
    )


def deed_name(act: Act) -> str:
    """What a deed is called; one that we do not know, as it is written."""
    return _(DEED_NAMES[Deed(act.deed)]) if act.deed in set(Deed) else act.deed
