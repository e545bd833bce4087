"""Takes the fields of forms, files and commands through the door, each by its own rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from store.clean import NAME_LIMIT, TEXT_LIMIT, cleaned, is_visible
from store.errors import BadInput
from store.message import Message, msg
from store.model import customer as rules
from store.model.customer import FIELD_NAMES, field_name

_RULES: dict[str, Callable[[str], Any]] = {
    "domain": rules.domain,
    "microsoft_id": rules.microsoft_id,
    "contact": rules.mail,
    "language": rules.language,
    "tags": lambda value: list(rules.tags(value)),
}
_LIMITS = {"note": TEXT_LIMIT, "tags": TEXT_LIMIT}


def customer_fields(given: Mapping[str, str]) -> tuple[dict[str, Any], list[Message]]:
    """The fields of a customer document out of what was typed, and notes on what was changed.

    Raises `BadInput`, which names the field.
    """
    made: dict[str, Any] = {}
    notes: list[Message] = []
    for field, value in given.items():
        if field not in FIELD_NAMES:
            raise BadInput(
                msg("A customer has no field {field}.", field=field),
                field=field,
                todo=msg("The fields are {fields}.", fields=", ".join(FIELD_NAMES)),
            )
        made[field], note = through_the_door(
            field, FIELD_NAMES[field], value, _RULES.get(field), _LIMITS.get(field, NAME_LIMIT)
        )
        if note:
            notes.append(note)
    if "name" in made and not is_visible(made["name"]):
        raise BadInput(
            msg("{field} is missing.", field=field_name("name")),
            field="name",
            todo=msg("Every customer needs one."),
        )
    return made, notes


def through_the_door(
    field: str,
    name: str,
    value: str,
    rule: Callable[[str], Any] | None = None,
    limit: int = NAME_LIMIT,
) -> tuple[Any, Message | None]:
    """One value, cleaned and by its rule; errors name `field`, whatever raised them."""
    try:
        text, note = cleaned(value, name, limit=limit)
        return (rule(text) if rule else text), note
    except BadInput as error:
        error.field = field
        raise
