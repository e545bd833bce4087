"""An invitation: one offer, given to one customer, with what happened to it as events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from store.message import N_
from store.model import document
from store.model.offer import Kind, Offer, subscriptions_of
from store.model.partner import Partner

if TYPE_CHECKING:
    from store.model.subscription import Subscription

ANSWER_DAYS = 90
"""Days to answer a granular link; day 1 is the day it was finalised."""
LONGEST_DAYS = 730
"""The longest life of a granular relationship, in days."""


class How(StrEnum):
    """How an offer reached a customer."""

    COPIED = "copied"
    MAILED = "mailed"
    SAVED = "saved"
    EARLIER = "earlier"


HOW_NAMES = {
    How.COPIED: N_("copied"),
    How.MAILED: N_("mailed"),
    How.SAVED: N_("saved as a file"),
    How.EARLIER: N_("outside this desk"),
}


class Event(NamedTuple):
    """One fact about an invitation.

    `what` is *given*, *answered*, *ended* or *reported* (by Microsoft, with its own status word
    and the end it names). `on` is the day it happened, `at` when it was recorded (UTC), `by` who
    recorded it. `elsewhere` names the tenant that accepted, where it is another than expected.
    """

    what: str
    on: date | None
    at: str = ""
    by: str = ""
    how: str = ""
    answer: str = ""
    note: str = ""
    status: str = ""
    until: date | None = None
    elsewhere: str = ""

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Event:
        """The event in a stored invitation."""
        read = document.text
        return cls(
            read(found, "what"),
            document.day(found, "on"),
            read(found, "at"),
            read(found, "by"),
            read(found, "how"),
            read(found, "answer"),
            read(found, "note"),
            read(found, "status"),
            document.day(found, "until"),
            read(found, "elsewhere"),
        )

    def means(self) -> tuple[str, date | None, str]:
        """What Microsoft reported, without when."""
        return self.status, self.until, self.elsewhere


class Preparing(NamedTuple):
    """A relationship that is on its way from a plan to a link.

    `name` is what it is called at Microsoft, and nothing else is. `relationship` is its id once
    it was created. `tenant` may be empty: then whoever accepts first is the customer. `cloud` and
    `partner`, a tenant, say as whom it was begun.
    """

    name: str
    roles: tuple[str, ...]
    relationship: str = ""
    tenant: str = ""
    cloud: str = ""
    partner: str = ""

    @classmethod
    def from_document(cls, found: object) -> Preparing | None:
        """What is on its way in a stored invitation."""
        if not isinstance(found, dict) or not document.text(found, "name"):
            return None
        return cls(
            document.text(found, "name"),
            document.texts(found, "roles"),
            document.text(found, "relationship"),
            document.text(found, "tenant"),
            document.text(found, "cloud"),
            document.text(found, "partner"),
        )

    def is_of(self, partner: Partner) -> bool:
        """Whether it was begun as this partner, in this cloud; where nobody knows, it was."""
        return not self.partner or (self.partner, self.cloud) == (partner.tenant, partner.cloud)


class Invitation(NamedTuple):
    """One offer, given to one customer.

    `delegation` says whether it asked for delegated administration. A granular invitation has a
    `link` of its own, finalised on `made`, for a life of `days` days unless `auto_extend`. While
    it is `preparing`, its relationship is being made and it has no link yet; `found` says that
    sync found the relationship, and nobody made it with this desk. `partner` is the tenant that
    its own link gives access to, where that is known. `offer` is the name of the offer, where it
    has one. `summary_id`, `office`, `location` and `subscriptions` are what a trial invitation or
    purchase offer was for when it was given last.
    """

    id: int
    customer: int
    kind: Kind
    delegation: bool
    language: str
    link: str
    granular: bool
    made: date | None
    days: int | None
    auto_extend: bool
    events: tuple[Event, ...]
    rev: int = 0
    preparing: Preparing | None = None
    found: bool = False
    partner: str = ""
    offer: str = ""
    summary_id: str = ""
    office: str = ""
    location: str = ""
    subscriptions: tuple[Subscription, ...] = ()

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Invitation:
        """The invitation in a stored document."""
        return cls(
            key,
            document.number(found, "customer") or 0,
            document.choice(Kind, document.text(found, "kind"), Kind.DELEGATED),
            found.get("delegation") is not False,
            document.text(found, "language"),
            document.text(found, "link"),
            document.flag(found, "granular"),
            document.day(found, "made"),
            document.number(found, "days"),
            document.flag(found, "auto_extend"),
            tuple(map(Event.from_document, document.listed(found, "events"))),
            document.number(found, "rev") or 0,
            Preparing.from_document(found.get("preparing")),
            document.flag(found, "found"),
            document.text(found, "partner"),
            document.text(found, "offer"),
            document.text(found, "summary_id"),
            document.text(found, "office"),
            document.text(found, "location"),
            subscriptions_of(found),
        )

    def as_given(self, offer: Offer) -> Offer:
        """The offer as this customer was given it, for a letter that says the same again.

        Where nothing was kept of it, for nobody had said it yet, it is as it is now, as long as
        its link is the same: behind another one is something else.
        """
        given = offer._replace(delegation=self.delegation)
        kept = self.summary_id or self.office or self.location or self.subscriptions
        if not kept and self.link == offer.link:
            return given
        return given._replace(
            summary_id=self.summary_id,
            office=self.office,
            location=self.location,
            subscriptions=self.subscriptions,
        )

    @property
    def given(self) -> date | None:
        """The day the customer first got it."""
        return next((event.on for event in self.events if event.what == "given"), None)

    @property
    def is_draft(self) -> bool:
        """Whether nobody got it yet: a link was pasted, and that is all."""
        return not self.events

    def is_of(self, partner: Partner) -> bool:
        """Whether its own link gives access to this partner, for all we know."""
        return self.partner in ("", partner.tenant)

    @property
    def answer_by(self) -> date | None:
        """The last day to answer; only granular links have one."""
        if not self.granular or not self.made:
            return None
        return document.later(self.made, ANSWER_DAYS - 1)
