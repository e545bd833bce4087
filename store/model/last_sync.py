"""The last sync with Microsoft, as it is kept in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from store.model import document


class LastSync(NamedTuple):
    """When it was taken in (UTC), and whether everything was read.

    The time is true to the minute. `whole` is `None` before the first. `listed` says that the
    list of relationships was whole, whatever else was not.
    """

    at: str = ""
    whole: bool | None = None
    tenant: str = ""
    listed: bool = False

    @classmethod
    def from_document(cls, found: Mapping[str, Any] | None) -> LastSync:
        """The last sync in the stored document; `None` where there was none."""
        if found is None:
            return cls()
        read = document.text
        whole = document.flag(found, "whole")
        listed = whole or document.flag(found, "listed")
        return cls(read(found, "at"), whole, read(found, "tenant"), listed)
