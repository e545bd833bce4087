"""An organisation that the partner manages or wants to manage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from store.errors import BadInput
from store.message import N_, Message, msg
from store.model import document
from store.model.partner import TENANT

LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "zh-Hans": "简体中文",
}
"""The languages that letters are written in, each in its own name."""

FIELD_NAMES = {
    "name": N_("Company name"),
    "domain": N_("Primary domain name"),
    "microsoft_id": N_("Microsoft ID"),
    "relationship": N_("Relationship"),
    "tags": N_("Tags"),
    "alias": N_("Alias"),
    "language": N_("Language"),
    "contact": N_("Contact"),
    "note": N_("Note"),
}


def field_name(field: str) -> Message:
    """What a field of a customer is called."""
    return Message(FIELD_NAMES[field])


# One label: letters of any script, digits, inner hyphens. Length limits as in RFC 1035.
_LABEL = r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?"
# Compiled by the first value that is checked; the first page shows only what was.
_DOMAIN = rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+"
_MAIL = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+"
_NAMED = r'(?:"[^"<>@\r\n]*"|[^<>@,;"\r\n]*)\s*<\s*([^<>\s]+)\s*>'
"""An address as mail programs copy it: behind a name."""


class Customer(NamedTuple):
    """A customer as recorded; `archived` is the day it was archived, or empty.

    `microsoft_name` is what it calls itself at Microsoft, where that is another name.
    """

    id: int
    name: str
    domain: str = ""
    microsoft_id: str = ""
    relationship: str = ""
    tags: tuple[str, ...] = ()
    alias: str = ""
    language: str = ""
    contact: str = ""
    note: str = ""
    archived: str = ""
    rev: int = 0
    microsoft_name: str = ""

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Customer:
        """The customer in a stored document."""
        read = document.text
        return cls(
            key,
            read(found, "name"),
            read(found, "domain"),
            read(found, "microsoft_id"),
            read(found, "relationship"),
            document.texts(found, "tags"),
            read(found, "alias"),
            read(found, "language"),
            read(found, "contact"),
            read(found, "note"),
            read(found, "archived"),
            document.number(found, "rev") or 0,
            read(found, "microsoft_name"),
        )

    @property
    def label(self) -> str:
        """What to call the customer in a sentence."""
        return self.name or self.domain or self.microsoft_id or f"#{self.id}"

    @property
    def ref(self) -> str:
        """How a command that is told names it, ready for a shell."""
        import shlex

        return shlex.quote(self.domain or self.microsoft_id or self.name or f"#{self.id}")


def search_text(found: Mapping[str, Any]) -> str:
    """What a filter looks through: the names, alias, domain and tags, casefolded."""
    try:
        tags = found.get("tags") or ()
        return (
            f"{found['name']}\n{found.get('alias', '')}\n{found.get('domain', '')}\n"
            f"{' '.join(tags)}\n{found.get('microsoft_name', '')}"
        ).casefold()
    except (KeyError, TypeError):
        customer = Customer.from_document(0, found)
        words = (customer.name, customer.alias, customer.domain, " ".join(customer.tags),
                 customer.microsoft_name)  # fmt: skip
        return "\n".join(words).casefold()


def sort_key(found: Mapping[str, Any]) -> str:
    """Customers are listed by name, upper and lower case alike."""
    name = found.get("name", "")
    return name.casefold() if isinstance(name, str) else str(name).casefold()


def is_domain(value: str) -> bool:
    """Whether `value` is one domain name in lower case."""
    return re.fullmatch(_DOMAIN, value) is not None


def domain(value: str) -> str:
    """A domain name in lower case; raises `BadInput`."""
    value = value.strip().rstrip(".").lower()
    if value and not is_domain(value):
        raise BadInput(
            msg(
                "{field}: {value} is not a domain name.",
                field=field_name("domain"),
                value=value,
            ),
            field="domain",
            todo=msg("Write it as in contoso.com."),
        )
    return value


def microsoft_id(value: str) -> str:
    """A Microsoft ID (the customer's tenant id) in lower case; raises `BadInput`."""
    value = value.strip().strip("{}").lower()
    if value and not TENANT.fullmatch(value):
        raise BadInput(
            msg(
                "{field}: {value} is not a Microsoft ID.",
                field=field_name("microsoft_id"),
                value=value,
            ),
            field="microsoft_id",
            todo=msg("It has five groups of hexadecimal digits: 8-4-4-4-12."),
        )
    return value


def is_mail(value: str) -> bool:
    """Whether `value` is one mail address.

    One that looks like an encoded word is none: some servers decode it, and write to the address
    that is hidden in it.
    """
    if not re.fullmatch(_MAIL, value) or value.startswith("."):
        return False
    if any(part in value for part in ("..", ".@", "=?")):
        return False
    try:
        value.rpartition("@")[2].encode("idna")
    except UnicodeError:
        return False
    return True


def mail(value: str, field: str = "contact") -> str:
    """One mail address, which may stand behind a name and in <>; raises `BadInput`."""
    value = value.strip()
    named = re.fullmatch(_NAMED, value)
    if named and is_mail(named[1]):
        return named[1]
    if value and not is_mail(value):
        name, at, domain = value.rpartition("@")
        if is_mail(re.sub(r"[^\x00-\x7f]", "x", name) + at + domain):
            raise BadInput(
                msg(
                    "{field}: {value} has letters before the @ that many mail servers refuse.",
                    field=msg(FIELD_NAMES.get(field, N_("Mail"))),
                    value=value,
                ),
                field=field,
                todo=msg("Only the domain may have letters such as ü: ask for an address with "
                         "plain ones before the @."),
            )  # fmt: skip
        raise BadInput(
            msg(
                "{field}: {value} is not a mail address.",
                field=msg(FIELD_NAMES.get(field, N_("Mail"))),
                value=value,
            ),
            field=field,
            todo=msg("Write one address, as in it@contoso.com."),
        )
    return value


def language(value: str) -> str:
    """The code of a language of letters, by that or a name of it; raises `BadInput`."""
    from store.model.languages import code_of  # no first page needs it

    value = value.strip()
    code = value if value in LANGUAGES else code_of(value)
    if code or not value:
        return code
    raise BadInput(
        msg(
            "{field}: there are no letters in {value}, only in {languages}.",
            field=field_name("language"),
            value=value,
            languages=", ".join(sorted(LANGUAGES)),
        ),
        field="language",
    )


def tags(value: str) -> tuple[str, ...]:
    """Tags out of a text that separates them by commas or semicolons; each once."""
    found = (part.strip() for part in re.split(r"[,;]", value))
    return tuple(dict.fromkeys(part for part in found if part))
