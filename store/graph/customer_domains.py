"""The domains of a customer's tenant: added, proven by a record in DNS, verified."""

from __future__ import annotations

import re

from store.errors import BadInput
from store.graph import parsing
from store.graph.asking import Ask
from store.graph.at_customer import READ, AtCustomer
from store.graph.facts import DnsRecord, DomainFact
from store.graph.pages import Listing
from store.graph.scopes import Scope
from store.graph.transport import not_graph
from store.message import msg

WRITE = (Scope.DOMAINS_WRITE,)
_NAME = re.compile(r"(?=.{1,253}$)(?:[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z])?\.)+[0-9a-z-]{2,63}")


class Domains(AtCustomer):
    """The part of Graph about a customer's domains."""

    async def domains(self) -> Listing[DomainFact]:
        """The domains, verified or not."""
        return await self._all("/domains", READ, parsing.domain)

    async def domain(self, name: str) -> DomainFact:
        """One domain."""
        return await self._one(f"/domains/{domain_segment(name)}", READ, parsing.domain)

    async def add_domain(self, name: str) -> DomainFact:
        """Adds a domain, which is not verified then, unless the one above it is."""
        return await self._added("/domains", WRITE, {"id": domain_segment(name)}, parsing.domain)

    async def records(self, name: str) -> tuple[DnsRecord, ...]:
        """The records of which any one in DNS proves that the domain is the customer's."""
        path = f"/domains/{domain_segment(name)}/verificationDnsRecords"
        value = (await self._wire.ask(Ask("GET", path, READ))).body.get("value")
        if not isinstance(value, list):
            raise not_graph()
        found = (parsing.dns_record(one) for one in value if isinstance(one, dict))
        return tuple(record for record in found if record)

    async def verify(self, name: str) -> DomainFact:
        """Lets Microsoft look for the record; `GraphRefused` while it is not to be seen."""
        path = f"/domains/{domain_segment(name)}"
        answer = await self._change("POST", f"{path}/verify", WRITE)
        return parsing.domain(answer.body) or await self.domain(name)


def domain_segment(name: str) -> str:
    """A domain as one part of a path, in small letters; raises `BadInput`."""
    if not _NAME.fullmatch(name.lower()):
        raise BadInput(msg("{domain} is no domain.", domain=name), field="domain")
    return name.lower()
