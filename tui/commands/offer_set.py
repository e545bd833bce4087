"""`partnerdesk offer set`: what an offer is for, its link, its Summary ID."""

from __future__ import annotations

from collections.abc import Sequence

import click

from store.actions import offers
from store.errors import BadInput
from store.message import N_, msg
from store.model import locations
from store.model.offer import Kind
from store.model.subscription import MOST_LICENCES, Subscription
from tui.commands.base import Context, context, done, labelled, tell
from tui.commands.values import KINDS, complete_offers
from tui.language import _, current


@click.command(
    "set",
    help=_(
        "Keep what an offer is for, its link and its Summary ID. There is one offer of each kind "
        "without a name: what is for one customer alone needs --name, or it takes the place of "
        "what was set for another."
    ),
)
@click.argument("kind", type=KINDS)
@click.option(
    "--name", metavar="NAME", default="", shell_complete=complete_offers,
    help=_("Of several of a kind, the one with this name; it is made if there is none."),
)  # fmt: skip
@click.option("--office", metavar="TEXT", help=_("The partner office that the offer is from."))
@click.option("--location", metavar="CC", help=_("The usage location: a country code or name."))
@click.option(
    "--subscription",
    "subscriptions",
    metavar="NAME=COUNT",
    multiple=True,
    help=_(
        "A subscription that is offered, and its number of licences. A trial invitation is for "
        "one subscription, a purchase offer for one or more: repeat it. They replace those of "
        "before; '' is none."
    ),
)
@click.option("--link", metavar="URL", help=_("The reusable link, as Microsoft shows it."))
@click.option("--summary-id", metavar="ID", help=_("Microsoft's number to follow it by."))
@click.option(
    "--delegation/--no-delegation",
    default=None,
    help=_("Whether a trial invitation or purchase offer asks for delegated administration."),
)
@context
def command(
    ctx: Context,
    kind: str,
    name: str,
    office: str | None,
    location: str | None,
    subscriptions: tuple[str, ...],
    link: str | None,
    summary_id: str | None,
    delegation: bool | None,
) -> None:
    given = (office, location, subscriptions or None, link, summary_id, delegation)
    if all(value is None for value in given):
        raise BadInput(
            msg("Nothing to set."),
            todo=msg("Give --link, --summary-id, --delegation, --office, --location or "
                     "--subscription."),
        )  # fmt: skip
    code = locations.location_named(location, current()) if location else location
    with ctx.desk() as desk:
        done(
            offers.set_offer(
                desk,
                Kind(kind),
                name=name,
                link=link,
                summary_id=summary_id,
                delegation=delegation,
                office=office,
                location=code,
                subscriptions=_subscriptions(subscriptions) if subscriptions else None,
            )
        )

    if code and location and code != location.strip().upper():
        # What was typed may be a part of a name: nobody is to be sent an offer for elsewhere.
        name = locations.name_of(code, current())
        tell(labelled(N_("Usage location"), f"{name} ({code})"))


def _subscriptions(words: Sequence[str]) -> list[Subscription]:
    return [_subscription(word) for word in words if word.strip()]


def _subscription(word: str) -> Subscription:
    """NAME=COUNT; a name may hold an equals sign itself. Raises `BadInput`."""
    name, equals, count = word.rpartition("=")
    if not equals:
        return Subscription(word)
    if not (count.strip().isascii() and count.strip().isdigit()) or len(count.strip()) > len(
        str(MOST_LICENCES)
    ):
        raise BadInput(
            msg("{value} is not a number of licences.", value=count.strip()),
            field="subscriptions",
            todo=msg("Write it as in {example}.", example="--subscription 'Microsoft 365 E3=50'"),
        )
    return Subscription(name, int(count))
