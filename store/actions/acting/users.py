"""Users of a customer: what a form needs first, finding one, adding one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Ended, Person, Told
from store.actions.acting.deed import Done, Plan, Refused, carry_out, how_to_find_out
from store.actions.acting.domain import verified
from store.actions.fields import through_the_door
from store.actions.learned import words
from store.clean import is_visible
from store.errors import BadInput, DeskError, GraphRefused
from store.message import N_, msg
from store.model import access, locations
from store.model.access import Task
from store.model.act import Deed
from store.model.password import generated, why_weak
from store.secret import Secret

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.customer_tenant import CustomerTenant

_SHOWN = 20
"""Users that are listed while somebody types."""
_ENOUGH = 50
"""Users out of which the usual location is counted."""
_NICKNAME_LIMIT = 64


class NewUser(NamedTuple):
    """Somebody to be added: display name, user name, and country code, which may be empty."""

    name: str
    upn: str
    location: str = ""


class Options(NamedTuple):
    """What a form needs first: the tenant's own name, its verified domains, the default first,
    and where its users are mostly, "" where that is not known."""

    tenant_name: str
    domains: tuple[str, ...]
    location: str


class People(NamedTuple):
    """Users that were found; `more` says that there are others."""

    found: tuple[Person, ...]
    more: bool = False


# -- reading ----------------------------------------------------------------------------------


async def options(acting: Acting, tenant: CustomerTenant) -> Options:
    """What the form for a new user is filled with."""
    try:
        organization = await tenant.organization()
        domains = await verified(tenant)
    except DeskError as error:
        raise await acting.why(error, Task.ADD_USER) from error
    return Options(words(organization.name), domains, await _usual_location(tenant))


async def _usual_location(tenant: CustomerTenant) -> str:
    try:
        found = (await tenant.users(most=_ENOUGH)).items
    except DeskError:
        return ""
    counted = Counter(user.location for user in found if user.location in locations.CODES)
    return counted.most_common(1)[0][0] if counted else ""


async def find_users(
    acting: Acting, tenant: CustomerTenant, text: str, most: int = _SHOWN
) -> People:
    """The users whose name or user name begins so, at most so many; for no text, of all."""
    try:
        listing = await tenant.users(text.strip(), most=most + 1)
    except DeskError as error:
        raise await acting.why(error, Task.RESET_PASSWORD) from error
    found = tuple(person(user) for user in listing.items)
    return People(found[:most], len(found) > most or not listing.whole)


def person(user: facts.User) -> Person:
    """A user as it may be shown and recorded."""
    return Person(
        user.id, words(user.upn), words(user.name), user.enabled, user.guest, user.created
    )


# -- adding -----------------------------------------------------------------------------------


def checked(new: NewUser) -> NewUser:
    """Somebody to be added, through the door; raises `BadInput`, which names the field."""
    name, _ = through_the_door("name", N_("Name"), new.name)
    if not is_visible(name):
        raise BadInput(msg("The name is missing."), field="name")
    upn = access.upn(new.upn)
    return NewUser(name, upn, locations.location(new.location))


async def add_user(
    acting: Acting,
    tenant: CustomerTenant,
    new: NewUser,
    password: Secret | None = None,
    told: Told = lambda said: None,
) -> Ended:
    """Adds a user, who has to choose another password at the first sign-in.

    Without a password one is made, and is in the result. Raises `BadInput`.
    """
    new = checked(new)
    secret = given_or_new(password, new.upn)
    customer = acting.customer.label
    said = msg("Added {upn} at {customer}.", upn=new.upn, customer=customer)

    async def check() -> None:
        domains = await verified(tenant)
        domain = new.upn.partition("@")[2].casefold()
        if domain not in domains:
            raise Refused(
                msg("{domain} is no verified domain of {customer}.", domain=domain,
                    customer=customer),
                msg("Choose one of these: {domains}.", domains=", ".join(domains)),
            )  # fmt: skip
        if await user_or_none(tenant, new.upn) is not None:
            raise Refused(
                msg("The user name {upn} is taken at {customer}.", upn=new.upn, customer=customer),
                msg("Choose another user name, or reset the password of the one that is there."),
            )

    async def do() -> Done:
        from store.graph.customer_tenant import NewUser as Asked

        asked = Asked(new.name, new.upn, _nickname(new.upn), new.location)
        return Done(said, user=person(await tenant.create_user(asked, secret, change=True)))

    async def find() -> Done | None:
        # Nobody was called so a moment ago; another name is somebody whom others have just added.
        found = await user_or_none(tenant, new.upn)
        ours = found is not None and words(found.name) == new.name
        return Done(said, user=person(found)) if found and ours else None

    return await carry_out(
        acting,
        tenant,
        Plan(
            Deed.ADD_USER, Task.ADD_USER, new.upn, do, find,
            lost=msg("It is not known whether {upn} was added at {customer}: the answer was lost.",
                     upn=new.upn, customer=customer),
            todo=how_to_find_out(acting),
            check=check, secret=secret, user=Person("", new.upn, new.name),
        ),
        told,
    )  # fmt: skip


async def user_or_none(tenant: CustomerTenant, upn: str) -> facts.User | None:
    """A user by name or id; `None` where there is nobody."""
    try:
        return await tenant.user(upn)
    except GraphRefused as error:
        if error.status == 404:
            return None
        raise


def _nickname(upn: str) -> str:
    """The first part of an address, out of the characters that one may have."""
    local = upn.partition("@")[0]
    return "".join(c for c in local if c.isascii() and (c.isalnum() or c in "-._"))[
        :_NICKNAME_LIMIT
    ]


def given_or_new(password: Secret | None, upn: str) -> Secret:
    """The password that was given, or a new one; raises `BadInput` for a weak one."""
    if password is None:
        return generated(upn)
    why = why_weak(password, upn)
    if why:
        raise BadInput(why, field="password", todo=msg("Type another, or let one be made."))
    return password
