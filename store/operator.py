"""Who is at the keyboard: the login behind sudo, the host, and where the line comes from."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from store.clean import shown
from store.journal.journal import Author
from store.model.partner import Partner

_NO_LOGIN = 2**32 - 1


class Operator(NamedTuple):
    """`name` is what the operator goes by, `login` the account; both are kept in the journal."""

    name: str
    login: str
    host: str = ""
    ssh: str = ""

    def member(self, partner: Partner) -> str:
        """The UPN of the member that this operator is, as set in Partner; or empty."""
        return partner.operators.get(self.name) or partner.operators.get(self.login, "")

    def author(self, partner: Partner) -> Author:
        """This operator as the journal keeps it."""
        return Author(
            {"name": self.name, "login": self.login, "member": self.member(partner)},
            {"host": self.host, "ssh": self.ssh},
        )


def current_operator(environment: Mapping[str, str]) -> Operator:
    """The operator of this process.

    `PARTNERDESK_OPERATOR` names one; else it is the login that a session began with, which sudo
    and su leave as it was, else the account that the process runs as.
    """
    login = _login()
    name = shown(environment.get("PARTNERDESK_OPERATOR", "")).strip()[:64] or login
    ssh = environment.get("SSH_CONNECTION", "").split(" ")[0][:64]
    return Operator(name, login, shown(os.uname().nodename), shown(ssh))


def _login() -> str:
    try:
        began_as = int(Path("/proc/self/loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        began_as = _NO_LOGIN
    for uid in (began_as, os.getuid()):
        if uid != _NO_LOGIN:
            try:
                return pwd.getpwuid(uid).pw_name
            except KeyError:
                return f"uid {uid}"
    return "unknown"
