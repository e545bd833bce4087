"""Stores with lines that somebody wrote by hand, meaning no good."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from store.journal import files
from store.journal.reader import segment_path, segments
from store.journal.verify import history

PAYLOADS = (
    "\x1b[31mred",
    "\x1b[2J\x1b[Hgone",
    "\x1b]0;title\x1b\\",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]52;c;aGFja2Vk\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[?1049l",
    "\x1b[6n",
    "\x1b[?25h\x1b[?1000h",
    '\x1bP$q"p\x1b\\',
    "\x1bc",
    "\x9b31mC1",
    "\x9d52;c;aGFja2Vk\x9c",
    "\x00null",
    "\x7f\x08\x08\x08delete",
    "bell\x07 \x0b\x0c\r over",
    "line\nbreak\ttab",
    "\u202egnp.exe",
    "\u2066isolate\u2069 \u200f\u061c",
    "zero\u200bwidth\ufeff\u2060",
    "\ud800lone",
    "[@click=app.quit]Boo[/]",
    "[/]",
    "[/etc/passwd] [b]x[/b] [ERROR] [$error]x [50%]",
    "[red]x[/red] [link=https://evil.example]y[/link]",
    "a\\",
    "{0.__class__} %s %(x)s {name}",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7",
    "e" + "\u0301" * 100,
    "有限公司" * 20,
    "x" * 10_000,
    "<script>alert(1)</script> & \"'",
    "\ue000\uffff\U000f0000",
)
"""Text that terminals, markup, or sloppy programs act upon."""


def forge(path: Path, changes: list[list[Any]], said: str = "forged") -> None:
    """Appends a line that agrees with itself and with the chain, whatever it holds."""
    *_, (_, _, _, last) = history(path)
    why = {"text": said, "values": {"name": said}}
    body = _ascii({"salt": "00", "why": why, "changes": changes})
    head = _ascii(
        {
            "format": 1,
            "seq": last.seq + 1,
            "at": said[:40],
            "by": {"name": said, "login": said, "member": said},
            "from": {"host": said, "ssh": said},
            "did": said,
            "prev": last.sha,
            "body_sha": hashlib.sha256(body).hexdigest(),
        }
    )
    sha = hashlib.sha256(head).hexdigest().encode()
    line = b'{"head":' + head + b',"sha":"' + sha + b'","body":' + body + b"}\n"
    newest = segment_path(path, segments(path)[-1])
    fd = files.open_file(newest, os.O_RDWR | os.O_APPEND)
    files.append(fd, line)
    os.close(fd)


def _ascii(value: object) -> bytes:
    """JSON that can spell even lone surrogates."""
    return json.dumps(value, separators=(",", ":")).encode()


def everything(payload: str, key: int = 1) -> list[list[Any]]:
    """Changes that put a payload into every field of every table."""
    text = dict.fromkeys(
        ("name", "alias", "domain", "microsoft_id", "relationship", "contact", "note"), payload
    )
    event = {
        "what": "answered",
        "on": "2026-11-20",
        "at": payload,
        "by": payload,
        "how": payload,
        "answer": payload,
        "note": payload,
        "status": payload,
    }
    given = {**event, "what": "given", "how": "copied"}
    reported = {**event, "what": "reported"}
    invitation = {
        "customer": key,
        "kind": "delegated",
        "delegation": True,
        "language": payload,
        "link": payload,
        "granular": True,
        "made": "2026-11-01",
        "days": 365,
        "events": [given, event, reported],
    }
    assigned = {"id": payload, "group": payload, "roles": [payload], "status": payload}
    names = ("microsoft_id", "name", "tenant", "customer_name", "kind", "etag")
    relationship = {
        **dict.fromkeys(names, payload),
        "customer": key,
        "status": "active" if key % 2 else payload,
        "roles": [payload],
        "created": "2026-11-20",
        "assignments": [assigned],
    }
    user = {"id": payload, "upn": payload, "name": payload}
    group = {"level": "full", "microsoft_id": payload, "name": payload, "read": payload,
             "members": [user]}  # fmt: skip
    return [
        ["put", "relationships", key, {**relationship, "rev": 1}],
        ["put", "groups", key, {**group, "rev": 1}],
        ["put", "customers", key, {**text, "tags": [payload], "language": payload, "rev": 1}],
        ["put", "invitations", key, {**invitation, "rev": 1}],
        ["put", "members", key, {"upn": payload, "name": payload, "access": True, "level": "full"}],
    ]


def partner_of(payload: str) -> list[list[Any]]:
    """Changes that put a payload into the partner, the offer and the last sync."""
    fields = dict.fromkeys(("name", "tenant", "contact", "mail", "phone"), payload)
    return [
        ["put", "partner", 1, {**fields, "cloud": "practice", "certified": "yes",
                               "operators": {payload: payload}}],
        ["put", "offers", 1, {"kind": "delegated", "link": payload, "summary_id": payload}],
        ["put", "sync", 1, {"at": payload, "whole": True, "tenant": payload}],
    ]  # fmt: skip
