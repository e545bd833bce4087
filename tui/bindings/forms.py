"""The journal, forms and questions."""

from __future__ import annotations

from store.message import N_
from tui.bindings.action import Action
from tui.situation import writable

FORMS = (
    Action("check", "c", "c", N_("Check"),
           N_("Read every line ever written and say whether the chain holds."), ("journal",), 7),
    Action("pick", "enter", N_("enter"), N_("Choose"),
           N_("Take what is under the cursor."), ("choose", "confirm", "pick"), 4),
    Action("yes", "y", "y", N_("Yes"), N_("Do it."), ("confirm",), 2),
    Action("no", "n", "n", N_("No"), N_("Leave it."), ("confirm",), 3),
    Action("answer-now", "enter", N_("enter"), N_("Record"),
           N_("Record the answer that is chosen, with the day and the note below."),
           ("answer",), 2),
    Action("granted", "g", "g", N_("Granted"),
           N_("Choose: the customer gave us delegated administration."), ("answer",)),
    Action("declined", "d", "d", N_("Declined"),
           N_("Choose: the customer does not want it."), ("answer",)),
    Action("took", "t", "t", N_("Took it"),
           N_("Choose: took the trial or the purchase, which asked for no more."), ("answer",)),
    Action("without", "w", "w", N_("Without"),
           N_("Choose: took the trial or the purchase, refused delegation."), ("answer",)),
    Action("elsewhere", "e", "e", N_("Elsewhere"),
           N_("Choose: another tenant than expected accepted."), ("answer",)),
    Action("ended", "x", "x", N_("Ended"),
           N_("Choose: either side took the access back."), ("answer",)),
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
)  # fmt: skip
