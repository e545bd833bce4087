"""Textual's stylesheet, read once: it is asked for anew with each screen that joins."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class OnceParsed(Stylesheet):
    """A stylesheet of which only what is new is parsed, until its variables change.

    Textual's own reads all of it four times before the first paint, a quarter of that time.
    """

    def set_variables(self, variables: dict[str, str]) -> None:
        """Takes the theme's variables; forgets what was parsed if they are others."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parses the sources that have not been parsed with these variables."""
        self.parse()
