"""One relationship: its roles by name, our groups in it, its days, what is remarkable."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.actions.relationships import Listed, one
from store.message import N_
from tui import text
from tui.screens.base import DeskScreen
from tui.situation import Situation
from tui.widgets.relationship_detail import detail, link_of


class RelationshipScreen(DeskScreen):
    """Everything about one relationship."""

    KEYS = "relationship"
    AUTO_FOCUS = "#relationship"

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key

    def body(self) -> ComposeResult:
        with VerticalScroll(id="relationship"):
            yield Static(id="relationship-text")

    def crumbs(self) -> tuple[str, ...]:
        found = self.session.view.relationship(self.key)
        way = (text.plain(N_("Microsoft")), text.plain(N_("Relationships")))
        return (*way, found.name if found else "?")

    def situation(self) -> Situation:
        return self.session.situation(int(self.session.view.relationship(self.key) is not None))

    def refresh_view(self, customers: set[int] | None = None) -> None:
        for shown in self.query("#relationship-text").results(Static):
            shown.update(text.made(detail(self.session, self.key)))

    def plain_text(self) -> str:
        return detail(self.session, self.key).plain

    @property
    def found(self) -> Listed | None:
        """The relationship as it is now."""
        return one(self.session.view, self.key)

    def do_terminate(self) -> None:
        from tui.screens.terminate import terminate

        # The app's, not this screen's: what was asked of Microsoft is followed to its end.
        self.app.run_worker(terminate(self, self.key), group="terminate")

    @work
    async def do_copy_field(self) -> None:
        from tui.screens.copying import copy_one

        found = self.found
        if found is None:
            return
        it = found.relationship
        values = {
            "name": it.name,
            "link": link_of(self.session, it),
            "customer": found.customer,
            "tenant": it.tenant,
            "microsoft_id": it.microsoft_id,
        }
        names = {
            "name": N_("Name"),
            "link": N_("Link"),
            "customer": N_("Customer"),
            "tenant": N_("Tenant"),
            "microsoft_id": N_("Microsoft ID"),
        }
        await copy_one(self, values, names)

    def do_open_customer(self) -> None:
        from tui.screens.customer import CustomerScreen

        found = self.found
        if found is None or not found.relationship.customer:
            self.say(N_("Nobody has accepted it, and it names no customer."))
            return
        self.app.push_screen(CustomerScreen(found.relationship.customer))
