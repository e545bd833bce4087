"""Random partners and customers, at Microsoft and in a desk that synced with it.

`worlds` draws them; `World` builds one on both sides, and asks Microsoft itself whether it would do
a task: by doing it, with a token of that very user.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from hypothesis import strategies as st

from store.actions.customers import blank
from store.actions.groups import choose
from store.actions.invitations import new_invitation
from store.actions.sync import sync
from store.desk import Desk
from store.message import Message, msg
from store.model import links
from store.model.access import Level, Member, Task
from store.model.customer import Customer
from store.model.may import Target
from store.model.offer import Kind
from store.model.partner import Cloud, LimitedAs
from store.model.roles import ROLES, limited_role
from store.practice import rules
from store.practice.app import asgi
from store.practice.cloud import Practice
from store.practice.tenants import User
from store.work import Tables
from tests.conftest import OPERATOR
from tests.microsoft import CONTOSO, FABRIKAM, NOW, graph_of, practice_cloud, practice_partner
from tests.store.actions.links import HOST

TENANTS = (CONTOSO, FABRIKAM)
OWN = ("partnerdesk Full", "partnerdesk Limited", "Somebody else's")
AGENTS = ("AdminAgents", "HelpdeskAgents", "Somebody else's")
STRANGE = "12345678-1234-4234-8234-123456789abc"
"""A role that nobody knows."""

_ACTING = (
    rules.GLOBAL, rules.USER, rules.DOMAIN_NAME, rules.HELPDESK, rules.PASSWORD,
    rules.AUTHENTICATION, rules.PRIVILEGED_AUTHENTICATION,
)  # fmt: skip
_OTHER = (
    rules.DIRECTORY_READERS, rules.DIRECTORY_WRITERS, rules.GLOBAL_READER, rules.PRIVILEGED_ROLE,
    rules.GROUPS, rules.SECURITY, STRANGE,
)  # fmt: skip
_roles = st.lists(
    st.sampled_from((*_ACTING, *_ACTING, *_OTHER)), min_size=1, max_size=5, unique=True
)
_RANKS = (
    rules.DIRECTORY_READERS, rules.GUEST_INVITER, rules.PASSWORD, rules.MESSAGE_CENTER_READER,
    rules.REPORTS_READER, rules.USAGE_READER, rules.USER_EXPERIENCE, rules.HELPDESK,
    rules.AUTHENTICATION, rules.GROUPS, rules.USER,
)  # fmt: skip
"""The roles whose holders somebody of lesser rank may help."""
_theirs = st.lists(
    st.sampled_from((*_RANKS, *_RANKS, *sorted(ROLES), STRANGE)), max_size=2, unique=True
)


def _mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """One value most of the time. Shrinking goes towards it."""
    return st.sampled_from((*[usual] * (4 * len(others)), *others))


class OfOurs(NamedTuple):
    """A user of ours: the level in the desk, and the account at Microsoft.

    `groups` are numbers of `Drawn.groups`. `other`: the name went to another account since.
    """

    level: Level
    groups: frozenset[int]
    guest: bool = False
    enabled: bool = True
    other: bool = False


class Between(NamedTuple):
    """A relationship. `assigned` are groups with places in `roles`, and the assignment's status."""

    customer: int
    status: str
    roles: tuple[str, ...]
    assigned: tuple[tuple[int, frozenset[int], str], ...]
    days_left: int = 400
    auto_extend: bool = False
    given: bool = False


class Drawn(NamedTuple):
    """Everything that a world is built from.

    `stands` says which of the first two groups stand for a level. `by_hand` is the answer to a
    classic offer that is recorded of the first customer; `stays` says that it is so at Microsoft.
    `later` is what happens before a second sync. In `china` there is nothing but the classic way.
    """

    limited_as: LimitedAs
    stands: tuple[bool, bool]
    members: tuple[OfOurs, ...]
    relationships: tuple[Between, ...]
    targets: tuple[tuple[frozenset[str], bool], ...]
    groups: tuple[str, ...] = OWN
    by_hand: str = ""
    stays: bool = False
    china: bool = False
    later: tuple[tuple[str, int, int], ...] = ()


_MEMBERS = st.builds(
    OfOurs,
    st.sampled_from((Level.FULL, Level.LIMITED, Level.FULL, Level.LIMITED, Level.NONE)),
    _mostly({0}, {1}, {0, 1}, {2}, {0, 2}, set()).map(frozenset),
    guest=_mostly(False, False, True),
    enabled=_mostly(True, True, False),
    other=_mostly(False, False, True),
)
_ASSIGNED = st.tuples(
    st.integers(0, 2),
    _mostly({0, 1, 2, 3, 4}, {0}, {1}, {0, 2}).map(frozenset),
    st.sampled_from(("active", "active", "active", "pending", "error", "deleting", "deleted")),
)
_BETWEEN = st.builds(
    Between,
    st.sampled_from((0, 0, 1)),
    _mostly(
        "active", "created", "approvalPending", "approved", "activating", "expired",
        "terminationRequested", "terminating", "terminated", "quarantined",
    ),
    _roles.map(tuple),
    st.lists(_ASSIGNED, min_size=1, max_size=3).map(tuple),
    days_left=_mostly(400, 10, 1, -1),
    auto_extend=st.booleans(),
    given=st.booleans(),
)  # fmt: skip
_GRANULAR = st.builds(
    Drawn,
    st.sampled_from(LimitedAs),
    st.tuples(_mostly(True, True, False), _mostly(True, True, False)),
    st.lists(_MEMBERS, min_size=2, max_size=3).map(tuple),
    st.lists(_BETWEEN, min_size=1, max_size=3).map(tuple),
    st.lists(st.tuples(_theirs.map(frozenset), _mostly(False, True)), min_size=2, max_size=4)
    .map(tuple),
    groups=st.sampled_from((OWN, AGENTS)),
    by_hand=st.sampled_from(("", "", "granted", "declined")),
    stays=st.booleans(),
    china=st.just(False),
    later=st.lists(
        st.tuples(st.sampled_from(("ends", "joins", "leaves", "blocked", "forgotten")),
                  st.integers(0, 2), st.integers(0, 2)),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


_STATUS = st.sampled_from(("active", "active", "pending", "error", "deleting"))
_PLACES = st.sampled_from(({0, 1, 2}, {0}, {1})).map(frozenset)
_PLAIN = st.builds(
    Drawn,
    st.sampled_from(LimitedAs),
    st.just((True, True)),
    st.just((OfOurs(Level.FULL, frozenset({0})), OfOurs(Level.LIMITED, frozenset({1})))),
    st.builds(
        Between,
        st.just(0),
        st.sampled_from(("active", "active", "active", "activating", "approved", "terminating")),
        st.lists(st.sampled_from((*_ACTING, rules.DIRECTORY_WRITERS)), min_size=1, max_size=2,
                 unique=True).map(tuple),
        st.tuples(st.tuples(st.just(0), _PLACES, _STATUS), st.tuples(st.just(1), _PLACES, _STATUS)),
        days_left=st.just(400),
        auto_extend=st.booleans(),
        given=st.booleans(),
    ).map(lambda one: (one,)),
    st.lists(
        st.tuples(st.sampled_from(_RANKS).map(lambda role: frozenset({role})), st.just(False)),
        min_size=3, max_size=3, unique=True,
    ).map(tuple),
    groups=st.sampled_from((OWN, AGENTS)),
    by_hand=st.sampled_from(("", "", "granted")),
    stays=st.booleans(),
    later=st.just(()),
    china=st.just(False),
)  # fmt: skip
"""Worlds where all is well but for what is drawn: two users, one relationship."""


def _in_china(drawn: Drawn) -> Drawn:
    """The same in the cloud operated by 21Vianet, where what is recorded is so."""
    return drawn._replace(
        stands=(True, True), relationships=(), groups=AGENTS, stays=True, china=True,
        by_hand=drawn.by_hand or "granted",
    )  # fmt: skip


worlds = st.one_of(_PLAIN, _PLAIN, _PLAIN, _GRANULAR, _GRANULAR, _GRANULAR.map(_in_china))


class World:
    """One drawn world, on both sides."""

    def __init__(self, drawn: Drawn, folder: Path) -> None:
        self.drawn = drawn
        self.cloud: Practice = practice_cloud()
        self.targets: list[list[User]] = []
        self._number = 0
        self.cloud.china = drawn.china
        groups = [self._group(name) for name in drawn.groups]
        for number, one in enumerate(drawn.members):
            key = self.cloud.add_member(
                upn(number), f"M{number}", admin_agent=False, guest=one.guest, enabled=one.enabled
            )
            for place in one.groups:
                self.cloud.partner.groups[groups[place]].members[key] = None
        self.cloud.limited_role = limited_role(drawn.limited_as)
        if drawn.by_hand == "granted" and drawn.stays:
            self.cloud.delegate(TENANTS[0])
        for tenant in TENANTS:
            self.targets.append([self._target(tenant, *one) for one in drawn.targets])
        self.made = [self._between(number, one, groups)
                     for number, one in enumerate(drawn.relationships)]  # fmt: skip
        # Somebody else's, so that no list is ever empty.
        self.cloud.add_relationship(name="other", tenant=self._stranger(), auto_extend=True)
        self.desk = Desk(folder, OPERATOR, today=lambda: NOW.date(), poll=60).open()
        practice_partner(self.desk)
        self.desk.transaction("test", self._records)

    def _group(self, name: str) -> str:
        if name in AGENTS[:2]:
            return self.cloud.group(name).id
        return self.cloud.add_group(name)

    def _stranger(self) -> str:
        return next(tenant for tenant in self.cloud.customers if tenant not in TENANTS)

    def _target(self, tenant: str, roles: frozenset[str], protected: bool) -> User:
        self._number += 1
        target = User(self.cloud.new_id(), f"t{self._number}@{tenant}.example", "T", NOW,
                      roles=roles)  # fmt: skip
        target.protected = protected
        self.cloud.customers[tenant].users[target.id] = target
        return target

    def _between(self, number: int, one: Between, groups: list[str]) -> str:
        tenant = TENANTS[one.customer]
        wanted = {}
        statuses = {}
        for place, which, status in one.assigned:
            roles = [role for spot, role in enumerate(one.roles) if spot in which]
            if roles:
                wanted[groups[place]], statuses[groups[place]] = roles, status
        key = self.cloud.add_relationship(
            name=f"r{number}", tenant="" if one.status == "created" else tenant, roles=one.roles,
            days=500, auto_extend=one.auto_extend, status=one.status, assignments=wanted,
            created=NOW - timedelta(days=10), activated=NOW - timedelta(days=9),
            ends=NOW + timedelta(days=one.days_left),
        )  # fmt: skip
        for assignment in self.cloud.relationships[key].assignments.values():
            assignment.status = statuses[assignment.group]
        return key

    def _records(self, tables: Tables) -> Message:
        """What the desk has recorded before it ever asks Microsoft."""
        cloud = Cloud.CHINA if self.drawn.china else Cloud.PRACTICE
        tables.partner.update(
            {"limited_as": self.drawn.limited_as.value, "cloud": cloud.value}, doc_ids=[1]
        )
        for name, tenant in zip(("Contoso", "Fabrikam"), TENANTS, strict=True):
            tables.customers.insert(
                {**blank(), "name": name, "microsoft_id": tenant, "domain": f"{name}.example"}
            )
        for number, one in enumerate(self.drawn.members):
            row = {"upn": upn(number), "name": f"M{number}", "access": one.level is not Level.NONE,
                   "level": one.level.value}  # fmt: skip
            if one.other:
                row["microsoft_id"] = self.cloud.new_id()
            tables.members.insert(row)
        given = {"what": "given", "on": "2026-11-13", "at": "2026-11-13T09:00:00Z", "by": "anna"}
        for key, one in zip(self.made, self.drawn.relationships, strict=True):
            if one.given and one.status != "created":
                link = links.granular_link(Cloud.PRACTICE, key, HOST)
                self._invite(tables, one.customer, link=link, granular=True, events=[given])
        if self.drawn.by_hand:
            answer = {**given, "what": "answered", "answer": self.drawn.by_hand}
            self._invite(tables, 0, events=[given, answer])
        return msg("Written.")

    @staticmethod
    def _invite(tables: Tables, place: int, **fields: Any) -> None:
        customer = Customer(place + 1, "")
        new = new_invitation(customer, Kind.DELEGATED, delegation=True)
        tables.invitations.insert({**new, "made": "2026-11-13", **fields})

    async def synced(self) -> None:
        """Groups chosen, everything read; then what happens later, and everything read again."""
        async with graph_of(self.cloud) as graph:
            levels = zip(
                (Level.FULL, Level.LIMITED), self.drawn.groups, self.drawn.stands, strict=False
            )
            for level, name, stands in levels:
                if stands:
                    await choose(self.desk, graph, level, name)
            assert not (await sync(self.desk, graph, host=HOST)).problems
            happened = [self._happens(*step) for step in self.drawn.later]
            if any(happened):
                assert not (await sync(self.desk, graph, host=HOST)).problems

    def _happens(self, what: str, first: int, second: int) -> bool:
        """Something that others do; whether anything came of it."""
        user = self.cloud.partner.user(upn(first))
        group = self.cloud.group(self.drawn.groups[second])
        made = self.made[first % len(self.made)] if self.made else ""
        it = self.cloud.relationships.get(made)
        if what == "blocked" and user:
            user.enabled = False
        elif what == "joins" and user:
            group.members[user.id] = None
        elif what == "leaves" and user:
            group.members.pop(user.id, None)
        elif what == "forgotten" and it:
            self.cloud.forget(it)
        elif what == "ends" and it and it.is_active:
            self.cloud.customer_terminates(it.id)
        else:
            return False
        return True

    # -- asking Microsoft itself ------------------------------------------------------------------

    def account(self, member: Member) -> User | None:
        """The account of a user of ours: the one it has been, else the one that is called so."""
        users = self.cloud.partner.users
        if member.microsoft_id:
            return users.get(member.microsoft_id)
        return self.cloud.partner.user(member.upn)

    async def does(self, member: Member, task: Task, place: int, target: User | None) -> bool:
        """Whether Microsoft does it for this user; it is done."""
        account = self.account(member)
        if account is None:
            return False
        self._number += 1
        tenant = TENANTS[place]
        match task:
            case Task.ADD_USER:
                domain = next(name for name in self.cloud.customers[tenant].domains)
                name = f"new{self._number}"
                path, body = "users", {
                    "accountEnabled": True, "displayName": name, "mailNickname": name,
                    "userPrincipalName": f"{name}@{domain}", "passwordProfile": _PROFILE,
                }  # fmt: skip
            case Task.ADD_DOMAIN:
                path, body = "domains", {"id": f"new{self._number}.example"}
            case Task.RESET_PASSWORD:
                assert target
                method = "28c10230-6103-485e-b985-444c60001490"
                path = f"users/{target.id}/authentication/methods/{method}/resetPassword"
                body = {"newPassword": "Long-enough-4712"}
                if self.drawn.china:
                    path, body = f"users/{target.id}", {"passwordProfile": _PROFILE}
        token = self.cloud.tokens.issue(account.id, tenant, _SCOPES)
        method = "PATCH" if "passwordProfile" in body and task is not Task.ADD_USER else "POST"
        status = await self._send(method, path, body, token)
        assert status in (201, 202, 204, 401, 403), status  # 401: the account is blocked
        return status < 300

    async def _send(self, method: str, path: str, body: dict[str, Any], token: str) -> int:
        transport = httpx.ASGITransport(asgi(self.cloud))
        address = "https://practice.localhost/v1.0/"
        async with httpx.AsyncClient(transport=transport, base_url=address) as client:
            answer = await client.request(
                method, path, json=body, headers={"Authorization": f"Bearer {token}"}
            )
        return answer.status_code


_PROFILE = {"password": "Long-enough-4711", "forceChangePasswordNextSignIn": True}
_SCOPES = (
    "User-PasswordProfile.ReadWrite.All",
    "User.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All", "Domain.ReadWrite.All",
    "Directory.Read.All",
)  # fmt: skip


def upn(number: int) -> str:
    """The user name of a drawn user of ours."""
    return f"m{number}@adatum.example"


def target_of(user: User) -> Target:
    """What a desk would read of a user there."""
    return Target(user.upn, frozenset(user.roles), user.protected)


def failing(links_: Iterable[Any]) -> set[str]:
    """The parts that fail."""
    return {link.part.value for link in links_ if link.verdict.value == "no"}
