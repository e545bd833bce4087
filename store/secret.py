"""A password or a token on its way through the program: nothing prints it by mistake."""

from __future__ import annotations

from typing import NoReturn

from store.undumped import no_core_dumps

DOTS = "•••"


class Secret:
    """A text that is shown only by whoever asks with `reveal`.

    From the first one on the process leaves no core dump. Its `repr` is dots, in a traceback that
    prints local variables too. It cannot be pickled, copied into JSON, or told apart from another.
    """

    __slots__ = ("_plain",)

    def __init__(self, plain: str) -> None:
        no_core_dumps()
        self._plain = plain

    def reveal(self) -> str:
        """The text itself; keep it in no variable that lives on."""
        return self._plain

    def __bool__(self) -> bool:
        return bool(self._plain)

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return DOTS

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
