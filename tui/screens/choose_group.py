"""Which group at Microsoft stands for a level: one that is there, or a new one."""

from __future__ import annotations

from typing import Any

from store.actions import groups as actions
from store.actions.groups import OWN_NAMES, Candidate
from store.desk import Receipt
from store.message import N_, msg
from store.model.access import LEVEL_NAMES, Level
from store.model.group import ADVICE
from tui import text
from tui.asking import ask
from tui.screens.keyed import Keyed
from tui.screens.pick import Offered, pick
from tui.widgets.row_table import Column

_NEW = "new"
_COLUMNS = (Column(N_("Group"), 20), Column(N_("Remark"), 24, 1))


async def choose_group(screen: Keyed[Any], level: Level) -> Receipt | None:
    """Asks which group stands for a level and records it; `None` if none does now.

    Only in a worker.
    """
    desk = screen.session.desk
    screen.say(N_("Asking Microsoft for the groups…"))
    found = await ask(screen, lambda graph: actions.candidates(desk.view, graph))
    if found is None:
        return None
    if screen.app.screen is not screen:  # left meanwhile: keys for another screen choose nothing
        screen.say(N_("No group was chosen."))
        return None
    screen.hush()
    heading = [text.say(msg("Which group stands for {level}?", level=msg(LEVEL_NAMES[level])),
                        "bold")]  # fmt: skip
    if level is Level.FULL:
        heading.append(text.say(ADVICE, "not bold"))
    chosen = await pick(screen, text.join(heading, "\n"), _COLUMNS, _offered(found, level))
    if chosen is None:
        screen.say(N_("No group was chosen."))
        return None
    if chosen == _NEW:
        name = OWN_NAMES[level]
        screen.say(msg("Making the group {name}…", name=name))
        return await ask(
            screen, lambda graph: actions.create(desk, graph, level, name), "new-groups"
        )
    screen.say(N_("Reading who is in our groups…"))
    return await ask(screen, lambda graph: actions.choose(desk, graph, level, chosen))


def _offered(found: list[Candidate], level: Level) -> list[Offered]:
    """Partner Center's own for this level, the new one, all others."""
    rows = [Offered(one.group.id, (one.group.name, _remark(one, level))) for one in found]
    first = [row for row, one in zip(rows, found, strict=True) if one.usual is level]
    rest = [row for row, one in zip(rows, found, strict=True) if one.usual is not level]
    if any(one.group.name.casefold() == OWN_NAMES[level].casefold() for one in found):
        return first + rest
    new = Offered(_NEW, (OWN_NAMES[level], text.plain(N_("create it at Microsoft"))))
    return [*first, new, *rest]


def _remark(one: Candidate, level: Level) -> str:
    said = actions.remark(one)
    if one.level is not Level.NONE:
        return text.plain(msg("stands for {level}", level=msg(LEVEL_NAMES[one.level])))
    return text.plain(said) if said else ""
