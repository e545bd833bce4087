"""The list of customers: a roster's ids, with marks that survive every filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from store.message import N_
from store.model.consent import State
from store.model.customer import Customer
from tui.commands.report import row_of
from tui.roster import ARCHIVED, STATES
from tui.session import Session
from tui.widgets.row_table import Column, RowTable

STATE_STYLES = {
    State.ACTIVE: "state--good",
    State.GRANTED: "state--good",
    State.EXPIRING: "state--soon",
    State.WAITING: "state--waiting",
    State.UNKNOWN: "state--soon",
    State.ELSEWHERE: "state--bad",
    State.LAPSED: "state--bad",
    State.EXPIRED: "state--bad",
    State.TERMINATED: "state--bad",
    State.DECLINED: "state--bad",
}


class CustomerTable(RowTable):
    """Customers by name with their consent.

    While a large store is still being read, it shows the first ones by name.
    """

    COMPONENT_CLASSES = {"state--good", "state--soon", "state--waiting", "state--bad"}
    columns = (
        Column(N_("Customer"), 24, 2),
        Column(N_("Domain"), 16, 2, 1),
        Column(N_("Consent"), 19, 0),
        Column(N_("Since"), 10, 0, 3),
        Column(N_("Until"), 10, 0, 2),
    )

    def __init__(
        self,
        session: Session,
        *,
        marked: Callable[[], set[int]] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.session = session
        self.ids: Sequence[int] = ()
        self._marked = marked or (lambda: session.marked)

    @property
    def under_cursor(self) -> int | None:
        """The customer under the cursor."""
        return self.ids[self.cursor] if self.cursor < len(self.ids) else None

    def show(self, ids: Sequence[int]) -> None:
        """Shows these customers; the cursor stays on its customer, if it is still among them."""
        before = self.under_cursor
        self.ids = ids
        if before is None or (self.cursor < len(ids) and ids[self.cursor] == before):
            self.rows_changed()
        else:
            self.rows_changed(ids.index(before) if before in ids else None)

    def row_count(self) -> int:
        return len(self.ids)

    def row_cells(self, row: int) -> tuple[str, ...]:
        key = self.ids[row]
        session = self.session
        found = session.view.customers.get(key)
        if found is None:
            customer = Customer.from_document(key, session.desk.beginning.get(key, {}))
            return customer.name, customer.domain, "…", "", ""
        customer = Customer.from_document(key, found)
        return row_of(customer, session.view.consent(key, session.today))

    def row_is_marked(self, row: int) -> bool:
        return self.ids[row] in self._marked()

    def row_style(self, row: int) -> Style | None:
        roster = self.session.roster
        code = roster.code(self.ids[row]) if roster is not None else ARCHIVED
        name = None if code == ARCHIVED else STATE_STYLES.get(STATES[code])
        return self.get_component_rich_style(name, partial=True) if name else None
