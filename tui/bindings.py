"""One registry of everything a key does: the footer, the help, the palette and the key list.

Nothing here knows textual, so that documents and tests can read it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from store.message import N_, Message
from tui.situation import (
    Need,
    Situation,
    acting,
    added,
    chosen,
    connected,
    listed,
    may_add_domain,
    may_add_user,
    may_reset_password,
    never,
    offerable,
    read,
    shown,
    undoable,
    undone,
    unsettled,
    writable,
)

EVERYWHERE = "everywhere"
LISTS = ("overview", "business")
SCREENS = {
    EVERYWHERE: N_("Everywhere"),
    "overview": N_("Partner overview"),
    "business": N_("Build your business"),
    "customer": N_("Customer"),
    "may": N_("Who may act"),
    "offer": N_("Offer"),
    "give": N_("Who got it?"),
    "answer": N_("Record an answer"),
    "users": N_("Active users"),
    "member": N_("Settings"),
    "journal": N_("Journal"),
    "microsoft": N_("Microsoft"),
    "relationship": N_("Relationship"),
    "groups": N_("Our groups"),
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


class Action(NamedTuple):
    """One thing that can be done on some screens.

    `keys` as Textual names them, separated by commas; `shown` is how the first is written.
    `footer` orders the footer, 0 leaves the action out of it. `needs` say when it is possible.
    """

    id: str
    keys: str
    shown: str
    name: str
    help: str
    where: tuple[str, ...]
    footer: int = 0
    needs: tuple[Need, ...] = ()

    def why_not(self, now: Situation) -> Message | None:
        """Why the action is not possible now, if so."""
        return next(filter(None, (need(now) for need in self.needs)), None)


ACTIONS = (
    Action("help", "question_mark,f1", "?", N_("Help"),
           N_("Show the keys of this screen and what they do."), (EVERYWHERE,), 1),
    Action("help", "f1", "f1", N_("Help"),
           N_("Show the keys of this screen and what they do."),
           ("form", "offer-form", "answer", "member", "import", "ask", "make", "sign-in", "end",
            "pick", "act-user", "act-list", "act-reset", "act-domain", "name"), 1),
    Action("filter", "slash", "/", N_("Filter"),
           N_("Type words to see only the rows that hold them all; esc ends it."),
           (*LISTS, "journal", "microsoft", "may"), 2),
    Action("mark", "space", N_("space"), N_("Mark"),
           N_("Mark or unmark the customer under the cursor."), LISTS, 3, (chosen,)),
    Action("mark-all", "asterisk", "*", N_("Mark all"),
           N_("Mark all customers that the list shows; again to unmark all."), LISTS, 0, (read,)),
    Action("offer", "o", "o", N_("Offer"),
           N_("Read, copy and give the offer to the marked customers."),
           (*LISTS, "customer", "make"), 4, (offerable,)),
    Action("make", "m", "m", N_("Make links"),
           N_("Make a relationship at Microsoft for each marked customer: a link of its own."),
           (*LISTS, "customer", "offer"), 6, (writable, offerable, connected)),
    Action("answer", "a", "a", N_("Answer"),
           N_("Record what the marked customers answered."),
           (*LISTS, "customer"), 5, (writable, chosen)),
    Action("open", "enter", N_("enter"), N_("Open"),
           N_("Open what is under the cursor."),
           (*LISTS, "users", "journal", "microsoft"), 6, (chosen,)),
    Action("new", "n", "n", N_("New"),
           N_("Add a customer, or one of our users."), (*LISTS, "users"), 7, (writable,)),
    Action("edit", "e", "e", N_("Edit"),
           N_("Change the fields of what is under the cursor."),
           (*LISTS, "customer", "users"), 8, (writable, chosen)),
    Action("archive", "d", "d", N_("Archive"),
           N_("Take the marked customers off the lists, or bring archived ones back."),
           (*LISTS, "customer"), 0, (writable, chosen)),
    Action("state", "s", "s", N_("State"),
           N_("Show only the next state of consent; S the one before."), LISTS, 9, (read,)),
    Action("state-back", "S,shift+s", "S", N_("State back"),
           N_("Show only the state of consent before this one."), LISTS, 0, (read,)),
    Action("import", "i", "i", N_("Import"),
           N_("Take in a list of customers: Partner Center's, or ours."), LISTS, 10, (writable,)),
    Action("export", "x", "x", N_("Export"),
           N_("Write the customers that the list shows to a CSV file."), LISTS, 0, (read,)),
    Action("add-user", "n", "n", N_("Add user"),
           N_("Add a user at the customer's, on its behalf."),
           ("customer",), 2, (writable, may_add_user, connected)),
    Action("reset-password", "p", "p", N_("Password"),
           N_("Reset the password of one of the customer's users, on its behalf."),
           ("customer",), 2, (writable, may_reset_password, connected)),
    Action("add-domain", "D,shift+d", "D", N_("Domain"),
           N_("Add a domain at the customer's, on its behalf."),
           ("customer",), 3, (writable, may_add_domain, connected)),
    Action("may", "w", "w", N_("Who may?"),
           N_("Show who of us may do what at this customer, and if not, why."),
           ("customer",), 3, (read,)),
    Action("find-out", "f", "f", N_("Find out"),
           N_("Look at Microsoft what became of everything here whose end is not known."),
           ("customer",), 0, (writable, connected, unsettled)),
    Action("undo-added", "U,shift+u", "U", N_("Undo user"),
           N_("Delete a user again that was added here in the last 24 hours; its name is typed."),
           ("customer",), 0, (writable, added, may_add_user, connected)),
    Action("may", "w", "w", N_("Who may?"),
           N_("Show who of us may do what at this customer, and if not, why."),
           LISTS, 10, (chosen,)),
    Action("may", "w", "w", N_("Where?"),
           N_("Show at which customers this user may do what, and if not, why."),
           ("users",), 8, (chosen,)),
    Action("mend", "enter", N_("enter"), N_("Mend"),
           N_("Go where what is missing is put right."), ("may",), 3, (chosen,)),
    Action("next-task", "right", "→", N_("Next task"),
           N_("Ask about the next task; ← the one before."), ("may",), 4),
    Action("previous-task", "left", "←", N_("Task before"),
           N_("Ask about the task before this one."), ("may",)),
    Action("answers", "s", "s", N_("Only yes"),
           N_("Show only those who may do the task, then the unknown, then the noes, then all."),
           ("may",), 5, (read,)),
    Action("open-customer", "o", "o", N_("Customer"),
           N_("Open the customer."), ("may",), 6, (chosen,)),
    Action("copy-field", "y", "y", N_("Copy"),
           N_("Copy a field of the customer: name, domain, Microsoft ID, contact, link, portal."),
           ("customer",), 10, (chosen,)),
    Action("copy-field", "y", "y", N_("Copy"),
           N_("Copy a field of the customer: name, domain, Microsoft ID, contact, link."),
           LISTS, 10, (chosen,)),
    Action("copy", "y", "y", N_("Copy"),
           N_("Copy the letter with its link; then say who got it."), ("offer",), 2),
    Action("own-link", "l", "l", N_("Own link"),
           N_("Paste the granular link that was made in Partner Center for this customer."),
           ("customer",), 6, (writable,)),
    Action("copy-link", "l", "l", N_("Copy link"),
           N_("Copy the link alone."), ("offer",), 3),
    Action("paste-link", "e", "e", N_("Edit"),
           N_("Say what is offered and paste its link, or paste this customer's own."),
           ("offer",), 5, (writable,)),
    Action("who", "w", "w", N_("Who got it?"),
           N_("Record who got the offer."), ("offer",), 4, (writable, offerable)),
    Action("save-as", "s", "s", N_("Save as"),
           N_("Save the letter as text, Markdown, HTML or a mail."), ("offer",), 7),
    Action("next", "right,n", "→", N_("Next copy"),
           N_("Show the text for the next language or customer."), ("offer",), 8),
    Action("previous", "left,p", "←", N_("Copy before"),
           N_("Show the text for the language or customer before."), ("offer",)),
    Action("kind", "t", "t", N_("Kind"),
           N_("Choose delegated administration offer, trial invitation or purchase offer."),
           ("offer", "business"), 9),
    Action("language", "L,shift+l", "L", N_("Language"),
           N_("Show the letter in the next language, where it is written to nobody yet."),
           ("offer",)),
    Action("record", "enter", N_("enter"), N_("Record"),
           N_("Record the marked customers as having got the offer."), ("give",), 2, (writable,)),
    Action("toggle", "space", N_("space"), N_("Mark"),
           N_("Mark or unmark the customer under the cursor."), ("give",), 3),
    Action("toggle-all", "asterisk", "*", N_("Mark all"),
           N_("Mark all, or none."), ("give",), 4),
    Action("how", "h", "h", N_("How"),
           N_("Choose how it reached them: copied, mailed or saved."), ("give",), 5),
    Action("remove", "d", "d", N_("Remove"),
           N_("Take the user under the cursor off the list."), ("users",), 9, (writable, chosen)),
    Action("groups", "g", "g", N_("Groups"),
           N_("Choose the groups that stand for Full and Limited, and assign them."),
           ("users", "microsoft"), 8),
    Action("sign-in", "i", "i", N_("Sign in"),
           N_("Sign in to Microsoft, or sign in anew for more than reading."),
           ("microsoft",), 4),
    Action("sign-out", "x", "x", N_("Sign out"),
           N_("Forget the sign-in on this host."), ("microsoft",), 9, (connected,)),
    Action("remarkable", "s", "s", N_("Remarks"),
           N_("Show only relationships with a remark, or all again."), ("microsoft",), 5),
    Action("refresh", "r", "r", N_("Sync"),
           N_("Take in what Microsoft says, and what other processes changed, now."),
           ("microsoft",), 3),
    Action("terminate", "t", "t", N_("End"),
           N_("End the active relationship for good; its name has to be typed."),
           ("microsoft", "relationship"), 7, (writable, connected, chosen)),
    Action("choose-group", "enter", N_("enter"), N_("Choose"),
           N_("Choose or create the group that stands for the level under the cursor."),
           ("groups",), 2, (writable, connected)),
    Action("assign", "a", "a", N_("Assign"),
           N_("Assign the group under the cursor in every active relationship; the plan first."),
           ("groups",), 3, (writable, connected)),
    Action("assign-now", "ctrl+s", "ctrl+s", N_("Assign"),
           N_("Assign the group as planned, at Microsoft; what is done there stays done."),
           ("assign",), 2, (writable, connected)),
    Action("make-now", "ctrl+s", "ctrl+s", N_("Make"),
           N_("Make the relationships as planned."), ("make",), 2, (writable, connected)),
    Action("again", "ctrl+r", "ctrl+r", N_("Again"),
           N_("Also for customers that have a link or these roles already, or no longer."),
           ("make",), 3),
    Action("keep-offer", "ctrl+n", "ctrl+n", N_("Save offer"),
           N_("Save these choices as an offer with a name, for the next time."),
           ("make",), 5, (writable,)),
    Action("abandon", "ctrl+d", "ctrl+d", N_("Abandon"),
           N_("Give up what was begun for the customer under the cursor and cannot be finished."),
           ("make",), 16, (writable,)),
    Action("end-now", "enter", N_("enter"), N_("End it"),
           N_("End the relationship, once its name has been typed."), ("end",), 2, (writable,)),
    Action("open-customer", "enter", N_("enter"), N_("Customer"),
           N_("Open the customer of this relationship."), ("relationship",), 3, (chosen,)),
    Action("copy-field", "y", "y", N_("Copy"),
           N_("Copy a field of the relationship: name, IDs, link."), ("relationship",), 4,
           (chosen,)),
    Action("open-relationship", "enter", N_("enter"), N_("Relationship"),
           N_("Open a relationship of this customer."), ("customer",), 9, (chosen,)),
    Action("copy-code", "y,ctrl+y", "y", N_("Copy"),
           N_("Copy the code, or the address to open."), ("sign-in",), 2),
    Action("other-way", "tab", N_("tab"), N_("Other way"),
           N_("Sign in by a code on another device, or by an address pasted back."),
           ("sign-in",), 3),
    Action("go-on", "enter", N_("enter"), N_("Go on"),
           N_("Take the pasted address, or get another code where one is no longer good."),
           ("sign-in",), 4),
    Action("plain", "v", "v", N_("Plain"),
           N_("Show this as plain text, to select with the terminal's own means."),
           ("sign-in",), 5),
    Action("plain", "v", "v", N_("Plain"),
           N_("Show this as plain text, to select with the terminal's own means."),
           ("assign", "make", "act-domain", "act-list"), 17, (listed,)),
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
    Action("check", "c", "c", N_("Check"),
           N_("Read every line ever written and say whether the chain holds."), ("journal",), 7),
    Action("pick", "enter", N_("enter"), N_("Choose"),
           N_("Take what is under the cursor."), ("choose", "confirm", "pick"), 4),
    Action("yes", "y", "y", N_("Yes"), N_("Do it."), ("confirm",), 2),
    Action("no", "n", "n", N_("No"), N_("Leave it."), ("confirm",), 3),
    Action("answer-now", "enter", N_("enter"), N_("Record"),
           N_("Record the answer under the cursor, with the day and the note below."),
           ("answer",), 2),
    Action("given", "enter", N_("enter"), N_("Go on"),
           N_("Take what was typed; → completes names of files."), ("ask",), 2),
    Action("save", "ctrl+s", "ctrl+s", N_("Save"),
           N_("Save what was typed."), ("form", "offer-form", "answer", "member"), 2, (writable,)),
    Action("add-subscription", "ctrl+n", "ctrl+n", N_("Add"),
           N_("Add a line for one more subscription."), ("offer-form",), 3),
    Action("remove-subscription", "ctrl+d", "ctrl+d", N_("Remove"),
           N_("Take the subscription that is being typed in out of the offer."),
           ("offer-form",), 4),
    Action("countries", "ctrl+l", "ctrl+l", N_("Countries"),
           N_("Choose the usage location from all countries, by name or code."),
           ("offer-form",), 5),
    Action("tab", "ctrl+t", "ctrl+t", N_("Next tab"),
           N_("Go to Details, or back to Settings."), ("member",), 3),
    Action("take", "ctrl+s", "ctrl+s", N_("Import"),
           N_("Take the list in as planned."), ("import",), 2, (writable,)),
    Action("skip-bad", "ctrl+r", "ctrl+r", N_("Skip bad lines"),
           N_("Take the good lines and leave out those that are refused."), ("import",), 3),
    Action("refresh", "r", "r", N_("Sync"),
           N_("Take in what Microsoft says, and what other processes changed, now."),
           (EVERYWHERE,), 13),
    Action("undo", "u", "u", N_("Undo"),
           N_("Reverse your last change of this session, if nobody touched it since."),
           (EVERYWHERE,), 11, (writable, undoable)),
    Action("plain", "v", "v", N_("Plain"),
           N_("Show this as plain text, to select with the terminal's own means."),
           (EVERYWHERE,), 12),
    Action("go-overview", "1", "1", N_("Overview"),
           N_("Go to Partner overview."), (EVERYWHERE,)),
    Action("go-business", "2", "2", N_("Business"),
           N_("Go to Build your business."), (EVERYWHERE,)),
    Action("go-users", "3", "3", N_("Users"),
           N_("Go to Dashboard, Users, Active users."), (EVERYWHERE,)),
    Action("go-journal", "5", "5", N_("Journal"),
           N_("Go to the journal."), (EVERYWHERE,)),
    Action("go-microsoft", "6", "6", N_("Microsoft"),
           N_("Go to Microsoft: sign-in, the last sync, relationships."), (EVERYWHERE,)),
    Action("go-partner", "comma", ",", N_("Partner"),
           N_("Go to Partner: who we are and what we may offer."), (EVERYWHERE,)),
    Action("palette", "colon,ctrl+p", ":", N_("Commands"),
           N_("Find anything that can be done here by typing its name."), (EVERYWHERE,), 1),
    Action("back", "escape", N_("esc"), N_("Back"),
           N_("One step out: end the filter, close, go back. Never quits."), (EVERYWHERE,), 15),
    Action("quit", "q", "q", N_("Quit"),
           N_("Go back, and quit from the home screen. ctrl+q quits from anywhere."),
           (EVERYWHERE,), 14),
    Action("suspend", "ctrl+z", "ctrl+z", N_("Suspend"),
           N_("Leave the desk to the shell; fg comes back."), (EVERYWHERE,)),
)  # fmt: skip
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
        "make",
        "sign-in",
        "end",
        "assign",
        "pick",
        "act-user",
        "act-list",
        "act-reset",
        "act-domain",
        "shown",
        "name",
    }
)
"""Screens on which letters are typed or that stand above another: few keys hold there."""

_IN_DIALOGS = frozenset({"help", "back"})
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
