"""Who has not answered yet, for how long, and whether it is time to speak to them again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from store.model import document
from store.model.consent import USABLE, Consent, State, consent_in
from store.model.invitation import ANSWER_DAYS, Invitation
from store.model.offer import Kind
from store.model.outgoing import Outgoing, Stage, What
from store.model.touch import Did, Touch

AGES = (7, 21, 60, 80)
"""The days of waiting on which a customer is due; day 1 is the day of the giving."""
_LAST_CALL = ANSWER_DAYS - AGES[-1]
"""Days before the last one to answer on which the last age is reached at the latest."""
_NEAR = 3
"""Whoever was spoken to so few days before an age is not due for it: they just heard of it."""
_SPOKEN = frozenset({Did.REMINDED, Did.PHONED})
_HAS = frozenset({*USABLE, State.GRANTED})
_Moment = tuple[date, str, int]
"""A day, when that was recorded and on which invitation: what came first on one day."""


class Waiting(NamedTuple):
    """A customer that was given an offer and has not answered.

    `since` is the day on which it was given last, `day` counts from there, from 1. `answer_by` is
    the last day to answer and `lapses_on` the day after it; a classic link has neither. `age` is
    the last of `AGES` that was reached, 0 for none. `last` is when they were last reminded or
    phoned since the giving. `snoozed_until` is a snooze's last day, while it lasts.
    """

    customer: int
    invitation: int
    since: date
    day: int
    answer_by: date | None = None
    age: int = 0
    due: bool = False
    last: date | None = None
    snoozed_until: date | None = None
    lapses_on: date | None = None
    kind: Kind = Kind.DELEGATED
    language: str = ""
    offer: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the link was given on its first day: then its days are those of the waiting."""
        return self.answer_by is not None and (self.answer_by - self.since).days == ANSWER_DAYS - 1

    @property
    def next_age(self) -> int:
        """The next of `AGES` at which they will be due, after today; 0 for none."""
        heard = (self.last - self.since).days + 1 if self.last else -ANSWER_DAYS
        return next((age for age in AGES if age > self.day and age - heard > _NEAR), 0)

    def lapses_within(self, days: int, today: date) -> bool:
        """Whether the link lapses in so many days, or fewer."""
        return self.answer_by is not None and (self.answer_by - today).days <= days


def waiting_in(
    invitations: Iterable[Invitation],
    touches: Iterable[Touch],
    letters: Iterable[Outgoing],
    today: date,
) -> list[Waiting]:
    """What one customer has not answered: of each offer, what was given last.

    An access that was granted since answers whatever asked for it before.
    """
    asked: dict[tuple[Kind, str], tuple[_Moment, Invitation]] = {}
    granted: _Moment = date.min, "", 0
    for invitation in invitations:
        if invitation.is_draft:
            continue
        consent = consent_in(invitation, today)
        if consent.state is State.WAITING:
            given = _given(invitation, consent)
            offer = _offer(invitation)
            kept = asked.get(offer)
            if given and (kept is None or kept[0] <= given):
                asked[offer] = given, invitation
        elif consent.state in _HAS and consent.since:
            granted = max(granted, (consent.since, invitation.events[-1].at, invitation.id))
    if not asked:
        return []
    done, sent = list(touches), list(letters)
    return [
        _waiting(invitation, given[0], done, sent, today)
        for given, invitation in asked.values()
        if given > granted or not invitation.delegation
    ]


def _offer(invitation: Invitation) -> tuple[Kind, str]:
    """What it is one of: all that ask for delegated administration alone ask for the same."""
    delegated = invitation.kind is Kind.DELEGATED
    return invitation.kind, "" if delegated else invitation.offer.casefold()


def _given(invitation: Invitation, consent: Consent) -> _Moment | None:
    """When it was last given; where only Microsoft says that it waits, when its link was made."""
    key = invitation.id
    given = [(e.on, e.at, key) for e in invitation.events if e.what == "given" and e.on]
    if given:
        return max(given)
    first = invitation.made or consent.since
    return (first, "", key) if first else None


def _waiting(
    invitation: Invitation,
    since: date,
    touches: list[Touch],
    letters: list[Outgoing],
    today: date,
) -> Waiting:
    answer_by = invitation.answer_by
    since = min(since, today)
    last = max(_spoken(invitation, since, touches, letters), default=None)
    snoozes = [t for t in touches if t.what == Did.SNOOZED and t.on and t.on >= since]
    until = snoozes[-1].until if snoozes else None
    snoozed = until if until and until >= today else None
    age, reached = _age(since, answer_by, today)
    return Waiting(
        invitation.customer,
        invitation.id,
        since,
        (today - since).days + 1,
        answer_by,
        age,
        _is_due(reached, since, last) and snoozed is None,
        last,
        snoozed,
        document.later(answer_by, 1) if answer_by else None,
        invitation.kind,
        invitation.language,
        invitation.offer,
    )


def _is_due(reached: date | None, since: date, last: date | None) -> bool:
    """Whether an age was reached of which they have not heard; the giving counts on its day."""
    if reached is None or reached <= since:
        return False
    return last is None or (reached - last).days > _NEAR


def _age(since: date, answer_by: date | None, today: date) -> tuple[int, date | None]:
    """The last age that was reached, and on which day it was."""
    found: tuple[int, date | None] = 0, None
    for age in AGES:
        reached = document.later(since, age - 1)
        if age == AGES[-1] and answer_by:
            # A link that was given late still gets its last call before it lapses.
            call = document.later(answer_by, -_LAST_CALL)
            reached = min((day for day in (reached, call) if day), default=None)
        if reached and since <= reached <= today:
            found = age, reached
    return found


def _spoken(
    invitation: Invitation, since: date, touches: list[Touch], letters: list[Outgoing]
) -> list[date]:
    """The days since the giving on which they were reminded or phoned."""
    by_us = [t.on for t in touches if t.what in _SPOKEN and t.on]
    mailed = [
        day
        for letter in letters
        if letter.what == What.REMINDER
        and letter.stage is Stage.SENT
        and letter.kind is invitation.kind
        and letter.invitation in (0, invitation.id)
        and (day := letter.day)
    ]
    return [day for day in (*by_us, *mailed) if day >= since]
