"""What works on most screens: first help and filter, last going elsewhere."""

from __future__ import annotations

from store.message import N_
from tui.bindings.action import EVERYWHERE, LISTS, Action
from tui.situation import resting, undoable, writable

FIRST = (
    Action("help", "question_mark,f1", "?", N_("Help"),
           N_("Show the keys of this screen and what they do."), (EVERYWHERE,), 1),
    Action("help", "f1", "f1", N_("Help"),
           N_("Show the keys of this screen and what they do."),
           ("form", "offer-form", "answer", "member", "import", "ask", "make", "sign-in", "end",
            "pick", "act-user", "act-list", "act-reset", "act-domain", "name", "send"), 1),
    Action("filter", "slash", "/", N_("Filter"),
           N_("Type words to see only the rows that hold them all; esc ends it."),
           (*LISTS, "journal", "microsoft", "may", "outbox", "answers"), 2),
    Action("filter", "slash", "/", N_("Filter"),
           N_("Type words to see only the rows that hold them all; esc ends it."),
           ("follow-up",), 8),
)  # fmt: skip
LAST = (
    Action("refresh", "r", "r", N_("Sync"),
           N_("Take in what Microsoft says, and what other processes changed, now."),
           (EVERYWHERE,), 13),
    Action("undo", "u", "u", N_("Undo"),
           N_("Reverse your last change of this session, if nobody touched it since."),
           (EVERYWHERE,), 11, (writable, undoable)),
    Action("plain", "v", "v", N_("Plain"),
           N_("Show this as plain text, to select with the terminal's own means."),
           (EVERYWHERE,), 12, (resting,)),
    Action("go-overview", "1", "1", N_("Overview"),
           N_("Go to Partner overview."), (EVERYWHERE,)),
    Action("go-business", "2", "2", N_("Business"),
           N_("Go to Build your business."), (EVERYWHERE,)),
    Action("go-users", "3", "3", N_("Users"),
           N_("Go to Dashboard, Users, Active users."), (EVERYWHERE,)),
    Action("go-follow-up", "4", "4", N_("Follow-up"),
           N_("Go to Follow-up: who has not answered, and what expires."), (EVERYWHERE,)),
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
           N_("Leave the desk to the shell; fg comes back."), (EVERYWHERE,), 0, (resting,)),
)  # fmt: skip
