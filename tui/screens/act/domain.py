"""Domains of a customer: added, the record that proves them, and checked until they are proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, DeskError
from store.message import N_, Message, msg
from store.model.access import Task
from store.model.act import Outcome
from tui import text
from tui.screens.act.base import ActScreen
from tui.situation import Situation
from tui.widgets.row_table import Column, RowTable

if TYPE_CHECKING:
    from store.actions.acting import Domain, Record


class DomainTable(RowTable):
    """The customer's domains."""

    columns = (Column(N_("Domain"), 30, 3), Column(N_("State"), 16, 1))
    domains: tuple[Domain, ...] = ()

    def show(self, domains: tuple[Domain, ...], at: str = "") -> None:
        """Shows these domains, with the cursor on one of them."""
        here = at or (self.under_cursor.name if self.under_cursor else "")
        self.domains = domains
        places = [place for place, one in enumerate(domains) if one.name == here]
        self.rows_changed(places[0] if places else 0)

    def row_count(self) -> int:
        return len(self.domains)

    def row_cells(self, row: int) -> tuple[str, ...]:
        one = self.domains[row]
        return one.name, text.plain(_state(one))

    @property
    def under_cursor(self) -> Domain | None:
        """The domain under the cursor."""
        return self.domains[self.cursor] if self.cursor < len(self.domains) else None


def _state(one: Domain) -> str:
    if not one.verified:
        return N_("not verified yet")
    return N_("verified, the default") if one.default else N_("verified")


class AddDomain(ActScreen):
    """A field for a new domain, those that are there, and what proves the one under the cursor."""

    KEYS = "act-domain"
    TASK = Task.ADD_DOMAIN
    AUTO_FOCUS = "#new-domain"

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self._records: dict[str, tuple[Record, ...]] = {}

    def inside(self) -> ComposeResult:
        from store.actions.acting import said_before

        placeholder = N_("A new domain, as in contoso.com; ctrl+s adds it")
        field = Input(placeholder=text.plain(placeholder), id="new-domain", compact=True)
        field.cursor_blink = False
        yield field
        yield DomainTable(id="domains")
        with VerticalScroll(id="told"):
            yield Static(id="records")
            yield Static(id="ended")
            yield Static(text.say(said_before(self.TASK)), id="before")

    def on_mount(self) -> None:
        super().on_mount()
        self._read()

    @property
    def table(self) -> DomainTable:
        """The domains' rows."""
        return self.query_one(DomainTable)

    def situation(self) -> Situation:
        there = bool(self.query(DomainTable)) and self.table.under_cursor is not None
        return super().situation()._replace(chosen=int(there))

    def plain_text(self) -> str:
        table = self.table
        rows = ["  ".join(table.row_cells(row)) for row in range(table.row_count())]
        return "\n".join((*rows, "", self._proof().plain))

    # -- reading -------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def _read(self, at: str = "") -> None:
        from store.actions.acting import domains

        try:
            async with self.there() as (who, tenant):
                found = await domains(who, tenant)
        except DeskError as error:
            self.say_error(error)
            return
        self.table.show(found, at)
        self.update_keys()
        self._moved()

    @on(DomainTable.Moved)
    @on(DomainTable.Chosen)
    def _moved(self) -> None:
        self._show_proof()
        here = self.table.under_cursor
        if here and not here.verified and here.name not in self._records:
            self._read_records(here.name)

    @work(exclusive=True, group="records")
    async def _read_records(self, name: str) -> None:
        from store.actions.acting import domain_records

        try:
            async with self.there() as (who, tenant):
                self._records[name] = await domain_records(who, tenant, name)
        except DeskError as error:
            self.say_error(error)
            return
        self._show_proof()

    def _show_proof(self) -> None:
        self.query_one("#records", Static).update(text.made(self._proof()))

    def _proof(self) -> Content:
        """What proves the domain under the cursor."""
        here = self.table.under_cursor
        if here is None:
            return text.nothing()
        if here.verified:
            return text.say(msg("{domain} is verified.", domain=here.name))
        records = self._records.get(here.name)
        if records is None:
            return text.say(N_("The record is being read…"))
        if not records:
            return text.say(N_("Microsoft names no record that would prove it."))
        lines = [text.say(msg("One of these, set where {domain} is managed, proves it:",
                              domain=here.name))]  # fmt: skip
        for one in records:
            lines += [text.say(_in_words(one)), text.data(f"  {one.zone_line}", "bold")]
        lines.append(
            text.say(
                msg("ctrl+y copies the line of the {kind} record for a zone file. Once it is set: "
                    "ctrl+r checks again.", kind=records[0].kind)
            )
        )  # fmt: skip
        return text.join(lines, "\n")

    # -- doing it ------------------------------------------------------------------------------

    @on(Input.Submitted, "#new-domain")
    def _entered(self) -> None:
        self.say(N_("ctrl+s adds the domain."))

    def is_changed(self) -> bool:
        fields = self.query("#new-domain").results(Input)
        return super().is_changed() or any(field.value.strip() for field in fields)

    @work(group="act")
    async def do_act_now(self) -> None:
        from store.actions.acting import add_domain

        field = self.query_one("#new-domain", Input)
        typed = field.value.strip()
        if not typed:
            self.say(N_("Nothing was typed."), error=True)
            field.focus()
            return
        with self.under_way():
            try:
                async with self.there() as (who, tenant):
                    ended = await add_domain(who, tenant, typed, self.say)
            except DeskError as error:
                self.not_done(error)
                if isinstance(error, BadInput):
                    field.focus()
                return
        # Where it is done, what stands above says what to do next.
        self.end(ended, todo=ended.outcome is not Outcome.DONE)
        if ended.outcome is Outcome.DONE and ended.domain:
            field.value = ""
            self.table.focus()
            self._read(ended.domain.name)

    @work(group="act")
    async def do_check_domain(self) -> None:
        from store.actions.acting import verify_domain

        here = self.table.under_cursor
        if here is None:
            return
        if here.verified:
            self.say(msg("{domain} is verified.", domain=here.name))
            return
        with self.under_way():
            try:
                async with self.there() as (who, tenant):
                    ended = await verify_domain(who, tenant, here.name, self.say)
            except DeskError as error:
                self.not_done(error)
                return
        self.end(ended)
        if ended.outcome is Outcome.DONE:
            self._read(here.name)

    def do_copy_record(self) -> None:
        here = self.table.under_cursor
        records = self._records.get(here.name, ()) if here else ()
        if not records:
            self.say(N_("There is no record to copy for this domain."), error=True)
        else:
            self.copy(records[0].zone_line)


def _in_words(one: Record) -> Message:
    """A record as a form of a registrar asks for it."""
    if one.kind == "MX":
        return msg("{kind} for {label}: {value}, preference {preference}, TTL {ttl}",
                   kind=one.kind, label=one.label, value=one.value,
                   preference=str(one.preference), ttl=str(one.ttl))  # fmt: skip
    return msg("{kind} for {label}: {value}, TTL {ttl}", kind=one.kind, label=one.label,
               value=one.value, ttl=str(one.ttl))  # fmt: skip
