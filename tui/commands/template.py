"""`partnerdesk offer template`: named offers that relationships are made of."""

from __future__ import annotations

import click

from store.actions import templates
from store.message import msg
from store.model.offer import Kind, Offer
from store.model.roles import role_name
from store.view import View
from tui.commands.base import Context, context, done, put_json, put_table
from tui.commands.prepare import PRESETS, with_options
from tui.language import _, say


@click.command(
    "template",
    help=_(
        "Keep which roles an offer asks for, and for how long, under a name. Without a name, list "
        "what there is."
    ),
)
@click.argument("name", metavar="NAME", required=False)
@click.option("--preset", type=PRESETS, help=_("Which roles to ask for."))
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help=_("A role by name or template id, instead of a preset; may be repeated."),
)
@click.option("--days", type=int, help=_("How long it lasts, from 1 to 730 days."))
@click.option(
    "--auto-extend/--no-auto-extend",
    default=None,
    help=_("It extends itself by 180 days at its end."),
)
@click.option(
    "--pattern",
    metavar="P",
    help=_("What it is called, out of {partner} {customer} {domain} {level} {date}."),
)
@click.option("--remove", is_flag=True, help=_("Take the named offer away."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(
    ctx: Context,
    name: str | None,
    preset: str | None,
    roles: tuple[str, ...],
    days: int | None,
    auto_extend: bool | None,
    pattern: str | None,
    remove: bool,
    as_json: bool,
) -> None:
    if name is None:
        with ctx.reading() as desk:
            _list(desk.view, as_json)
        return
    with ctx.desk() as desk:
        if remove:
            done(templates.remove(desk, name))
            return
        before = desk.view.offer(Kind.DELEGATED, name).template
        done(
            templates.save(
                desk, name, with_options(before, preset, roles, days, auto_extend, pattern)
            )
        )


def _list(view: View, as_json: bool) -> None:
    found = [view.offer(Kind.DELEGATED), *view.named_offers]
    if as_json:
        put_json([{"name": offer.name, **offer.template.as_document()} for offer in found])
        return
    put_table(
        (_("Offer"), _("Roles"), _("Days"), _("Extends itself"), _("Called")),
        [_row(view, offer) for offer in found],
    )


def _row(view: View, offer: Offer) -> tuple[str, ...]:
    template = offer.template
    roles = ", ".join(map(role_name, template.roles(view.partner.limited_as).roles))
    extends = _("yes") if template.auto_extend else _("no")
    name = offer.name or say(msg("(plain)"))
    return name, roles, str(template.days), extends, template.pattern
