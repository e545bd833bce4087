"""Adding many users at a customer's, out of a file: the plan first, then one after the other.

Their passwords go into a new file that only the operator may read, which is on disk before
anything is sent.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.actions.acting.file import Entry, PasswordFile
from store.actions.acting.people import (
    HEADER,
    Fate,
    PeopleRun,
    passwords,
    people_plan,
    read_people,
)
from store.actions.table_file import content_of
from store.errors import BadInput, DeskError
from store.message import N_, Message, msg, nmsg
from store.model.access import Task
from store.paths import typed_path
from store.secret import Secret
from tui import text
from tui.screens.act.base import ActForm, name_typed
from tui.widgets.paths import PathSuggester
from tui.widgets.people_table import PlanTable, counts, summary

if TYPE_CHECKING:
    from store.actions.acting.people import Added, PeoplePlan

_NO_PLAN = N_("Name a file first and press enter.")


class AddFromFile(ActForm):
    """Asks for the list and for a file for the passwords, shows the plan, adds on ctrl+s.

    `domain` is the customer's own, for the example of a line.
    """

    KEYS = "act-list"
    TASK = Task.ADD_USER
    AUTO_FOCUS = "#path"

    def __init__(self, key: int, domain: str = "") -> None:
        super().__init__(key)
        self.domain = domain
        self.plan: PeoplePlan | None = None
        self.skip_bad = False
        self.results: dict[int, Added] = {}
        self._run: PeopleRun | None = None
        self._stopping = False

    def inside(self) -> ComposeResult:
        yield self._field("path", N_("List: Name, User name, Usage location. Enter reads it"))
        yield self._field("passwords", N_("A new file for the passwords, which only you may read"))
        yield Static(id="counts")
        yield PlanTable(id="plan")
        yield from self.told()

    def on_mount(self) -> None:
        super().on_mount()
        self._count(self._what_to_write())

    def _what_to_write(self) -> Content:
        """What stands in such a file, with an example of the customer's own."""
        customer = self.session.view.customer(self.key)
        domain = self.domain or (customer.domain if customer else "") or "contoso.com"
        titles = ", ".join(text.plain(title) for title in HEADER.values())
        said = msg(
            "The list is a CSV with a header line: {titles}. The user name stands there whole, "
            "as in {upn}.",
            titles=titles, upn=f"greta@{domain}",
        )  # fmt: skip
        return text.say(said)

    def _field(self, name: str, placeholder: str) -> Input:
        field = Input(placeholder=text.plain(placeholder), id=name, compact=True,
                      suggester=PathSuggester())  # fmt: skip
        field.cursor_blink = False
        return field

    def crumbs(self) -> tuple[str, ...]:
        return (*super().crumbs(), text.plain(N_("From a file")))

    def plain_text(self) -> str:
        table = self.query_one(PlanTable)
        return "\n".join("  ".join(table.row_cells(row)) for row in range(table.row_count()))

    # -- the plan ------------------------------------------------------------------------------

    @on(Input.Changed, "#path")
    def _other_file(self) -> None:
        """A plan is of the file that is named above it; another name has none yet."""
        if not self.is_acting and (self._stop_reading() or self.plan is not None):
            self._no_plan()
            self.say(N_("Enter reads the file."))

    def _no_plan(self) -> None:
        self.plan = None
        self.results = {}
        self.query_one(PlanTable).show((), self.results)
        self._count(self._what_to_write())

    def _stop_reading(self) -> bool:
        """Reads a list no further; whether one was being read."""
        own = (worker for worker in self.workers if worker.node is self)
        reading = [it for it in own if it.group == "plan" and not it.is_finished]
        for worker in reading:
            worker.cancel()
        return bool(reading)

    @on(Input.Submitted, "#path")
    def _read(self, event: Input.Submitted) -> None:
        event.prevent_default()  # the plan alone leads to the next field
        if event.value.strip() and not self.is_acting:
            self._make_plan(event.value.strip())

    @work(exclusive=True, group="plan")
    async def _make_plan(self, path: str) -> None:
        self._no_plan()
        self.say(N_("Reading the list, and asking which names are taken…"))
        try:
            source = read_people(await asyncio.to_thread(content_of, path))
            async with self.there() as (who, tenant):
                self.plan = await people_plan(who, tenant, source, self._looked_for)
        except DeskError as error:
            self.say_error(error)
            self._count(self._what_to_write())
            return
        self._show()
        self.say(N_("This is the plan. ctrl+s adds them; esc leaves everything as it is."))
        self.query_one("#passwords").focus()

    def _looked_for(self, done: int, total: int) -> None:
        self._count(text.say(msg("Looked for {done} of {total} names; esc stops.",
                                 done=done, total=total)))  # fmt: skip

    def _show(self) -> None:
        if self.plan is None:
            return
        self.query_one(PlanTable).show(self.plan.lines, self.results)
        parts = [text.say(summary(self.plan, self.results), "bold")]
        if self.plan.ignored:
            titles = ", ".join(self.plan.ignored)
            parts.append(text.say(msg("Columns that mean nothing here: {titles}.", titles=titles)))
        if self.plan.of(Fate.REFUSE) and not self.results:
            parts.append(
                text.say(N_("The refused lines will be left out."))
                if self.skip_bad
                else text.say(N_("With refused lines nobody is added, unless ctrl+r skips them."))
            )
        self._count(text.join(parts, " "))

    def _count(self, content: Content) -> None:
        for line in self.query("#counts").results(Static):
            line.update(text.made(content))

    @on(PlanTable.Moved)
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        if self.is_acting:
            return  # the message line says how far it is
        self.say_content(self.query_one(PlanTable).said())

    def do_skip_bad(self) -> None:
        if self.plan is None or self.is_acting:
            self.say(_NO_PLAN, error=True)
            return
        self.skip_bad = not self.skip_bad
        self.hush()
        self.show_ended(text.nothing())
        self._show()

    # -- doing it ------------------------------------------------------------------------------

    def why_not(self) -> Message | None:
        if self.results and not self.is_acting:
            return msg("This list has been gone through. Enter on its name reads it anew.")
        return super().why_not()

    @work(group="act")
    async def do_act_now(self) -> None:
        plan, field = self.plan, self.query_one("#passwords", Input)
        if plan is None:
            self.say(_NO_PLAN, error=True)
            return
        todo = plan.to_add
        if not todo:
            self.say(N_("There is nobody to add: each line says why."), error=True)
            return
        if not field.value.strip():
            self.say(N_("Name a new file for the passwords: nothing else would show them."),
                     error=True)  # fmt: skip
            field.focus()
            return
        if self._is_kept_back(plan, typed_path(field.value.strip())):
            return
        customer = self.session.view.customer(self.key)
        name = customer.label if customer else ""
        question = nmsg(
            "Add {count} user at {customer}?", "Add {count} users at {customer}?", len(todo),
            customer=name,
        )  # fmt: skip
        typed = await name_typed(self, self.key, question, name)
        if not typed or self.is_acting:
            self.say(N_("Nobody was added."))
            return
        self._stopping = False
        with self.under_way():
            try:
                await self._add(plan, passwords(plan), typed, field.value.strip())
            except DeskError as error:
                self.not_done(error)
                if isinstance(error, BadInput) and error.field == "password-file":
                    field.focus()
            finally:
                self._run = None

    def _is_kept_back(self, plan: PeoplePlan, path: Path) -> bool:
        """Whether something keeps it from being done: it is said before a name is asked for."""
        refused = sorted(plan.of(Fate.REFUSE))
        if refused and not self.skip_bad:
            first = refused[0]
            self.say(
                nmsg(
                    "{count} line is refused, so nobody is added; ctrl+r leaves it out. "
                    "Line {line}: {why}",
                    "{count} lines are refused, so nobody is added; ctrl+r leaves them out. "
                    "The first is line {line}: {why}",
                    len(refused), line=str(first.line), why=first.why,
                ),
                error=True,
            )  # fmt: skip
            return True
        if os.path.lexists(path):
            there = msg("{path} is there already, and is not written over.", path=str(path))
            self.say_content(
                text.join((text.say(there), text.say(N_("Name a file that is not there yet."))),
                          " "),
                error=True,
            )  # fmt: skip
            self.query_one("#passwords").focus()
            return True
        return False

    async def _add(
        self, plan: PeoplePlan, secrets: Mapping[int, Secret], typed: str, path: str
    ) -> None:
        """The file first, then Microsoft; the file keeps those who were added, or may have been."""
        kept = PasswordFile(typed_path(path))
        entries = [Entry(line.new.upn, secrets[line.line]) for line in plan.to_add]
        await asyncio.to_thread(kept.write, entries)
        ended: Message | None = None
        broken_off = True
        try:
            async with self.there() as (who, tenant):
                self._run = PeopleRun(who, tenant, self._told)
                if self._stopping:
                    self._run.stop()
                self.query_one(PlanTable).focus()
                await self._run.add(plan, secrets, typed, skip_bad=self.skip_bad)
                ended = self._run.ended
            broken_off = False
        except DeskError:
            broken_off = False  # the desk itself refused: whoever was under way was not added
            raise
        finally:
            self._keep(kept, plan, secrets, broken_off=broken_off)
        self._finish(kept, ended)

    def _keep(
        self,
        kept: PasswordFile,
        plan: PeoplePlan,
        secrets: Mapping[int, Secret],
        *,
        broken_off: bool,
    ) -> None:
        """Keeps the passwords of who is there or may be: also who was under way as it broke off."""
        results = self.results
        kept.keep(
            [
                Entry(line.new.upn, secrets[line.line])
                for line in plan.to_add
                if counts(results.get(line.line)) or (broken_off and line.line not in results)
            ]
        )
        kept.close()

    def _told(self, added: Added) -> None:
        """One more line has ended."""
        self.results[added.line.line] = added
        self._show()
        if self.plan is not None:
            self.say(msg("{done} of {total}; esc stops.", done=len(self.results),
                         total=len(self.plan.to_add)))  # fmt: skip

    def _finish(self, kept: PasswordFile, ended: Message | None) -> None:
        self._show()
        self.query_one(PlanTable).move_to(0)
        parts = [text.say(summary(self.plan, self.results), "bold")] if self.plan else []
        if ended:
            parts.append(text.say(msg("The rest was left: {why}", why=ended)))
        elif self._stopping:
            parts.append(text.say(N_("Stopped.")))
        if any(counts(added) for added in self.results.values()):
            parts.append(text.say(msg("The passwords are in {path}.", path=str(kept.path))))
        content = text.join(parts, " ")
        self.show_ended(content)
        self.say_content(content)

    def do_back(self) -> object:
        """Stops what is under way, or leaves."""
        if self.is_acting:
            self._stopping = True
            if self._run:
                self._run.stop()
            self.say(N_("Stopping: what is under way comes to its end."))
            return None
        if self._stop_reading():
            self._no_plan()
            self.say(N_("Stopped; nothing was changed."))
            return None
        return super().do_back()
