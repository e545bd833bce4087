"""Taking back what was done by mistake: only a user that this desk has just added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.actions.acting.base import Acting, Ended, Told
from store.actions.acting.deed import Done, Plan, Refused, carry_out
from store.actions.acting.users import person, user_or_none
from store.errors import BadInput, NotAllowed
from store.message import Message, msg
from store.model.access import Task
from store.model.act import Act, Deed, deleted_again
from store.view import ACTS, View

if TYPE_CHECKING:
    from store.graph.customer_tenant import CustomerTenant

_BEFORE = {
    Task.ADD_USER: msg(
        "A user that was added by mistake can be deleted from here for 24 hours. Microsoft keeps "
        "it for 30 days more, in which an administrator of the customer can restore it."
    ),
    Task.RESET_PASSWORD: msg("This cannot be taken back: nobody can bring the old password back."),
    Task.ADD_DOMAIN: msg(
        "This cannot be taken back from here: an administrator of the customer can remove the "
        "domain."
    ),
}


def said_before(task: Task) -> Message:
    """What of a task can be taken back, to be said before it is done."""
    return _BEFORE[task]


def why_not_undone(view: View, act: int, now: datetime | None = None) -> Message | None:
    """Why a deed cannot be taken back, if so; `now` is aware."""
    row = view.tables.table(ACTS).get(act)
    if row is None:
        return msg("This deed is not in the journal.")
    found = Act.from_document(act, row)
    return found.why_not_undone(deleted_again(view.acts(found.customer)), now or datetime.now(UTC))


def to_confirm(upn: str) -> Message:
    """That nobody is deleted before the user name is typed."""
    return msg("Deleting {upn} has to be confirmed.", upn=upn)


async def undo_user(
    acting: Acting,
    tenant: CustomerTenant,
    act: int,
    typed: str,
    told: Told = lambda said: None,
) -> Ended:
    """Deletes a user that this desk added at most 24 hours ago; `typed` is its user name.

    Raises `NotAllowed` where the journal does not say so, and `BadInput` for another name.
    """
    why = why_not_undone(acting.desk.view, act)
    row = acting.desk.view.tables.table(ACTS).get(act)
    if why or row is None:
        raise NotAllowed(
            why or msg("This deed is not in the journal."),
            todo=msg("Whoever administers the customer can delete users."),
        )
    found = Act.from_document(act, row)
    if found.customer != acting.key or found.tenant != acting.microsoft_id:
        raise NotAllowed(msg("This user was added at another customer."))
    if typed.strip().casefold() != found.target.casefold():
        raise BadInput(
            msg("{typed} is not the user name.", typed=typed.strip())
            if typed.strip()
            else to_confirm(found.target),
            field="confirm",
            todo=msg("Type {name} to delete it.", name=found.target),
        )
    customer = acting.customer.label
    said = msg("Deleted {upn} at {customer} again.", upn=found.target, customer=customer)
    todo = msg("An administrator of the customer can restore it for 30 days.")

    async def check() -> None:
        there = await user_or_none(tenant, found.target_id)
        if there is None:
            raise Refused(
                msg("{upn} is no longer there.", upn=found.target), msg("Nothing has to be done.")
            )
        if person(there).upn.casefold() != found.target.casefold():
            raise Refused(
                msg("{upn} is called {now} by now.", upn=found.target, now=person(there).upn),
                msg("Somebody works with this account: ask at the customer before it is deleted."),
            )

    async def do() -> Done:
        await tenant.delete_user(found.target_id)
        return Done(said, todo)

    async def find() -> Done | None:
        gone = await user_or_none(tenant, found.target_id) is None
        return Done(said, todo) if gone else None

    return await carry_out(
        acting,
        tenant,
        Plan(
            Deed.DELETE_USER, Task.ADD_USER, found.target, do, find,
            lost=msg("It is not known whether {upn} was deleted at {customer}: the answer was "
                     "lost.", upn=found.target, customer=customer),
            todo=msg("Look for it before you do anything else: {command}",
                     command=f"partnerdesk act find-out {acting.ref}"),
            check=check, target_id=found.target_id,
        ),
        told,
    )  # fmt: skip
