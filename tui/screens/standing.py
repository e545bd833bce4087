"""How one of our users stands at Microsoft, and giving it a level there."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from store.actions import assigning, membership
from store.actions.groups_read import Standing
from store.desk import Receipt
from store.message import N_, Message, msg, nmsg
from store.model.access import LEVEL_NAMES, Level, Member
from store.model.group import ADMIN_AGENTS, Group, level_at_microsoft, moving, of_member
from store.view import View
from tui import text
from tui.asking import answer
from tui.screens.choose_group import choose_group
from tui.screens.dialogs import Confirm
from tui.screens.keyed import Keyed


def opens(view: View, level: Level) -> Message:
    """How many customers a level opens by group assignment."""
    group = view.group(level)
    if group is None:
        return msg("No group at Microsoft stands for it yet.")
    if group.gone:
        return msg("{group} is no longer there at Microsoft.", group=group.name)
    if not view.synced.at:
        return msg("How many customers {group} opens is known after a sync (r).", group=group.name)
    return nmsg("{group} opens {count} customer.", "{group} opens {count} customers.",
                assigning.reach(view, level), group=group.name)  # fmt: skip


def shown(standing: Standing, member: Member) -> Content:
    """What Microsoft says of a user, and where that is not what is recorded here."""
    user = standing.user
    if user is None:
        return text.say(N_("Microsoft knows no user of this name in our tenant."), "bold")
    found = member._replace(microsoft_id=user.id)
    inside = [group for group in standing.groups if group.entry(found)]
    parts = [text.say(_membership(inside, standing.groups))]
    drift = of_member(standing.groups, member)
    for one in drift:
        words = one.said
        if one.what == "level":  # what Microsoft says stands above
            name = LEVEL_NAMES.get(member.granted, N_("no administrative access"))
            words = msg("Recorded here: {level}.", level=msg(name))
        parts.append(text.join((text.data("≠ ", "bold"), text.say(words, "bold"))))
    said = {one.what for one in drift}
    if user.guest and "guest" not in said:
        parts.append(text.say(N_("A guest in our tenant: guests cannot act at customers."), "bold"))
    if not user.enabled and "blocked" not in said:
        parts.append(text.say(N_("The account may not sign in."), "bold"))
    parts += [text.say(problem) for problem in standing.problems]
    return text.join(parts, "\n")


def _membership(inside: list[Group], groups: tuple[Group, ...]) -> Message:
    if not groups:
        return msg("Microsoft: no group stands for a level yet; Save asks which.")
    if not inside:
        return msg("Microsoft: in no group that stands for a level.")
    names = ", ".join(group.name for group in inside)
    level = Level.FULL if any(g.level is Level.FULL for g in inside) else inside[0].level
    return msg("Microsoft: {level}, by {group}.", level=msg(LEVEL_NAMES[level]), group=names)


def differs(standing: Standing | None, member: Member) -> bool:
    """Whether Microsoft gives a user another level than is recorded here."""
    if standing is None or standing.user is None:
        return False
    found = member._replace(microsoft_id=standing.user.id)
    inside = [group for group in standing.groups if group.entry(found)]
    there = level_at_microsoft(standing.groups, found)
    known = {group.level for group in standing.groups if group.read}
    here = member.granted
    return len(inside) > 1 or (here is not there and (here in known or there in known))


async def give(
    screen: Keyed[Any], member: Member, level: Level, standing: Standing | None, rev: int | None
) -> Receipt | None:
    """Gives a user a level at Microsoft, or takes it away there; `None` where it was not done.

    Asks which group stands for the level where none does, and whether to go on. Only in a worker;
    raises `DeskError`.
    """
    session = screen.session
    group = session.view.group(level) if level is not Level.NONE else None
    if level is not Level.NONE and (group is None or group.gone):
        if await choose_group(screen, level) is None:
            return None
        standing = None
    groups = standing.groups if standing else session.view.groups
    if standing and standing.user:
        member = member._replace(microsoft_id=standing.user.id)
    question = _question(screen, member, level, groups)
    if await screen.app.push_screen_wait(Confirm(question)) != "yes":
        screen.say(N_("Nothing was changed."))
        return None
    return await answer(
        screen,
        lambda graph: membership.administer(
            session.desk, graph, member.id, level, rev=rev, told=screen.say
        ),
    )


def _question(
    screen: Keyed[Any], member: Member, level: Level, groups: tuple[Group, ...]
) -> Content:
    """What is about to be done at Microsoft, step by step."""
    move = moving(groups, member, level)
    name = member.name or member.upn
    lines = [text.say(msg("Change who administers at Microsoft?"), "bold")]
    if move.joins:
        lines.append(text.say(msg("  {name} joins {group}", name=name, group=move.joins.name)))
        lines.append(text.join((text.data("  "), text.say(opens(screen.session.view, level)))))
    lines += [
        text.say(msg("  {name} leaves {group}", name=name, group=left.name))
        for left in move.leaves
    ]  # fmt: skip
    if not move.joins and not move.leaves:
        lines.append(text.say(N_("  Its groups stay as they are; only the record here changes.")))
    account = screen.session.microsoft.account
    myself = account is not None and account.upn.casefold() == member.upn.casefold()
    if myself and any(left.name == ADMIN_AGENTS for left in move.leaves):
        lines.append(text.say(N_("That is you: without Admin agents you can neither make nor "
                                 "assign relationships."), "bold"))  # fmt: skip
    lines.append(text.say(N_("u does not undo that.")))
    return text.join(lines, "\n")
