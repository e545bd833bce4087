"""The customers as columns: what a list sorts, filters and counts a hundred thousand of.

Pure Python, kept up by whoever listens to the desk; screens ask it for ids.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date

from store.model.consent import RANK, State
from store.model.customer import search_text, sort_key
from store.view import View

STATES = tuple(State)
_NOT_OFFERED = RANK[State.NOT_OFFERED]
ARCHIVED = len(STATES)
"""The code of an archived customer, which counts in no state."""
_ONE_BY_ONE = 12
"""Making everything anew costs as much as moving every twelfth customer."""


class Roster:
    """All customers by name: id, text to search, and state of consent as a code.

    A code is a state's place in `STATES`, or `ARCHIVED`. `select` keeps its last answer, so that
    one more letter typed looks only through that.
    """

    def __init__(self, view: View, today: date) -> None:
        self.view = view
        self.today = today
        customers = view.customers
        self._names: dict[int, str] = {key: sort_key(row) for key, row in customers.items()}
        self._order = sorted((name, key) for key, name in self._names.items())
        self._ids = [key for _, key in self._order]
        self._texts = [search_text(customers[key]) for key in self._ids]
        self._codes = list(map(self._code, self._ids))
        self.counts = [0] * (ARCHIVED + 1)
        for code in self._codes:
            self.counts[code] += 1
        self._last: tuple[str, int | None, list[int]] | None = None

    @property
    def total(self) -> int:
        """How many customers there are that are not archived."""
        return len(self._ids) - self.counts[ARCHIVED]

    def code(self, key: int) -> int:
        """A customer's code; `ARCHIVED` too if it is not there."""
        name = self._names.get(key)
        return ARCHIVED if name is None else self._codes[self._place(name, key)]

    def select(self, text: str = "", code: int | None = None) -> list[int]:
        """The ids of the customers that hold every word of `text`, by name.

        `code` asks for one state only; without it, all that are not archived.
        """
        wanted = text.casefold()
        ids, texts, codes = self._ids, self._texts, self._codes
        first, *others = wanted.split() or [""]
        last = self._last
        if last and last[1] == code and wanted.startswith(last[0]):
            places = [place for place in last[2] if first in texts[place]]
        else:
            places = [place for place, found in enumerate(texts) if first in found]
            if code is not None:
                places = [place for place in places if codes[place] == code]
            elif self.counts[ARCHIVED]:
                places = [place for place in places if codes[place] != ARCHIVED]
        for word in others:
            places = [place for place in places if word in texts[place]]
        self._last = (wanted, code, places) if wanted else None
        return [ids[place] for place in places]

    def update(self, view: View, today: date, customers: Iterable[int]) -> None:
        """Takes in what changed: these customers, or their invitations."""
        changed = set(customers)
        many = len(changed) * _ONE_BY_ONE > len(self._ids)
        if today != self.today or many:  # a new day may end any waiting
            self.__init__(view, today)  # type: ignore[misc]
            return
        self.view, self._last = view, None
        for key in changed:
            self._take_out(key)
            row = view.customers.get(key)
            if row is None:
                continue
            name = self._names[key] = sort_key(row)
            place = self._place(name, key)
            code = self._code(key)
            self._order.insert(place, (name, key))
            self._ids.insert(place, key)
            self._texts.insert(place, search_text(row))
            self._codes.insert(place, code)
            self.counts[code] += 1

    def _take_out(self, key: int) -> None:
        name = self._names.pop(key, None)
        if name is None:
            return
        place = self._place(name, key)
        self.counts[self._codes[place]] -= 1
        for column in (self._order, self._ids, self._texts, self._codes):
            del column[place]

    def _place(self, name: str, key: int) -> int:
        return bisect_left(self._order, (name, key))

    def _code(self, key: int) -> int:
        view = self.view
        if view.customers[key].get("archived"):
            return ARCHIVED
        # Whoever was never offered anything is told quickly: of very many, most are not.
        return RANK[view.state(key, self.today)] if key in view.invitation_ids else _NOT_OFFERED
