"""The partner: who we are, in which cloud, what Limited means, who the operators are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from tinydb.table import Document

from store.actions.fields import through_the_door
from store.clean import NAME_LIMIT, TEXT_LIMIT, is_visible
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg
from store.model import access
from store.model.customer import mail
from store.model.partner import TENANT, Certified, Cloud, FlowSetting, LimitedAs
from store.view import PARTNER
from store.work import Tables

FIELD_NAMES = {
    "name": N_("Name"),
    "tenant": N_("Tenant ID"),
    "cloud": N_("Cloud"),
    "contact": N_("Contact"),
    "mail": N_("Mail"),
    "phone": N_("Telephone"),
    "certified": N_("Certified partner"),
    "limited": N_("Limited means"),
    "flow": N_("Way of working"),
    "operators": N_("Operators"),
    "client_id": N_("Client ID"),
}


def _tenant(value: str) -> str:
    value = value.lower().strip("{}")
    if value and not TENANT.fullmatch(value):
        raise BadInput(
            msg("{value} is not a tenant ID.", value=value),
            todo=msg("It has five groups of hexadecimal digits: 8-4-4-4-12."),
        )
    return value


def _client_id(value: str) -> str:
    value = value.lower().strip("{}")
    if value and not TENANT.fullmatch(value):
        raise BadInput(
            msg("{value} is not a client ID.", value=value),
            todo=msg(
                "The app registration shows it as Application (client) ID: five groups of "
                "hexadecimal digits, 8-4-4-4-12."
            ),
        )
    return value


def _one_of(choices: type[StrEnum]) -> Callable[[str], str]:
    def rule(value: str) -> str:
        if value not in set(choices):
            raise BadInput(
                msg("{value} is none of the choices.", value=value),
                todo=msg("Choose one of {choices}.", choices=", ".join(filter(None, choices))),
            )
        return value

    return rule


def _operators(value: str) -> dict[str, str]:
    """`login=upn` pairs, separated by commas or spaces."""
    made = {}
    for pair in value.replace(",", " ").split():
        login, equals, upn = pair.partition("=")
        if not login or not equals:
            raise BadInput(
                msg("{value} is not login=user.", value=pair),
                todo=msg("Write pairs, as in anna=anna@fabrikam.com, zoe=zoe@fabrikam.com."),
            )
        made[login] = access.upn(upn)
    return made


_RULES: dict[str, Callable[[str], Any]] = {
    "tenant": _tenant,
    "cloud": _one_of(Cloud),
    "mail": lambda value: mail(value, "mail"),
    "certified": _one_of(Certified),
    "limited": _one_of(LimitedAs),
    "flow": _one_of(FlowSetting),
    "operators": _operators,
    "client_id": _client_id,
}
_LIMITS = {"operators": TEXT_LIMIT}
_STORED_AS = {"limited": "limited_as"}


def set_fields(desk: Desk, fields: Mapping[str, str], rev: int | None = None) -> Receipt:
    """Sets some fields of the partner; `operators` replaces all pairs.

    `client_id` is of the cloud that the partner is in afterwards; those of other clouds stay.
    `rev` is the revision that a form was opened with. Raises `BadInput` or `Conflict`.
    """
    changes: dict[str, Any] = {}
    notes: list[Message] = []
    for field, value in fields.items():
        if field not in FIELD_NAMES:
            raise BadInput(
                msg("A partner has no field {field}.", field=field),
                field=field,
                todo=msg("The fields are {fields}.", fields=", ".join(FIELD_NAMES)),
            )
        made, note = through_the_door(
            field, FIELD_NAMES[field], value, _RULES.get(field), _LIMITS.get(field, NAME_LIMIT)
        )
        changes[_STORED_AS.get(field, field)] = made
        if note:
            notes.append(note)
    if "name" in changes and not is_visible(changes["name"]):
        raise BadInput(msg("The partner needs a name."), field="name")

    client_id = changes.pop("client_id", None)

    def work(tables: Tables) -> Message:
        partner = tables.view.partner
        if client_id is not None:
            cloud = str(changes.get("cloud", partner.cloud.value))
            changes["client_ids"] = {**partner.client_ids, cloud: client_id}
        if tables.view.tables.table(PARTNER).get(1) is None:
            tables.partner.insert(Document(changes, 1))  # always the same one
        else:
            tables.at_rev(PARTNER, 1, rev, partner.name)
            tables.partner.update(changes, doc_ids=[1])
        return msg("Saved the partner {name}.", name=changes.get("name") or partner.name)

    return desk.transaction("partner.set", work).with_notes(*notes)
