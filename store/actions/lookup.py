"""Finds the customer or the member that an operator names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from store.errors import NotFound
from store.message import msg
from store.model import document
from store.model.access import Member
from store.model.customer import Customer
from store.view import DOMAIN, MICROSOFT_ID, View

_MOST_NAMED = 5


def customer(view: View, named: str) -> Customer:
    """The customer with exactly this Microsoft ID, domain, name or alias, in any case, or `#7`.

    How a name begins is never enough, since what is found here may be changed. Raises `NotFound`,
    naming the candidates where there are some.
    """
    found = _numbered(view, named.strip()) or _exact(view, named.strip())
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(
            msg("{name} means several customers: {candidates}.", name=named,
                candidates=_listed(found)),
            todo=msg("Give the domain, the Microsoft ID or the # of one."),
        )  # fmt: skip
    near = _named(view, named.strip(), str.startswith) if named.strip() else []
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


def _numbered(view: View, wanted: str) -> list[Customer]:
    """Who is told from others of the same name by `#7`, as the candidates are listed."""
    number = wanted[1:]
    key = int(number) if wanted[:1] == "#" and number.isascii() and number.isdigit() else 0
    found = view.customer(key) if 0 < key < 10**12 else None
    return [found] if found else []


def _exact(view: View, wanted: str) -> list[Customer]:
    """Who has this Microsoft ID or domain to the letter; else alike (ß, ss); else this name."""
    if not wanted:
        return []
    keys = {*view.customers_by(MICROSOFT_ID, wanted), *view.customers_by(DOMAIN, wanted)}
    alike = [found for found in map(view.customer, sorted(keys)) if found]
    lower = wanted.lower()
    very = [c for c in alike if lower in (c.microsoft_id.lower(), c.domain.lower())]
    return very or alike or _named(view, wanted, str.__eq__)


def _named(view: View, wanted: str, fits: Callable[[str, str], bool]) -> list[Customer]:
    """Whose name or alias fits, upper and lower case alike."""
    folded = wanted.casefold()
    return [
        Customer.from_document(key, row)
        for key, row in view.customers.items()
        if fits(document.text(row, "name").casefold(), folded)
        or fits(document.text(row, "alias").casefold(), folded)
    ]


def customers(view: View, named: Iterable[str]) -> list[Customer]:
    """The customers that several names mean, each once."""
    return list({found.id: found for found in (customer(view, name) for name in named)}.values())


def chosen(view: View, today: date, state: str = "", tag: str = "") -> list[Customer]:
    """Those who are not archived, whose consent is in a state and who have a tag, by name.

    Empty stands for any; upper and lower case of a tag are alike.
    """
    wanted = tag.strip().casefold()
    found = (
        Customer.from_document(key, row)
        for key, row in view.customers.items()
        if not row.get("archived") and (not state or view.state(key, today) == state)
    )
    with_tag = (c for c in found if not wanted or wanted in map(str.casefold, c.tags))
    return sorted(with_tag, key=lambda customer: (customer.name.casefold(), customer.id))


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
