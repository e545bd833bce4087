"""Dashboard › Users › Our groups: who is in them, what they open, where they differ from here."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.actions import assigning
from store.errors import DeskError
from store.message import N_, Message, msg, nmsg
from store.model.access import LEVEL_NAMES, Level
from store.model.group import ADMIN_AGENTS, ADVICE, Drift, Group, InGroup, drifts
from store.view import View
from tui import text
from tui.language import clock_time
from tui.screens.base import DeskScreen
from tui.screens.choose_group import choose_group
from tui.screens.keyed import Keyed
from tui.widgets.row_table import Column, RowTable

_LEVELS = (Level.FULL, Level.LIMITED)


class LevelRow(NamedTuple):
    """A level, the group that stands for it, and how many customers that opens."""

    level: Level
    group: Group | None
    reach: int | None
    """`None` before the first sync."""


class LevelTable(RowTable):
    """The two levels."""

    columns = (
        Column(N_("Level"), 22),
        Column(N_("Group"), 14, 1),
        Column(N_("Members"), 8),
        Column(N_("Opens"), 16),
    )
    rows: tuple[LevelRow, ...] = ()

    def show(self, rows: tuple[LevelRow, ...]) -> None:
        """Shows these levels."""
        self.rows = rows
        self.rows_changed()

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        level, group, reach = self.rows[row]
        name = text.plain(LEVEL_NAMES[level])
        if group is None:
            return name, text.plain(N_("none yet")), "", ""
        if group.gone:
            return name, group.name, "", text.plain(N_("no longer there"))
        opens = msg("sync first: r")
        if reach is not None:
            opens = nmsg("{count} customer", "{count} customers", reach)
        return name, group.name, str(len(group.members)), text.plain(opens)

    def action_page(self, by: int) -> None:
        """Two rows fit any page: what is below them is scrolled instead."""
        below = self.screen.query_one("#group", VerticalScroll)
        (below.scroll_page_down if by > 0 else below.scroll_page_up)(animate=False)


class GroupsScreen(DeskScreen):
    """The two levels, and what is to be known about the group under the cursor."""

    KEYS = "groups"
    AUTO_FOCUS = "#levels-table"
    _choosing = False

    def body(self) -> ComposeResult:
        yield LevelTable(id="levels-table")
        with VerticalScroll(can_focus=False, id="group"):
            yield Static(id="group-text")

    def crumbs(self) -> tuple[str, ...]:
        return tuple(map(text.plain, (N_("Dashboard"), N_("Users"), N_("Our groups"))))

    @property
    def table(self) -> LevelTable:
        """The two levels."""
        return self.query_one(LevelTable)

    @property
    def level(self) -> Level:
        """The level under the cursor."""
        return _LEVELS[self.table.cursor]

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        self._show_levels()
        self._show_group()

    @work(exclusive=True, group="reach")
    async def _show_levels(self) -> None:
        """Counts what the groups open, which takes a moment where there is very much."""
        view = self.session.view

        def row(level: Level) -> LevelRow:
            reach = assigning.reach(view, level) if view.synced.at else None
            return LevelRow(level, view.group(level), reach)

        if not self.table.rows:
            self.table.show(tuple(LevelRow(level, view.group(level), None) for level in _LEVELS))
        self.table.show(tuple([await asyncio.to_thread(row, level) for level in _LEVELS]))

    @on(LevelTable.Moved, "#levels-table")
    def _show_group(self) -> None:
        self.query_one("#group-text", Static).update(
            text.made(about(self.session.view, self.level))
        )

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        table = "\n".join("  ".join(self.table.row_cells(row)) for row in rows)
        return f"{table}\n\n{about(self.session.view, self.level).plain}"

    # -- keys ---------------------------------------------------------------------------------

    @on(LevelTable.Chosen, "#levels-table")
    def _enter(self) -> None:
        self.call_later(self.action_do, "choose-group")

    def do_choose_group(self) -> None:
        if self._choosing:
            self.say(N_("Microsoft is being asked about the groups; a moment."))
            return
        self._choosing = True
        # The app's, not this screen's: a group that is being made is recorded, too.
        self.app.run_worker(self._choose(self.level), group="choose")

    async def _choose(self, level: Level) -> None:
        try:
            receipt = await choose_group(self, level)
        finally:
            self._choosing = False
        top = self.app.screen
        if receipt and isinstance(top, Keyed):
            said = [receipt.message, *receipt.notes]
            if top is self:
                said.append(msg("a assigns it in the relationships."))
            top.say_content(text.join([text.say(one) for one in said], " "))

    def do_assign(self) -> None:
        from tui.screens.assign import AssignScreen

        try:
            assigning.assigning_plan(self.session.view, self.level, ())
        except DeskError as error:
            self.say_error(DeskError(error.what, todo=msg("enter chooses or creates one.")))
            return
        self.app.push_screen(AssignScreen(self.level))


def about(view: View, level: Level) -> Content:
    """Who is in the group of a level, and where it differs from what is recorded here."""
    group = view.group(level)
    name = msg(LEVEL_NAMES[level])
    if group is None:
        lines = [text.say(msg("No group at Microsoft stands for {level} yet. enter chooses one, "
                              "or creates it.", level=name))]  # fmt: skip
        return text.join([*lines, *_advice(level, "")], "\n")
    lines = [text.join((text.data(group.name, "bold"), text.say(_read(view, group), "dim")), "  ")]
    drift = drifts(view.groups, view.members)
    lines += [_member(view, entry, drift) for entry in group.members]
    if not group.members and not group.gone:
        lines.append(text.say(N_("  Nobody is in it."), "dim"))
    others = [one for one in drift if one.what in ("level", "both", "renamed", "group-gone",
                                                   "another-account")]  # fmt: skip
    if others:
        lines += [text.nothing(), text.say(N_("Not as recorded here:"), "bold")]
        lines += [text.join((text.data("≠ ", "bold"), text.say(one.said))) for one in others]
    return text.join([*lines, *_advice(level, group.name)], "\n")


def _advice(level: Level, group: str) -> list[Content]:
    if level is Level.FULL and group in ("", ADMIN_AGENTS):
        return [text.nothing(), text.say(ADVICE, "dim")]
    return []


def _read(view: View, group: Group) -> Message:
    if group.gone:
        return msg("no longer there at Microsoft; enter chooses another")
    at = clock_time(max(group.read, view.synced.at if view.synced.whole else ""))
    if not group.read:
        return msg("who is in it was not read yet; r syncs")
    return msg("as Microsoft said at {time}", time=at)


def _member(view: View, entry: InGroup, drift: list[Drift]) -> Content:
    """One line: who it is, and in words what is odd about it."""
    member = next((m for m in view.members if entry.is_of(m)), None)
    key, label = (member.id, "") if member else (0, entry.label)
    remarks = [one for one in drift if one.member == key and label in ("", one.upn)]
    named = (member.name if member else "") or entry.name
    parts = [text.data("  "), text.data(named or entry.label)]
    if named and entry.upn:
        parts.append(text.data(f"  {entry.upn}", "dim"))
    words = [text.say(one.short, "bold") for one in remarks]
    if words:
        parts += [text.data("  ≠ ", "bold"), text.join(words, ", ")]
    return text.join(parts)
