"""Dashboard › Users › Active users: the partner's own users."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import members as actions
from store.message import N_, Message, msg, nmsg
from store.model.access import LEVEL_NAMES, Level, Member
from store.model.group import Drift, Group, drifts, said_at_microsoft
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.situation import Situation
from tui.widgets.row_table import Column, RowTable


class MemberTable(RowTable):
    """Our users by name, with what they may do."""

    columns = (
        Column(N_("Name"), 15, 2),
        Column(N_("User name"), 20, 2, 2),
        Column(N_("Administrative access"), 22),
        Column(N_("At Microsoft"), 15, 3, 1),
    )
    members: tuple[Member, ...] = ()
    drift: dict[int, list[Drift]] = {}
    there: dict[int, Message] = {}

    def show(self, members: tuple[Member, ...], groups: tuple[Group, ...]) -> None:
        """Shows these users; the cursor stays on its user, if it is still among them."""
        before, self.members = self.under_cursor, members
        read = {member.id: said_at_microsoft(groups, member) for member in members}
        self.there = {key: said for key, said in read.items() if said}
        self.drift = {}
        for one in drifts(groups, members):
            self.drift.setdefault(one.member, []).append(one)
        ids = [member.id for member in members]
        self.rows_changed(ids.index(before.id) if before and before.id in ids else None)

    def row_count(self) -> int:
        return len(self.members)

    def row_cells(self, row: int) -> tuple[str, ...]:
        member = self.members[row]
        access = access_text(member.access, member.level)
        return member.name, member.upn, access, self._at_microsoft(member)

    def _at_microsoft(self, member: Member) -> str:
        """The level there, and after ≠ what is not as recorded here; blank where not read."""
        drift = self.drift.get(member.id, [])
        differs = ", ".join(text.plain(one.short) for one in drift)
        there = self.there.get(member.id)
        # The level itself is the first of what differs, where it does.
        level = text.plain(there) if there and all(one.what != "level" for one in drift) else ""
        return f"{level} ≠ {differs}".strip() if differs else level

    @property
    def under_cursor(self) -> Member | None:
        """The user under the cursor."""
        return self.members[self.cursor] if self.cursor < len(self.members) else None


def access_text(access: bool, level: Level) -> str:
    """The setting in words: the level, or No."""
    return text.plain(LEVEL_NAMES.get(level, N_("Yes")) if access else N_("No"))


class UsersScreen(DeskScreen):
    """Add, edit and remove our users; Edit opens their settings."""

    KEYS = "users"
    AUTO_FOCUS = "#members"
    _drift_said = False

    def body(self) -> ComposeResult:
        yield MemberTable(id="members")
        yield Static(
            text.say(N_("No active users yet. n adds the first one.")), id="empty", classes="notice"
        )
        yield Static(id="others", classes="notice")

    def crumbs(self) -> tuple[str, ...]:
        return tuple(map(text.plain, (N_("Dashboard"), N_("Users"), N_("Active users"))))

    @property
    def table(self) -> MemberTable:
        """The list's rows."""
        return self.query_one(MemberTable)

    def situation(self) -> Situation:
        there = self.is_mounted and self.table.under_cursor is not None
        return self.session.situation(int(there))

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        view = self.session.view
        drift = drifts(view.groups, view.members)
        self.table.show(view.members, view.groups)
        self.query_one("#empty").display = not self.table.members
        others = sum(not one.member for one in drift)
        line = self.query_one("#others", Static)
        line.display = bool(others)
        line.update(
            text.say(
                nmsg("{count} more remark about our groups: g.",
                     "{count} more remarks about our groups: g.", others)
            )
        )  # fmt: skip

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        return "\n".join("  ".join(self.table.row_cells(row)) for row in rows)

    def do_new(self) -> None:
        from tui.screens.member import NewMemberForm

        self.app.push_screen(NewMemberForm())

    @on(MemberTable.Moved, "#members")
    def _whole_drift(self) -> None:
        """Says in full where Microsoft says otherwise of the user under the cursor."""
        member = self.table.under_cursor
        drift = self.table.drift.get(member.id, []) if member else []
        if drift:
            self.say_content(text.join([text.say(one.said) for one in drift], " "))
        elif self._drift_said:
            self.hush()
        self._drift_said = bool(drift)

    def do_groups(self) -> None:
        from tui.screens.groups import GroupsScreen

        self.app.push_screen(GroupsScreen())

    @on(MemberTable.Chosen, "#members")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")

    def do_open(self) -> None:
        self.do_edit()

    def do_edit(self) -> None:
        from tui.screens.member import MemberScreen

        member = self.table.under_cursor
        if member:
            self.app.push_screen(MemberScreen(member.id))

    def do_may(self) -> None:
        from tui.screens.may.where import MayWhere

        member = self.table.under_cursor
        if member:
            self.app.push_screen(MayWhere(member.id))

    @work
    async def do_remove(self) -> None:
        member = self.table.under_cursor
        if member is None:
            return
        question = msg("Take {name} off the list?", name=member.name or member.upn)
        if await confirm(self, question):
            desk = self.session.desk
            receipt = await self.change(lambda: actions.remove(desk, member.id))
            if receipt:
                self.say_done(receipt)
