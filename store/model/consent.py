"""The customer's answer and its life afterwards, computed from the events of its invitations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.invitation import ANSWER_DAYS, Event, Invitation
from store.model.partner import Cloud

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
    """What an operator can record about a customer's answer.

    `TOOK` is of a trial or purchase that was offered without delegated administration, `WITHOUT`
    of one that was offered with it.
    """

    GRANTED = "granted"
    TOOK = "took"
    DECLINED = "declined"
    WITHOUT = "without-delegation"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"


ANSWER_NAMES = {
    Answer.GRANTED: N_("Granted: the customer gave us delegated administration"),
    Answer.TOOK: N_("Took it: the trial or the purchase, which asked for no delegation"),
    Answer.DECLINED: N_("Declined: the customer does not want it"),
    Answer.WITHOUT: N_("Without delegation: took the trial or the purchase, refused delegation"),
    Answer.ELSEWHERE: N_("Elsewhere: another tenant than expected accepted"),
    Answer.ENDED: N_("Ended: either side took the access back"),
}


ANSWER_WORDS = {
    Answer.GRANTED: N_("granted"),
    Answer.TOOK: N_("took it"),
    Answer.DECLINED: N_("declined"),
    Answer.WITHOUT: N_("without delegation"),
    Answer.ELSEWHERE: N_("elsewhere"),
    Answer.ENDED: N_("ended"),
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
    "lapsed": State.LAPSED,  # ours: a link that Microsoft no longer lists
}
_GIVES_ACCESS = frozenset({State.GRANTED, State.ACTIVE})
_UNANSWERED = frozenset(
    {State.NOT_OFFERED, State.WAITING, State.LAPSED, State.DECLINED, State.WITHOUT}
)
_ANSWERED: dict[str, State] = {
    Answer.GRANTED: State.ACTIVE,
    Answer.TOOK: State.WITHOUT,  # shown of no customer: what asked for no delegation is no consent
    Answer.DECLINED: State.DECLINED,
    Answer.WITHOUT: State.WITHOUT,
    Answer.ELSEWHERE: State.ELSEWHERE,
}


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


_LAST_CLASSIC = date(2023, 12, 31)
"""The last day on which a classic link may have given access worldwide."""


def classic_caveat(consent: Consent, cloud: Cloud) -> Message | None:
    """What to know of an access that was recorded by hand, by a link that gives none any more."""
    used, since = consent.invitation, consent.since
    if cloud is not Cloud.WORLDWIDE or consent.state not in USABLE or used is None:
        return None
    by_hand = not used.granular and used.events[-1].what == "answered"
    if not by_hand or since is None or since <= _LAST_CLASSIC:
        return None
    return msg(
        "Microsoft gives no new access by a classic link since 2023: check in Partner Center."
    )


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
            if decisive.elsewhere and state in _GIVES_ACCESS:
                return Consent(State.ELSEWHERE, decisive.on, invitation=invitation)
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
        case "reported" if last.get("elsewhere") or not isinstance(last.get("status"), str):
            return None
        case "reported":
            state = _REPORTED.get(last["status"])
            if state is not State.ACTIVE:
                return None if state is State.WAITING else state or State.UNKNOWN
            ends = last.get("until") and row.get("auto_extend") is not True
            return None if ends else state
    return None


def contradicts(invitation: Invitation, reported: Event, today: date) -> bool:
    """Whether what Microsoft says now is not what the invitation's events add up to.

    Microsoft reports no refusal: as long as it waits for an answer, what was noted about one by
    hand stands; that its link had lapsed was a mistake then.
    """
    here = consent_in(invitation, today).state
    there = consent_in(invitation._replace(events=(reported,)), today).state
    if there in _UNANSWERED:
        return here not in _UNANSWERED or (here, there) == (State.LAPSED, State.WAITING)
    said = next((e for e in reversed(invitation.events) if e.what == "reported"), None)
    return said is None or here is not there or said.means() != reported.means()


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
