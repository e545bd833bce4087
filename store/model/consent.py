"""The customer's answer and its life afterwards, computed from the events of its invitations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import N_
from store.model import document
from store.model.offer import Kind

ANSWER_DAYS = 90
"""Days to answer a granular link; day 1 is the day it was finalised."""
LONGEST_DAYS = 730
"""The longest life of a granular relationship, in days."""
EXPIRING_DAYS = 30
"""From how many days before its end a consent counts as expiring."""


class State(StrEnum):
    """Where a customer's consent stands, best first."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    GRANTED = "granted"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    WITHOUT = "without-delegation"
    DECLINED = "declined"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    NOT_OFFERED = "not-offered"


STATE_NAMES = {
    State.ACTIVE: N_("active"),
    State.EXPIRING: N_("expiring"),
    State.GRANTED: N_("granted"),
    State.WAITING: N_("waiting"),
    State.UNKNOWN: N_("unknown"),
    State.ELSEWHERE: N_("elsewhere"),
    State.WITHOUT: N_("without delegation"),
    State.DECLINED: N_("declined"),
    State.LAPSED: N_("lapsed"),
    State.EXPIRED: N_("expired"),
    State.TERMINATED: N_("terminated"),
    State.NOT_OFFERED: N_("not offered"),
}
RANK = {state: rank for rank, state in enumerate(State)}
USABLE = frozenset({State.ACTIVE, State.EXPIRING})
"""The states in which the partner may act at the customer."""


class Answer(StrEnum):
    """What an operator can record about a customer's answer."""

    GRANTED = "granted"
    DECLINED = "declined"
    WITHOUT = "without-delegation"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"


ANSWER_NAMES = {
    Answer.GRANTED: N_("Granted: the customer gave us delegated administration"),
    Answer.DECLINED: N_("Declined: the customer does not want it"),
    Answer.WITHOUT: N_("Without delegation: took the trial or the purchase, refused delegation"),
    Answer.ELSEWHERE: N_("Elsewhere: another tenant than expected accepted"),
    Answer.ENDED: N_("Ended: either side took the access back"),
}


ANSWER_WORDS = {
    Answer.GRANTED: N_("granted"),
    Answer.DECLINED: N_("declined"),
    Answer.WITHOUT: N_("without delegation"),
    Answer.ELSEWHERE: N_("elsewhere"),
    Answer.ENDED: N_("ended"),
}


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

_REPORTED = {
    "created": State.NOT_OFFERED,
    "approvalPending": State.WAITING,
    "approved": State.GRANTED,
    "activating": State.GRANTED,
    "active": State.ACTIVE,
    "expiring": State.EXPIRED,
    "expired": State.EXPIRED,
    "terminationRequested": State.TERMINATED,
    "terminating": State.TERMINATED,
    "terminated": State.TERMINATED,
}
_ANSWERED: dict[str, State] = {
    Answer.GRANTED: State.ACTIVE,
    Answer.DECLINED: State.DECLINED,
    Answer.WITHOUT: State.WITHOUT,
    Answer.ELSEWHERE: State.ELSEWHERE,
}


class Event(NamedTuple):
    """One fact about an invitation.

    `what` is *given*, *answered*, *ended* or *reported* (by Microsoft, with its own status word
    and the end it names). `on` is the day it happened, `at` when it was recorded (UTC), `by` who
    recorded it.
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
        )


class Invitation(NamedTuple):
    """One offer, given to one customer.

    `delegation` says whether it asked for delegated administration. A granular invitation has a
    `link` of its own, finalised on `made`, for a life of `days` days unless `auto_extend`.
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
        )

    @property
    def given(self) -> date | None:
        """The day the customer first got it."""
        return next((event.on for event in self.events if event.what == "given"), None)

    @property
    def is_draft(self) -> bool:
        """Whether nobody got it yet: a link was pasted, and that is all."""
        return not self.events

    @property
    def answer_by(self) -> date | None:
        """The last day to answer; only granular links have one."""
        if not self.granular or not self.made:
            return None
        return document.later(self.made, ANSWER_DAYS - 1)


class Consent(NamedTuple):
    """Where consent stands today.

    `day` counts the days of waiting, from 1; `answer_by` is the last day to answer; `ends` the
    last day of a granted access; `since` the day of the deciding event, or the first day on which
    a link or an access was over by itself. `reported` is Microsoft's own word, where the desk does
    not know it.
    """

    state: State
    since: date | None = None
    day: int | None = None
    answer_by: date | None = None
    ends: date | None = None
    reported: str = ""
    invitation: Invitation | None = None


NOT_OFFERED = Consent(State.NOT_OFFERED)


def consent_of(invitations: Iterable[Invitation], today: date) -> Consent:
    """A customer's consent: the best of its invitations that asked for delegation."""
    best = NOT_OFFERED
    for invitation in invitations:
        if invitation.delegation:
            found = consent_in(invitation, today)
            # Of equals the one that lasts longer, else the later: it was last talked about.
            if RANK[found.state] < RANK[best.state] or (
                found.state is best.state and (found.ends or date.max) >= (best.ends or date.max)
            ):
                best = found
    return best


def consent_in(invitation: Invitation, today: date) -> Consent:
    """What the events of one invitation add up to."""
    decisive = invitation.events[-1] if invitation.events else None
    if decisive is None:
        return Consent(State.NOT_OFFERED, invitation=invitation)
    match decisive.what:
        case "given":
            return _waiting(invitation, today)
        case "ended":
            return Consent(State.TERMINATED, decisive.on, invitation=invitation)
        case "answered":
            answer = document.choice(Answer, decisive.answer, Answer.ENDED)
            state = _ANSWERED.get(answer, State.UNKNOWN)
            ends = None
            if state is State.ACTIVE and invitation.days and decisive.on:
                ends = document.later(decisive.on, invitation.days)
            return _lasting(invitation, state, decisive.on, ends, today)
        case "reported":
            state = _REPORTED.get(decisive.status, State.UNKNOWN)
            if state is State.WAITING:
                return _waiting(invitation, today)
            if state is State.UNKNOWN:
                return Consent(state, decisive.on, reported=decisive.status, invitation=invitation)
            return _lasting(invitation, state, decisive.on, decisive.until, today)
        case _:
            return Consent(State.UNKNOWN, reported=decisive.what, invitation=invitation)


def state_of(found: Iterable[Mapping[str, Any]], today: date) -> State:
    """`consent_of(…).state`, straight from stored invitations: for lists of very many."""
    best = State.NOT_OFFERED
    for row in found:
        if row.get("delegation") is not False:
            state = _plain_state(row, today)
            if state is None:
                state = consent_in(Invitation.from_document(0, row), today).state
            if RANK[state] < RANK[best]:
                best = state
    return best


def _plain_state(row: Mapping[str, Any], today: date) -> State | None:
    """The state of a stored invitation where it takes no date but the link's own."""
    events = row.get("events")
    last = events[-1] if isinstance(events, list) and events else None
    if not isinstance(last, dict):
        return None
    match last.get("what"):
        case "ended":
            return State.TERMINATED
        case "answered":
            answer = last.get("answer")
            if not isinstance(answer, str):
                return None
            lasts = answer == Answer.GRANTED and row.get("days")
            ends = lasts and row.get("auto_extend") is not True
            return None if ends else _ANSWERED.get(answer)
        case "given" if row.get("granular") is not True:
            return State.WAITING
        case "given":
            made = document.day(row, "made")
            late = made is not None and (today - made).days >= ANSWER_DAYS
            return State.LAPSED if late else State.WAITING
    return None


def _waiting(invitation: Invitation, today: date) -> Consent:
    first = (invitation.made if invitation.granular else None) or invitation.given
    answer_by = invitation.answer_by
    if answer_by and today > answer_by:
        return Consent(State.LAPSED, document.later(answer_by, 1), invitation=invitation)
    return Consent(
        State.WAITING,
        since=invitation.given or first,
        day=max(1, (today - first).days + 1) if first else None,
        answer_by=answer_by,
        invitation=invitation,
    )


def _lasting(
    invitation: Invitation, state: State, since: date | None, ends: date | None, today: date
) -> Consent:
    if state is State.ACTIVE and ends and not invitation.auto_extend:
        if today > ends:
            return Consent(State.EXPIRED, document.later(ends, 1), invitation=invitation)
        if (ends - today).days <= EXPIRING_DAYS:
            state = State.EXPIRING
    kept = ends if state in USABLE and not invitation.auto_extend else None
    return Consent(state, since, ends=kept, invitation=invitation)
