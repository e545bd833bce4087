"""Faults on demand: refusals, lost and ruined answers, delays."""

from __future__ import annotations

import re
from typing import NamedTuple


class Fault(NamedTuple):
    """Something that goes wrong for calls that fit, `times` times, after letting `skip` pass.

    `path` is a regular expression, sought in the path with its query; an empty `method` fits all.
    With `after` the call is carried out first, and only its answer suffers or waits. What happens:

    - `status`: this answer, with `code` and `message` in Microsoft's envelope or `body` as it
      stands, and `retry_after` (seconds, or a date) in the header of that name;
    - `kind="lost"`: no answer; the connection breaks;
    - `kind="cut"`: the connection breaks in the middle of the answer;
    - `kind="half"`: half of the answer, as if that were all;
    - `kind="html"`: a page of a proxy in place of the answer;
    - `delay`: seconds of waiting, with any of these or with the right answer.
    """

    method: str = ""
    path: str = ""
    status: int = 0
    code: str = ""
    message: str = ""
    body: object = None
    retry_after: str | int | None = None
    times: int = 1
    skip: int = 0
    after: bool = False
    kind: str = ""
    delay: float = 0.0


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Lets a fault happen, after those that were added before."""
        self._coming.append(fault)

    def clear(self) -> None:
        """Lets nothing go wrong any more."""
        self._coming.clear()

    @property
    def coming(self) -> tuple[Fault, ...]:
        """What has not happened yet."""
        return tuple(self._coming)

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that this call meets."""
        for place, fault in enumerate(self._coming):
            if fault.method not in ("", method) or not re.search(fault.path, path):
                continue
            if fault.skip:
                self._coming[place] = fault._replace(skip=fault.skip - 1)
                continue
            if fault.times > 1:
                self._coming[place] = fault._replace(times=fault.times - 1)
            else:
                del self._coming[place]
            return fault
        return None
