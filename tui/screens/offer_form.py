"""What a trial invitation or a purchase offer is for: a form, and where to make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from store.actions import offers
from store.actions.offer_fields import subscription_field
from store.desk import Receipt
from store.errors import BadInput, Conflict
from store.message import N_, Message, msg
from store.model import locations
from store.model.offer import Kind, Offer, offer_label
from store.model.partner import Certified, Cloud
from store.model.subscription import MOST_SUBSCRIPTIONS, TRIAL_LICENCES, Subscription
from tui import text
from tui.language import current
from tui.screens.forms import FormScreen
from tui.screens.link_form import OwnLinkForm, ReusableLinkForm
from tui.screens.pick import Offered, pick
from tui.widgets.form import Field, FieldRow
from tui.widgets.offer_fields import (
    SUBSCRIPTIONS,
    LocationSuggester,
    OfferFields,
    filled,
    subscriptions_of,
)
from tui.widgets.row_table import Column

_YES, _NO = ("yes", N_("Yes")), ("no", N_("No"))
_MOST_FOUND = 5
_WHERE = {
    Kind.TRIAL: N_(
        "In Partner Center, under Trials and purchase offers, create a trial invitation with what "
        "stands here. Its last page shows the link and the Summary ID: paste both below."
    ),
    Kind.PURCHASE: N_(
        "In Partner Center, under Trials and purchase offers, create a purchase offer with what "
        "stands here. Its last page shows the link and the Summary ID: paste both below."
    ),
}
_WHERE_IN_CHINA = N_(
    "In the partner portal of 21Vianet, under Build your business, create it with what stands "
    "here. Its last page shows the link and the Summary ID: paste both below."
)
_COMES_BACK = N_(
    "A mail tells you whether the customer took it, with delegated administration or without; "
    "record it under Answer."
)


class OfferForm(FormScreen):
    """Office, usage location, subscriptions, delegation, link and Summary ID of one offer."""

    KEYS = "offer-form"

    def __init__(self, kind: Kind, name: str = "") -> None:
        super().__init__()
        self.kind = kind
        self.offer_name = name

    def compose(self) -> ComposeResult:
        self.rev = self._offer.rev
        yield from super().compose()

    @property
    def _offer(self) -> Offer:
        return self.session.view.offer(self.kind, self.offer_name)

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(offer_label(self.kind, self.offer_name)), text.plain(N_("Edit"))

    def body(self) -> ComposeResult:
        china = self.session.view.partner.cloud is Cloud.CHINA
        where = text.say(_WHERE_IN_CHINA if china else _WHERE[self.kind])
        yield Static(text.join((where, text.say(_COMES_BACK)), " "), id="where", classes="notice")
        yield OfferFields(self.fields(), self._subscriptions(), id="form")
        yield Static(id="hint")

    def fields(self) -> Sequence[Field]:
        offer = self._offer
        located = locations.name_of(offer.location, current()) if offer.location else ""
        return [
            Field("office", N_("Partner office"), offer.office,
                  hint=N_("Which of our offices it is from. A new one takes up to a day to be "
                          "listed in Partner Center.")),
            Field("location", N_("Usage location"), located,
                  hint=N_("The customer's country, by name or two letters; it decides what can be "
                          "offered. → completes, ctrl+l lists all."),
                  suggester=LocationSuggester(current())),
            Field(SUBSCRIPTIONS, N_("Subscription")),
            self._delegation(offer),
            Field("link", N_("Link"), offer.link,
                  hint=N_("The whole link, as Microsoft shows it.")),
            Field("summary_id", N_("Summary ID"), offer.summary_id,
                  hint=N_("Microsoft's number to follow the offer by.")),
        ]  # fmt: skip

    def _delegation(self, offer: Offer) -> Field:
        label = N_("Delegated administration")
        if self.session.view.partner.certified is Certified.NO:
            hint = N_("Only partners who are certified to offer it can ask for it.")
            return Field("delegation", label, "no", (_NO,), hint)
        hint = N_("Whether it is asked for as well; the customer may refuse it and take the rest.")
        return Field("delegation", label, "yes" if offer.delegation else "no", (_YES, _NO), hint)

    def _subscriptions(self) -> list[Subscription]:
        """Those of the offer; of a trial that has none yet, a line with the usual licences."""
        kept = list(self._offer.subscriptions)
        return kept or ([Subscription("", TRIAL_LICENCES)] if self.kind is Kind.TRIAL else [])

    @property
    def offer_fields(self) -> OfferFields:
        """The form, with its lines of subscriptions."""
        return self.query_one(OfferFields)

    def is_changed(self) -> bool:
        return super().is_changed() or self.offer_fields.has_other_subscriptions

    # -- subscriptions and countries ----------------------------------------------------------

    async def do_add_subscription(self) -> None:
        form = self.offer_fields
        most = 1 if self.kind is Kind.TRIAL else MOST_SUBSCRIPTIONS
        if len(form.lines) < most:
            await form.add_line()
        elif most == 1:
            self.say(N_("A trial invitation is for one subscription."), error=True)
        else:
            self.say(msg("A purchase offer is for {most} subscriptions at most.", most=most),
                     error=True)  # fmt: skip

    async def do_remove_subscription(self) -> None:
        line = self.offer_fields.focused_line()
        if line is None:
            self.say(N_("Go to the line of a subscription first."), error=True)
        else:
            await self.offer_fields.remove_line(line)

    @work(group="ask")
    async def do_countries(self) -> None:
        spoken = current()
        rows = [
            Offered(code, (locations.name_of(code, spoken), code))
            for code in locations.matching("", spoken)
        ]
        columns = (Column(N_("Country"), 30, 1), Column("", 4))
        code = await pick(self, text.say(N_("Usage location"), "bold"), columns, rows)
        if code and self.is_attached:
            self.form.row("location").put(locations.name_of(code, spoken))
            self.form.focus_field("location")

    @on(Input.Changed)
    def _show_countries(self) -> None:
        """Says which countries what is being typed may mean."""
        focused = self.focused
        row = focused.parent if focused else None
        if not isinstance(row, FieldRow) or row.spec.name != "location" or not row.is_changed:
            return
        spoken = current()
        found = locations.matching(row.value, spoken) if row.value.strip() else []
        names = [f"{locations.name_of(code, spoken)} ({code})" for code in found[:_MOST_FOUND]]
        more = ["…"] if len(found) > _MOST_FOUND else []
        shown = text.data(" · ".join([*names, *more])) if names else text.say(row.spec.hint)
        self.query_one("#hint", Static).update(text.made(shown))

    # -- saving -------------------------------------------------------------------------------

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        subscriptions = subscriptions_of(values)
        try:
            return offers.set_offer(
                self.session.desk,
                self.kind,
                name=self.offer_name,
                link=values["link"],
                summary_id=values["summary_id"],
                delegation=values["delegation"] == "yes",
                office=values["office"],
                location=locations.location_named(values["location"], current()),
                subscriptions=subscriptions,
                rev=self.rev,
            )
        except BadInput as error:
            error.field = _field_of(error.field, filled(values))
            raise

    def differences(
        self, error: Conflict, changes: Mapping[str, str]
    ) -> Sequence[tuple[str, str, str]]:
        theirs = Offer.from_document(0, error.theirs)
        values = self.form.values()
        mine = ", ".join(f"{one.licences or '?'} × {one.name}" for one in subscriptions_of(values))
        located = locations.name_of(theirs.location, current()) if theirs.location else ""
        return [
            (N_("Partner office"), values["office"], theirs.office),
            (N_("Usage location"), values["location"], located),
            (N_("Subscriptions"), mine, ", ".join(one.label for one in theirs.subscriptions)),
            (N_("Delegated administration"), _yes(values["delegation"] == "yes"),
             _yes(theirs.delegation)),
            (N_("Link"), values["link"], theirs.link),
            (N_("Summary ID"), values["summary_id"], theirs.summary_id),
        ]  # fmt: skip


def _field_of(field: str, places: Sequence[int]) -> str:
    """The form's own name of a field: lines with nothing in them were not counted."""
    if field == SUBSCRIPTIONS:
        return subscription_field(places[1])
    for number, place in enumerate(places):
        for part in ("name", "licences"):
            if field == subscription_field(number, part):
                return subscription_field(place, part)
    return field


def _yes(value: bool) -> str:
    return text.plain(N_("Yes") if value else N_("No"))


def offer_form(kind: Kind, name: str) -> FormScreen:
    """The form of an offer; a delegated administration offer has no more than a link."""
    return ReusableLinkForm(name) if kind is Kind.DELEGATED else OfferForm(kind, name)


def link_form(kind: Kind, name: str, customers: Sequence[int]) -> FormScreen:
    """Where the link of a letter is pasted: the customer's own if it is to one, or the offer's."""
    if len(customers) == 1 and kind is Kind.DELEGATED:
        return OwnLinkForm(customers[0])
    return offer_form(kind, name)


def standing(offer: Offer, *, has_link: bool) -> Message | str:
    """What is still to be filled in of an offer, or what it is for."""
    if not offer.subscriptions:
        return N_("nothing yet: enter says for what")
    if not has_link:
        return N_("its link is missing: enter pastes it")
    if not offer.summary_id:
        return N_("its Summary ID is missing: enter")
    return msg("Summary ID {id}: {what}", id=offer.summary_id,
               what=", ".join(one.label for one in offer.subscriptions))  # fmt: skip
