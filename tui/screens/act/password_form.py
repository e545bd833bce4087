"""What the forms share that give somebody a password: made or typed, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import BadInput, DeskError
from store.message import N_
from store.model.act import Outcome
from store.secret import Secret
from tui.screens.act.base import ActForm
from tui.screens.act.shown import Shown
from tui.widgets.secret import SecretField

if TYPE_CHECKING:
    from store.actions.acting import Ended

MADE, TYPED = "made", "typed"
PASSWORD = ((MADE, N_("made here, shown once")), (TYPED, N_("typed here")))
"""Where a password comes from."""


class PasswordForm(ActForm):
    """A form with the choice `password`, and a field for one that is typed."""

    @property
    def is_typed(self) -> bool:
        """Whether the password is to be typed."""
        return self.form.row("password").value == TYPED

    def take_secret(self) -> Secret | None:
        """The password that was typed, `None` where one is to be made."""
        return self.query_one(SecretField).take() if self.is_typed else None

    def give_back(self, secret: Secret | None) -> None:
        """Puts a typed password back, so that it need not be typed again."""
        if secret:
            self.query_one(SecretField).give_back(secret)

    def not_begun(self, error: DeskError, secret: Secret | None) -> None:
        """Says why it was not even begun; what was refused is typed anew."""
        self.not_done(error)
        if isinstance(error, BadInput) and error.field == "password":
            self.query_one(SecretField).focus()
        else:
            self.give_back(secret)

    def show_what_came(self, ended: Ended, secret: Secret | None, *, change: bool) -> None:
        """The password if there may be a use for it; what was refused can be tried again."""
        if ended.outcome is Outcome.REFUSED:
            self.give_back(secret)
            self.end(ended)
        else:
            self.go_on_with(Shown(self.key, ended, change=change))
