"""Who of us may act, and where."""

from __future__ import annotations

from store.message import N_
from tui.bindings.action import Action
from tui.situation import chosen, read

MAY = (
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
           N_("Open the customer."), ("may", "answers"), 6, (chosen,)),
)  # fmt: skip
