"""`partnerdesk offer list`: the offers that there are, and what they are for."""

from __future__ import annotations

from typing import Any

import click

from store.model import locations
from store.model.letter_link import link_of
from store.model.offer import KIND_NAMES, Kind, Offer
from store.model.partner import Partner
from tui.commands.base import Context, context, put_json, put_table
from tui.commands.values import KINDS
from tui.language import _, current


@click.command("list", help=_("List the offers: the plain one of each kind, and the named ones."))
@click.option("--kind", type=KINDS, help=_("Only these."))
@click.option("--json", "as_json", is_flag=True, help=_("As JSON."))
@context
def command(ctx: Context, kind: str | None, as_json: bool) -> None:
    with ctx.reading() as desk:
        view = desk.view
        kinds = [Kind(kind)] if kind else list(Kind)
        found = [offer for wanted in kinds for offer in view.offers_of(wanted)]
        partner = view.partner
    if as_json:
        put_json([_record(offer, partner) for offer in found])
        return
    put_table(
        (_("Offer"), _("Name"), _("For"), _("Usage location"), _("Delegation"), _("Link"),
         _("Summary ID")),
        [_row(offer, partner) for offer in found],
    )  # fmt: skip


def _row(offer: Offer, partner: Partner) -> tuple[str, ...]:
    return (
        _(KIND_NAMES[offer.kind]),
        offer.name,
        ", ".join(one.label for one in offer.subscriptions),
        locations.name_of(offer.location, current()) if offer.location else "",
        _("yes") if offer.delegation else _("no"),
        _("yes") if link_of(offer, partner) else _("missing"),
        offer.summary_id,
    )


def _record(offer: Offer, partner: Partner) -> dict[str, Any]:
    return {
        "kind": offer.kind.value,
        "name": offer.name or None,
        "office": offer.office or None,
        "location": offer.location or None,
        "subscriptions": [one.as_document() for one in offer.subscriptions],
        "delegation": offer.delegation,
        "link": link_of(offer, partner) or None,
        "summary_id": offer.summary_id or None,
    }
