"""What there is to follow up, a row each: who waits, what ends, which letters hang."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.actions import renewing
from store.actions.follow_up import AGES, Waiting, is_dealt_with, waiting
from store.actions.renewing import Renewing, Step
from store.message import N_, Message, msg
from store.model import document
from store.model.consent import EXPIRING_DAYS
from store.model.customer import search_text
from store.model.invitation import ANSWER_DAYS
from store.model.offer import Kind
from store.model.outgoing import STAGE_NAMES, Outgoing, Stage
from store.view import OUTBOX, View
from tui import text
from tui.commands.report import iso

WITHIN = 90
"""Days ahead that ends of access are shown."""


class Lane(StrEnum):
    """The heaps that rows lie on; one that lapses soon lies on two."""

    DUE = "due"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    LAPSING = "lapsing"
    EXTENDS = "extends"
    SWITCH = "switch"
    DROP = "drop"
    ASK = "ask"
    LETTERS = "letters"


LANES = tuple(Lane)
LANE_NAMES = {
    Lane.DUE: N_("due"),
    Lane.WAITING: N_("waiting"),
    Lane.SNOOZED: N_("snoozed"),
    Lane.LAPSING: N_("lapsing soon"),
    Lane.EXTENDS: N_("extends by itself"),
    Lane.SWITCH: N_("can extend"),
    Lane.DROP: N_("drop Global Administrator"),
    Lane.ASK: N_("new consent"),
    Lane.LETTERS: N_("outbox"),
}
LANE_WORDS = {
    **LANE_NAMES,
    Lane.EXTENDS: N_("extends"),
    Lane.DROP: N_("drop role"),
    Lane.ASK: N_("ask anew"),
    Lane.LETTERS: N_("letter"),
}
"""The same in as few words as a column takes."""
_RENEWING = {
    Step.NOTHING: Lane.EXTENDS,
    Step.SWITCH_ON: Lane.SWITCH,
    Step.DROP: Lane.DROP,
    Step.ASK: Lane.ASK,
}
_HANGING = frozenset({Stage.QUEUED, Stage.SENDING, Stage.UNKNOWN, Stage.REFUSED})


class Row(NamedTuple):
    """One thing to follow up, about one customer (0: about none of ours).

    `lanes` begins with the lane that the row is named after; `words` are what a filter looks
    through, `order` is where it stands in the list.
    """

    about: Waiting | Renewing | Outgoing
    customer: int
    label: str
    lanes: tuple[Lane, ...]
    words: str
    order: tuple[int, date]

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What tells the row from all others, also when it is made anew."""
        match self.about:
            case Waiting(invitation=invitation):
                return "waiting", self.customer, invitation, ""
            case Renewing(relationship=relationship, invitation=invitation, name=name):
                return "renewing", relationship, invitation, name
            case Outgoing(id=id_):
                return "letter", id_, 0, ""

    @property
    def lane(self) -> Lane:
        """The lane that the row is named after."""
        return self.lanes[0]

    @property
    def kind(self) -> Kind:
        """The offer that it is about."""
        return Kind.DELEGATED if isinstance(self.about, Renewing) else self.about.kind

    def holds(self, wanted: Sequence[str]) -> bool:
        """Whether all of some words, casefolded, are in it."""
        return all(word in self.words for word in wanted)


def rows_of(view: View, today: date) -> tuple[Row, ...]:
    """Everything there is to follow up, what is most urgent first; takes a moment with many."""
    rows = [
        *(_waiting(view, one, today) for one in waiting(view, today)),
        *(_renewing(view, one) for one in renewing.plan(view, today, WITHIN)),
        *(_letter(view, letter, today) for letter in hanging(view)),
    ]
    return tuple(sorted(rows, key=lambda row: (row.order, row.label.casefold(), row.customer)))


def hanging(view: View) -> Iterator[Outgoing]:
    """The letters that are not at their end, and the refused ones that nobody dealt with."""
    for key, found in view.tables.table(OUTBOX).items():
        if found.get("stage") in _HANGING:
            letter = Outgoing.from_document(key, found)
            if letter.stage is not Stage.REFUSED or not is_dealt_with(view, letter):
                yield letter


# -- rows ---------------------------------------------------------------------------------------


def _waiting(view: View, it: Waiting, today: date) -> Row:
    lane = Lane.DUE if it.due else Lane.SNOOZED if it.snoozed_until else Lane.WAITING
    if not it.lapses_within(EXPIRING_DAYS, today) or it.answer_by is None:
        rank = {Lane.DUE: 2, Lane.WAITING: 5}.get(lane, 6)
        return _row(view, it, it.customer, (lane,), (rank, it.since))
    rank = {Lane.DUE: 1, Lane.WAITING: 5}.get(lane, 6)
    return _row(view, it, it.customer, (lane, Lane.LAPSING), (rank, it.answer_by))


def _renewing(view: View, it: Renewing) -> Row:
    lane = _RENEWING[it.step]
    rank = 7 if it.step is Step.NOTHING else 5 if it.asked else 3 if it.late else 4
    return _row(view, it, it.customer, (lane,), (rank, it.ends), it.label, it.name)


def _letter(view: View, it: Outgoing, today: date) -> Row:
    at = document.day({"at": it.at[:10]}, "at") or today
    rank = {Stage.UNKNOWN: -1, Stage.REFUSED: 0}.get(it.stage, 5)
    return _row(view, it, it.customer, (Lane.LETTERS,), (rank, at), it.to, it.to)


def _row(
    view: View,
    about: Waiting | Renewing | Outgoing,
    customer: int,
    lanes: tuple[Lane, ...],
    order: tuple[int, date],
    label: str = "",
    words: str = "",
) -> Row:
    found = view.customers.get(customer)
    named = view.customer(customer) if found is not None else None
    parts = [text.plain(LANE_NAMES[lane]) for lane in lanes]
    searched = search_text(found) if found is not None else ""
    return Row(
        about, customer, named.label if named else label or "?", lanes,
        "\n".join((searched, label.casefold(), words.casefold(), *parts)), order,
    )  # fmt: skip


# -- what stands in them ------------------------------------------------------------------------


def when(row: Row) -> str:
    """The day of waiting, the end of an access, or where a letter is."""
    match row.about:
        case Waiting(day=day, answer_by=answer_by):
            if answer_by:
                return text.plain(msg("day {day}/{most}", day=day, most=ANSWER_DAYS))
            return text.plain(msg("day {day}", day=day))
        case Renewing(ends=ends):
            return iso(ends)
        case Outgoing(stage=Stage.UNKNOWN):
            return text.plain(N_("in doubt"))
        case Outgoing(stage=stage):
            return text.plain(STAGE_NAMES[stage])


def to_do(row: Row) -> Message:
    """What there is to do, with the key that does it."""
    match row.about:
        case Waiting() as it:
            return _waiting_to_do(it)
        case Renewing() as it:
            return _renewing_to_do(it)
        case Outgoing(stage=Stage.UNKNOWN):
            return msg("O: did it arrive?")
        case Outgoing(stage=Stage.REFUSED):
            return msg("O says why")
        case _:
            return msg("O sends it")


def _waiting_to_do(it: Waiting) -> Message:
    if it.snoozed_until:
        return msg("nothing until {day}", day=iso(it.snoozed_until))
    if it.due and it.answer_by:
        return msg("r reminds, by {day}", day=iso(it.answer_by))
    if it.due:
        return msg("r reminds")
    later = next((age for age in AGES if age > it.day), None)
    if later:
        return msg("nothing until day {day}", day=later)
    if it.answer_by:
        return msg("nothing until {day}", day=iso(it.answer_by))
    return msg("nothing; p if you call")


def _renewing_to_do(it: Renewing) -> Message:
    match it.step:
        case Step.NOTHING:
            return msg("nothing")
        case Step.SWITCH_ON:
            return msg("e lets it extend")
        case Step.DROP:
            return msg("e, without that role")
    if it.asked:
        return msg("asked on {day}", day=iso(it.asked))
    if it.late:
        return msg("r asks today")
    return msg("r asks, by {day}", day=iso(it.last_safe))


def said(row: Row) -> Message:
    """The row as a sentence: all that its columns cut or leave out."""
    match row.about:
        case Waiting() as it:
            return _waiting_said(it)
        case Renewing() as it:
            return _renewing_said(it)
        case Outgoing(what=_, to=to, why=why) as it:
            stage = msg(STAGE_NAMES[it.stage])
            if why:
                return msg("Letter to {to}: {stage}. {why}", to=to, stage=stage, why=why)
            return msg("Letter to {to}: {stage}.", to=to, stage=stage)


def _waiting_said(it: Waiting) -> Message:
    given = iso(it.since)
    if it.snoozed_until:
        return msg("Given on {given}, and left alone until {day}.", given=given,
                   day=iso(it.snoozed_until))  # fmt: skip
    if it.answer_by:
        return msg("Given on {given}; the last day to answer is {day}.", given=given,
                   day=iso(it.answer_by))  # fmt: skip
    return msg("Given on {given}; it waits without a last day.", given=given)


def _renewing_said(it: Renewing) -> Message:
    ends = iso(it.ends)
    match it.step:
        case Step.NOTHING:
            made = msg("It extends itself on {day}.", day=ends)
        case Step.SWITCH_ON:
            made = msg("It ends on {day}; made to extend itself it goes on.", day=ends)
        case Step.DROP:
            made = msg(
                "It ends on {day}, for with Global Administrator it cannot extend itself; without "
                "that role it can.", day=ends,
            )  # fmt: skip
        case Step.ASK if it.late:
            made = msg("It ends on {day}, and a new consent is asked for late already.", day=ends)
        case _:
            made = msg(
                "It ends on {day}; ask for a new consent by {safe}, and there is time for two "
                "reminders.", day=ends, safe=iso(it.last_safe),
            )  # fmt: skip
    return msg("{what} {why}", what=made, why=it.why) if it.why else made
