"""Which invitations an answer is about, and which answers there can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from store.errors import BadInput
from store.message import Message, msg
from store.model.consent import USABLE, Answer, State, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.view import View

_NOT_GRANTED = frozenset(
    {State.WAITING, State.LAPSED, State.DECLINED, State.ELSEWHERE, State.WITHOUT}
)
_OVER = frozenset({State.EXPIRED, State.TERMINATED})


def answered_by(
    customer: Customer,
    invitations: Iterable[Invitation],
    answer: Answer,
    day: date,
    today: date,
) -> list[Invitation] | None:
    """The invitations that an answer is about; none if the customer was never given any.

    `None` says that the access was granted already. Raises `BadInput` where the answer cannot
    be: an end without a consent, a trial taken without delegation where none was offered, a grant
    through a link that is used up, an answer after the last day for one. What asked for no
    delegation is answered by taking it, or by a refusal where nothing else waits for one.
    """
    given = [i for i in invitations if not i.is_draft]
    asked = [i for i in given if i.delegation]
    plain = [i for i in given if not i.delegation]
    if answer is Answer.TOOK:
        if not plain:
            raise BadInput(
                msg("{name} was given no trial invitation or purchase offer without delegation.",
                    name=customer.label),
                field="answer",
                todo=msg("Record granted or without-delegation instead, or give that offer first."),
            )  # fmt: skip
        return _waiting(plain, today) or plain[-1:]
    if answer is Answer.WITHOUT:
        asked = [invitation for invitation in asked if invitation.kind is not Kind.DELEGATED]
        if not asked:
            raise BadInput(
                msg("{name} was given no trial invitation or purchase offer with delegation.",
                    name=customer.label),
                field="answer",
                todo=msg("It was offered without delegation: record took instead.")
                if plain
                else msg("Record declined instead, or give that offer first."),
            )  # fmt: skip
    states = {i.id: consent_in(i, today).state for i in asked}
    if answer is Answer.ENDED:
        lasting = [i for i in asked if states[i.id] in {*USABLE, State.GRANTED, State.UNKNOWN}]
        if not lasting:
            raise BadInput(
                msg("{name} has given no access that could end.", name=customer.label),
                field="answer",
            )
        return lasting
    late = [
        i
        for i in asked
        # That a customer does not want it is our own note, and true on any day.
        if answer is not Answer.DECLINED
        and states[i.id] in _NOT_GRANTED
        and i.answer_by
        and day > i.answer_by
    ]
    timely = [i for i in asked if i not in late]
    waiting = [i for i in timely if states[i.id] in (State.WAITING, State.LAPSED)]
    if answer is not Answer.GRANTED:
        if answer is Answer.DECLINED and not waiting:
            waiting = _waiting(plain, today)
        if not waiting and late:
            raise _too_late(customer, late[-1], day)
        return waiting or timely[-1:] or (plain[-1:] if answer is Answer.DECLINED else [])
    if waiting:
        return waiting[-1:]
    for invitation in reversed(timely):
        if states[invitation.id] in USABLE:
            return None
        if not (invitation.granular and states[invitation.id] in _OVER):
            return [invitation]
    if late:
        raise _too_late(customer, late[-1], day)
    if timely:
        raise BadInput(
            msg("The access of {name} has ended, and its link was for one answer.",
                name=customer.label),
            field="answer",
            todo=msg("Make a new link in Partner Center and give it to the customer."),
        )  # fmt: skip
    return []


def asked_about(
    invitations: Sequence[Invitation], about: int, answer: Answer, today: date
) -> Sequence[Invitation]:
    """The invitations that an answer to one of them can be about: that one alone, while it waits.

    Whoever declines a purchase has not declined what else was asked. Where that one waits for no
    such answer (`about` may be 0 too), all of them.
    """
    for one in invitations:
        if one.id == about and consent_in(one, today).state is State.WAITING:
            return [one] if _takes(one, answer) else invitations
    return invitations


def _takes(invitation: Invitation, answer: Answer) -> bool:
    """Whether an invitation asks what an answer answers."""
    match answer:
        case Answer.ENDED:
            return False
        case Answer.DECLINED:
            return True
        case Answer.TOOK:
            return not invitation.delegation
        case Answer.WITHOUT:
            return invitation.delegation and invitation.kind is not Kind.DELEGATED
    return invitation.delegation


class Possible(NamedTuple):
    """The answers that all of some customers can have given, on some day.

    Those to what they were given come first. `left_out` are the others that some of them, but not
    all, can have given, each with why it cannot be of all.
    """

    answers: list[Answer]
    left_out: list[tuple[Answer, Message]]


def possible(view: View, customers: Iterable[int], today: date) -> Possible:
    """Which answers there are to choose from for some customers."""
    to_ours: dict[Answer, bool] = {}
    refused: dict[Answer, Message] = {}
    for customer in filter(None, map(view.customer, customers)):
        invitations = view.invitations(customer.id)
        for answer in Answer:
            try:
                answered = answered_by(customer, invitations, answer, date.min, today)
            except BadInput as error:
                refused.setdefault(answer, error.what)
            else:
                to_ours[answer] = to_ours.get(answer, False) or answered is None or bool(answered)
    answers = [answer for answer in Answer if answer in to_ours and answer not in refused]
    return Possible(
        sorted(answers, key=lambda answer: not to_ours[answer]),
        [(answer, refused[answer]) for answer in Answer if answer in to_ours and answer in refused],
    )


def _waiting(invitations: Sequence[Invitation], today: date) -> list[Invitation]:
    return [i for i in invitations if consent_in(i, today).state is State.WAITING]


def _too_late(customer: Customer, invitation: Invitation, day: date) -> BadInput:
    last = invitation.answer_by
    return BadInput(
        msg("{name} could answer until {last}, and {day} is later.", name=customer.label,
            last=last.isoformat() if last else "", day=day.isoformat()),
        field="on",
        todo=msg("Give the day on which the answer came, or give the customer a new link."),
    )  # fmt: skip
