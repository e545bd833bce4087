"""Textual's stylesheet, read once: it is asked for anew with each screen that joins."""

from __future__ import annotations

from pathlib import PurePath

from textual.css.stylesheet import Stylesheet

_REST = "/* == "
"""Where the part of a file begins that the first screen does not need."""


class OnceParsed(Stylesheet):
    """A stylesheet of which only what is new is parsed, until its variables change.

    Textual's own reads all of it four times before the first paint, a quarter of that time.
    """

    _rest = ""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Takes the theme's variables; forgets what was parsed if they are others."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parses the sources that have not been parsed with these variables."""
        self.parse()

    def read(self, filename: str | PurePath) -> None:
        """Reads a file as far as the first screen needs it; `read_on` takes the rest."""
        super().read(filename)
        place, source = self.source.popitem()
        first, mark, rest = source.content.partition(_REST)
        self.source[place] = source._replace(content=first)
        self._rest = mark + rest

    def read_on(self) -> None:
        """Takes what the first screen did not need; the later rule counts, as in one file."""
        if self._rest:
            self.add_source(self._rest, read_from=("the rest", ""))
            self._rest = ""
