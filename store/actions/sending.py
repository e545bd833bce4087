"""Sends what is queued: at most once each, however it ends.

Each letter is on disk as *being sent* before a byte of it leaves. What came of the last few and
which few come next is one transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from store.actions import offering, posting, resolving, stages
from store.actions.carriers import Carrier, carrier_for
from store.actions.pace import Pace
from store.actions.parcels import Composed, composed
from store.actions.turn import Turn
from store.desk import Desk
from store.errors import DeskError, NotAllowed, OutcomeUnknown
from store.mail.account import Account
from store.mail.delivery import Came, Delivery, Parcel
from store.mail.trouble import stopped, unknown
from store.message import Message, msg
from store.model import document
from store.model.outgoing import Outgoing, Stage, What
from store.view import OUTBOX, View
from store.work import Tables

if TYPE_CHECKING:
    from store.actions.connection import Connection

_IN_A_ROW = 3
"""So many refused or doubtful letters one after the other end a run."""
_ENDINGS = 2
"""How often the end of the last letters is tried to be written down."""
_SLOW = 1.0
"""Seconds after which those of a few that no byte went out of are queued again."""


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
        self.pace = Pace(account.pace if pace is None else pace)
        self.ended: DeskError | None = None
        self._carrier = carrier or carrier_for(account, connection)
        self._todo: deque[int] = deque()
        self._ended: list[_Ended] = []
        self._begun: set[int] = set()
        self._came: dict[int, Came] = {}
        self._broke: Exception | None = None
        self._in_a_row = 0

    def stop(self) -> None:
        """Begins no other letter at all."""
        self.pace.stop()

    @property
    def seconds_left(self) -> float | None:
        """How long the rest is going to take at this pace; `None` while that is not known."""
        return self.pace.seconds_left(len(self._todo))

    # -- sending ------------------------------------------------------------------------------

    async def send(self, ids: Iterable[int]) -> Summary:
        """Sends queued letters, in their order.

        Raises `StoreBusy` where somebody else is sending, and `NotAllowed` where a rule is against
        it. What ends it in between is in `ended`; cancelled, it writes down what it knows first.
        """
        keys = list(dict.fromkeys(ids))
        self._check(self.desk.view, keys)
        with Turn(self.desk):
            self._todo.extend(keys)
            try:
                await self._to_the_end(asyncio.ensure_future(self._work()))
            finally:
                await self._carrier.close()
        if self._broke:
            raise self._broke
        return await asyncio.to_thread(self._summary, keys)

    async def _to_the_end(self, working: asyncio.Future[None]) -> None:
        """Waits for what is under way, however often it is cancelled: so long it is our turn."""
        cut: asyncio.CancelledError | None = None
        while not working.done():
            try:
                await asyncio.wait([working])  # it cancels nothing that it waits for
            except asyncio.CancelledError as error:
                self.stop()
                cut = error
        working.result()
        if cut:
            raise cut

    def _summary(self, keys: list[int]) -> Summary:
        """What the store knows in the end; what it could not be told of is doubtful."""
        with suppress(DeskError):
            self.desk.refresh()
        view = self.desk.view
        letters = [view.letter(key) for key in self._begun]
        doubtful = {it.id for it in letters if it and it.stage is Stage.SENDING}
        came = Counter(came for key, came in self._came.items() if key not in doubtful)
        ended = (came[Came.ACCEPTED], came[Came.REFUSED], came[Came.LATER],
                 came[Came.UNKNOWN] + len(doubtful))  # fmt: skip
        return Summary(*ended, len(keys) - sum(ended))

    def _check(self, view: View, keys: list[int]) -> None:
        why = posting.why_no_way(self.account, view)
        rows = view.tables.table(OUTBOX)
        found = [rows[key] for key in keys if key in rows]
        words = ("what", "kind", "offer")
        sorts = {tuple(document.text(row, word) for word in words): row for row in found}
        for row in sorts.values():
            it = Outgoing.from_document(0, row)
            operator, what = self.desk.operator, document.choice(What, it.what, What.OFFER)
            if offering.is_there(view, it.kind, it.offer):  # else that letter says so for itself
                why = why or posting.forbidden(view, operator, what, it.kind, it.offer)
        if why:
            raise NotAllowed(why)

    async def _work(self) -> None:
        await asyncio.to_thread(resolving.settle_in_turn, self.desk)
        while self._todo and not self.pace.is_stopped:
            if self.pace.is_paused or self.pace.wait > 0:
                await self._begin(0)
                await self.pace.due()
            else:
                few = await self._begin(self.pace.at_once)
                self._ended += await self._carry(few) if few else []
        for _ in range(_ENDINGS):
            await self._begin(0)

    # -- on disk ------------------------------------------------------------------------------

    async def _begin(self, most: int) -> list[Parcel]:
        """Records what ended and the next few as being sent, in one transaction; returns these.

        Whatever the store has against it ends the run, and then nothing is begun.
        """
        if any(end.delivery is None for end in self._ended):
            most = 0  # what is taken back here may be begun by the next transaction only
        ended, self._ended = self._ended, []
        keys = [self._todo.popleft() for _ in range(min(most, len(self._todo)))]
        if not ended and not keys:
            return []
        try:
            self._begun.update(keys)
            few, changed = await asyncio.to_thread(self._record, ended, keys)
        except Exception as error:
            self._fail(error)
            self._todo.extendleft(reversed(keys))
            if not isinstance(error, OutcomeUnknown):
                self._ended = ended + self._ended
            # What cannot be written down stays *being sent*: it is doubtful, and not sent again.
            return []
        for letter in map(self.desk.view.letter, changed if self.told else ()):
            if letter:
                self._tell(letter)
        return few

    def _tell(self, letter: Outgoing) -> None:
        """Tells whoever watches; that they cannot hear it ends the run, and loses nothing."""
        try:
            if self.told:
                self.told(letter)
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Begins no other letter, for this reason."""
        self.pace.stop()
        if isinstance(error, DeskError):
            self.ended = self.ended or error
        else:
            self._broke = self._broke or error

    def _record(self, ended: list[_Ended], keys: list[int]) -> tuple[list[Parcel], list[int]]:
        """The letters that may go now, and those of which is known what became of them."""
        view = self.desk.view
        ready, left = self._composed(view, keys)
        begun: set[int] = set()

        def work(tables: Tables) -> Message:
            nonlocal ready, left
            if keys:  # what ended is written down whatever the rules are by now
                self._check(tables.view, keys)
            if tables.view.seq != view.seq:  # somebody else wrote meanwhile
                ready, left = self._composed(tables.view, keys)
            for parcel, delivery in ended:
                if delivery is None:
                    stages.not_begun_in(tables, parcel.id)
                else:
                    stages.end_in(tables, parcel.id, delivery)
            kept = [one for one in left if stages.is_queued(tables, one.id)]
            for key, why, todo in kept:
                stages.leave_in(tables, key, why, todo)
            begun.update(
                parcel.id
                for parcel in ready
                if stages.begin_in(tables, parcel.id, self.account.way.value)
            )
            came = sum(delivery is not None for _, delivery in ended)
            return stages.did(came, len(begun), len(ended) - came + len(kept))

        self.desk.transaction("outbox.send", work)
        changed = [parcel.id for parcel, delivery in ended if delivery is not None]
        return (
            [parcel for parcel in ready if parcel.id in begun],
            changed + [key for key, _, _ in left],
        )

    def _composed(self, view: View, keys: list[int]) -> Composed:
        return composed(view, keys, self.account, self.desk.today(), self.templates)

    # -- on the wire --------------------------------------------------------------------------

    async def _carry(self, few: list[Parcel]) -> list[_Ended]:
        """What came of each; what was not begun is queued again."""
        began = time.monotonic()
        deliveries: list[Delivery] = []

        def came(delivery: Delivery) -> None:
            self._came[few[len(deliveries)].id] = delivery.came
            deliveries.append(delivery)
            self._count(delivery)

        def may_begin() -> bool:
            # One letter of a few may take as long as a server likes, and a kill meanwhile leaves
            # all of them in doubt.
            slow = bool(deliveries) and time.monotonic() - began > _SLOW
            return self.pace.may_begin() and not slow

        try:
            await self._carrier.carry(few, may_begin, came)
        except Exception as error:
            self._fail(error)
            if len(deliveries) < len(few):
                came(stopped(error) if isinstance(error, DeskError) else unknown(stages.ENDED))
        self.pace.carried(len(deliveries), began)
        kept = [_Ended(parcel, delivery) for parcel, delivery in zip(few, deliveries, strict=False)]
        rest = few[len(deliveries) :]
        self._todo.extendleft(parcel.id for parcel in reversed(rest))
        return kept + [_Ended(parcel, None) for parcel in rest]

    def _count(self, delivery: Delivery) -> None:
        """Takes note of what came of a letter, before the next one begins."""
        if delivery.came in (Came.REFUSED, Came.UNKNOWN):
            self._in_a_row += 1
        elif delivery.came is Came.ACCEPTED:
            self._in_a_row = 0
        if delivery.came is Came.STOP:
            self.pace.stop()
            self.ended = self.ended or delivery.error
        elif self._in_a_row >= _IN_A_ROW:
            self.ended = self.ended or NotAllowed(
                msg("{count} letters one after the other were refused or are doubtful.",
                    count=_IN_A_ROW),
                todo=msg("Look at what the server said, then go on: {command}",
                         command="partnerdesk send --resume"),
            )  # fmt: skip
            self.pace.stop()
