"""Whatever happened in whichever order: after a sync each invitation stands as the rules say."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store.actions import customers, offers, preparing
from store.actions.consent import record
from store.actions.making import Run
from store.actions.sync import Synced, sync
from store.desk import Desk
from store.errors import DeskError
from store.model import links
from store.model.consent import Answer, State, consent_in
from store.model.invitation import How, Invitation
from store.model.offer import Kind
from store.model.template import Template
from store.practice.cloud import Practice
from store.view import RELATIONSHIPS
from tests.conftest import OPERATOR
from tests.microsoft import (
    CONTOSO,
    FABRIKAM,
    TAILSPIN,
    graph_of,
    practice_cloud,
    practice_partner,
)
from tests.store.actions.links import HOST, key_of

# Contoso's tenant is known; whoever accepts Litware's link may be Litware.
NAMES = {"Contoso": CONTOSO, "Litware": ""}
_STEP = st.one_of(
    st.tuples(st.just("prepare"), st.sampled_from(sorted(NAMES))),
    st.tuples(st.just("give"), st.sampled_from(sorted(NAMES))),
    st.tuples(st.just("hand"), st.sampled_from(sorted(NAMES)), st.sampled_from(Answer)),
    st.tuples(st.just("approve"), st.integers(0, 1), st.sampled_from((CONTOSO, FABRIKAM))),
    st.tuples(st.just("end"), st.integers(0, 1)),
    st.tuples(st.just("forget"), st.integers(0, 1)),
    st.tuples(st.just("odd"), st.integers(0, 1)),
    st.tuples(st.just("pass"), st.sampled_from((0, 40, 95, 400, 800))),
    st.tuples(st.just("sync")),
)
_BEGINNING = (("prepare", "Contoso"), ("give", "Contoso"), ("prepare", "Litware"))
_STATES = {
    "approved": State.GRANTED,
    "activating": State.GRANTED,
    "expiring": State.EXPIRED,
    "expired": State.EXPIRED,
    "terminationRequested": State.TERMINATED,
    "terminating": State.TERMINATED,
    "terminated": State.TERMINATED,
    "quarantined": State.UNKNOWN,
}
_ANSWERED = {State.DECLINED, State.WITHOUT, State.LAPSED, State.NOT_OFFERED}
_GIVES = {State.ACTIVE, State.EXPIRING, State.GRANTED, State.ELSEWHERE, State.UNKNOWN}


class Story:
    """An office and a practice cloud on one calendar."""

    def __init__(self, folder: Path) -> None:
        self.cloud: Practice = practice_cloud()
        # Somebody else's, so that no list is ever empty.
        self.cloud.add_relationship(name="other", tenant=TAILSPIN, auto_extend=True)
        clock = self.cloud.clock
        self.desk = Desk(folder, OPERATOR, today=lambda: clock.now().date(), poll=5).open()
        practice_partner(self.desk)
        for name, tenant in NAMES.items():
            customers.add(
                self.desk,
                {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant},
            )

    async def do(self, what: str, *with_: object) -> None:
        if what == "sync":
            await self.synced()
        elif what == "pass":
            self.cloud.clock.advance(timedelta(days=int(str(with_[0])), minutes=1))
        elif what == "prepare":
            await self.prepared(str(with_[0]))
        elif what == "give":
            with suppress(DeskError):
                key = key_of(self.desk, str(with_[0]))
                offers.give(self.desk, [key], Kind.DELEGATED, How.MAILED)
        elif what == "hand":
            with suppress(DeskError):
                record(self.desk, [key_of(self.desk, str(with_[0]))], Answer(str(with_[1])))
        else:
            self.at_microsoft(what, int(str(with_[0])), *with_[1:])

    def at_microsoft(self, what: str, number: int, *with_: object) -> None:
        made = [it for it in self.cloud.relationships.values() if it.name != "other"]
        if number >= len(made):
            return
        with suppress(DeskError):
            if what == "approve":
                self.cloud.approve(made[number].id, tenant=str(with_[0]))
            elif what == "end":
                self.cloud.customer_terminates(made[number].id)
            elif what == "forget":
                self.cloud.forget(made[number])
            elif made[number].status == "active":
                made[number].status = "quarantined"

    async def prepared(self, name: str) -> None:
        view, today = self.desk.view, self.desk.today()
        keys = [key_of(self.desk, name)]
        plan = preparing.plan(view, OPERATOR, keys, Template(), today, again=True)
        recorded = preparing.record(self.desk, plan)
        async with graph_of(self.cloud) as graph:
            await Run(self.desk, graph, host=HOST).make(recorded.invitations, fresh=recorded.fresh)

    async def synced(self) -> Synced:
        async with graph_of(self.cloud) as graph:
            return await sync(self.desk, graph, host=HOST)

    def invitations(self) -> dict[int, Invitation]:
        view = self.desk.view
        return {i.id: i for key in view.customers for i in view.invitations(key)}

    def states(self) -> dict[int, State]:
        today = self.desk.today()
        return {key: consent_in(i, today).state for key, i in self.invitations().items()}

    def gone(self) -> set[str]:
        """The relationships that an earlier sync found to be no longer listed."""
        rows = self.desk.view.tables.table(RELATIONSHIPS).values()
        return {str(row["microsoft_id"]) for row in rows if row.get("gone")}

    def should_be(self, before: Invitation, was: State, gone: set[str]) -> State:
        """What an invitation has to be after a sync that found it as `before`."""
        today = self.desk.today()
        key = links.relationship(before.link)
        fact = self.cloud.relationships.get(key) if key else None
        if not key:
            return was  # nothing of it is at Microsoft
        if fact is None:
            if key in gone or before.is_draft or was not in {*_GIVES, State.WAITING}:
                return was  # it was over already, or had never begun
            return State.LAPSED if was is State.WAITING else State.UNKNOWN
        if fact.status == "approvalPending":
            if before.is_draft or (was in _ANSWERED and was is not State.LAPSED):
                return was
            late = before.answer_by is not None and today > before.answer_by
            return State.LAPSED if late else State.WAITING
        customer = self.desk.view.customer(before.customer)
        if fact.status in ("approved", "activating", "active") and (
            customer is None or customer.microsoft_id != fact.tenant
        ):
            return State.ELSEWHERE
        if fact.status != "active":
            return _STATES[fact.status]
        assert fact.ends
        left = (fact.ends.date() - today).days
        if fact.auto_extend or left > 30:
            return State.ACTIVE
        return State.EXPIRED if left < 0 else State.EXPIRING


async def _tell(folder: Path, steps: list[tuple[object, ...]]) -> None:
    story = Story(folder)
    with story.desk:
        for what, *with_ in (*_BEGINNING, *steps):
            await story.do(str(what), *with_)
        before, was, gone = story.invitations(), story.states(), story.gone()
        assert not (await story.synced()).problems
        now = story.states()
        for key, invitation in before.items():
            assert now[key] is story.should_be(invitation, was[key], gone), invitation
        for key in story.desk.view.customers:
            today = story.desk.today()
            assert story.desk.view.state(key, today) is story.desk.view.consent(key, today).state
        # What by hand was recorded is there still, and Microsoft's word is recorded once.
        events = {key: invitation.events for key, invitation in story.invitations().items()}
        for key, invitation in before.items():
            assert events[key][: len(invitation.events)] == invitation.events
        assert "nothing new" in str((await story.synced()).receipt.message)
        assert {key: i.events for key, i in story.invitations().items()} == events


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)  # fmt: skip
@given(st.lists(_STEP, max_size=8))
@example([("forget", 0), ("hand", "Contoso", Answer.GRANTED)])
@example([("hand", "Contoso", Answer.DECLINED), ("forget", 0)])
@example([("approve", 0, CONTOSO), ("sync",), ("pass", 800), ("forget", 0)])
def test_after_any_history_a_sync_leaves_each_consent_as_the_rules_say(
    steps: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_tell(Path(folder) / "store", steps))
