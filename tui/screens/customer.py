"""One customer: consent, what is done on its behalf, its portals, what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.message import N_
from store.model.act import ENDED, Act
from store.model.consent import USABLE
from store.model.outgoing import What
from store.view import View
from tui import text
from tui.added import still_undone
from tui.may import chains, with_tasks
from tui.screens.base import DeskScreen
from tui.screens.way import way_to
from tui.situation import Situation
from tui.widgets import on_behalf
from tui.widgets.customer_detail import about, history
from tui.widgets.hanging import HangingText, Hung, plain

if TYPE_CHECKING:
    from store.actions.acting.portals import Portals


class CustomerScreen(DeskScreen):
    """Everything about one customer, and what is done on its behalf.

    Where its services are administered is known at once; Microsoft's own list of that replaces it
    when somebody is signed in.
    """

    KEYS = "customer"
    AUTO_FOCUS = "#customer"

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self._portals: Portals | None = None
        self._asked = False
        self._acts: tuple[Act, ...] = ()
        self._acts_in: View | None = None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="customer"):
            yield Static(id="about-text")
            yield HangingText(id="on-behalf")
            yield Static(id="history-text")

    def crumbs(self) -> tuple[str, ...]:
        return way_to(self, self.key)

    def situation(self) -> Situation:
        situation = with_tasks(self.session.situation(1), chains(self.session, self.key))
        unknown = sum(act.outcome not in ENDED for act in self.acts)
        return situation._replace(unknown=unknown, added=len(list(still_undone(self.acts))))

    @property
    def acts(self) -> tuple[Act, ...]:
        """What was done on its behalf, read once a change: a list can add a thousand users."""
        view = self.session.view
        if self._acts_in is not view:
            self._acts_in, self._acts = view, view.acts(self.key)
        return self._acts

    # -- showing ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        for shown in self.query("#about-text").results(Static):
            shown.update(text.made(about(self.session, self.key)))
        for shown in self.query("#history-text").results(Static):
            shown.update(text.made(history(self.session, self.key)))
        for lines in self.query(HangingText):
            lines.show(self._on_behalf())
        if self.session.microsoft.account and not self._asked:
            self._asked = True
            self._ask_for_portals()

    def _on_behalf(self) -> list[Hung]:
        session, nothing = self.session, Hung(text.nothing())
        if session.view.customer(self.key) is None:
            return []
        return [
            nothing,
            *on_behalf.tasks(session, chains(session, self.key)),
            nothing,
            *on_behalf.acts(self.acts, {act.id for act in still_undone(self.acts)}),
            nothing,
            *on_behalf.portals(self.portals),
            nothing,
        ]

    @property
    def portals(self) -> Portals:
        """Where the customer's services are administered."""
        from store.actions.acting.portals import Portals, portals

        if self._portals:
            return self._portals
        view = self.session.view
        customer, host = view.customer(self.key), self.session.microsoft.host or "localhost"
        tenant = customer.microsoft_id if customer else ""
        return Portals(portals(view.partner.cloud, tenant, host))

    @work(exclusive=True, group="portals")
    async def _ask_for_portals(self) -> None:
        """Microsoft's own list, where it has one; else what is shown already stays."""
        from store.actions.acting.portals import portals_at

        session = self.session
        customer = session.view.customer(self.key)
        if customer is None or not customer.microsoft_id:
            return
        if session.view.state(self.key, session.today) not in USABLE:
            return
        connection = await asyncio.to_thread(session.microsoft.connection)
        self._portals = await portals_at(connection, customer.microsoft_id)
        self.refresh_view()

    def plain_text(self) -> str:
        parts = (about(self.session, self.key).plain, plain(self._on_behalf()))
        return "\n".join((*parts, history(self.session, self.key).plain))

    # -- on the customer's behalf -------------------------------------------------------------

    def do_add_user(self) -> None:
        from tui.screens.act.user import AddUser

        self.app.push_screen(AddUser(self.key))

    def do_reset_password(self) -> None:
        from tui.screens.act.reset import ResetPassword

        self.app.push_screen(ResetPassword(self.key))

    def do_add_domain(self) -> None:
        from tui.screens.act.domain import AddDomain

        self.app.push_screen(AddDomain(self.key))

    def do_may(self) -> None:
        from tui.screens.may.here import MayHere

        self.app.push_screen(MayHere(self.key))

    @work(exclusive=True, group="ask")
    async def do_find_out(self) -> None:
        from tui.screens.act.found import find_out

        await find_out(self, self.key)

    @work(exclusive=True, group="undo")
    async def do_undo_added(self) -> None:
        from tui.screens.act.undoing import choose_and_undo

        await choose_and_undo(self, self.key)

    # -- offers and consent -------------------------------------------------------------------

    def do_offer(self) -> None:
        from tui.screens.offer import OfferScreen

        self.app.push_screen(OfferScreen([self.key]))

    @work(group="ask")
    async def do_mail(self) -> None:
        from tui.screens.send import send_letters

        await send_letters(self, What.OFFER, [self.key])

    def do_record(self) -> None:
        from tui.screens.record import open_record

        open_record(self, self.key)

    @work(exclusive=True, group="make")
    async def do_make(self) -> None:
        from tui.screens.make import make_links

        await make_links(self, [self.key])

    def do_outbox(self) -> None:
        from tui.screens.outbox import open_outbox

        open_outbox(self)

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

        await copy_field(self, self.key, self.portals.items)
