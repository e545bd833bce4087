"""Microsoft Entra roles that a relationship may ask for, and the presets for Full and Limited.

A role is known by its template id, the same in every tenant. Whoever asks for another role than
these gives its template id; it is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from store.errors import BadInput
from store.message import N_, Message, msg
from store.model.access import Level
from store.model.partner import TENANT, LimitedAs

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
DOMAIN_NAME_ADMINISTRATOR = "8329153b-31d0-4727-b945-745eb3bc5f31"
HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
PASSWORD_ADMINISTRATOR = "966707d0-3269-4727-9be2-8c3a10f19b9d"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"

ROLES = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    USER_ADMINISTRATOR: "User Administrator",
    DOMAIN_NAME_ADMINISTRATOR: "Domain Name Administrator",
    HELPDESK_ADMINISTRATOR: "Helpdesk Administrator",
    PASSWORD_ADMINISTRATOR: "Password Administrator",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "Privileged Authentication Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    DIRECTORY_READERS: "Directory Readers",
    "9360feb5-f418-4baa-8175-e2a00bac4301": "Directory Writers",
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
    "4d6ac14f-3453-41d0-bef9-a3e0c569773a": "License Administrator",
    "f023fd81-a637-4b56-95fd-791ac0226033": "Service Support Administrator",
    "fdd7a751-b60b-444a-984c-02652fe8fa1c": "Groups Administrator",
    "b0f54661-2d74-4c50-afa3-1ec803f12efe": "Billing Administrator",
    "95e79109-95c0-4d8e-aee3-d01accf2d47b": "Guest Inviter",
    "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b": "Message Center Reader",
    "4a5d8f65-41da-4de4-8968-e035b65339cf": "Reports Reader",
    "75934031-6c7e-415a-99d7-48dbd49e875e": "Usage Summary Reports Reader",
    "27460883-1df1-4691-b032-3b79643e5e63": "User Experience Success Manager",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "be2f45a1-457d-42af-a067-6ec1fa63bc45": "External Identity Provider Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "5d6b6bb7-de71-4623-b4af-96380a352509": "Security Reader",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "3a2c62db-5318-420d-8d74-23affee5d9d5": "Intune Administrator",
}
"""Names by template id. They are Microsoft's own and are not translated."""


class Preset(StrEnum):
    """Which roles an offer asks for."""

    FULL = "full"
    FULL_LITERAL = "full-literal"
    LIMITED = "limited"
    LIMITED_LITERAL = "limited-literal"


PRESET_NAMES = {
    Preset.FULL: N_("Full administration, by the least roles that do its tasks"),
    Preset.FULL_LITERAL: N_("Full administration, as a global administrator"),
    Preset.LIMITED: N_("Limited administration, with reading the list of users"),
    Preset.LIMITED_LITERAL: N_("Limited administration, the one role alone"),
}
PRESET_PRICES = {
    Preset.FULL: N_(
        "Adds users, resets every password, adds domains; can extend itself, and our users with "
        "Limited administration can act too. The customer reads five roles instead of one, and "
        "anything beyond these tasks is out of reach."
    ),
    Preset.FULL_LITERAL: N_(
        "Everything, as in the article. It can never extend itself, our users with Limited "
        "administration cannot act in it, and Microsoft advises against it."
    ),
    Preset.LIMITED: N_(
        "Resets the passwords of those who are no administrators, and finds them by their names; "
        "can extend itself."
    ),
    Preset.LIMITED_LITERAL: N_(
        "Resets the same passwords, as in the article. The list of users cannot be read: whoever "
        "asks has to spell the user name."
    ),
}
"""What each preset gives and what it costs."""

LEVEL_OF = {
    Preset.FULL: Level.FULL,
    Preset.FULL_LITERAL: Level.FULL,
    Preset.LIMITED: Level.LIMITED,
    Preset.LIMITED_LITERAL: Level.LIMITED,
}


class Bundle(NamedTuple):
    """The roles that a relationship asks for, by template id, each once and in order."""

    roles: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the roles, as Microsoft writes them."""
        return tuple(map(role_name, self.roles))

    @property
    def is_global(self) -> bool:
        """Whether Global Administrator is among them, which forbids extending."""
        return GLOBAL_ADMINISTRATOR in self.roles


def role_name(role: str) -> str:
    """A role's name; its template id where we do not know it."""
    return ROLES.get(role.lower(), role)


def limited_role(limited_as: LimitedAs) -> str:
    """The role that Limited administration means for this partner."""
    return PASSWORD_ADMINISTRATOR if limited_as is LimitedAs.PASSWORD else HELPDESK_ADMINISTRATOR


def preset_roles(preset: Preset, limited_as: LimitedAs = LimitedAs.PASSWORD) -> Bundle:
    """The roles of a preset; Limited is what the partner has set it to be."""
    match preset:
        case Preset.FULL:
            # The role of Limited is among them, or those of ours who have Limited administration
            # could not be let in: a group gets no role that the customer did not grant.
            return Bundle(
                (
                    USER_ADMINISTRATOR,
                    DOMAIN_NAME_ADMINISTRATOR,
                    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
                    limited_role(limited_as),
                    DIRECTORY_READERS,
                )
            )
        case Preset.FULL_LITERAL:
            return Bundle((GLOBAL_ADMINISTRATOR,))
        case Preset.LIMITED:
            return Bundle((limited_role(limited_as), DIRECTORY_READERS))
        case Preset.LIMITED_LITERAL:
            return Bundle((limited_role(limited_as),))


def chosen_roles(named: Iterable[str]) -> Bundle:
    """Roles by name or template id, in any case; raises `BadInput`."""
    by_name = {name.casefold(): role for role, name in ROLES.items()}
    found: dict[str, None] = {}
    for word in named:
        wanted = word.strip()
        role = by_name.get(wanted.casefold()) or wanted.lower()
        if not TENANT.fullmatch(role):
            raise BadInput(
                msg("No role is called {name}.", name=wanted),
                field="roles",
                todo=msg("Give a name as Microsoft writes it, or a template id."),
            )
        found[role] = None
    if not found:
        raise BadInput(msg("A relationship asks for one role at least."), field="roles")
    return Bundle(tuple(found))


def why_not_extended(bundle: Bundle) -> Message | None:
    """Why a relationship with these roles cannot extend itself, if so."""
    if not bundle.is_global:
        return None
    return msg("Microsoft extends no relationship that holds Global Administrator.")
