"""Passwords of a customer's users: whose may be reset, and resetting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Ended, Person, Told
from store.actions.acting.deed import Done, Plan, carry_out, how_to_find_out, refused_at_once
from store.actions.acting.users import given_or_new, person, user_or_none
from store.actions.learned import words
from store.errors import BadInput, DeskError, GraphRefused, NotFound
from store.message import Message, msg
from store.model.access import Task
from store.model.act import Deed
from store.model.may.chain import Chain, Target
from store.secret import Secret

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.customer_tenant import CustomerTenant


class Looked(NamedTuple):
    """A user whose password may be reset.

    `target` holds the roles there and `chain` the verdict on exactly this user. `typed` is what
    has to be typed before anything is done, "" where nothing has to be.
    """

    user: Person
    target: Target
    chain: Chain
    typed: str = ""
    password_changed: str = ""


async def look(acting: Acting, tenant: CustomerTenant, user: str) -> Looked:
    """One user, by id or user name, with the roles there and whether we may reset the password.

    Where the roles may not be read the verdict says so. Raises `NotFound`.
    """
    try:
        found = await tenant.user(user)
    except DeskError as error:
        if isinstance(error, GraphRefused) and error.status == 404:
            raise NotFound(
                msg("{customer} has no user called {user}.", customer=acting.customer.label,
                    user=words(user)),
                todo=msg("Compare the user name: {command}",
                         command=f"partnerdesk act users {acting.ref}"),
            ) from error  # fmt: skip
        raise await acting.why(error, Task.RESET_PASSWORD) from error
    target = await _target(tenant, found)
    plain = target.roles is not None and not target.roles and not target.protected
    return Looked(
        person(found),
        target,
        acting.chain(Task.RESET_PASSWORD, target),
        "" if plain else words(found.upn),
        found.password_changed,
    )


async def _target(tenant: CustomerTenant, user: facts.User) -> Target:
    upn = words(user.upn)
    try:
        standing = await tenant.standing(user.id)
    except DeskError as error:
        return Target(upn, None, why=error.what)
    return Target(upn, standing.roles, standing.protected)


async def reset_password(
    acting: Acting,
    tenant: CustomerTenant,
    user: str,
    password: Secret | None = None,
    *,
    change: bool = True,
    typed: str = "",
    told: Told = lambda said: None,
) -> Ended:
    """Resets the password of a user, by id or user name; raises as `look` does.

    `change` asks for another one at the next sign-in. `typed` has to be the user name where the
    user is an administrator, or may be. Without a password one is made. Raises `BadInput`.
    """
    no = await refused_at_once(acting, Deed.RESET_PASSWORD, Task.RESET_PASSWORD, words(user))
    if no:
        return no
    looked = await look(acting, tenant, user)
    upn, customer = looked.user.upn, acting.customer.label
    if looked.typed and typed.strip().casefold() != looked.typed.casefold():
        raise BadInput(
            above(upn),
            field="confirm",
            todo=msg("Type {name} to confirm it.", name=looked.typed),
        )
    secret = given_or_new(password, upn)
    said = msg("Reset the password of {upn} at {customer}.", upn=upn, customer=customer)

    async def do() -> Done:
        await tenant.reset_password(looked.user.id, secret, change=change)
        return Done(said, user=looked.user)

    async def find() -> Done | None:
        now = await user_or_none(tenant, looked.user.id)
        later = now is not None and was_reset(looked.password_changed, now)
        return Done(said, user=looked.user) if later else None

    return await carry_out(
        acting,
        tenant,
        Plan(
            Deed.RESET_PASSWORD, Task.RESET_PASSWORD, upn, do, find,
            lost=msg("It is not known whether the password of {upn} at {customer} was reset: the "
                     "answer was lost.", upn=upn, customer=customer),
            todo=how_to_find_out(acting),
            aim=looked.target, target_id=looked.user.id, before=looked.password_changed,
            secret=secret, user=looked.user,
        ),
        told,
    )  # fmt: skip


def above(upn: str) -> Message:
    """Why a user name has to be typed before its password is reset."""
    return msg("{upn} is an administrator, or may be.", upn=upn)


def was_reset(before: str, now: facts.User) -> bool:
    """Whether a password is another one than before, as far as Microsoft dates it."""
    return bool(now.password_changed) and now.password_changed != before
