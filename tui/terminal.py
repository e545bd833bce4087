"""What the terminal is, found out without asking it anything."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from store.message import Message, msg


def why_no_screen(environment: Mapping[str, str]) -> Message | None:
    """Why no full-screen program can run here, if so."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return msg(
            "there is no terminal here. Over ssh, use ssh -t; for one thing at a time, use "
            "commands: partnerdesk --help"
        )
    if environment.get("TERM", "") == "dumb":
        return msg(
            "this terminal (TERM=dumb) cannot show a full screen. For one thing at a time, use "
            "commands: partnerdesk --help"
        )
    return None
