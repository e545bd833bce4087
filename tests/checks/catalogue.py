"""The French catalogue: nothing missing, stale, fuzzy or with other fields than the English.

python -m tests.checks.catalogue          checks
python -m tests.checks.catalogue update   takes in new sentences, then compiles
"""

from __future__ import annotations

import gettext
import re
import sys
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PO = ROOT / "tui/locale/fr/LC_MESSAGES/partnerdesk.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "msg": None, "say": None, "nmsg": (1, 2)}
_BREAKS = re.compile(r" [:;?!»]|« ")
"""French sets a space there, which must not break."""
_FIELD = re.compile(r"\{(\w+)[^}]*\}|%\(\w+\)s")


@cache
def extracted() -> Catalog:
    """All sentences of the program, with the files that say them."""
    catalog = Catalog(project="partnerdesk", domain="partnerdesk")
    for package in ("store", "tui"):
        for name, _line, message, _comments, _context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS
        ):
            if message and message != "{raw}":
                catalog.add(message, locations=[(f"{package}/{name}", 0)])
    return catalog


def read() -> Catalog:
    """The French catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr", domain="partnerdesk")


def update() -> None:
    """Takes in new sentences, drops those that nobody says any more, and compiles."""
    found = extracted()
    french = read() if PO.exists() else Catalog(locale="fr", project="partnerdesk")
    made = Catalog(locale="fr", project="partnerdesk", domain="partnerdesk", fuzzy=False)
    for message in sorted(found, key=_key):
        if message.id:
            known = french.get(_id(message))
            text = known.string if known and type(known.id) is type(message.id) else None
            made.add(message.id, text or ("" if isinstance(message.id, str) else ("", "")),
                     locations=sorted({(file, 0) for file, _ in message.locations}))  # fmt: skip
    with PO.open("wb") as file:
        write_po(file, made, width=100, omit_header=True, include_lineno=False)
    MO.write_bytes(compiled(read()))


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = BytesIO()
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(out, catalog)
    return out.getvalue()


def problems() -> list[str]:
    """Everything that is wrong, in words."""
    wanted, french = extracted(), read()
    said = {_key(message): message for message in wanted if message.id}
    there = {_key(message): message for message in french if message.id}
    found = [f"missing: {key}" for key in sorted(said.keys() - there.keys())]
    found += [f"stale: {key}" for key in sorted(there.keys() - said.keys())]
    for key, message in there.items():
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.fuzzy:
            found.append(f"fuzzy: {key}")
        if not all(strings):
            found.append(f"not translated: {key}")
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        for place, text in enumerate(strings):
            if _BREAKS.search(text):
                found.append(f"a sign that may stand alone on the next line: {key}")
            fields, wanted = _fields(text), _fields(ids[min(place, len(ids) - 1)])
            if fields - wanted - {"{count}"} or wanted - fields - {"{count}"}:
                found.append(f"other fields than the English: {key}")
    if not MO.exists() or _messages(MO.read_bytes()) != _messages(compiled(french)):
        found.append(f"{MO.name} is not what {PO.name} compiles to: make catalogue")
    return found


def _fields(text: str) -> set[str]:
    return {field.group(0) for field in _FIELD.finditer(text)}


def _messages(data: bytes) -> dict[object, str]:
    read_back = gettext.GNUTranslations(BytesIO(data))
    return {k: v for k, v in vars(read_back)["_catalog"].items() if k}


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else " / ".join(message.id)


def main() -> int:
    """Checks, or updates."""
    if sys.argv[1:] == ["update"]:
        update()
    found = problems()
    for problem in found:
        print(problem)  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
