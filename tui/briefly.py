"""Reasons beside a customer's name, which they need not repeat."""

from __future__ import annotations

from store.clean import harmless

_AFTER = (" : ", ": ", " ")


def briefly(said: str, label: str) -> str:
    """A sentence in the interface language without the customer's name that it begins with."""
    name = harmless(label)
    for after in _AFTER:
        if name and said.startswith(name + after):
            rest = said[len(name) + len(after) :]
            return rest[:1].upper() + rest[1:]
    return said
