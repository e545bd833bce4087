"""The folder that a store lives in: who may read it, and whether it can be trusted with locks."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from store.errors import StoreUnusable
from store.message import Message, msg

_TEAM = stat.S_ISGID | stat.S_IRWXU | stat.S_IRWXG
_NETWORK = r"nfs\d?|cifs|smb3?|smbfs|afs|9p|ceph|glusterfs|lustre|fuse(\..*)?"


class Folder(NamedTuple):
    """A store's folder, ready for use.

    `file_mode` is 0600, or 0660 where the folder is its group's (mode 2770). `read_only` says
    why nothing can be written there, if so.
    """

    path: Path
    file_mode: int
    read_only: Message | None


def prepare(path: Path, *, allow_network: bool = False) -> Folder:
    """The folder at `path`, made with mode 0700 if it is missing; raises `StoreUnusable`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = os.stat(path).st_mode
    except OSError as error:
        raise StoreUnusable(
            msg("The folder {path} cannot be made: {reason}.", path=path, reason=_reason(error)),
            todo=msg("Name another one with --store, or set PARTNERDESK_STORE."),
        ) from error
    if mode & stat.S_IWOTH:
        raise StoreUnusable(
            msg("Anyone on this host may write in {path}.", path=path),
            todo=msg("Take that right away: chmod o-w {path}", path=path),
        )
    if not os.access(path, os.R_OK | os.X_OK):
        raise StoreUnusable(
            msg("The folder {path} may not be read by this account.", path=path),
            todo=msg("Ask its owner, or name another one with --store."),
        )
    read_only = None
    kind = filesystem(path)
    if not os.access(path, os.W_OK):
        read_only = msg("The folder {path} may not be written by this account.", path=path)
    elif re.fullmatch(_NETWORK, kind) and not allow_network:
        read_only = msg(
            "{path} is on a network or user-space filesystem ({kind}), where locks cannot be "
            "trusted; use --store with a folder on a local disk.",
            path=path,
            kind=kind,
        )
    team = stat.S_IMODE(mode) & _TEAM == _TEAM
    return Folder(path, 0o660 if team else 0o600, read_only)


def filesystem(path: Path) -> str:
    """The type of the filesystem that `path` is on, as the kernel names it; "" if unknown."""
    real = os.path.realpath(path)
    best, kind = "", ""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for mount in mounts.splitlines():
        before, _, after = mount.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), before.split(" ")[4])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
