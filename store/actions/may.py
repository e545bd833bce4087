"""May this member do this task at that customer? Asked of the view, link by link.

Nothing here asks Microsoft but `target_at`: the answer is as good as the last sync, and whatever it
does not tell is unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from store.actions.learned import words
from store.errors import DeskError, GraphRefused, NotFound
from store.message import N_, Message, msg
from store.model import document
from store.model.access import TASK_NAMES, Member, Task
from store.model.customer import Customer
from store.model.may import access as may_access
from store.model.may import held as may_held
from store.model.may import person as may_person
from store.model.may.chain import Chain, Link, Part, Target, Verdict, not_before
from store.model.may.consent import CLOSED, Known, Opening, Place, opening
from store.model.may.held import Held
from store.model.may.person import Person, of_member, person
from store.model.may.target import target_link
from store.view import RELATIONSHIPS, View

if TYPE_CHECKING:
    from store.graph.customer_tenant import CustomerTenant

_FIRST = {Verdict.YES: 0, Verdict.UNKNOWN: 1, Verdict.NO: 2}


def chain(
    view: View, today: date, upn: str, task: Task, customer: int, target: Target | None = None
) -> Chain:
    """The chain for a user name; raises `NotFound` for a customer that is not there.

    `target` is whose password is to be reset; where nobody is named, somebody without roles.
    """
    asking = Asking(view, today)
    return asking.chain(asking.person(upn), task, asking.at(customer), target)


def who(
    view: View, today: date, customer: int, task: Task, target: Target | None = None
) -> list[tuple[Member, Chain]]:
    """All active users with their chains for one customer, those who may first."""
    asking = Asking(view, today)
    here = asking.at(customer)
    found = [
        (member, asking.chain(asking.of(member), task, here, target)) for member in view.members
    ]
    return sorted(found, key=lambda one: _FIRST[one[1].verdict])


def where(
    view: View, today: date, upn: str, tasks: Iterable[Task] = tuple(Task)
) -> Iterator[tuple[int, dict[Task, Chain]]]:
    """The chains of a user name at each customer that is not archived, in the order of the list."""
    asking, tasks = Asking(view, today), tuple(tasks)
    asked = asking.person(upn)
    for key, row in view.customers.items():
        if not row.get("archived"):
            here = asking.at(key)
            held = asking.held(asked, here)
            yield key, {task: asking.chain(asked, task, here, held=held) for task in tasks}


async def target_at(tenant: CustomerTenant, named: str) -> Target:
    """Whose password is to be reset, as the customer's tenant says; what it does not is unknown."""
    try:
        user = await tenant.user(named)
        standing = await tenant.standing(user.id)
    except DeskError as error:
        stranger = isinstance(error, GraphRefused) and error.status == 404
        return Target(named, why=error.what, stranger=stranger)
    return Target(user.upn or named, standing.roles, standing.protected)


def said(found: Chain, upn: str, customer: Customer) -> Message:
    """The answer in one sentence."""
    values = {"upn": upn, "task": msg(TASK_NAMES[found.task]), "customer": customer.label}
    match found.verdict:
        case Verdict.YES:
            return Message(N_("Yes. {upn} may do this at {customer}: {task}."), values)
        case Verdict.NO:
            return Message(N_("No. {upn} may not do this at {customer}: {task}."), values)
    return Message(N_("Not known whether {upn} may do this at {customer}: {task}."), values)


def _has_assignments(row: Mapping[str, Any]) -> bool:
    """Whether the access assignments of a relationship were read as of its present version."""
    version = words(f"{document.text(row, 'modified')} {document.text(row, 'etag')}")
    return document.text(row, "assignments_of") == version


class Here(NamedTuple):
    """A customer, and what there is to say of it whoever asks."""

    place: Place
    offered: Link
    consent: Link
    opened: Opening


class Asking:
    """Answers many questions about one view: what is the same for all of them is read once."""

    def __init__(self, view: View, today: date) -> None:
        synced = view.synced
        self._view = view
        self._members = view.members
        self._groups = view.groups
        self._known = Known(
            view.partner, today, bool(synced.at) and synced.tenant == view.partner.tenant,
            synced.listed,
        )  # fmt: skip
        self._rows = view.tables.table(RELATIONSHIPS)
        self._people: dict[int, Person] = {}

    def person(self, upn: str) -> Person:
        """Who has a user name."""
        return person(upn, self._members, self._groups)

    def of(self, member: Member) -> Person:
        """A user of ours."""
        if member.id not in self._people:
            self._people[member.id] = of_member(member, self._groups)
        return self._people[member.id]

    def at(self, customer: int) -> Here:
        """A customer; raises `NotFound`."""
        found = self._view.customer(customer)
        if found is None:
            raise NotFound(msg("This customer is no longer there."))
        relationships = self._view.relationships(customer)
        unread = frozenset(
            it.key for it in relationships
            if not _has_assignments(self._rows[it.key])
        )  # fmt: skip
        place = Place(found, self._view.invitations(customer), relationships, unread)
        return Here(place, *opening(place, self._known))

    def held(self, who: Person, here: Here) -> Held:
        """The roles of a user of ours at a customer's."""
        return may_held.held(who, here.place, here.opened, self._known.partner.limited_as)

    def chain(
        self,
        who: Person,
        task: Task,
        here: Here,
        target: Target | None = None,
        held: Held | None = None,
    ) -> Chain:
        """The links of one question; `held` where it was asked for before."""
        own = may_person.links_of(who, task)
        made = [*own, here.offered, here.consent]
        resets = task is Task.RESET_PASSWORD
        if here.opened == CLOSED:
            cause = Part.CONSENT if here.offered.verdict is Verdict.YES else Part.OFFERED
            parts = (Part.ROLE, Part.GROUP, Part.TARGET) if resets else (Part.ROLE, Part.GROUP)
            return Chain(task, (*made, *(not_before(part, cause) for part in parts)))
        held = held or self.held(who, here)
        settled = all(link.verdict is Verdict.YES for link in own)
        role, group = may_access.links_of(
            who, here.place, self._known, here.opened, held, task, settled=settled
        )
        made += [role, group]
        if resets and group.verdict is not Verdict.YES:
            made.append(not_before(Part.TARGET, Part.GROUP))
        elif resets:
            made.append(
                target_link(
                    who, here.place, self._known, here.opened, held, target,
                    lambda: self._helper(who, here, target),
                )
            )  # fmt: skip
        return Chain(task, tuple(made))

    def _helper(self, who: Person, here: Here, target: Target | None) -> str:
        """Somebody else of ours who may reset this password."""
        for member in self._members:
            other = self.of(member)
            if who.member and member.id == who.member.id:
                continue
            own = may_person.links_of(other, Task.RESET_PASSWORD)
            if any(link.verdict is not Verdict.YES for link in own):
                continue
            held = self.held(other, here)
            found = target_link(
                other, here.place, self._known, here.opened, held, target, lambda: ""
            )
            if found.verdict is Verdict.YES:
                return member.upn
        return ""
