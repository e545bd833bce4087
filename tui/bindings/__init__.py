"""One registry of everything a key does: the footer, the help, the palette and the key list.

Nothing here knows textual, so that documents and tests can read it too.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.message import N_
from tui.bindings import everywhere
from tui.bindings.acting import ACTING
from tui.bindings.action import EVERYWHERE, Action
from tui.bindings.customers import CUSTOMERS
from tui.bindings.follow_up import FOLLOW_UP
from tui.bindings.forms import FORMS
from tui.bindings.letters import LETTERS
from tui.bindings.may import MAY
from tui.bindings.microsoft import MICROSOFT

__all__ = [
    "ACTIONS",
    "DIALOGS",
    "EVERYWHERE",
    "SCREENS",
    "UNREACHABLE",
    "Action",
    "actions_on",
    "by_id",
    "clashes",
    "footer_of",
]

SCREENS = {
    EVERYWHERE: N_("Everywhere"),
    "overview": N_("Partner overview"),
    "business": N_("Build your business"),
    "customer": N_("Customer"),
    "may": N_("Who may act"),
    "offer": N_("Offer"),
    "record": N_("Letter for the file"),
    "give": N_("Who got it?"),
    "send": N_("Send letters"),
    "outbox": N_("Outbox"),
    "answer": N_("Record an answer"),
    "users": N_("Active users"),
    "member": N_("Settings"),
    "follow-up": N_("Follow-up"),
    "extend": N_("Extend what expires"),
    "journal": N_("Journal"),
    "microsoft": N_("Microsoft"),
    "relationship": N_("Relationship"),
    "groups": N_("Our groups"),
    "answers": N_("Answers"),
    "mail": N_("A mail, all of it"),
    "assign": N_("Assign a group"),
    "pick": N_("Choose from a list"),
    "make": N_("Make links"),
    "sign-in": N_("Sign in"),
    "end": N_("End a relationship"),
    "act-user": N_("Add a user at a customer's"),
    "act-list": N_("Add users from a file"),
    "act-reset": N_("Reset a password at a customer's"),
    "act-domain": N_("Domains of a customer"),
    "shown": N_("A password, shown once"),
    "name": N_("A name to type"),
    "form": N_("Forms"),
    "offer-form": N_("What is offered"),
    "import": N_("Import customers"),
    "choose": N_("Choices"),
    "confirm": N_("Yes or no"),
    "ask": N_("Names of files"),
    "read": N_("Texts to read"),
}
"""The screens that have keys of their own, with their titles."""


ACTIONS = (
    *everywhere.FIRST,
    *CUSTOMERS,
    *MAY,
    *LETTERS,
    *FOLLOW_UP,
    *MICROSOFT,
    *ACTING,
    *FORMS,
    *everywhere.LAST,
)
"""Everything that can be done, in the order that help shows it."""

DIALOGS = frozenset(
    {
        "give",
        "answer",
        "form",
        "offer-form",
        "member",
        "import",
        "choose",
        "confirm",
        "ask",
        "read",
        "mail",
        "make",
        "sign-in",
        "end",
        "assign",
        "extend",
        "pick",
        "act-user",
        "act-list",
        "act-reset",
        "act-domain",
        "shown",
        "name",
        "send",
    }
)
"""Screens on which letters are typed or that stand above another: few keys hold there."""

_IN_DIALOGS = frozenset({"help", "back", "suspend"})
UNREACHABLE = frozenset(
    {"ctrl+a", "ctrl+b", "ctrl+h", "ctrl+i", "ctrl+m", "ctrl+left_square_bracket"}
)
"""Keys that a multiplexer keeps for itself, or that arrive as others."""


def actions_on(screen: str) -> list[Action]:
    """The actions of a screen, its own first."""
    own = [action for action in ACTIONS if screen in action.where]
    keys = {key for action in own for key in action.keys.split(",")}
    general = [
        action
        for action in ACTIONS
        if EVERYWHERE in action.where
        and not keys & set(action.keys.split(","))
        and (screen not in DIALOGS or action.id in _IN_DIALOGS)
    ]
    return own + general


def footer_of(screen: str) -> list[Action]:
    """What the footer of a screen offers, most useful first."""
    return sorted((a for a in actions_on(screen) if a.footer), key=lambda action: action.footer)


def by_id(screen: str, wanted: str) -> Action | None:
    """The action of a screen with this id."""
    return next((action for action in actions_on(screen) if action.id == wanted), None)


def clashes() -> Iterable[str]:
    """Keys that would mean two things on one screen; there must be none."""
    for screen in SCREENS:
        taken: dict[str, str] = {}
        for action in actions_on(screen):
            for key in action.keys.split(","):
                if key in UNREACHABLE:
                    yield f"{screen}: {key} never arrives"
                if key in taken:
                    yield f"{screen}: {key} is {taken[key]} and {action.id}"
                taken[key] = action.id
