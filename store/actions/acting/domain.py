"""Domains of a customer: added, the record that proves them, checked on demand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Domain, Ended, Told
from store.actions.acting.deed import Done, Plan, Refused, carry_out
from store.actions.learned import words
from store.errors import BadInput, DeskError, GraphRefused, NoConnection
from store.message import msg
from store.model import customer as rules
from store.model.access import Task
from store.model.act import Deed, Outcome

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.customer_tenant import CustomerTenant

_HOST = re.compile(r"[A-Za-z0-9_*](?:[A-Za-z0-9_.*-]{0,251}[A-Za-z0-9_])?\.?")
_TAKEN = re.compile(r"(?:another|other|different) tenant|InUse", re.IGNORECASE)
"""How Microsoft says that a domain is somebody else's; else it does not see the record."""
_STRING = 255
"""Bytes that one string of a TXT record holds."""


class Record(NamedTuple):
    """A DNS record that proves a domain; either of several does. `kind` is TXT or MX."""

    kind: str
    label: str
    value: str
    ttl: int
    preference: int = 0

    @property
    def zone_line(self) -> str:
        """The record as it stands in a zone file."""
        owner = f"{self.label.rstrip('.')}. {self.ttl} IN {self.kind}"
        if self.kind == "MX":
            return f"{owner} {self.preference} {self.value.rstrip('.')}."
        return f"{owner} {_strings(self.value)}"


def _strings(text: str) -> str:
    """A TXT record's text in quotes; nothing in it can end the line or the string."""
    data = text.encode()
    pieces = [data[at : at + _STRING] for at in range(0, len(data), _STRING)] or [b""]
    return " ".join('"' + "".join(map(_character, piece)) + '"' for piece in pieces)


def _character(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return "\\" + character
    return character if " " <= character <= "~" else f"\\{byte:03}"


# -- reading ----------------------------------------------------------------------------------


async def domains(acting: Acting, tenant: CustomerTenant) -> tuple[Domain, ...]:
    """The customer's domains, the default first."""
    try:
        return await _domains(tenant)
    except DeskError as error:
        raise await acting.why(error, Task.ADD_DOMAIN) from error


async def _domains(tenant: CustomerTenant, *, whole: bool = False) -> tuple[Domain, ...]:
    listing = await tenant.domains()
    if not listing.whole and (whole or not listing.items):
        raise NoConnection(
            msg("The domains could not be read: {why}",
                why=listing.why or msg("the list is incomplete"))
        )  # fmt: skip
    found = (_domain(fact) for fact in listing.items)
    return tuple(sorted(found, key=lambda one: (not one.default, one.name)))


async def verified(tenant: CustomerTenant) -> tuple[str, ...]:
    """The names of the verified domains, the default first; raises where some were not read."""
    found = await _domains(tenant, whole=True)
    return tuple(one.name.casefold() for one in found if one.verified)


async def domain_records(acting: Acting, tenant: CustomerTenant, name: str) -> tuple[Record, ...]:
    """The records of which one has to be set where the domain is managed, TXT first."""
    try:
        found = await tenant.records(_named(name))
    except DeskError as error:
        raise await acting.why(error, Task.ADD_DOMAIN) from error
    made = (_record(one) for one in found)
    return tuple(sorted((one for one in made if one), key=lambda one: one.kind != "TXT"))


def _record(fact: facts.DnsRecord) -> Record | None:
    """A record whose names are names; what is none could end up in somebody's zone file."""
    value = words(fact.text)
    hosts = (fact.label, value) if fact.kind == "MX" else (fact.label,)
    if fact.kind not in ("TXT", "MX") or not all(map(_HOST.fullmatch, hosts)):
        return None
    return Record(fact.kind, fact.label, value, max(0, fact.ttl), max(0, fact.preference))


def _domain(fact: facts.DomainFact) -> Domain:
    return Domain(words(fact.name), fact.verified, fact.default)


def _named(name: str) -> str:
    """A domain's name in lower case; raises `BadInput`."""
    found = name.strip().rstrip(".").lower()
    if not found:
        raise BadInput(msg("The domain is missing."), field="domain")
    if not rules.is_domain(found):
        raise BadInput(
            msg("Domain: {value} is not a domain name.", value=words(found)),
            field="domain",
            todo=msg("Write it as in contoso.com."),
        )
    return found


# -- deeds ------------------------------------------------------------------------------------


async def add_domain(
    acting: Acting, tenant: CustomerTenant, name: str, told: Told = lambda said: None
) -> Ended:
    """Adds a domain, which is not verified yet unless it belongs to one that is.

    Raises `BadInput`.
    """
    name, customer = _named(name), acting.customer.label

    def done(fact: facts.DomainFact) -> Done:
        if fact.verified:
            said = msg("Added {domain} at {customer}; it is verified already.", domain=name,
                       customer=customer)  # fmt: skip
            return Done(said, domain=_domain(fact))
        return Done(
            msg("Added {domain} at {customer}; it is not verified yet.", domain=name,
                customer=customer),
            msg("Set its DNS record, then check it: {command}", command=_check(acting, name)),
            domain=_domain(fact),
        )  # fmt: skip

    async def check() -> None:
        found = await domain_or_none(tenant, name)
        if found is None:
            return
        todo = msg("It is verified.") if found.verified else msg(
            "Set its DNS record, then check it: {command}", command=_check(acting, name)
        )  # fmt: skip
        raise Refused(
            msg("{domain} is at {customer} already.", domain=name, customer=customer),
            todo,
            domain=_domain(found),
        )

    async def do() -> Done:
        return done(await tenant.add_domain(name))

    async def find() -> Done | None:
        found = await domain_or_none(tenant, name)
        return None if found is None else done(found)

    return await carry_out(
        acting,
        tenant,
        Plan(
            Deed.ADD_DOMAIN, Task.ADD_DOMAIN, name, do, find,
            lost=msg("It is not known whether {domain} was added at {customer}: the answer was "
                     "lost.", domain=name, customer=customer),
            todo=msg("Do not repeat it. See whether it is there: {command}",
                     command=_check(acting, name)),
            check=check,
        ),
        told,
    )  # fmt: skip


async def verify_domain(
    acting: Acting, tenant: CustomerTenant, name: str, told: Told = lambda said: None
) -> Ended:
    """Lets Microsoft look for the record; one that is not visible yet waits.

    Raises `BadInput`.
    """
    name, customer = _named(name), acting.customer.label
    said = msg("{domain} of {customer} is verified.", domain=name, customer=customer)
    unseen = Done(
        msg("Microsoft does not see the DNS record of {domain} yet.", domain=name),
        msg("Compare the record with what is set. DNS may take some hours; then check again: "
            "{command}", command=_check(acting, name)),
        domain=Domain(name, verified=False),
        outcome=Outcome.WAITS,
    )  # fmt: skip

    async def check() -> None:
        if await domain_or_none(tenant, name) is None:
            raise Refused(
                msg("{customer} has no domain {domain}.", customer=customer, domain=name),
                msg("Add it first: {command}", command=_add(acting, name)),
            )

    async def do() -> Done:
        try:
            fact = await tenant.verify(name)
        except GraphRefused as error:
            if error.status == 400 and not _TAKEN.search(f"{error.code} {error.said}"):
                return unseen
            raise
        return Done(said, domain=_domain(fact)) if fact.verified else unseen

    async def find() -> Done | None:
        found = await domain_or_none(tenant, name)
        return Done(said, domain=_domain(found)) if found and found.verified else None

    return await carry_out(
        acting,
        tenant,
        Plan(
            Deed.VERIFY_DOMAIN, Task.ADD_DOMAIN, name, do, find,
            lost=msg("It is not known whether {domain} was verified: the answer was lost.",
                     domain=name),
            todo=msg("Checking again does no harm: {command}", command=_check(acting, name)),
            check=check, domain=Domain(name, verified=False),
        ),
        told,
    )  # fmt: skip


async def domain_or_none(tenant: CustomerTenant, name: str) -> facts.DomainFact | None:
    """A domain by name; `None` where the customer has none of it."""
    try:
        return await tenant.domain(name)
    except GraphRefused as error:
        if error.status == 404:
            return None
        raise


def _check(acting: Acting, name: str) -> str:
    return f"partnerdesk act check-domain {acting.ref} {name}"


def _add(acting: Acting, name: str) -> str:
    return f"partnerdesk act add-domain {acting.ref} {name}"
