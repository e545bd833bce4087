"""The users of a customer's tenant: found, added, deleted, and what they may do there."""

from __future__ import annotations

from typing import Any

from store.errors import GraphForbidden, NoConnection
from store.graph import parsing
from store.graph.asking import Ask, literal, segment, user_segment
from store.graph.at_customer import READ, AtCustomer
from store.graph.facts import NewUser, Standing, User
from store.graph.pages import Gathered, Listing, Told
from store.graph.scopes import Scope
from store.graph.transport import not_graph
from store.message import Message, msg
from store.secret import Secret

WRITE = (Scope.USERS_WRITE,)
_USER = (
    "$select=id,displayName,userPrincipalName,accountEnabled,userType,createdDateTime,"
    "lastPasswordChangeDateTime,usageLocation,mailNickname"
)
_PAGE = 999
_ROLE, _GROUP, _UNIT = "directoryRole", "group", "administrativeUnit"
_SPECIAL = {_GROUP: "isAssignableToRole", _UNIT: "isMemberManagementRestricted"}
"""What protects whoever is in one of these."""


class People(AtCustomer):
    """The part of Graph about a customer's users."""

    async def users(
        self, search: str = "", *, most: int = 0, told: Told | None = None
    ) -> Listing[User]:
        """The users, or those whose name or user name begins with `search`.

        With `most` only the first so many, in one request: the listing says whether there are more.
        """
        path = f"/users?$top={most or _PAGE}&{_USER}"
        if search:
            word = literal(search)
            path += (
                f"&$filter=startswith(displayName,{word})"
                f"%20or%20startswith(userPrincipalName,{word})"
            )
        if not most:
            return await self._all(path, READ, parsing.user, told)
        gathered = Gathered(parsing.user, self._wire.endpoint.graph)
        after = gathered.add((await self._wire.ask(Ask("GET", path, READ))).body)
        listing = gathered.listing()
        if not after or not listing.whole:
            return listing
        return Listing(listing.items, False, msg("There are more; type more of the name."))

    async def user(self, key: str) -> User:
        """One user by user name or id."""
        return await self._one(f"/users/{user_segment(key)}?{_USER}", READ, parsing.user)

    async def standing(self, user_id: str) -> Standing:
        """The roles of a user, and whether the user is protected by a group or a unit.

        Raises `GraphForbidden` where that may not be read whole, `NoConnection` where it was not.
        """
        place = f"/users/{segment(user_id)}"
        roles: set[str] = set()
        protected = False
        for one in await self._every(f"{place}/transitiveMemberOf"):
            kind = _kind(one)
            if kind == _ROLE:
                role = parsing.guid(one, "roleTemplateId")
                if not role:
                    raise _not_whole()
                roles.add(role)
            protected = protected or _protects(one, kind)
        for one in await self._every(f"{place}/ownedObjects"):
            kind = _kind(one)
            protected = protected or (kind == _GROUP and _protects(one, kind))
        return Standing(frozenset(roles), protected)

    async def create_user(self, new: NewUser, password: Secret, change: bool = True) -> User:
        """Adds a user; `change` asks for another password at the first sign-in."""
        body: dict[str, Any] = {
            "accountEnabled": True,
            "displayName": new.name,
            "mailNickname": new.nickname,
            "userPrincipalName": new.upn,
            "passwordProfile": {"password": password, "forceChangePasswordNextSignIn": change},
        }
        if new.location:
            body["usageLocation"] = new.location
        return await self._added("/users", WRITE, body, parsing.user)

    async def delete_user(self, user_id: str) -> None:
        """Deletes a user, by id; Microsoft keeps it for 30 days, in which it can be restored."""
        await self._change("DELETE", f"/users/{segment(user_id)}", WRITE)

    async def _every(self, path: str) -> list[dict[str, Any]]:
        """Everything in a list of mixed kinds; raises `NoConnection` where it broke off."""
        gathered = Gathered(_thing, self._wire.endpoint.graph)
        found: list[dict[str, Any]] = []
        while path:
            body = (await self._wire.ask(Ask("GET", path, READ))).body
            path = gathered.add(body)
            found += [one for one in body["value"] if isinstance(one, dict)]
        listing = gathered.listing()
        if not listing.whole:
            raise NoConnection(listing.why or not_graph().what)
        return found


def _thing(found: dict[str, Any]) -> User | None:
    """Whatever has an id, so that pages are counted as everywhere."""
    return parsing.user(found)


def _kind(found: dict[str, Any]) -> str:
    kind = parsing.text(found, "@odata.type").removeprefix("#microsoft.graph.")
    if not kind:
        raise _not_whole()
    return kind


def _protects(found: dict[str, Any], kind: str) -> bool:
    """Whether a group or unit protects its members; raises where Microsoft shows only its id."""
    name = _SPECIAL.get(kind)
    if name is None:
        return False
    if found.get(name) is None and not parsing.text(found, "displayName"):
        raise _not_whole()
    return found.get(name) is True


def _not_whole() -> GraphForbidden:
    return GraphForbidden(_LIMITED, todo=_READERS)


_LIMITED: Message = msg("Microsoft shows only in part which roles and groups this user has.")
_READERS: Message = msg("It takes the role Directory Readers at the customer's.")
