"""One customer: its fields, consent and timeline, and who of ours may act there."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.message import N_
from tui import text
from tui.bindings import Situation
from tui.screens.base import DeskScreen
from tui.widgets.customer_detail import detail


class CustomerScreen(DeskScreen):
    """Everything about one customer."""

    KEYS = "customer"
    AUTO_FOCUS = "#customer"

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key

    def body(self) -> ComposeResult:
        with VerticalScroll(id="customer"):
            yield Static(id="detail-text")

    def crumbs(self) -> tuple[str, ...]:
        customer = self.session.view.customer(self.key)
        home = (
            N_("Partner overview")
            if self.desk_app.current_mode == "overview"
            else N_("Build your business")
        )
        return text.plain(home), customer.label if customer else "?"

    def situation(self) -> Situation:
        return self.session.situation(1)

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if customers is None or self.key in customers:
            for shown in self.query("#detail-text").results(Static):
                shown.update(text.made(detail(self.session, self.key)))

    def plain_text(self) -> str:
        return detail(self.session, self.key).plain

    def do_offer(self) -> None:
        from tui.screens.offer import OfferScreen

        self.app.push_screen(OfferScreen([self.key]))

    @work(exclusive=True, group="make")
    async def do_make(self) -> None:
        from tui.screens.make import make_links

        await make_links(self, [self.key])

    @work
    async def do_answer(self) -> None:
        from tui.screens.answer import ask_for_answer

        await ask_for_answer(self, [self.key])

    def do_edit(self) -> None:
        from tui.screens.customer_form import CustomerForm

        self.app.push_screen(CustomerForm(self.key))

    @work
    async def do_open_relationship(self) -> None:
        from tui.screens.dialogs import choose
        from tui.screens.relationship import RelationshipScreen

        found = self.session.view.relationships(self.key)
        if not found:
            self.say(N_("Microsoft has named no relationship of this customer yet."))
            return
        key: str | None = str(found[-1].key)
        if len(found) > 1:
            options = [
                (
                    str(it.key),
                    text.join((text.data(it.name), text.say(it.status_name(), "dim")), "  "),
                )
                for it in found
            ]
            key = await choose(self, N_("Which relationship?"), options)
        if key:
            self.app.push_screen(RelationshipScreen(int(key)))

    def do_own_link(self) -> None:
        from tui.screens.link_form import OwnLinkForm

        self.app.push_screen(OwnLinkForm(self.key))

    @work
    async def do_archive(self) -> None:
        from tui.screens.customer_list import archive

        await archive(self, [self.key])

    @work
    async def do_copy_field(self) -> None:
        from tui.screens.copying import copy_field

        await copy_field(self, self.key)
