"""Completing names of roles as they are typed, one after the other."""

from __future__ import annotations

from textual.suggester import Suggester

from store.model.roles import ROLES


class RoleSuggester(Suggester):
    """Suggests the first role that begins with what stands behind the last comma; → takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The suggestion for typed names."""
        *before, last = value.split(",")
        begun = last.lstrip().casefold()
        taken = {name.strip().casefold() for name in before}
        if not begun:
            return None
        for name in sorted(ROLES.values()):
            if name.casefold().startswith(begun) and name.casefold() not in taken:
                return value[: len(value) - len(last.lstrip())] + name
        return None
