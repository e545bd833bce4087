"""Adding and editing a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.actions import customers as actions
from store.desk import Receipt
from store.message import N_
from store.model.customer import FIELD_NAMES, LANGUAGES, Customer
from tui import text
from tui.screens.forms import FormScreen
from tui.widgets.form import Field

_HINTS = {
    "name": N_("As the customer calls itself."),
    "domain": N_("As in contoso.com."),
    "microsoft_id": N_("The customer's tenant id, from Partner Center."),
    "relationship": N_("As Partner Center names it."),
    "tags": N_("Separated by commas."),
    "alias": N_("Another name to find it by."),
    "language": N_("The language of its letters; space and arrows choose."),
    "contact": N_("The mail address that letters go to."),
    "note": N_("Anything worth knowing."),
}


class CustomerForm(FormScreen):
    """The fields of one customer; `None` adds a new one."""

    def __init__(self, key: int | None) -> None:
        super().__init__()
        self.key = key
        self.customer: Customer | None = None

    def compose(self):  # type: ignore[no-untyped-def]
        self.customer = self.session.view.customer(self.key) if self.key else None
        self.rev = self.customer.rev if self.customer else None
        yield from super().compose()

    def crumbs(self) -> tuple[str, ...]:
        home = text.plain(N_("Customers"))
        if self.customer:
            return home, self.customer.label, text.plain(N_("Edit"))
        return home, text.plain(N_("New"))

    def fields(self) -> Sequence[Field]:
        languages = (("", N_("not set")), *LANGUAGES.items())
        found = self.customer
        return [
            Field(
                name,
                label,
                _typed(found, name),
                choices=languages if name == "language" else (),
                hint=_HINTS[name],
            )
            for name, label in FIELD_NAMES.items()
        ]

    def submit(self, values: Mapping[str, str], changes: Mapping[str, str]) -> Receipt:
        desk = self.session.desk
        if self.key is None:
            return actions.add(desk, values)
        return actions.edit(desk, self.key, changes, self.rev)


def _typed(customer: Customer | None, field: str) -> str:
    value = getattr(customer, field) if customer else ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)
