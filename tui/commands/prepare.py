"""`partnerdesk offer prepare`: a relationship, and so a link, for each of some customers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from store.actions import abandoning, making, preparing, templates
from store.actions.making import OUTCOME_NAMES, Made, Outcome
from store.actions.preparing import STEP_NAMES, Plan, Step
from store.desk import Desk
from store.errors import BadInput
from store.message import msg, nmsg
from store.model.roles import PRESET_PRICES, Preset
from tui.commands.base import Context, context, put, put_json, put_table, tell
from tui.commands.choices import Choices, choices
from tui.commands.whom import Whom, whom
from tui.language import _, say


@click.command(
    "prepare",
    help=_(
        "Make a relationship at Microsoft for each customer, so that its letter has a link of its "
        "own: for those who are named (- reads names off stdin, one a line), or chosen by --state "
        "and --tag. Without --apply it only says what would be made."
    ),
)
@whom
@click.option("--offer", "named", metavar="NAME", default="", help=_("Made of this named offer."))
@choices
@click.option("--again", is_flag=True, help=_("Also where a link is still waiting."))
@click.option("--resume", is_flag=True, help=_("Go on with everything that was begun."))
@click.option(
    "--abandon",
    is_flag=True,
    help=_("Give up what was begun and cannot be finished; its draft is deleted."),
)
@click.option("--apply", is_flag=True, help=_("Do it."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(
    ctx: Context,
    whom: Whom,
    named: str,
    choices: Choices,
    again: bool,
    resume: bool,
    abandon: bool,
    apply: bool,
    as_json: bool,
) -> int:
    with ctx.connected() as desk:
        view = desk.view
        if resume == whom.is_said:
            raise BadInput(
                msg(
                    "Name the customers, choose them by --state and --tag, or give --resume alone."
                ),
                field="customers",
            )
        keys = _begun(desk) if resume else whom.keys(desk)
        if not keys:
            if not resume:
                tell(msg("No customer matches."))
            return 0
        if abandon:
            return asyncio.run(_abandon(ctx, desk, keys, apply))
        template = choices.instead_of(templates.named(view, named).template)
        plan = preparing.plan(view, desk.operator, keys, template, desk.today(), again=again)
        if not apply:
            _show(plan, as_json)
            return 3 if plan.of(Step.REFUSED) else 0
        return asyncio.run(_apply(ctx, desk, plan, as_json))


def _begun(desk: Desk) -> list[int]:
    begun = preparing.all_under_way(desk.view)
    if not begun:
        tell(msg("Nothing was begun that could go on."))
    return begun


def _show(plan: Plan, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "roles": list(plan.bundle.roles),
                "days": plan.template.days,
                "auto_extend": plan.template.auto_extend,
                "customers": [
                    {
                        "customer": line.label,
                        "step": line.step.value,
                        "name": line.name or None,
                        "why": say(line.why) if line.why else None,
                    }
                    for line in plan.lines
                ],
            }
        )
        return
    put(say(msg("Roles: {roles}", roles=", ".join(plan.bundle.names))))
    if plan.template.preset in set(Preset):
        put(_(PRESET_PRICES[Preset(plan.template.preset)]))
    extend = _("yes") if plan.template.auto_extend else _("no")
    put(say(msg("{days} days, extends itself: {extend}", days=plan.template.days, extend=extend)))
    put()
    put_table(
        (_("Customer"), _("Step"), _("Relationship"), _("Why")),
        [
            (line.label, _(STEP_NAMES[line.step]), line.name, say(line.why) if line.why else "")
            for line in plan.lines
        ],
    )
    put()
    tell(
        nmsg(
            "{count} relationship would be made. --apply makes it.",
            "{count} relationships would be made. --apply makes them.",
            len(plan.todo),
        )
    )


async def _apply(ctx: Context, desk: Desk, plan: Plan, as_json: bool) -> int:
    connection = ctx.connection(desk)
    async with connection.graph(on_wait=tell) as graph:
        recorded = await asyncio.to_thread(preparing.record, desk, plan)
        for line in (*plan.of(Step.REFUSED), *recorded.left):
            tell(msg("{name}: {said}", name=line.label, said=line.why))
        total, ended = len(recorded.invitations), 0

        def told(made: Made) -> None:
            nonlocal ended
            ended += 1
            tell(msg("{done}/{total}  {name}: {said}", done=ended, total=total, name=made.label,
                     said=made.said))  # fmt: skip

        run = making.Run(desk, graph, host=connection.host, partner=connection.partner, told=told)
        made = await run.make(recorded.invitations, fresh=recorded.fresh)
    if as_json:
        put_json([_record(one) for one in made])
    else:
        put_table(
            (_("Customer"), _("Outcome"), _("Link")),
            [(one.label, _(OUTCOME_NAMES[one.outcome]), one.link) for one in made],
        )
    later = run.ended or any(one.outcome in (Outcome.UNKNOWN, Outcome.LEFT) for one in made)
    if later:
        tell(msg("Go on later with: {command}",
                 command="partnerdesk offer prepare --resume --apply"))  # fmt: skip
    if run.ended:
        raise run.ended
    refused = any(one.outcome is Outcome.REFUSED for one in made)
    return 3 if later or refused or recorded.left or plan.of(Step.REFUSED) else 0


async def _abandon(ctx: Context, desk: Desk, keys: Sequence[int], apply: bool) -> int:
    if not apply:
        for key in keys:
            begun, customer = preparing.under_way(desk.view, key), desk.view.customer(key)
            if customer and begun and begun.preparing:
                put(say(msg("{name}: {said}", name=customer.label, said=begun.preparing.name)))
        tell(msg("--apply gives it up. A draft is deleted at Microsoft, too."))
        return 0
    if abandoning.needs_microsoft(desk.view, keys):
        async with ctx.connection(desk).graph(on_wait=tell) as graph:
            given = await abandoning.abandon(desk, graph, keys)
    else:
        given = await abandoning.abandon(desk, None, keys)
    for one in given:
        put(say(msg("{name}: {said}", name=one.label, said=one.said)))
    return 0 if all(one.done for one in given) else 3


def _record(one: Made) -> dict[str, str | None]:
    return {
        "customer": one.label,
        "name": one.name or None,
        "outcome": one.outcome.value,
        "said": say(one.said),
        "link": one.link or None,
    }
