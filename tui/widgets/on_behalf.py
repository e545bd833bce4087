"""What can be done on a customer's behalf, where its services are administered, what was done."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from store.message import N_, Message, msg, nmsg
from store.model.access import INSTEAD, NOT_SUPPORTED, TASK_NAMES, Task
from store.model.act import DEED_NAMES, ENDED, OUTCOME_NAMES, Act, Deed, Outcome
from store.model.may.chain import Chain, Verdict
from tui import text
from tui.added import until
from tui.bindings import by_id
from tui.language import clock_time
from tui.may import acting_as
from tui.session import Session
from tui.widgets.chain_lines import STYLES, VERDICT_WORDS
from tui.widgets.hanging import Hung

if TYPE_CHECKING:
    from store.actions.acting.portals import Portals

_NEVER = N_("Manage mobile devices: no.")
_KEY = 3
_MOST_ACTS = 12
_MOST_NAME = 30
_OUTCOME_STYLES = {
    Outcome.DONE: "$success",
    Outcome.REFUSED: "$error",
    Outcome.WAITS: "$warning",
    Outcome.UNKNOWN: "$warning",
    Outcome.BEGUN: "$warning",
}


def tasks(session: Session, found: Mapping[Task, Chain]) -> list[Hung]:
    """The tasks with their keys, whether whoever acts may do them, and if not, why."""
    upn = acting_as(session)
    title = msg("On the customer's behalf, as {upn}", upn=upn)
    made = [Hung(text.say(title if upn else N_("On the customer's behalf"), "bold"))]
    width = max(cell_len(text.plain(name)) for name in TASK_NAMES.values()) + 2
    nobody = session.microsoft.why_not or msg("It is not known who acts.")
    said: set[str] = set()
    for task in Task:
        action = by_id("customer", task.value)
        key = text.plain(action.shown) if action else ""
        first = text.cell(key, _KEY) + text.cell(text.plain(TASK_NAMES[task]), width)
        made.append(Hung(_answer(found.get(task), nobody, said), first, _KEY + width))
    if any(chain.verdict is not Verdict.YES for chain in found.values()):
        made.append(Hung(text.say(N_("w says what would mend it, and who else may."), "dim")))
    never = (text.say(_NEVER), text.say(NOT_SUPPORTED, "dim"), text.say(INSTEAD, "dim"))
    made.append(Hung(text.join(never, " "), "–", _KEY, "dim"))
    return made


def _answer(chain: Chain | None, nobody: Message, said: set[str]) -> Content:
    """The answer in a word, and why not; what was `said` above is not said again.

    Without a chain `nobody` says why it is not known who would act.
    """
    verdict = chain.verdict if chain else Verdict.UNKNOWN
    word = text.plain(VERDICT_WORDS[verdict])
    widest = max(cell_len(text.plain(one)) for one in VERDICT_WORDS.values())
    answer = text.data(text.cell(word, widest), STYLES[verdict])
    reason = nobody if chain is None else chain.broken.why if chain.broken else None
    if reason is None:
        return answer
    why = text.plain(reason)
    again = why in said
    said.add(why)
    shown = text.say(N_("for the same reason") if again else reason, "dim")
    return text.join((answer, shown), "  ")


def portals(found: Portals) -> list[Hung]:
    """The customer's admin portals, and whether Microsoft named them."""
    made = [Hung(text.say(N_("Admin portals of this customer"), "bold"))]
    if not found.items:
        made.append(Hung(text.say(N_("They need the customer's Microsoft ID: e."), "dim")))
        return made
    width = max(cell_len(it.name) for it in found.items) + 2
    indent = min(width, _MOST_NAME)
    made += [Hung(text.data(it.url), text.cell(it.name, indent - 1), indent) for it in found.items]
    if found.left_out:
        out = nmsg("{count} more that Microsoft lists leads elsewhere and is left out.",
                   "{count} more that Microsoft lists lead elsewhere and are left out.",
                   found.left_out)  # fmt: skip
        made.append(Hung(text.say(out, "$warning")))
    listed = N_("As Microsoft lists them; y copies one.")
    built = N_("Built from the cloud and the Microsoft ID; y copies one.")
    made.append(Hung(text.say(listed if found.asked else built, "dim")))
    return made


def acts(found: Sequence[Act], undoable: Container[int] = ()) -> list[Hung]:
    """What was done on the customer's behalf, newest first; `undoable` can be taken back."""
    made = [Hung(text.say(N_("What was done on its behalf"), "bold"))]
    if not found:
        made.append(Hung(text.say(N_("Nothing yet."), "dim")))
    for act in reversed(found[-_MOST_ACTS:]):
        name = _deed_name(act.deed)
        outcome = text.say(OUTCOME_NAMES[act.outcome], _OUTCOME_STYLES[act.outcome])
        line = (text.data(name), text.data(act.target), outcome, text.data(act.by, "dim"))
        when = text.cell(clock_time(act.at), 16)
        made.append(Hung(text.join(line, "  "), f"{when}  ", 18, "dim"))
        if act.outcome is not Outcome.DONE:
            made += [Hung(text.say(said, "dim"), "", 18) for said in (act.why, act.todo) if said]
        if act.id in undoable:
            undo = msg("U deletes it again, until {time}.", time=until(act))
            made.append(Hung(text.say(undo, "dim"), "", 18))
        if act.outcome not in ENDED:
            made.append(Hung(text.say(N_("f finds out what became of it."), "dim"), "", 18))
    earlier = len(found) - _MOST_ACTS
    if earlier > 0:
        more = nmsg("{count} earlier one is in the journal.",
                    "{count} earlier ones are in the journal.", earlier)  # fmt: skip
        made.append(Hung(text.say(more, "dim")))
    return made


def _deed_name(deed: str) -> str:
    """What a deed is called; a word of a later version's as it is."""
    return text.plain(DEED_NAMES[Deed(deed)]) if deed in set(Deed) else deed
