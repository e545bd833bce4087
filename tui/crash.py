"""What is left of a crash: a private file with the traceback, and no values of variables.

Textual's own report prints local variables, and those are customers' data.
"""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from store.message import Message, msg


def write_report(folder: Path) -> Message:
    """Writes the exception that is being handled into a folder; says where it is."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"crash-{stamp}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError as error:
        return msg("No report could be written: {reason}.", reason=error.strerror or "")
    return msg("The report is in {path}.", path=str(path))
