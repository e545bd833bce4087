"""Members: the partner's own users, and who of them may administer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.actions.fields import through_the_door
from store.desk import Desk, Receipt
from store.errors import BadInput, NotFound
from store.message import N_, Message, msg
from store.model.access import LEVEL_NAMES, Level, Member, upn
from store.model.consent import USABLE
from store.view import MEMBERS, View
from store.work import Tables

FIELD_NAMES = {"name": N_("Name"), "upn": N_("User name")}


def add(desk: Desk, user_name: str, name: str) -> Receipt:
    """Adds a member without administrative access; raises `BadInput`."""
    kept, notes = _details({"upn": user_name, "name": name})

    def work(tables: Tables) -> Message:
        _refuse_twin(tables.view, kept["upn"], but=0)
        tables.members.insert({**kept, "access": False, "level": ""})
        return msg("Added {name}.", name=kept["name"] or kept["upn"])

    return desk.transaction("members.add", work).with_notes(*notes)


def edit(desk: Desk, key: int, details: Mapping[str, str], rev: int | None = None) -> Receipt:
    """Changes a member's name or user name; raises `BadInput` or `Conflict`."""
    return save(desk, key, details, None, rev)


def set_access(
    desk: Desk, key: int, *, access: bool, level: Level, rev: int | None = None
) -> Receipt:
    """Sets *Assign administrative access to companies you support* and the level.

    *Yes* needs a level; with *No* the level is taken away. Raises `BadInput` or `Conflict`.
    """
    return save(desk, key, {}, (access, level), rev)


def save(
    desk: Desk,
    key: int,
    details: Mapping[str, str],
    settings: tuple[bool, Level] | None,
    rev: int | None = None,
) -> Receipt:
    """Changes details, and settings (access and level), as one transaction."""
    kept, notes = _details(details)
    if settings:
        access, level = settings
        checked(access, level)
        kept |= {"access": access, "level": level.value if access else ""}

    def work(tables: Tables) -> Message:
        member = _member(tables, key, rev)
        if "upn" in kept:
            _refuse_twin(tables.view, kept["upn"], but=key)
            if kept["upn"].casefold() != member.upn.casefold():
                kept["microsoft_id"] = ""  # whose account that is, Microsoft says anew
        tables.members.update(kept, doc_ids=[key])
        if "upn" in kept:
            _rename_operators(tables, member.upn, kept["upn"])
        name = kept.get("name") or member.name or member.upn
        if not settings:
            return msg("Changed {name}.", name=name)
        if not settings[0]:
            return msg("{name} has no administrative access any more.", name=name)
        return msg("{name} has {level}.", name=name, level=msg(LEVEL_NAMES[settings[1]]))

    did = "members.access" if settings else "members.edit"
    return desk.transaction(did, work).with_notes(*notes)


def checked(access: bool, level: Level) -> None:
    """Raises `BadInput` where Yes comes without a level."""
    if access and level is Level.NONE:
        raise BadInput(
            msg("With Yes, a level has to be chosen."),
            field="level",
            todo=msg("Choose Full administration or Limited administration."),
        )


def remove(desk: Desk, key: int) -> Receipt:
    """Takes a member off the list."""

    def work(tables: Tables) -> Message:
        member = _member(tables, key, None)
        tables.members.remove(doc_ids=[key])
        return msg("Removed {name}.", name=member.name or member.upn)

    return desk.transaction("members.remove", work)


def reach(desk: Desk) -> int:
    """How many customers administrative access opens today."""
    view, today = desk.view, desk.today()
    reached = 0
    for customer, keys in view.invitation_ids.items():
        found = view.customers.get(customer)
        if found and not found.get("archived") and keys:
            reached += view.state(customer, today) in USABLE
    return reached


def _member(tables: Tables, key: int, rev: int | None) -> Member:
    found = tables.view.tables.table(MEMBERS).get(key)
    if found is None:
        raise NotFound(msg("This user is no longer there."))
    member = Member.from_document(key, found)
    tables.at_rev(MEMBERS, key, rev, member.name or member.upn)
    return member


def _rename_operators(tables: Tables, before: str, after: str) -> None:
    """Whoever is this member on this host stays so."""
    operators = tables.view.partner.operators
    renamed = {
        login: after if upn.casefold() == before.casefold() else upn
        for login, upn in operators.items()
    }
    if renamed != operators:
        tables.partner.update({"operators": renamed}, doc_ids=[1])


def _details(details: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Message, ...]]:
    made: dict[str, Any] = {}
    notes = []
    for field, value in details.items():
        if field not in FIELD_NAMES:
            raise BadInput(msg("A user has no field {field}.", field=field), field=field)
        rule = upn if field == "upn" else None
        made[field], note = through_the_door(field, FIELD_NAMES[field], value, rule)
        if note:
            notes.append(note)
    return made, tuple(notes)


def _refuse_twin(view: View, user_name: str, but: int) -> None:
    twin = view.member(user_name)
    if twin and twin.id != but:
        raise BadInput(
            msg("{upn} is {name} already.", upn=twin.upn, name=twin.name or twin.upn), field="upn"
        )
