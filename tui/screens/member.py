"""One of our users: Details, and Settings with the administrative access."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static, TabbedContent, TabPane

from store.actions import groups_read
from store.actions import members as actions
from store.actions.groups_read import Standing
from store.desk import Receipt
from store.errors import BadInput, Conflict, DeskError, SignInNeeded
from store.message import N_, Message, msg, nmsg
from store.model.access import ALLOWS, NOT_SUPPORTED, Level, Member, level_meaning
from tui import text
from tui.asking import answer, sign_in_for
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm, fields_that_differ, whose_version
from tui.screens.forms import LEAVE, FormScreen
from tui.screens.standing import differs, give, opens, shown
from tui.screens.users import access_text
from tui.widgets.form import Field, Form
from tui.widgets.radio import Radio

_LEVELS = (Level.FULL, Level.LIMITED)
_YES_MEANS = N_(
    "Yes also lets this user create trial invitations and purchase offers on the Partner overview "
    "page."
)


class NewMemberForm(FormScreen):
    """Name and user name of one more of our users."""

    def crumbs(self) -> tuple[str, ...]:
        return tuple(map(text.plain, (N_("Users"), N_("Active users"), N_("New"))))

    def fields(self) -> Sequence[Field]:
        return _details(None)

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        return actions.add(self.session.desk, values["upn"], values["name"])


class MemberScreen(DeskScreen):
    """Edit: two tabs, and one Save for what was changed in either."""

    KEYS = "member"
    AUTO_FOCUS = "#access"
    BINDINGS = [
        Binding("up,k", "step(-1)", show=False),
        Binding("down,j", "step(1)", show=False),
    ]

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.member = Member(key, "")
        self.standing: Standing | None = None
        self._asked = self._at_microsoft = False

    def body(self) -> ComposeResult:
        self._reload()
        with TabbedContent(initial="settings", id="tabs"):
            with TabPane(text.say(N_("Details")), id="details"):
                yield Form(_details(self.member))
            with TabPane(text.say(N_("Settings")), id="settings"):
                # The question stays in sight, however far one scrolls below it.
                yield Static(
                    text.say(N_("Assign administrative access to companies you support"), "bold")
                )
                with VerticalScroll(can_focus=False, id="levels"):
                    yield from self._settings()
                yield Static(id="there")
        with Horizontal(id="below"):
            yield Button(text.say(N_("Save")), id="save", compact=True)
            yield Static(id="reach")

    def _settings(self) -> ComposeResult:
        limited_as = self.session.view.partner.limited_as
        yield Radio(
            [(N_("Yes"), (_YES_MEANS,)), (N_("No"), ())],
            0 if self.member.access else 1,
            id="access",
        )
        yield Radio(
            [(level_meaning(level, limited_as), (ALLOWS[level],)) for level in _LEVELS],
            _LEVELS.index(self.member.level) if self.member.level in _LEVELS else -1,
            id="level",
        )
        yield Static(text.say(NOT_SUPPORTED, "dim"))

    def on_mount(self) -> None:
        super().on_mount()
        self._follow_access()
        self.refresh_view()

    def crumbs(self) -> tuple[str, ...]:
        way = (N_("Dashboard"), N_("Users"), N_("Active users"), N_("Edit"))
        tabs = self.query(TabbedContent)
        on_details = bool(tabs) and tabs.first().active == "details"
        tab = N_("Details") if on_details else N_("Settings")
        name = self.member.name or self.member.upn
        return (*map(text.plain, way), text.plain(msg("{tab}: {name}", tab=msg(tab), name=name)))

    # -- what Microsoft says ------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether Save changes something at Microsoft too."""
        return self.session.microsoft.account is not None

    def refresh_view(self, customers: set[int] | None = None) -> None:
        """Follows who is signed in, and what a sync brought."""
        if not self.query("#there"):
            return
        self._show_reach()
        if not self.connected:
            self._asked = False
            self._show_there(text.nothing())
        elif not self._asked:
            self._asked = True
            self._ask()

    @work(exclusive=True, group="reach")
    async def _show_reach(self) -> None:
        """How many customers it opens: by group where connected, else by what is recorded."""
        line, levels = self.query_one("#reach", Static), self.query_one("#level", Radio)
        view, there = self.session.view, self.connected
        means: dict[Level, tuple[Message | str, ...]] = {one: (ALLOWS[one],) for one in _LEVELS}
        if there:
            line.update(text.say(N_("Save changes it at Microsoft too; u does not undo that.")))
            for level in _LEVELS:
                means[level] = (ALLOWS[level], await asyncio.to_thread(opens, view, level))
        else:
            count = await asyncio.to_thread(actions.reach, self.session.desk)
            reach = nmsg("Opens {count} customer today.", "Opens {count} customers today.", count)
            here = text.say(N_("Save records it here only."))
            line.update(text.join((text.say(reach), here), " "))
        levels.say([(levels.options[n][0], means[level]) for n, level in enumerate(_LEVELS)])
        self.call_after_refresh(self._keep_in_sight)

    @work(exclusive=True, group="standing")
    async def _ask(self) -> None:
        """Asks Microsoft about this user; nothing of it is recorded."""
        self._show_there(text.say(N_("Asking Microsoft about this user…"), "dim"))
        view, member = self.session.view, self.member
        try:
            self.standing = await answer(
                self, lambda graph: groups_read.standing(view, graph, member)
            )
        except DeskError as error:
            self.standing = None
            said = msg("Microsoft could not be asked: {why}", why=error.what)
            self._show_there(text.say(said))
        else:
            self._show_there(shown(self.standing, member))

    def _show_there(self, content: Content) -> None:
        for line in self.query("#there").results(Static):
            line.update(text.made(content))
        self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """The option under the cursor stays in sight where what is below it grows."""
        if isinstance(self.focused, Radio):
            self.focused.keep_in_sight()

    # -- going up and down ---------------------------------------------------------------------

    def action_step(self, by: int) -> None:
        """To the next that takes keys, where an arrow means nothing of its own.

        It does not go round: below Save is nothing.
        """
        chain = self.focus_chain
        if self.focused in chain:
            place = chain.index(self.focused) + by
            if 0 <= place < len(chain):
                chain[place].focus()

    def key_pageup(self) -> None:
        """What stands above."""
        self.query_one("#levels", VerticalScroll).scroll_page_up(animate=False)

    def key_pagedown(self) -> None:
        """What stands below."""
        self.query_one("#levels", VerticalScroll).scroll_page_down(animate=False)

    # -- what stands on the form --------------------------------------------------------------

    @property
    def access(self) -> bool:
        """Whether Yes is chosen."""
        return self.query_one("#access", Radio).chosen == 0

    @property
    def level(self) -> Level:
        """The chosen level."""
        chosen = self.query_one("#level", Radio).chosen
        return _LEVELS[chosen] if chosen >= 0 else Level.NONE

    @on(Radio.Changed, "#access")
    def _follow_access(self) -> None:
        """Without access there is no level to choose."""
        self.query_one("#level", Radio).disabled = not self.access

    def settings_changed(self) -> bool:
        """Whether access or level are not what they were."""
        if self.access != self.member.access:
            return True
        return self.access and self.level is not self.member.level

    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return self.settings_changed() or bool(self.query_one(Form).changes())

    # -- saving and leaving -------------------------------------------------------------------

    @on(Button.Pressed, "#save")
    def _pressed(self) -> None:
        self.call_later(self.action_do, "save")

    async def action_do(self, wanted: str) -> None:
        """Nothing but help while Microsoft is being changed: what it was asked cannot be left."""
        if self._at_microsoft and wanted != "help":
            self.say(N_("It is being changed at Microsoft; a moment."))
        else:
            await super().action_do(wanted)

    @work(group="save")
    async def do_save(self) -> None:
        there = self.connected and (self.settings_changed() or differs(self.standing, self.member))
        rev: int | None = self.member.rev
        try:
            receipt = await (self._save_there(rev) if there else self._save_here(rev))
        except Conflict as error:
            kept = "mine"  # an account that was recognised meanwhile is no other setting
            if _settings(Member.from_document(self.key, error.theirs)) != _settings(self.member):
                kept = await whose_version(self, error, self._differences(error)) or ""
            if kept == "theirs":
                self.desk_app.back()
            if kept != "mine":
                return
            receipt = await (self._save_there(None) if there else self._save_here(None))
        if receipt:
            self.desk_app.close_form(self, receipt)

    def _differences(self, error: Conflict) -> list[tuple[str, str, str]]:
        differences = fields_that_differ(error, self.query_one(Form).changes(), actions.FIELD_NAMES)
        if self.settings_changed():
            theirs = Member.from_document(self.key, error.theirs)
            differences.append(
                (
                    N_("Administrative access"),
                    access_text(self.access, self.level),
                    access_text(theirs.access, theirs.level),
                )
            )
        return differences

    async def _save_there(self, rev: int | None) -> Receipt | None:
        """Details here, then the groups at Microsoft, and what came of it here."""
        level = self.level if self.access else Level.NONE
        try:
            actions.checked(self.access, level)
        except BadInput as error:
            self.say_error(error)
            return None
        if self.query_one(Form).changes():
            if not await self._save_details(rev):
                return None
            rev = self.member.rev
        self._at_microsoft = True
        try:
            receipt = await give(self, self.member, level, self.standing, rev)
        except Conflict:
            raise
        except SignInNeeded as error:
            self._reload()
            if await sign_in_for(self, error, "groups"):
                self.say(N_("Signed in. ctrl+s goes on where it was."))
            return None
        except DeskError as error:
            self.say_error(error)
            self._reload()  # some of it may have been done
            self._ask()
            return None
        finally:
            self._at_microsoft = False
        # Not one of the changes that u takes back.
        return receipt and receipt._replace(seq=0).with_notes(msg("u does not undo that."))

    async def _save_details(self, rev: int | None) -> bool:
        """Saves name and user name alone: the account that is asked for is called so."""
        desk, key, form = self.session.desk, self.key, self.query_one(Form)
        details = form.changes()
        if not await self.change(lambda: actions.save(desk, key, details, None, rev)):
            return False
        form.settle()
        self._reload()
        return True

    def _reload(self) -> None:
        """The user as it is recorded now."""
        found = self.session.view.tables.table("members").get(self.key)
        if found is not None:
            self.member = Member.from_document(self.key, found)

    async def _save_here(self, rev: int | None) -> Receipt | None:
        """Saves what was changed, in one transaction and in this desk alone."""
        details = self.query_one(Form).changes()
        settings = (self.access, self.level) if self.settings_changed() else None
        desk, key = self.session.desk, self.key
        receipt = await self.change(lambda: actions.save(desk, key, details, settings, rev))
        if receipt and settings:
            return receipt.with_notes(msg("It is recorded here only, not at Microsoft."))
        return receipt

    def do_back(self) -> object:
        return self._leave()

    @work(exclusive=True, group="leave")
    async def _leave(self) -> None:
        if (not self.is_changed() or await confirm(self, LEAVE)) and self.is_active:
            self.desk_app.back()

    def do_tab(self) -> None:
        """Goes to the other tab."""
        tabs = self.query_one("#tabs", TabbedContent)
        tabs.active = "details" if tabs.active == "settings" else "settings"
        first = "Form Input" if tabs.active == "details" else "#access"
        self.query(first).first().focus()

    @on(TabbedContent.TabActivated)
    def _tab_shown(self) -> None:
        self.show_frame()


def _settings(member: Member) -> Member:
    """What a form is about, without what the desk notes beside it."""
    return member._replace(rev=0, microsoft_id="")


def _details(member: Member | None) -> list[Field]:
    return [
        Field("name", N_("Name"), member.name if member else ""),
        Field("upn", N_("User name"), member.upn if member else "",
              hint=N_("As in zoe@fabrikam.com.")),
    ]  # fmt: skip
