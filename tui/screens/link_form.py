"""Pasting links: a customer's own, or the reusable one of an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import offers
from store.actions.offers import OwnLink
from store.desk import Receipt
from store.errors import BadInput
from store.message import N_, msg
from store.model.document import given_day
from store.model.invitation import Invitation
from store.model.offer import Kind, Offer, offer_label
from tui import text
from tui.screens.forms import FormScreen
from tui.widgets.form import Field

_NO_YES = (("no", N_("No")), ("yes", N_("Yes")))


class OwnLinkForm(FormScreen):
    """The granular link that was made in Partner Center for one customer."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key

    def crumbs(self) -> tuple[str, ...]:
        customer = self.session.view.customer(self.key)
        name = customer.label if customer else "?"
        return text.plain(N_("Customers")), name, text.plain(N_("Own link"))

    def before(self) -> ComposeResult:
        yield Static(
            text.say(
                N_(
                    "In Partner Center: Customers, the customer, Admin relationships, Request, "
                    "Finalize. Paste the link here; it is for this customer alone, and its "
                    "letter then uses it."
                )
            ),
            classes="notice",
        )

    def fields(self) -> Sequence[Field]:
        kept = self._kept()
        made = kept.made if kept and kept.made else self.session.today
        days = str(kept.days) if kept and kept.days else ""
        extends = "yes" if kept and kept.auto_extend else "no"
        return [
            Field("link", N_("Link"), kept.link if kept else "",
                  hint=N_("The whole link, as Microsoft shows it.")),
            Field("made", N_("Finalised on"), made.isoformat(),
                  hint=N_("Day 1 of the 90 days to answer.")),
            Field("days", N_("Duration in days"), days,
                  hint=N_("From 1 to 730; empty if unknown.")),
            Field("auto_extend", N_("Auto extend"), extends, _NO_YES,
                  N_("Whether it extends itself by 180 days at its end.")),
        ]  # fmt: skip

    def _kept(self) -> Invitation | None:
        """The link that is there already, and not given to the customer yet."""
        drafts = (i for i in self.session.view.invitations(self.key) if i.is_draft and i.granular)
        return next(drafts, None)

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        days = values["days"].strip()
        if days and not days.isdigit():
            raise BadInput(msg("{value} is not a number of days.", value=days), field="days")
        own = OwnLink(
            values["link"],
            given_day(values["made"], "made", N_("Finalised on")),
            int(days) if days else None,
            values["auto_extend"] == "yes",
        )
        return offers.set_own_link(self.session.desk, self.key, own)


class ReusableLinkForm(FormScreen):
    """The reusable link of a delegated administration offer, and its Summary ID."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.offer_name = name

    def compose(self) -> ComposeResult:
        self.rev = self._offer.rev
        yield from super().compose()

    @property
    def _offer(self) -> Offer:
        return self.session.view.offer(Kind.DELEGATED, self.offer_name)

    def crumbs(self) -> tuple[str, ...]:
        label = offer_label(Kind.DELEGATED, self.offer_name)
        return text.plain(label), text.plain(N_("Link"))

    def fields(self) -> Sequence[Field]:
        offer = self._offer
        return [
            Field("link", N_("Link"), offer.link,
                  hint=N_("The whole link, as Microsoft shows it.")),
            Field("summary_id", N_("Summary ID"), offer.summary_id,
                  hint=N_("Microsoft's number to follow the offer by.")),
        ]  # fmt: skip

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        return offers.set_offer(
            self.session.desk,
            Kind.DELEGATED,
            name=self.offer_name,
            link=values["link"],
            summary_id=values["summary_id"],
            rev=self.rev,
        )
