"""What there is to follow up, a row each: who waits, what ends, which letters hang."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.actions import renewing
from store.actions.follow_up import Waiting, is_dealt_with, waiting
from store.actions.renewing import Renewing, Step
from store.actions.stages import letters_of
from store.message import N_, Message
from store.model import document
from store.model.consent import EXPIRING_DAYS
from store.model.customer import search_text
from store.model.offer import Kind, offer_label
from store.model.outgoing import Outgoing, Stage, contact_remark
from store.view import INVITATIONS, OUTBOX, View
from tui import text

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
_HANGING = (Stage.QUEUED, Stage.SENDING, Stage.UNKNOWN, Stage.REFUSED)


class Row(NamedTuple):
    """One thing to follow up, about one customer (0: about none of ours).

    `came_back` says of a contact that the last letter to it did not arrive.
    `asks` names the offer, where a customer's rows would else look alike.
    `lanes` begins with the lane that the row is named after; `words` are what a filter looks
    through, `order` is where it stands in the list. `offer` is the name of the offer that waits,
    where it is one of several.
    """

    about: Waiting | Renewing | Outgoing
    customer: int
    label: str
    lanes: tuple[Lane, ...]
    words: str
    order: tuple[int, date]
    offer: str = ""
    came_back: Message | None = None
    asks: Message | None = None

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
    letters = view.tables.table(OUTBOX).values()
    refused = {row.get("customer") for row in letters if row.get("stage") == Stage.REFUSED}
    waits = waiting(view, today)
    several = Counter(one.customer for one in waits)
    rows = [
        *(_named(_waiting(view, one, today, refused), several[one.customer]) for one in waits),
        *(_renewing(view, one) for one in renewing.plan(view, today, WITHIN)),
        *(_letter(view, letter, today) for letter in hanging(view)),
    ]
    return tuple(sorted(rows, key=lambda row: (row.order, row.label.casefold(), row.customer)))


def hanging(view: View) -> Iterator[Outgoing]:
    """The letters that are not at their end, and the refused ones that nobody dealt with."""
    for letter in letters_of(view, *_HANGING):
        if letter.stage is not Stage.REFUSED or not is_dealt_with(view, letter):
            yield letter


# -- rows ---------------------------------------------------------------------------------------


def _waiting(view: View, it: Waiting, today: date, refused: Collection[object]) -> Row:
    row = _of_waiting(view, it, today)
    customer = view.customer(it.customer) if it.customer in refused else None
    if customer:
        remark = contact_remark(view.letters(customer.id), customer.contact)
        row = row._replace(came_back=remark)
        if remark and not it.snoozed_until:
            # Nothing is waited for: the letter has to find its way first.
            rest = [lane for lane in row.lanes if lane not in (Lane.DUE, Lane.WAITING)]
            words = f"{row.words}\n{text.plain(LANE_NAMES[Lane.DUE])}"
            row = row._replace(lanes=(Lane.DUE, *rest), words=words, order=(0, row.order[1]))
    if it.kind is Kind.DELEGATED:
        return row
    return row._replace(
        offer=document.text(view.tables.table(INVITATIONS).get(it.invitation, {}), "offer")
    )


def _named(row: Row, rows: int) -> Row:
    """The row with the name of its offer, where the customer has more of them."""
    if rows < 2:
        return row
    asks = offer_label(row.kind, row.offer)
    words = f"{row.words}\n{text.plain(asks).casefold()}"
    return row._replace(asks=asks, words=words)


def _of_waiting(view: View, it: Waiting, today: date) -> Row:
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
    at = it.day or today
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
