"""What a sign-in is for, and which permissions that takes: the least, and more only when needed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from store.graph.scopes import Scope
from store.message import N_
from store.model.partner import Cloud


class Purpose(StrEnum):
    """A word of `partnerdesk sign-in --…`; reading is always part of it."""

    READ = "read"
    WRITE = "write"
    GROUPS = "groups"
    NEW_GROUPS = "new-groups"
    MAIL = "mail"


PURPOSE_NAMES = {
    Purpose.READ: N_("read relationships, customers, groups and users"),
    Purpose.WRITE: N_("create, change and end relationships, and assign groups in them"),
    Purpose.GROUPS: N_("change who is in the groups that administer"),
    Purpose.NEW_GROUPS: N_("make these groups"),
    Purpose.MAIL: N_("send letters from your mailbox"),
}
SCOPES = {
    Purpose.READ: (Scope.RELATIONSHIPS_READ, Scope.DIRECTORY_READ, Scope.ME),
    Purpose.WRITE: (Scope.RELATIONSHIPS_WRITE,),
    Purpose.GROUPS: (Scope.GROUPS_WRITE,),
    Purpose.NEW_GROUPS: (Scope.GROUPS_CREATE,),
    Purpose.MAIL: (Scope.MAIL_SEND,),
}
AT_CUSTOMERS = {
    Scope.USERS_WRITE: N_("in customers' tenants: add users, and delete them again"),
    Scope.PASSWORDS_RESET: N_("in customers' tenants: reset passwords"),
    Scope.PASSWORDS_SET: N_("in customers' tenants: set passwords that may be kept"),
    Scope.DOMAINS_WRITE: N_("in customers' tenants: add and verify domains"),
}
"""What acting for a customer takes: no part of a sign-in, but of each customer's own consent."""
_GRANULAR = frozenset((Scope.RELATIONSHIPS_READ, Scope.RELATIONSHIPS_WRITE))
_MORE = {
    Scope.RELATIONSHIPS_READ: Scope.RELATIONSHIPS_WRITE,
    Scope.GROUPS_WRITE: Scope.GROUPS_CREATE,
}
"""A permission, and another that allows all of it."""
READ_ONLY = frozenset(SCOPES[Purpose.READ])

IDS = {
    Scope.RELATIONSHIPS_READ: "0c0064ea-477b-4130-82a5-4c2cc4ff68aa",
    Scope.RELATIONSHIPS_WRITE: "885f682f-a990-4bad-a642-36736a74b0c7",
    Scope.DIRECTORY_READ: "06da0dbc-49e2-44d2-8312-53f166ab848a",
    Scope.GROUPS_WRITE: "f81125ac-d3b7-4573-a3b2-7099cc39df9e",
    Scope.GROUPS_CREATE: "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    Scope.MAIL_SEND: "e383f46e-2787-4529-855e-0e479a3ffac0",
    Scope.ME: "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    Scope.USERS_WRITE: "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
    Scope.PASSWORDS_RESET: "b7887744-6746-4312-813d-72daeaee7e2d",
    Scope.PASSWORDS_SET: "56760768-b641-451f-8906-e1b8ab31bca7",
    Scope.DOMAINS_WRITE: "0b5d694c-a244-4bde-86e6-eb5cd07730fe",
}
"""Microsoft's ids of the delegated permissions, as an app's manifest wants them."""
APP_IDS = {
    Scope.RELATIONSHIPS_READ: "f6e9e124-4586-492f-adc0-c6f96e4823fd",
    Scope.DIRECTORY_READ: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
}
"""Those of the application permissions, for a certificate: reading, and nothing else."""


def scopes_for(purposes: Iterable[Purpose], cloud: Cloud) -> tuple[Scope, ...]:
    """The permissions to ask for; reading comes first.

    21Vianet has no granular relationships, and refuses to sign in whoever names their permissions.
    """
    wanted = {Purpose.READ, *purposes}
    return tuple(
        scope
        for purpose in Purpose
        if purpose in wanted
        for scope in SCOPES[purpose]
        if cloud is not Cloud.CHINA or scope not in _GRANULAR
    )


def scopes_at_customers(cloud: Cloud) -> tuple[Scope, ...]:
    """What customers are asked to consent to; 21Vianet has no way to reset but to set."""
    return tuple(
        scope
        for scope in AT_CUSTOMERS
        if cloud is not Cloud.CHINA or scope is not Scope.PASSWORDS_RESET
    )


def covers(granted: Iterable[str], scope: Scope) -> bool:
    """Whether what was granted allows `scope`."""
    held = set(granted)
    return scope in held or _MORE.get(scope) in held


def purpose_of(scope: Scope) -> Purpose:
    """The purpose that brings a permission."""
    return next((purpose for purpose, scopes in SCOPES.items() if scope in scopes), Purpose.READ)


def short(scope: str) -> str:
    """A permission as Microsoft names it, without the address in front."""
    return scope.rpartition("/")[2]
