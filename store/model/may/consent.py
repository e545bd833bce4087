"""The links of the chain that are about the customer: was it offered, is there consent today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model.consent import USABLE, Consent, State, classic_caveat, consent_in, consent_of
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.may.chain import Fix, Link, Part, Repair, Verdict, link, not_before
from store.model.partner import Cloud, Partner
from store.model.relationship import ACTIVE, DRAFT, PENDING, STATUS_NAMES, Relationship


class Known(NamedTuple):
    """What counts for all customers alike.

    `asked` says that Microsoft was asked about this partner's relationships, `whole` that it named
    all of them then.
    """

    partner: Partner
    today: date
    asked: bool = False
    whole: bool = True

    @property
    def granular(self) -> bool:
        """Whether this cloud has granular relationships."""
        return self.partner.cloud is not Cloud.CHINA


class Place(NamedTuple):
    """A customer with its invitations and relationships.

    `unread` are the keys of the relationships whose access assignments are not known.
    """

    customer: Customer
    invitations: Sequence[Invitation] = ()
    relationships: Sequence[Relationship] = ()
    unread: frozenset[int] = frozenset()

    @property
    def ref(self) -> str:
        """How a command names it."""
        return self.customer.ref


class Opening(NamedTuple):
    """By what a customer is open today: relationships that are active, or the classic consent.

    `unlisted` is a granular consent of which Microsoft was not asked yet. `doubtful` says that,
    beside the relationships, a classic consent is recorded of which Microsoft says nothing.
    """

    relationships: tuple[Relationship, ...] = ()
    classic: bool = False
    unlisted: bool = False
    doubtful: bool = False


CLOSED = Opening()
UNTOLD = msg(
    "Recorded here as granted the classic way; Microsoft does not say whether that access still "
    "stands."
)
CLASSIC = Opening(classic=True)
UNLISTED = Opening(unlisted=True)


def opening(place: Place, known: Known) -> tuple[Link, Link, Opening]:
    """Whether it was offered, whether there is consent, and what that opens."""
    usable: tuple[Relationship, ...] = ()
    if known.asked and known.granular:
        usable = tuple(r for r in place.relationships if _is_usable(r, place, known.today))
    if usable:
        return (
            _OFFERED,
            _active(usable, known.today),
            Opening(usable, doubtful=_is_classic(place, known)),
        )
    consent = consent_of(place.invitations, known.today)
    offered = _offered(place, known, consent)
    if offered.verdict is not Verdict.YES:
        return offered, not_before(Part.CONSENT, Part.OFFERED), CLOSED
    if consent.state in USABLE:
        return (offered, *_recorded(place, known, consent))
    return offered, unsure(_not_usable(place, known, consent), known), CLOSED


def _is_usable(it: Relationship, place: Place, today: date) -> bool:
    if it.status != ACTIVE or it.gone or it.tenant != place.customer.microsoft_id:
        return False
    return it.auto_extend or it.ends is None or today <= it.ends


# -- offered ----------------------------------------------------------------------------------

_OFFERED = Link(
    Part.OFFERED, Verdict.YES, msg("Microsoft lists a relationship with this customer.")
)


def _offered(place: Place, known: Known, consent: Consent) -> Link:
    days = [i.given for i in place.invitations if i.delegation and i.given]
    if days:
        return Link(Part.OFFERED, Verdict.YES,
                    msg("Offered on {day}.", day=max(days).isoformat()))  # fmt: skip
    if consent.state is not State.NOT_OFFERED:
        return Link(Part.OFFERED, Verdict.YES, msg("An answer of the customer is recorded."))
    if known.asked and any(r.status not in (DRAFT, PENDING) for r in place.relationships):
        return _OFFERED
    ready = any(i.delegation and i.link and i.granular for i in place.invitations)
    if ready:
        repair = Repair(msg("Give the customer its link, which is ready."), Fix.OFFER,
                        f"partnerdesk offer give {place.ref}", True)  # fmt: skip
        return link(Part.OFFERED, Verdict.NO, msg("Its link was given to nobody yet."), repair)
    why = msg("Delegated administration was not offered to this customer.")
    return unsure(link(Part.OFFERED, Verdict.NO, why, new_offer(place, known)), known)


def new_offer(place: Place, known: Known, preset: str = "") -> Repair:
    """Asking the customer (again)."""
    if known.asked and known.granular:
        command = f"partnerdesk offer prepare {place.ref}"
        command += f" --preset {preset}" if preset else ""
    else:
        command = f"partnerdesk offer give {place.ref}"
    return Repair(msg("Offer delegated administration to the customer."), Fix.OFFER, command, True)


# -- consent ----------------------------------------------------------------------------------


def _active(usable: tuple[Relationship, ...], today: date) -> Link:
    lasting = next((r for r in usable if r.auto_extend or r.ends is None), None)
    if lasting is not None:
        why = msg("{name} is active.", name=lasting.name)
    else:
        last = max(usable, key=lambda r: r.ends or date.min)
        if last.ends == today:
            why = msg("{name} ends today; Microsoft may have ended it already.", name=last.name)
            return link(Part.CONSENT, Verdict.UNKNOWN, why, _SYNC)
        why = msg("{name} is active until {day}.", name=last.name,
                  day=last.ends.isoformat() if last.ends else "")  # fmt: skip
    return Link(Part.CONSENT, Verdict.YES, why)


def _recorded(place: Place, known: Known, consent: Consent) -> tuple[Link, Opening]:
    """A consent that counts today, of which Microsoft lists no active relationship."""
    is_classic = _is_classic(place, known)
    if known.asked and known.granular:
        return _doubtful(place, is_classic), CLOSED
    until = consent.ends
    why = msg("The customer gave its consent.")
    if until:
        why = msg("The customer gave its consent, until {day}.", day=until.isoformat())
    caveat = classic_caveat(consent, known.partner.cloud)
    if caveat:
        why = msg("{first} {then}", first=why, then=caveat)
    return Link(Part.CONSENT, Verdict.YES, why), CLASSIC if is_classic else UNLISTED


def _is_classic(place: Place, known: Known) -> bool:
    """Whether a consent of the classic kind is recorded that would count today."""
    return any(
        i.delegation and not i.granular and consent_in(i, known.today).state in USABLE
        for i in place.invitations
    )


_SYNC = Repair(msg("Ask Microsoft again."), Fix.SYNC, "partnerdesk sync")


def _doubtful(place: Place, is_classic: bool) -> Link:
    other = _active_elsewhere(place)
    if other:
        return _of_other_tenant(place, other)
    if is_classic:
        why = msg("{why} Microsoft lists no active relationship.", why=UNTOLD)
        repair = Repair(msg("Try it, or offer a granular relationship."), Fix.OFFER,
                        f"partnerdesk offer prepare {place.ref}", True)  # fmt: skip
        return link(Part.CONSENT, Verdict.UNKNOWN, why, repair)
    why = msg("Recorded here as granted. Microsoft listed no active relationship when it was "
              "asked last.")  # fmt: skip
    return link(Part.CONSENT, Verdict.UNKNOWN, why, _SYNC)


def _active_elsewhere(place: Place) -> Relationship | None:
    return next(
        (r for r in place.relationships
         if r.status == ACTIVE and not r.gone and r.tenant != place.customer.microsoft_id), None
    )  # fmt: skip


def _of_other_tenant(place: Place, found: Relationship) -> Link:
    if not found.tenant:
        why = msg("{name} is active, and Microsoft did not say for whom.", name=found.name)
        return link(Part.CONSENT, Verdict.UNKNOWN, why, _SYNC)
    why = msg("{name} is active, and of another tenant than the customer's Microsoft ID: {tenant}.",
              name=found.name, tenant=found.tenant)  # fmt: skip
    command = f"partnerdesk customers set {place.ref} microsoft-id={found.tenant}"
    said = msg("Correct the Microsoft ID, if that is the customer's.")
    return link(Part.CONSENT, Verdict.NO, why, Repair(said, Fix.CUSTOMER, command))


_OVER = {
    State.ELSEWHERE: msg("Another tenant than the customer's accepted."),
    State.WITHOUT: msg("The customer took the trial or the purchase, and refused delegation."),
    State.DECLINED: msg("The customer declined."),
    State.LAPSED: msg("The customer let its link lapse."),
    State.EXPIRED: msg("The access expired."),
    State.TERMINATED: msg("The access was ended."),
}
_OVER_ON: Mapping[State, str] = {
    State.DECLINED: N_("The customer declined on {day}."),
    State.LAPSED: N_("The customer's link lapsed on {day}."),
    State.EXPIRED: N_("The access expired on {day}."),
    State.TERMINATED: "The access was ended on {day}.",
}


def _not_usable(place: Place, known: Known, consent: Consent) -> Link:
    """Why there is no consent today, by its state."""
    live = [r for r in place.relationships if not r.gone] if known.asked else []
    other = _active_elsewhere(place) if live else None
    if other:
        return _of_other_tenant(place, other)
    odd = next((r for r in live if r.status not in STATUS_NAMES), None)
    if odd or consent.state is State.UNKNOWN:
        return _odd(odd.status if odd else consent.reported)
    match consent.state:
        case State.WAITING:
            return _waiting(place, consent)
        case State.GRANTED:
            why = msg("The customer accepted, and Microsoft is setting it up.")
            later = _SYNC._replace(said=msg("Ask Microsoft again in a few minutes."))
            return link(Part.CONSENT, Verdict.NO, why, later)
    why = _OVER.get(consent.state) or msg("None of its relationships is active.")
    if consent.since and consent.state in _OVER_ON:
        why = Message(_OVER_ON[consent.state], {"day": consent.since.isoformat()})
    return link(Part.CONSENT, Verdict.NO, why, new_offer(place, known))


def _odd(status: str) -> Link:
    if status == "gone":
        why = msg("Microsoft no longer lists the relationship.")
    elif status:
        why = msg("Microsoft calls it {status}, which this desk does not know.", status=status)
    else:
        why = msg("What was recorded about it is not known here.")
    return link(Part.CONSENT, Verdict.UNKNOWN, why, _SYNC)


def _waiting(place: Place, consent: Consent) -> Link:
    why = msg("The customer has not answered yet.")
    if consent.day:
        why = msg("The customer has not answered yet (day {day}).", day=consent.day)
    repair = Repair(msg("Wait for the answer, or remind the customer."), Fix.OFFER,
                    f"partnerdesk offer show --customer {place.ref}", True)  # fmt: skip
    return link(Part.CONSENT, Verdict.NO, why, repair)


def unsure(found: Link, known: Known) -> Link:
    """A no that was read out of a list that was not whole is none."""
    if found.verdict is not Verdict.NO or not known.asked or known.whole or not known.granular:
        return found
    why = msg("{why} The last sync could not read everything, so there may be more.", why=found.why)
    return link(found.part, Verdict.UNKNOWN, why, _SYNC)
