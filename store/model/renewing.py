"""What expires, and what keeps it: it extends itself, can be made to, or takes a new consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.consent import USABLE, State, consent_in
from store.model.invitation import Invitation
from store.model.relationship import ACTIVE, IN_FORCE, Relationship
from store.model.roles import GLOBAL_ADMINISTRATOR

SAFE_DAYS = 30
"""So many days before the end Microsoft itself writes to the customer: who is asked then can be
reminded on days 7 and 21 before it is too late."""
EXTENSION_DAYS = 180
_RECENT_DAYS = 30
"""What ended within so many days is still asked for anew."""
_ENDING = frozenset({"expiring", "expired"})


class Lane(StrEnum):
    """What it takes to keep an access."""

    EXTENDS = "extends"
    DROP = "drop"
    ASK = "ask"


class Step(StrEnum):
    """What there is to do; `SWITCH_ON` and `DROP` are done at Microsoft, by us."""

    NOTHING = "nothing"
    SWITCH_ON = "switch-on"
    DROP = "drop"
    ASK = "ask"


LANE_NAMES = {
    Lane.EXTENDS: N_("extends by itself"),
    Lane.DROP: N_("drop Global Administrator, then extend"),
    Lane.ASK: N_("needs a new consent"),
}
STEP_NAMES = {
    Step.NOTHING: N_("nothing"),
    Step.SWITCH_ON: N_("let it extend itself"),
    Step.DROP: N_("drop Global Administrator, then extend"),
    Step.ASK: N_("ask for a new consent"),
}
AT_MICROSOFT = frozenset({Step.SWITCH_ON, Step.DROP})


class Renewing(NamedTuple):
    """One access that ends, or extends itself.

    `relationship` is the desk's number of it, 0 for a grant that was recorded by hand; its
    `invitation` is 0 where nobody asked for it with this desk. `name` is the relationship's. `ends`
    is its last day, or the day on which it extends itself next. `last_safe` is the last day to ask
    for a new consent, today where that day has passed (`late`). `asked` is when a new consent was
    asked for that is still waited for. `over` says that it has ended already.
    """

    customer: int
    lane: Lane
    step: Step
    ends: date
    last_safe: date
    late: bool = False
    relationship: int = 0
    invitation: int = 0
    name: str = ""
    label: str = ""
    why: Message | None = None
    asked: date | None = None
    over: bool = False

    def ends_within(self, days: int, today: date) -> bool:
        """Whether it ends in so many days, or fewer, or has ended."""
        return (self.ends - today).days <= days

    def asks_within(self, days: int, today: date) -> bool:
        """Whether the last safe day to ask comes in so many days, or fewer, or has passed."""
        return self.step is Step.ASK and (self.last_safe - today).days <= days


def of_relationship(
    it: Relationship, others: Iterable[Relationship], today: date
) -> Renewing | None:
    """What keeps a relationship; `None` where it has no end, or ended long ago.

    `others` are the same customer's.
    """
    if it.gone or it.ends is None:
        return None
    if it.status in _ENDING:
        if (today - it.ends).days > _RECENT_DAYS:
            return None
    elif it.status != ACTIVE:
        return None
    later = next((other for other in others if _replaces(other, it, today)), None)
    if later is not None:
        if it.status != ACTIVE:
            return None
        why = msg("{name} takes its place.", name=later.name)
        return _made(it, Lane.EXTENDS, Step.NOTHING, it.ends, today, why)
    if it.status != ACTIVE:
        why = msg("It has ended, and what has ended cannot be extended.")
        return _made(it, Lane.ASK, Step.ASK, it.ends, today, why)._replace(over=True)
    if it.auto_extend:
        return _made(it, Lane.EXTENDS, Step.NOTHING, _next_end(it.ends, today), today)
    if (it.ends - today).days <= 1:
        why = msg("It ends too soon to be sure that it still extends.")
        return _made(it, Lane.ASK, Step.ASK, it.ends, today, why)
    if GLOBAL_ADMINISTRATOR not in it.roles:
        return _made(it, Lane.EXTENDS, Step.SWITCH_ON, it.ends, today)
    if set(it.roles) == {GLOBAL_ADMINISTRATOR}:
        why = msg("It holds nothing but Global Administrator, with which it cannot extend.")
        return _made(it, Lane.ASK, Step.ASK, it.ends, today, why)
    return _made(it, Lane.DROP, Step.DROP, it.ends, today, _emptied(it))


def of_invitation(invitation: Invitation, today: date) -> Renewing | None:
    """What keeps a grant that was recorded by hand; `None` where it has no end, or none soon.

    What happens to it at Microsoft is not known here, so nothing but asking is ours to do.
    """
    answered = invitation.events[-1] if invitation.events else None
    consent = consent_in(invitation, today)
    if (
        answered is None
        or answered.on is None
        or not invitation.delegation
        or consent.state not in {*USABLE, State.EXPIRED}
    ):
        return None
    ends = answered.until
    if answered.what == "answered" and invitation.days:
        ends = document.later(answered.on, invitation.days)
    if ends is None or (consent.state is State.EXPIRED and (today - ends).days > _RECENT_DAYS):
        return None
    if invitation.auto_extend:
        why = msg("So it was recorded; Microsoft was not asked.")
        return _by_hand(invitation, Lane.EXTENDS, Step.NOTHING, _next_end(ends, today), today, why)
    why = msg("It was recorded by hand, so it cannot be extended from here.")
    return _by_hand(invitation, Lane.ASK, Step.ASK, ends, today, why)


def without_global(roles: Iterable[str]) -> tuple[str, ...]:
    """The roles that are left when Global Administrator is dropped."""
    return tuple(role for role in roles if role != GLOBAL_ADMINISTRATOR)


def _replaces(other: Relationship, this: Relationship, today: date) -> bool:
    """Whether another one gives as much, and lasts longer."""
    if other.key == this.key or other.status != ACTIVE or other.gone:
        return False
    if not set(this.roles) <= set(other.roles):
        return False
    if this.auto_extend:
        return False
    return other.auto_extend or other.ends is None or other.ends > (this.ends or today)


def _emptied(it: Relationship) -> Message | None:
    """Groups of ours that would be left with no role."""
    left = [a for a in it.assignments if a.status in IN_FORCE and not without_global(a.roles)]
    if not left:
        return None
    return msg("A group of ours has no other role in it: assign its level again afterwards.")


def _next_end(ends: date, today: date) -> date:
    """The day on which it extends itself next; what was read last may be of before."""
    while ends < today:
        later = document.later(ends, EXTENSION_DAYS)
        if later is None:
            break
        ends = later
    return ends


def _safe(ends: date, today: date) -> tuple[date, bool]:
    """The last safe day to ask, and whether it has passed."""
    day = document.later(ends, -SAFE_DAYS) or today
    return (today, True) if day < today else (day, False)


def _made(
    it: Relationship,
    lane: Lane,
    step: Step,
    ends: date,
    today: date,
    why: Message | None = None,
) -> Renewing:
    return Renewing(
        it.customer, lane, step, ends, *_safe(ends, today),
        relationship=it.key, name=it.name, label=it.customer_name, why=why, over=ends < today,
    )  # fmt: skip


def _by_hand(
    invitation: Invitation, lane: Lane, step: Step, ends: date, today: date, why: Message
) -> Renewing:
    return Renewing(
        invitation.customer, lane, step, ends, *_safe(ends, today),
        invitation=invitation.id, why=why, over=ends < today,
    )  # fmt: skip
