"""`partnerdesk partner`: who we are."""

from __future__ import annotations

import click

from store.actions import partner as actions
from store.message import msg
from store.model.partner import CLOUD_NAMES, LIMITED_NAMES, Partner
from tui.commands.base import Context, context, done, put_json, put_table, tell
from tui.commands.values import pairs
from tui.language import _


@click.group(help=_("Our own organisation: name, tenant, cloud, contact, certification."))
def command() -> None: ...


@command.command("show", help=_("Show the partner."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def show(ctx: Context, as_json: bool) -> None:
    with ctx.reading() as desk:
        partner = desk.view.partner
    if as_json:
        mappings = {"operators": dict(partner.operators), "client_ids": dict(partner.client_ids)}
        put_json({**partner._asdict(), **mappings})
        return
    put_table((_("Field"), _("Value")), _rows(partner))
    if not partner.is_set:
        tell(msg("The partner is not set yet: partnerdesk partner set name=… mail=…"))


@command.command(
    "set",
    help=_(
        "Set fields of the partner: name, tenant, cloud (worldwide, us-government, "
        "us-government-l5, 21vianet, practice), contact, mail, phone, certified (yes, no), limited "
        "(password, helpdesk), flow (auto, overview, business), operators (login=user, …), "
        "client-id (of our app registration in that cloud)."
    ),
)
@click.argument("fields", nargs=-1, required=True, metavar="KEY=VALUE…")
@context
def set_(ctx: Context, fields: tuple[str, ...]) -> None:
    with ctx.desk() as desk:
        done(actions.set_fields(desk, pairs(fields)))


def _rows(partner: Partner) -> list[tuple[str, str]]:
    values = {
        "name": partner.name,
        "tenant": partner.tenant,
        "cloud": _(CLOUD_NAMES[partner.cloud]),
        "contact": partner.contact,
        "mail": partner.mail,
        "phone": partner.phone,
        "certified": {"yes": _("yes"), "no": _("no"), "": _("not said yet")}[partner.certified],
        "limited": _(LIMITED_NAMES[partner.limited_as]),
        "flow": partner.flow.value,
        "operators": ", ".join(f"{a}={b}" for a, b in partner.operators.items()),
        "client_id": partner.client_id,
    }
    return [(_(actions.FIELD_NAMES[field]), value) for field, value in values.items()]
