"""No image of this process's memory is left on disk: it may hold a password or a token."""

from __future__ import annotations

import contextlib

_PR_SET_DUMPABLE = 4
_done = False


def no_core_dumps() -> None:
    """Forbids core dumps from now on; called wherever a secret comes to exist.

    The limit stops the kernel's own files. Whoever takes dumps through a pipe, as systemd does,
    asks whether the process may be dumped at all; that also keeps debuggers of the same account
    out. Where a system knows neither, the rest of the program is as good as before.
    """
    global _done
    if _done:
        return
    _done = True
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    import ctypes  # takes longer to import than most commands take; few of them hold a secret

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
