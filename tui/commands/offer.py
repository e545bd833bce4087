"""`partnerdesk offer`: the letter and its link, and who got it."""

from __future__ import annotations

import click

from store.actions import letters, lookup, offering, offers
from store.actions.letters import Copy, Format
from store.actions.offers import OwnLink
from store.errors import BadInput
from store.message import msg
from store.model import customer as rules
from store.model.customer import LANGUAGES
from store.model.invitation import How
from store.model.letter_link import what_microsoft_offers
from store.model.offer import Kind
from store.model.partner import Partner
from tui.commands.base import Context, Lazy, context, done, put, put_file, put_raw, tell
from tui.commands.values import (
    KINDS,
    complete_customers,
    complete_offers,
    customers_argument,
    offer_option,
    optional_day,
)
from tui.language import _, current, say

_ELSEWHERE = {
    "list": "offer_list",
    "set": "offer_set",
    "prepare": "prepare",
    "template": "template",
}


@click.group(
    cls=Lazy,
    commands_in=_ELSEWHERE,
    help=_("Offers: the letter, its link, and giving it to customers."),
)
def command() -> None: ...


@command.command("show", help=_("Print the letter of an offer."))
@click.option("--kind", type=KINDS, default=Kind.DELEGATED.value, help=_("Which offer."))
@offer_option
@click.option("--language", metavar="L", help=_("One of en, fr, de, es, zh-Hans."))
@click.option(
    "--customer", metavar="C", shell_complete=complete_customers, help=_("Written to this one.")
)
@click.option(
    "--format", "form", type=click.Choice([f.value for f in Format]), default=Format.TEXT.value,
    help=_("How it is written down."),
)  # fmt: skip
@click.option("--link-only", is_flag=True, help=_("Only the link."))
@context
def show(
    ctx: Context,
    kind: str,
    offer: str,
    language: str | None,
    customer: str | None,
    form: str,
    link_only: bool,
) -> int | None:
    spoken = _language(language)
    with ctx.reading() as desk:
        view = desk.view
        found = [lookup.customer(view, customer)] if customer else []
        if language:
            found = [one._replace(language=spoken) for one in found]
        shown = offering.named(view, Kind(kind), offer)
        copy = letters.copies(
            view, shown.kind, found, spoken, desk.today(), ctx.settings.templates,
            offer=shown.name,
        )[0]  # fmt: skip
        remark = what_microsoft_offers(copy.letter.link, shown, view.partner)
        partner = view.partner
    if remark:
        tell(remark)
    if link_only:
        if not copy.letter.link:
            tell(msg("There is no link yet: partnerdesk offer set {kind} --link URL", kind=kind))
            return 1
        put(copy.letter.link)
        return None
    _print(copy, Format(form), partner)
    return None


@command.command("remove", help=_("Take a named offer away; what was given with it stays given."))
@click.argument("kind", type=KINDS)
@click.argument("name", metavar="NAME", shell_complete=complete_offers)
@context
def remove(ctx: Context, kind: str, name: str) -> None:
    with ctx.desk() as desk:
        done(offers.remove(desk, Kind(kind), name))


@command.command("give", help=_("Record that customers got an offer today."))
@customers_argument
@click.option("--kind", type=KINDS, default=Kind.DELEGATED.value, help=_("Which offer."))
@offer_option
@click.option(
    "--how", type=click.Choice([how.value for how in How if how is not How.EARLIER]),
    default=How.COPIED.value, help=_("How it reached them."),
)  # fmt: skip
@click.option("--link", metavar="URL", help=_("A granular link that was made for one customer."))
@click.option("--made", metavar="DATE", help=_("The day that link was finalised: day 1 of 90."))
@click.option("--days", type=int, help=_("How long the relationship is to last."))
@click.option("--auto-extend", is_flag=True, help=_("It extends itself by 180 days at its end."))
@context
def give(
    ctx: Context,
    customers: tuple[str, ...],
    kind: str,
    offer: str,
    how: str,
    link: str | None,
    made: str | None,
    days: int | None,
    auto_extend: bool,
) -> None:
    own = None
    if link is not None:
        day = optional_day(made, "made")
        if day is None:
            raise BadInput(
                msg("A granular link needs the day it was finalised."),
                field="made",
                todo=msg("Give it with --made, as in --made 2026-11-30."),
            )
        own = OwnLink(link, day, days, auto_extend)
    elif made or days is not None or auto_extend:
        raise BadInput(msg("--made, --days and --auto-extend belong to a --link."))
    with ctx.desk() as desk:
        found = lookup.customers(desk.view, customers)
        keys = [customer.id for customer in found]
        done(
            offers.give(
                desk, keys, Kind(kind), How(how), language=_language(None), own=own, offer=offer
            )
        )


def _print(copy: Copy, form: Format, partner: Partner) -> None:
    for gap in copy.letter.gaps:
        tell(msg("Missing: {gap}.", gap=msg(gap)))
    for remark in copy.letter.remarks:
        tell(remark)
    if form in (Format.TEXT, Format.MARKDOWN):
        put(say("Subject: {subject}", subject=copy.subject))
        put()
    data = letters.written(copy, form, partner)
    if form in (Format.HTML, Format.EML):  # they say themselves how they are encoded
        put_file(data)
    else:
        put_raw(data.decode())
    if form is Format.JSON:
        put()


def _language(wanted: str | None) -> str:
    """The letter's language: as asked, else the interface's; raises `BadInput`."""
    if not wanted:
        return current() if current() in LANGUAGES else "en"
    return rules.language(wanted)
