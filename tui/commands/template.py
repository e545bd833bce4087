"""`partnerdesk offer template`: named offers that relationships are made of."""

from __future__ import annotations

import click

from store.actions import templates
from store.message import msg
from store.model.offer import Kind, Offer
from store.model.roles import role_name
from store.view import View
from tui.commands.base import Context, context, done, put_json, put_table
from tui.commands.choices import Choices, choices
from tui.language import _, say


@click.command(
    "template",
    help=_(
        "Keep which roles an offer asks for, and for how long, under a name. Without a name, list "
        "what there is."
    ),
)
@click.argument("name", metavar="NAME", required=False)
@choices
@click.option("--remove", is_flag=True, help=_("Take the named offer away."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(
    ctx: Context,
    name: str | None,
    choices: Choices,
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
        done(templates.save(desk, name, choices.instead_of(before)))


def _list(view: View, as_json: bool) -> None:
    found = view.offers_of(Kind.DELEGATED)
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
