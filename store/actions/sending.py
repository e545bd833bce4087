"""Sends what is queued: at most once each, however it ends.

Each letter is on disk as *being sent* before a byte of it leaves. What came of the last few and
which few come next is one transaction, and runs beside the sending of those in between.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from store.actions import outbox, posting, resolving, stages
from store.actions.carriers import Carrier, carrier_for
from store.actions.post_summary import summary_csv
from store.actions.turn import Turn
from store.desk import Desk
from store.errors import DeskError, NotAllowed, OutcomeUnknown
from store.mail.account import Account
from store.mail.delivery import Came, Delivery, Parcel
from store.message import Message, msg, nmsg
from store.model import document
from store.model.outgoing import Outgoing, Stage, What
from store.view import OUTBOX
from store.work import Tables

if TYPE_CHECKING:
    from store.actions.connection import Connection

__all__ = ["Run", "Summary", "summary_csv"]

FEW = 4
"""The most letters that are begun in one transaction, and so are doubtful together."""
_IN_A_ROW = 3
"""So many refused or doubtful letters one after the other end a run."""
_BRISK = 0.25
"""Seconds between two letters from which on each is written down by itself."""


class Summary(NamedTuple):
    """How many letters were sent, refused, are to be tried later, doubtful, or were left."""

    sent: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0
    left: int = 0


class _Ended(NamedTuple):
    parcel: Parcel
    delivery: Delivery | None
    """`None` where it was not begun after all."""


class _Left(NamedTuple):
    id: int
    why: Message | None
    todo: Message | None


_Composed = tuple[list[Parcel], list[_Left]]
_NOTHING: _Composed = ([], [])


class _Ahead(NamedTuple):
    """Letters that are being composed before it is their turn."""

    keys: list[int]
    composing: asyncio.Future[_Composed]


class Run:
    """One go at some queued letters.

    `told` hears of each letter once it is on disk what became of it. `pace` is the most letters a
    minute, 0 for as fast as it goes; `None` is the account's. `ended` is why the rest was left, if
    it was. `carrier` is for whoever has one of its own.
    """

    def __init__(
        self,
        desk: Desk,
        account: Account,
        *,
        templates: str = "",
        told: Callable[[Outgoing], None] | None = None,
        pace: int | None = None,
        connection: Callable[[], Connection] | None = None,
        carrier: Carrier | None = None,
    ) -> None:
        self.desk = desk
        self.account = account
        self.templates = templates
        self.told = told
        self._pace = account.pace if pace is None else pace
        self.ended: DeskError | None = None
        self._carrier = carrier or carrier_for(account, connection)
        self._stopped = threading.Event()
        self._resting = threading.Event()
        self._changed = asyncio.Event()
        self._todo: deque[int] = deque()
        self._ended: list[_Ended] = []
        self._ahead: _Ahead | None = None
        self._counts: dict[Came, int] = {}
        self._in_a_row = 0
        self._few_at = 0.0
        self._few = 0
        self._began_at = 0.0
        self._done = 0

    # -- whoever watches ----------------------------------------------------------------------

    def pause(self) -> None:
        """Begins no other letter until `go_on`."""
        self._resting.set()

    def go_on(self) -> None:
        """Ends a pause."""
        self._resting.clear()
        self._changed.set()

    def stop(self) -> None:
        """Begins no other letter at all."""
        self._stopped.set()
        self._changed.set()

    @property
    def pace(self) -> int:
        """The most letters a minute, which holds for the wait that is under way, too."""
        return self._pace

    @pace.setter
    def pace(self, most: int) -> None:
        self._pace = most
        self._changed.set()

    @property
    def is_paused(self) -> bool:
        """Whether it rests."""
        return self._resting.is_set()

    @property
    def seconds_left(self) -> float | None:
        """How long the rest is going to take at this pace; `None` while that is not known."""
        left = len(self._todo)
        if not self._done:
            return self._interval * left if self._interval else None
        taken = (self._now() - self._began_at) / self._done
        return left * max(taken, self._interval)

    # -- sending ------------------------------------------------------------------------------

    async def send(self, ids: Iterable[int]) -> Summary:
        """Sends queued letters, in their order.

        Raises `StoreBusy` where somebody else is sending, and `NotAllowed` where a rule is against
        it. What ends it in between is in `ended`; cancelled, it writes down what it knows first.
        """
        keys = list(dict.fromkeys(ids))
        self._check(keys)
        with Turn(self.desk):
            await asyncio.to_thread(resolving.settle_in_turn, self.desk)
            self._todo.extend(keys)
            self._began_at = self._now()
            working = asyncio.ensure_future(self._work())
            try:
                await asyncio.shield(working)
            except asyncio.CancelledError:
                self.stop()
                await working  # the letter under way comes to its end
                raise
            finally:
                await self._carrier.close()
        count = self._counts.get
        ended = (count(Came.ACCEPTED, 0), count(Came.REFUSED, 0), count(Came.LATER, 0),
                 count(Came.UNKNOWN, 0))  # fmt: skip
        return Summary(*ended, len(keys) - sum(ended))

    def _check(self, keys: list[int]) -> None:
        view = self.desk.view
        why = posting.why_no_way(self.account, view)
        rows = view.tables.table(OUTBOX)
        found = [rows[key] for key in keys if key in rows]
        words = ("what", "kind", "offer")
        sorts = {tuple(document.text(row, word) for word in words): row for row in found}
        for row in sorts.values():
            it = Outgoing.from_document(0, row)
            operator, what = self.desk.operator, document.choice(What, it.what, What.OFFER)
            why = why or posting.forbidden(view, operator, what, it.kind, it.offer)
        if why:
            raise NotAllowed(why)

    async def _work(self) -> None:
        few = await self._begin()
        while few or self._goes_on:
            if few:
                beside = asyncio.ensure_future(self._begin() if self._brisk else _nothing())
                carried = await self._carry(few)
                few = await beside
                self._ended += carried
            else:
                await self._rest()
                few = await self._begin()
        await self._begin(0)

    @property
    def _goes_on(self) -> bool:
        return bool(self._todo or self._ahead) and not self._stopped.is_set() and self.ended is None

    @property
    def _interval(self) -> float:
        return 60.0 / self.pace if self.pace > 0 else 0.0

    @property
    def _next_at(self) -> float:
        """When the next letter may go: the last few take up their time at the pace there is now."""
        return self._few_at + self._interval * self._few

    @property
    def _brisk(self) -> bool:
        return self._interval <= _BRISK

    def _may_begin(self) -> bool:
        held = self._stopped.is_set() or self._resting.is_set()
        return not held and self.ended is None

    async def _rest(self) -> None:
        """Writes down what is known, and waits until the next letter may go."""
        if self._ended:
            await self._begin(0)
        while self._goes_on:
            wait = self._next_at - self._now()
            if not self._resting.is_set() and wait <= 0:
                return
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self._resting.is_set() else wait):
                    await self._changed.wait()

    # -- on disk ------------------------------------------------------------------------------

    async def _begin(self, most: int | None = None) -> list[Parcel]:
        """Records what ended and the next few as being sent, in one transaction; returns these.

        Whatever the store has against it ends the run, and then nothing is begun.
        """
        if most is None:
            most = FEW if self._brisk else 1
            if not self._may_begin() or not self._goes_on or self._next_at > self._now():
                most = 0
        ended, self._ended = self._ended, []
        keys, composed = await self._prepared(most)
        if not ended and not keys:
            return []
        if self._brisk and keys:
            self._prepare(most)
        try:
            few, changed = await asyncio.to_thread(self._record, ended, composed)
        except DeskError as error:
            # What was carried stays *being sent*, and so becomes unknown, never sent again.
            self.ended = self.ended or error
            self._todo.extendleft(reversed(keys))
            if not isinstance(error, OutcomeUnknown):
                with suppress(DeskError):
                    await asyncio.to_thread(self._record, ended, _NOTHING)
            return []
        for letter in map(self.desk.view.letter, changed if self.told else ()):
            if letter and self.told:
                self.told(letter)
        return few

    def _prepare(self, most: int) -> None:
        """Begins to compose the next few, while the disk is busy with those before."""
        keys = [self._todo.popleft() for _ in range(min(most, len(self._todo)))]
        if keys:
            composing = asyncio.ensure_future(asyncio.to_thread(self._composed, keys))
            self._ahead = _Ahead(keys, composing)

    async def _prepared(self, most: int) -> tuple[list[int], _Composed]:
        """The next few, composed; where none is to begin, what was composed ahead is let go."""
        if self._ahead is None and most:
            self._prepare(most)
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return [], _NOTHING
        composed = await ahead.composing
        if most:
            return ahead.keys, composed
        self._todo.extendleft(reversed(ahead.keys))
        return [], _NOTHING

    def _record(self, ended: list[_Ended], composed: _Composed) -> tuple[list[Parcel], list[int]]:
        """The letters that may go now, and those of which is known what became of them."""
        ready, left = composed
        begun: set[int] = set()

        def work(tables: Tables) -> Message:
            for parcel, delivery in ended:
                if delivery is None:
                    stages.not_begun_in(tables, parcel.id)
                else:
                    stages.end_in(tables, parcel.id, delivery)
            for key, why, todo in left:
                if stages.is_queued(tables, key):
                    stages.leave_in(tables, key, why, todo)
            begun.clear()
            begun.update(
                parcel.id
                for parcel in ready
                if stages.begin_in(tables, parcel.id, self.account.way.value)
            )
            return _did(sum(delivery is not None for _, delivery in ended), len(begun))

        self.desk.transaction("outbox.send", work)
        changed = [parcel.id for parcel, delivery in ended if delivery is not None]
        return (
            [parcel for parcel in ready if parcel.id in begun],
            changed + [key for key, _, _ in left],
        )

    def _composed(self, keys: list[int]) -> _Composed:
        """The next letters as they go out, and those that cannot."""
        from store.letters.mail import ascii_address
        from store.mail.message import mime

        view, today = self.desk.view, self.desk.today()
        name, sender, reply_to = posting.sender_of(self.account, view)
        ready: list[Parcel] = []
        left: list[_Left] = []
        for key in keys:
            letter = view.letter(key)
            if letter is None or letter.stage is not Stage.QUEUED:
                continue
            try:
                copy = outbox.recomposed(view, letter, today, self.templates)
                why = outbox.why_otherwise(view, letter, copy, self.account)
                if why:
                    todo = msg("Look at it as it is now, drop this one, and queue it anew.")
                    left.append(_Left(key, why, todo))
                    continue
                message = mime(
                    copy,
                    sender=(name, sender),
                    to=letter.to,
                    reply_to=reply_to,
                    message_id=letter.message_id,
                    reference=letter.reference,
                    replies_to=letter.replies_to,
                    date=datetime.now(UTC).astimezone(),
                    test=letter.what == What.TEST,
                )
            except DeskError as error:
                left.append(_Left(key, error.what, error.todo))
                continue
            ready.append(Parcel(key, message, ascii_address(sender), ascii_address(letter.to)))
        return ready, left

    # -- on the wire --------------------------------------------------------------------------

    async def _carry(self, few: list[Parcel]) -> list[_Ended]:
        """What came of each; what was not begun is queued again."""
        began = self._now()
        deliveries: list[Delivery] = []
        try:
            deliveries = await self._carrier.carry(few, self._may_begin, self._count)
        except DeskError as error:  # there is no way to carry anything
            deliveries = [Delivery(Came.STOP, error=error).filled()]
            self._count(deliveries[0])
        self._few_at, self._few = began, max(1, len(deliveries))
        kept = [_Ended(parcel, delivery) for parcel, delivery in zip(few, deliveries, strict=False)]
        rest = few[len(deliveries) :]
        self._todo.extendleft(parcel.id for parcel in reversed(rest))
        return kept + [_Ended(parcel, None) for parcel in rest]

    def _count(self, delivery: Delivery) -> None:
        """Takes note of what came of a letter, before the next one begins."""
        self._counts[delivery.came] = self._counts.get(delivery.came, 0) + 1
        self._done += 1
        if delivery.came in (Came.REFUSED, Came.UNKNOWN):
            self._in_a_row += 1
        elif delivery.came is Came.ACCEPTED:
            self._in_a_row = 0
        if delivery.came is Came.STOP:
            self.ended = self.ended or delivery.error
            self._stopped.set()
        elif self._in_a_row >= _IN_A_ROW:
            self.ended = self.ended or NotAllowed(
                msg("{count} letters one after the other were refused or are doubtful.",
                    count=_IN_A_ROW),
                todo=msg("Look at what the server said, then go on: {command}",
                         command="partnerdesk send --resume"),
            )  # fmt: skip
            self._stopped.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _nothing() -> list[Parcel]:
    return []


def _did(ended: int, begun: int) -> Message:
    said = nmsg("What came of {count} letter.", "What came of {count} letters.", ended)
    next_ = nmsg("{count} letter is being sent.", "{count} letters are being sent.", begun)
    if ended and begun:
        return msg("{first} {then}", first=said, then=next_)
    return next_ if begun else said
