"""Our own tenant: its contracts, groups, members and users."""

from __future__ import annotations

from store.errors import DeskError, GraphOutcomeUnknown, GraphRefused, NotFound
from store.graph import parsing
from store.graph.asking import Effect, literal, segment, user_segment
from store.graph.facts import Contract, Group, User
from store.graph.organization import WhoseTenant
from store.graph.pages import Listing, Told
from store.graph.scopes import Scope
from store.graph.transport import VERSION
from store.message import msg

READ = (Scope.DIRECTORY_READ,)
_GROUP = "$select=id,displayName,description,securityEnabled,groupTypes"
_USER = "$select=id,displayName,userPrincipalName,accountEnabled,userType"
_PAGE = "$top=999"
_NICKNAME_LIMIT = 64


class Directory(WhoseTenant):
    """The part of Graph about our own tenant."""

    async def contracts(self, told: Told | None = None) -> Listing[Contract]:
        """Our customers, also those without granular relationships."""
        return await self._all(f"/contracts?{_PAGE}", READ, parsing.contract, told)

    async def groups(self, *names: str, told: Told | None = None) -> Listing[Group]:
        """The groups of these names, or all."""
        if not names:
            return await self._all(f"/groups?{_PAGE}&{_GROUP}", READ, parsing.group, told)
        found = [
            await self._all(
                f"/groups?{_PAGE}&{_GROUP}&$filter=displayName%20eq%20{literal(name)}",
                READ,
                parsing.group,
            )
            for name in names
        ]
        return Listing(
            tuple({one.id: one for listing in found for one in listing.items}.values()),
            all(listing.whole for listing in found),
            next((listing.why for listing in found if listing.why), None),
        )

    async def group(self, key: str) -> Group:
        """One group by its id."""
        return await self._one(f"/groups/{segment(key)}?{_GROUP}", READ, parsing.group)

    async def group_named(self, name: str) -> Group | None:
        """The security group of this name; raises `NotFound` where several bear it."""
        found = [
            one
            for one in (await self.groups(name)).items
            if one.name.casefold() == name.casefold() and one.security
        ]
        if len(found) > 1:
            raise NotFound(
                msg("{count} groups are called {name}.", count=len(found), name=name),
                todo=msg("Choose one by its id."),
            )
        return found[0] if found else None

    async def create_group(self, name: str, description: str) -> Group:
        """Makes a security group.

        Names of groups may be used more than once: look for one first, and after a
        `GraphOutcomeUnknown` again.
        """
        nickname = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
        body = {
            "displayName": name,
            "description": description,
            "mailNickname": nickname[:_NICKNAME_LIMIT] or "partnerdesk",
            "mailEnabled": False,
            "securityEnabled": True,
        }
        return await self._added("/groups", (Scope.GROUPS_CREATE,), body, parsing.group)

    async def members(self, group: str) -> Listing[User]:
        """Who is in a group; what is no user (a group in the group, an app) says so in `kind`."""
        path = f"/groups/{segment(group)}/members?{_PAGE}&{_USER}"
        return await self._all(path, READ, parsing.user)

    async def add_member(self, group: str, user: str) -> bool:
        """Adds a user, by id, to a group; false if it was in there already."""
        reference = f"{self._wire.endpoint.graph}{VERSION}/directoryObjects/{segment(user)}"
        try:
            await self._change(
                "POST",
                f"/groups/{segment(group)}/members/$ref",
                (Scope.GROUPS_WRITE,),
                body={"@odata.id": reference},
                effect=Effect.AGAIN,
            )
        except (GraphRefused, GraphOutcomeUnknown) as error:
            refused = _last(error)
            if refused and refused.status == 400 and "already exist" in refused.said:
                return isinstance(error, GraphOutcomeUnknown)  # then a try of ours did it
            raise
        return True

    async def remove_member(self, group: str, user: str) -> bool:
        """Takes a user, by id, out of a group; false if it was not in there."""
        try:
            await self._change(
                "DELETE",
                f"/groups/{segment(group)}/members/{segment(user)}/$ref",
                (Scope.GROUPS_WRITE,),
                effect=Effect.AGAIN,
            )
        except (GraphRefused, GraphOutcomeUnknown) as error:
            refused = _last(error)
            if refused and refused.status == 404:
                return isinstance(error, GraphOutcomeUnknown)
            raise
        return True

    async def users(self, search: str = "", told: Told | None = None) -> Listing[User]:
        """Our users, or those whose name or user name begins with `search`."""
        path = f"/users?{_PAGE}&{_USER}"
        if search:
            word = literal(search)
            path += (
                f"&$filter=startswith(displayName,{word})"
                f"%20or%20startswith(userPrincipalName,{word})"
            )
        return await self._all(path, READ, parsing.user, told)

    async def user(self, upn: str) -> User:
        """One user by user name or id."""
        return await self._one(f"/users/{user_segment(upn)}?{_USER}", READ, parsing.user)

    async def me(self) -> User:
        """Who is signed in."""
        return await self._one(f"/me?{_USER}", (Scope.ME,), parsing.user)


def _last(error: DeskError) -> GraphRefused | None:
    """What the last try was refused with."""
    last = error.last if isinstance(error, GraphOutcomeUnknown) else error
    return last if isinstance(last, GraphRefused) else None
