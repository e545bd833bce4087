"""Completing names of files as they are typed."""

from __future__ import annotations

import os
from pathlib import Path

from textual.suggester import Suggester


class PathSuggester(Suggester):
    """Suggests the first file or folder that begins with what is typed; → takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The suggestion for a typed path."""
        folder, _, begun = value.rpartition("/")
        if not begun:
            return None
        try:
            place = Path(f"{folder}/" if "/" in value else ".").expanduser()
            names = sorted(name for name in os.listdir(place) if name.startswith(begun))
        except (OSError, RuntimeError):
            return None
        if not names or not names[0].isprintable():
            return None
        ending = "/" if (place / names[0]).is_dir() else ""
        return f"{value}{names[0][len(begun) :]}{ending}"
