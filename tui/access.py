"""How the operator's settings reach Microsoft."""

from __future__ import annotations

from collections.abc import Mapping

from store.actions.connection import Access
from tui.settings import Settings, state_folder


def access(settings: Settings, environment: Mapping[str, str]) -> Access:
    """The settings that a connection takes, and the folder for sign-ins."""
    return Access(
        tokens=state_folder(environment) / "tokens",
        token_cache=settings.token_cache,
        ca_bundle=settings.ca_bundle,
        certificate=settings.certificate,
    )
