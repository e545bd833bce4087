"""Partner: who we are, in which cloud, and what we may offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import partner as actions
from store.desk import Receipt
from store.errors import BadInput
from store.message import N_, msg
from store.model.partner import CLOUD_NAMES, LIMITED_NAMES, Certified, Cloud, LimitedAs
from tui import text
from tui.screens.forms import FormScreen
from tui.widgets.form import Field

_HINTS = {
    "name": N_("As customers know us; letters begin with it."),
    "tenant": N_("Our own tenant id; the classic link is built from it."),
    "cloud": N_("Which links are taken, and what the letters say."),
    "contact": N_("Whom customers may ask."),
    "mail": N_("Where customers write to."),
    "phone": N_("Left out of letters if empty."),
    "certified": N_("Whether we are certified to offer delegated administration."),
    "limited": N_(
        "What Limited administration is: the article says password administrator, Partner "
        "Center gives helpdesk administrator today."
    ),
    "flow": N_("auto: from 100 customers Partner overview, below Build your business."),
    "operators": N_("Which of our users a login on this host is: anna=anna@adatum.com, …"),
    "client_id": N_("Of our app registration in this cloud; partnerdesk sign-in --steps: how."),
}
_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "cloud": tuple((cloud.value, CLOUD_NAMES[cloud]) for cloud in Cloud),
    "certified": (
        (Certified.UNANSWERED.value, N_("not said yet")),
        (Certified.YES.value, N_("Yes")),
        (Certified.NO.value, N_("No")),
    ),
    "limited": tuple((limited.value, LIMITED_NAMES[limited]) for limited in LimitedAs),
    "flow": (
        ("auto", N_("by the number of customers")),
        ("overview", N_("Partner overview")),
        ("business", N_("Build your business")),
    ),
}


class PartnerScreen(FormScreen):
    """The partner's own form; it opens by itself on an empty store."""

    def compose(self) -> ComposeResult:
        self.rev = self.session.view.partner.rev or None
        yield from super().compose()

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Partner"))

    def before(self) -> ComposeResult:
        if not self.session.view.partner.is_set:
            yield Static(
                text.say(
                    N_(
                        "Welcome. Say first who you are: letters to customers begin with it. "
                        "ctrl+s saves."
                    )
                ),
                classes="notice",
            )

    def fields(self) -> Sequence[Field]:
        partner = self.session.view.partner
        values = {
            "name": partner.name,
            "tenant": partner.tenant,
            "cloud": partner.cloud.value,
            "contact": partner.contact,
            "mail": partner.mail,
            "phone": partner.phone,
            "certified": partner.certified.value,
            "limited": partner.limited_as.value,
            "flow": partner.flow.value,
            "operators": ", ".join(f"{a}={b}" for a, b in partner.operators.items()),
            "client_id": partner.client_id,
        }
        return [
            Field(name, label, values[name], _CHOICES.get(name, ()), _HINTS[name])
            for name, label in actions.FIELD_NAMES.items()
        ]

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        if not values["name"].strip():
            raise BadInput(msg("The partner has no name yet."), field="name")
        return actions.set_fields(self.session.desk, changes, self.rev)
