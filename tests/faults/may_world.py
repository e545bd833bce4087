"""A drawn world, at Microsoft and in a desk that synced with it.

Microsoft itself is asked whether it would do a task: by doing it, with a token of that very user.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from store.actions.customers import blank
from store.actions.groups import choose
from store.actions.invitations import new_invitation
from store.actions.sync import sync
from store.desk import Desk
from store.message import Message, msg
from store.model import links
from store.model.access import Level, Member, Task
from store.model.customer import Customer
from store.model.may.chain import Target
from store.model.offer import Kind
from store.model.partner import Cloud
from store.model.roles import limited_role
from store.practice.app import asgi
from store.practice.cloud import Practice
from store.practice.tenants import User
from store.work import Tables
from tests.conftest import OPERATOR
from tests.faults.may_draws import AGENTS, Between, Drawn
from tests.microsoft import CONTOSO, FABRIKAM, NOW, graph_of, practice_cloud, practice_partner
from tests.store.actions.links import HOST

TENANTS = (CONTOSO, FABRIKAM)


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
