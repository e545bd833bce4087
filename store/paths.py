"""Names of files and folders as people type them."""

from __future__ import annotations

from pathlib import Path

from store.errors import BadInput
from store.message import msg


def typed_path(typed: str) -> Path:
    """A path in which `~` and `~name` stand for home folders; raises `BadInput`."""
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise BadInput(
            msg("{path} names nobody's home folder.", path=typed), field="path"
        ) from error
