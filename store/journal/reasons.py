"""What the system says when a call fails, in the operator's words."""

from __future__ import annotations

import errno

from store.errors import WriteRefused
from store.message import N_, Message, msg

_REASONS = {
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk quota is used up"),
    errno.EFBIG: N_("the file may not grow any further"),
    errno.EROFS: N_("the disk is mounted read-only"),
    errno.EIO: N_("the disk reported an error"),
}


def refused(error: OSError) -> WriteRefused:
    """What a failed write means for the operator."""
    return WriteRefused(
        msg("The change was not saved: {reason}.", reason=reason_of(error)),
        todo=msg("Everything saved before is still there. Make room, then do it again."),
    )


def reason_of(error: OSError) -> Message:
    """The system's reason, in the operator's words where we have them."""
    known = _REASONS.get(error.errno or 0)
    return msg(known) if known else msg("{raw}", raw=error.strerror or type(error).__name__)
