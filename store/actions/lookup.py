"""Finds the customer or the member that an operator names."""

from __future__ import annotations

from collections.abc import Iterable

from store.errors import NotFound
from store.message import msg
from store.model.access import Member
from store.model.customer import Customer
from store.view import View

_MOST_NAMED = 5


def customer(view: View, named: str) -> Customer:
    """The customer with exactly this Microsoft ID, domain, name or alias, in any case.

    How a name begins is never enough, since what is found here may be changed. Raises `NotFound`,
    naming the candidates where there are some.
    """
    found = _exact(view, named.strip())
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(
            msg("{name} means several customers: {candidates}.", name=named,
                candidates=_listed(found)),
            todo=msg("Give the domain or the Microsoft ID of one."),
        )  # fmt: skip
    near = _beginning(view, named.strip())
    if near:
        raise NotFound(
            msg("No customer is called {name}, but some begin so: {candidates}.", name=named,
                candidates=_listed(near)),
            todo=msg("Give the whole name, the domain or the Microsoft ID of one."),
        )  # fmt: skip
    raise NotFound(
        msg("No customer is called {name}.", name=named),
        todo=msg(
            "Give a Microsoft ID, a domain or a name. See them all: {command}",
            command="partnerdesk customers list",
        ),
    )


def _exact(view: View, wanted: str) -> list[Customer]:
    """Who has this Microsoft ID or domain to the letter; else alike (ß, ss); else this name."""
    if not wanted:
        return []
    rows = [Customer.from_document(*item) for item in view.customers.items()]
    lower, folded = wanted.lower(), wanted.casefold()
    return (
        [c for c in rows if lower in (c.microsoft_id.lower(), c.domain.lower())]
        or [c for c in rows if folded in (c.microsoft_id.casefold(), c.domain.casefold())]
        or [c for c in rows if folded in (c.name.casefold(), c.alias.casefold())]
    )


def _beginning(view: View, wanted: str) -> list[Customer]:
    folded = wanted.casefold()
    rows = (Customer.from_document(*item) for item in view.customers.items())
    return [c for c in rows
            if folded and (c.name.casefold().startswith(folded)
                           or c.alias.casefold().startswith(folded))]  # fmt: skip


def customers(view: View, named: Iterable[str]) -> list[Customer]:
    """The customers that several names mean, each once."""
    return list({found.id: found for found in (customer(view, name) for name in named)}.values())


def member(view: View, upn: str) -> Member:
    """The member with this UPN; raises `NotFound`."""
    found = view.member(upn.strip())
    if found is None:
        raise NotFound(
            msg("No active user is called {upn}.", upn=upn),
            todo=msg("See them all: {command}", command="partnerdesk users list"),
        )
    return found


def _listed(candidates: list[Customer]) -> str:
    named = [f"{c.name} ({c.domain or c.microsoft_id or '#' + str(c.id)})" for c in candidates]
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" +{more}" if more > 0 else "")
