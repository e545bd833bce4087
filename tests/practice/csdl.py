"""Microsoft's own metadata as a judge: is an answer of the practice cloud of the declared type?"""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_PRIMITIVE: dict[str, Callable[[Any], bool]] = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int32": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Edm.Guid": lambda value: _fits(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value),
    "Edm.DateTimeOffset": lambda value: _fits(
        r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)", value
    ),
    "Edm.Duration": lambda value: _fits(
        r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", value
    ),
}
_NOT_HERE = {
    "graph.longRunningOperationStatus": {"notStarted", "running", "succeeded", "failed"},
}
"""Enumerations that the extract names without holding them."""


def _fits(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


class Types:
    """The types of a CSDL file; `wrongs` says what is not as declared, place by place."""

    def __init__(self, path: Path) -> None:
        schema = ET.parse(path).getroot().find(f".//{_EDM}Schema")
        assert schema is not None
        self._enums = {
            f"graph.{one.get('Name')}": {str(each.get("Name")) for each in one}
            for one in schema.iter(f"{_EDM}EnumType")
        } | _NOT_HERE
        self._types = {
            f"graph.{one.get('Name')}": one
            for kind in ("EntityType", "ComplexType")
            for one in schema.iter(f"{_EDM}{kind}")
        }

    def wrongs(self, kind: str, value: Any, place: str = "") -> list[str]:
        """What is wrong with a value of a type."""
        inner = re.fullmatch(r"Collection\((.*)\)", kind)
        if inner:
            if not isinstance(value, list):
                return [f"{place}: no collection"]
            return [
                wrong
                for number, one in enumerate(value)
                for wrong in self.wrongs(inner.group(1), one, f"{place}[{number}]")
            ]
        if kind in self._enums:
            return [] if value in self._enums[kind] else [f"{place}: {value!r} is no {kind}"]
        if kind in _PRIMITIVE:
            return [] if _PRIMITIVE[kind](value) else [f"{place}: {value!r} is no {kind}"]
        if kind not in self._types:
            return [] if value is None else [f"{place}: the type {kind} is not known"]
        return self._structure(kind, value, place or kind)

    def _structure(self, kind: str, value: Any, place: str) -> list[str]:
        if not isinstance(value, Mapping):
            return [f"{place}: no object"]
        derived = str(value.get("@odata.type", "")).replace("#microsoft.graph.", "graph.")
        if derived:
            if kind not in self._bases(derived):
                return [f"{place}: {derived} is no {kind}"]
            kind = derived
        declared = self._properties(kind)
        wrong = []
        for name, one in value.items():
            if name.startswith("@odata."):
                wrong += _annotation(name, one, place)
            elif name not in declared:
                wrong.append(f"{place}: {name} is not declared")
            elif one is None:
                if declared[name].get("Nullable") == "false":
                    wrong.append(f"{place}/{name}: null")
            else:
                wrong += self.wrongs(str(declared[name].get("Type")), one, f"{place}/{name}")
        return wrong

    def required(self, kind: str) -> set[str]:
        """The properties that every whole record has.

        Those of delegated administration come all; of other types only those that cannot be null.
        """
        whole = kind.startswith("graph.delegatedAdmin")
        return {
            name
            for name, one in self._properties(kind).items()
            if one.tag == f"{_EDM}Property" and (whole or one.get("Nullable") == "false")
        }

    def _bases(self, kind: str) -> list[str]:
        found = [kind]
        while base := self._types[found[-1]].get("BaseType"):
            found.append(base)
        return found

    def _properties(self, kind: str) -> dict[str, ET.Element]:
        return {
            str(one.get("Name")): one
            for base in self._bases(kind)
            for one in self._types[base]
            if one.tag in (f"{_EDM}Property", f"{_EDM}NavigationProperty")
        }


def _annotation(name: str, value: Any, place: str) -> list[str]:
    if name == "@odata.etag":
        inside = re.fullmatch(r'W/"([A-Za-z0-9+/=]+)"', str(value))
        if not inside or not base64.b64decode(inside.group(1)):
            return [f"{place}: {value!r} is no weak etag"]
    return []


def error_wrongs(body: Any) -> list[str]:
    """What is wrong with an error's envelope."""
    error = body.get("error", {}) if isinstance(body, dict) else {}
    inner = error.get("innerError") or {}
    texts = {"code": error.get("code"), "message": error.get("message")}
    texts |= {name: inner.get(name) for name in ("date", "request-id", "client-request-id")}
    wrong = [name for name, text in texts.items() if not isinstance(text, str) or not text]
    return [f"error: no {name}" for name in wrong]


def readable(text: str) -> bool:
    """Whether text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
