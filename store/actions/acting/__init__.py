"""Acting on behalf of a customer: everything that a form or a command calls, in one place.

    who = acting(desk, connection, customer)
    async with who.tenant(on_wait) as tenant:
        ended = await add_user(who, tenant, NewUser("Zoe", "zoe@contoso.com"), None, told)

Deeds end as `Ended`; they raise `BadInput` for what was typed and what the desk refuses before
anything is sent. Readings raise `DeskError`, in the words that fit this customer.
"""

from store.actions.acting.base import Acting, Domain, Ended, Person, Told, acting
from store.actions.acting.deed import refused_at_once
from store.actions.acting.domain import (
    Record,
    add_domain,
    domain_records,
    domains,
    verify_domain,
)
from store.actions.acting.find_out import find_out, unknown_deeds
from store.actions.acting.passwords import Looked, look, reset_password
from store.actions.acting.undo import said_before, undo_user, why_not_undone
from store.actions.acting.users import (
    NewUser,
    Options,
    People,
    add_user,
    find_users,
    options,
)

__all__ = [
    "Acting",
    "Domain",
    "Ended",
    "Looked",
    "NewUser",
    "Options",
    "People",
    "Person",
    "Record",
    "Told",
    "acting",
    "add_domain",
    "add_user",
    "domain_records",
    "domains",
    "find_out",
    "find_users",
    "look",
    "options",
    "refused_at_once",
    "reset_password",
    "said_before",
    "undo_user",
    "unknown_deeds",
    "verify_domain",
    "why_not_undone",
]
