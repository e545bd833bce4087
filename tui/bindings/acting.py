"""Working on a customer's behalf."""

from __future__ import annotations

from store.message import N_
from tui.bindings.action import Action
from tui.situation import acting, chosen, connected, never, shown, undone, writable

ACTING = (
    Action("act-now", "ctrl+s", "ctrl+s", N_("Add"),
           N_("Add the user at the customer's, on its behalf."), ("act-user",), 2, (acting,)),
    Action("from-file", "ctrl+t", "ctrl+t", N_("From a file"),
           N_("Add many users, out of a CSV file: the plan first."), ("act-user",), 3),
    Action("act-now", "ctrl+s", "ctrl+s", N_("Add all"),
           N_("Add the users as planned, one after the other; esc stops."),
           ("act-list",), 2, (acting,)),
    Action("skip-bad", "ctrl+r", "ctrl+r", N_("Skip bad lines"),
           N_("Add the good lines and leave out those that are refused."), ("act-list",), 3),
    Action("act-now", "ctrl+s", "ctrl+s", N_("Reset"),
           N_("Reset the password of the chosen user, on behalf of the customer."),
           ("act-reset",), 2, (acting,)),
    Action("act-now", "ctrl+s", "ctrl+s", N_("Add"),
           N_("Add the domain that was typed, on behalf of the customer."),
           ("act-domain",), 2, (acting,)),
    Action("check-domain", "ctrl+r", "ctrl+r", N_("Check again"),
           N_("Let Microsoft look for the record of the domain under the cursor."),
           ("act-domain",), 4, (acting, chosen)),
    Action("copy-record", "ctrl+y,y", "ctrl+y", N_("Copy"),
           N_("Copy the record of the domain under the cursor, as a line of a zone file."),
           ("act-domain",), 3, (chosen,)),
    Action("copy-secret", "y", "y", N_("Copy"),
           N_("Copy the password, to somewhere it does not stay for long."), ("shown",), 2,
           (shown,)),
    Action("undo-user", "u", "u", N_("Undo"),
           N_("Delete the user again that was just added; its name has to be typed."),
           ("shown",), 3, (writable, connected, undone)),
    Action("plain", "v", "v", N_("Plain"),
           N_("Not for passwords: a terminal keeps what stands on its normal screen."),
           ("shown",), 0, (never,)),
    Action("given", "enter", N_("enter"), N_("Go on"),
           N_("Go on, once the name has been typed as it is written above."), ("name",), 2),
)  # fmt: skip
