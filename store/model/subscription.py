"""What a trial invitation or a purchase offer is for: subscriptions and their licences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from store.model import document

TRIAL_LICENCES = 25
"""How many licences a trial comes with, where nothing else was said."""
MOST_LICENCES = 10_000
"""The most licences of one subscription."""
MOST_SUBSCRIPTIONS = 20
"""The most subscriptions of one purchase offer; a trial invitation is for one."""


class Subscription(NamedTuple):
    """One subscription by its name at Microsoft; `licences` is `None` where it is not known."""

    name: str
    licences: int | None = None

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Subscription:
        """The subscription in a stored offer or invitation."""
        return cls(document.text(found, "name"), document.number(found, "licences"))

    @property
    def label(self) -> str:
        """The subscription with its licences, as in 25 × Microsoft 365 E3."""
        return self.name if self.licences is None else f"{self.licences} × {self.name}"

    def as_document(self) -> dict[str, Any]:
        """The subscription as it is stored."""
        return {"name": self.name, "licences": self.licences}


def subscriptions_in(found: Mapping[str, Any]) -> tuple[Subscription, ...]:
    """The subscriptions of a stored offer or invitation; what has no name is none."""
    listed = map(Subscription.from_document, document.listed(found, "subscriptions"))
    return tuple(one for one in listed if one.name)
