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
    """The customer with this Microsoft ID, domain, name or alias, or whose name alone begins so.

    Raises `NotFound`, naming the candidates where there are several.
    """
    wanted = named.strip().casefold()
    begins: list[Customer] = []
    same: list[Customer] = []
    for key, row in view.customers.items():
        found = Customer.from_document(key, row)
        if wanted and wanted in (found.microsoft_id.casefold(), found.domain.casefold()):
            return found
        names = (found.name.casefold(), found.alias.casefold())
        if not wanted:
            continue
        if wanted in names:
            same.append(found)
        elif any(name.startswith(wanted) for name in names):
            begins.append(found)
    candidates = same or begins
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise NotFound(
            msg("No customer is called {name}.", name=named),
            todo=msg(
                "Give a Microsoft ID, a domain or a name. See them all: {command}",
                command="partnerdesk customers list",
            ),
        )
    raise NotFound(
        msg(
            "{name} means several customers: {candidates}.",
            name=named,
            candidates=_listed(
                f"{c.name} ({c.domain or c.microsoft_id or '#' + str(c.id)})" for c in candidates
            ),
        ),
        todo=msg("Give the domain or the Microsoft ID of one."),
    )


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


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" +{more}" if more > 0 else "")
