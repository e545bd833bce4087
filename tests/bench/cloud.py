"""A practice cloud with very many relationships, in a process of its own: `python -m … FOLDER N`.

It prints its address, its authority's file and a token, a line each, and lives until its standard
input ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

from store.practice.cloud import Practice
from store.practice.serve import Served

TENANT = "11111111-2222-4333-8444-555555555555"
ANNA = "anna@adatum.example"
_ROLES = ("fe930be7-5e62-47db-91af-98c3a49a38b1", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b")


def made(relationships: int) -> Practice:
    """A partner with one customer and one active relationship each, assigned to one group."""
    cloud = Practice(partner_tenant=TENANT, partner_name="Adatum")
    cloud.add_member(ANNA, "Anna Lindqvist")
    group = cloud.add_group("partnerdesk Full")
    for number in range(relationships):
        tenant = f"00000000-0000-4000-8000-{number:012d}"
        cloud.add_customer(tenant, f"Customer {number:06d}", f"c{number}.example.com")
        cloud.add_relationship(
            name=f"Adatum_{number}", tenant=tenant, roles=_ROLES, assignments={group: _ROLES}
        )
    return cloud


def main(folder: str, relationships: str) -> None:
    """Serves until nobody is there any more."""
    cloud = made(int(relationships))
    with Served(cloud, Path(folder)) as served:
        print(served.address, served.ca_file, cloud.token(ANNA), sep="\n", flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
