"""The offer: the whole letter in the customer's language, to read, copy, save and give."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.actions import letters
from store.actions.letters import Copy
from store.message import N_, msg, nmsg
from store.model.customer import LANGUAGES
from store.model.letter_link import what_microsoft_offers
from store.model.offer import Kind
from store.model.outgoing import What
from tui import text
from tui.language import current
from tui.screens.base import DeskScreen
from tui.screens.choose_offer import choose_offer
from tui.situation import Situation
from tui.widgets.letter_view import LetterView

_MOST_NAMED = 3


class OfferScreen(DeskScreen):
    """The texts for some customers, one at a time; written to nobody if there are none."""

    KEYS = "offer"
    AUTO_FOCUS = "#letter"

    def __init__(self, customers: Sequence[int]) -> None:
        super().__init__()
        self.customers = list(customers)
        self.language = current() if current() in LANGUAGES else "en"
        self.place = 0
        self.copies: list[Copy] = []

    def body(self) -> ComposeResult:
        yield Static(id="remark")
        yield Static(id="which")
        with VerticalScroll(id="letter"):
            yield LetterView(id="letter-text")

    def crumbs(self) -> tuple[str, ...]:
        first, last = (
            (N_("Partner overview"), N_("Send delegated administration offers"))
            if self.desk_app.home == "overview"
            else (N_("Build your business"), N_("Delegate admin offer"))
        )
        if self.session.kind is not Kind.DELEGATED or self.session.offer_name:
            return text.plain(first), text.plain(self.session.offer_label)
        return text.plain(first), text.plain(last)

    def situation(self) -> Situation:
        return self.session.situation(len(self.customers))

    @property
    def shown(self) -> Copy:
        """The text that is on the screen."""
        return self.copies[self.place]

    def refresh_view(self, customers: set[int] | None = None) -> None:
        view = self.session.view
        found = [one for key in self.customers if (one := view.customer(key))]
        self.copies = letters.copies(
            view, self.session.kind, found, self.language, self.session.today,
            self.session.settings.templates, offer=self.session.offer_name,
        )  # fmt: skip
        self.place = min(self.place, len(self.copies) - 1)
        self._show()

    def _show(self) -> None:
        copy, view = self.shown, self.session.view
        remarks = [
            text.say(msg("Missing: {gap}.", gap=msg(gap)), "bold") for gap in copy.letter.gaps
        ]
        remarks += [text.say(remark) for remark in copy.letter.remarks]
        known = what_microsoft_offers(copy.letter.link, self.session.offer, view.partner)
        if known:
            remarks.append(text.say(known))
        line = self.query_one("#remark", Static)
        line.update(text.join(remarks, " "))
        line.display = bool(remarks)
        self.query_one("#which", Static).update(text.made(self._which()))
        self.query_one(LetterView).show(copy)
        self.update_keys()

    def _which(self) -> Content:
        copy = self.shown
        parts: list[Content] = []
        if len(self.copies) > 1:
            parts.append(text.say(msg("text {place} of {count}, → next", place=self.place + 1,
                                      count=len(self.copies))))  # fmt: skip
        parts.append(text.data(LANGUAGES[copy.letter.language], "bold"))
        named = [customer.label for customer in copy.customers]
        if not named:
            parts.append(text.say(N_("written to nobody yet")))
        else:
            listed = ", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")
            parts.append(text.say(nmsg("{count} customer: {names}", "{count} customers: {names}",
                                       len(named), names=listed)))  # fmt: skip
        return text.join(parts, " · ")

    def plain_text(self) -> str:
        return f"{self.shown.subject}\n\n{self.shown.text}"

    # -- going through the texts --------------------------------------------------------------

    def do_next(self) -> None:
        self._step(1)

    def do_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if len(self.copies) == 1:
            self.say(N_("There is only this text."))
            return
        self.place = (self.place + by) % len(self.copies)
        self.query_one("#letter", VerticalScroll).scroll_home(animate=False)
        self._show()

    def do_language(self) -> None:
        if self.customers:
            self.say(N_("Each customer's own language is used; e in its form changes it."))
            return
        known = list(LANGUAGES)
        self.language = known[(known.index(self.language) + 1) % len(known)]
        self.refresh_view()

    @work
    async def do_kind(self) -> None:
        await choose_offer(self)
        self.show_frame()
        self.refresh_view()

    # -- copying and saving -------------------------------------------------------------------

    def do_copy(self) -> None:
        which = self.session.kind, self.session.offer_name
        gaps = ", ".join(text.plain(gap) for gap in self.shown.letter.gaps)
        note = msg("The letter is not finished. Missing: {gaps}.", gaps=gaps) if gaps else None
        self.copy(f"{self.shown.subject}\n\n{self.shown.text}", lambda: self._copied(which), note)

    def do_copy_link(self) -> None:
        if self.shown.letter.link:
            which = self.session.kind, self.session.offer_name
            self.copy(self.shown.letter.link, lambda: self._copied(which))
        else:
            self.say(N_("There is no link yet; e pastes it."), error=True)

    def _copied(self, which: tuple[Kind, str]) -> None:
        """Notes it; asks who got it, unless the operator has gone elsewhere meanwhile."""
        self.session.copied[which] = self.session.now()
        if self.is_active and self.shown.letter.link and self.possible("who"):
            self.do_who()

    @work
    async def do_save_as(self) -> None:
        from tui.screens.save import save_letter

        await save_letter(self, self.shown)

    def do_paste_link(self) -> None:
        from tui.screens.offer_form import link_form

        named = [customer.id for customer in self.shown.customers]
        self.app.push_screen(link_form(self.session.kind, self.session.offer_name, named))

    @work(group="ask")
    async def do_mail(self) -> None:
        from tui.screens.send import send_letters

        await send_letters(self, What.OFFER, self.customers)

    @work(exclusive=True, group="make")
    async def do_make(self) -> None:
        from tui.screens.make import make_links

        await make_links(self, self.customers)

    # -- giving -------------------------------------------------------------------------------

    @work(exclusive=True, group="who")
    async def do_who(self) -> None:
        from tui.screens.give import who_got_it

        customers = [customer.id for customer in self.shown.customers]
        if await who_got_it(self, customers):
            self.refresh_view()
