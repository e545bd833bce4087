"""The choices for relationships that are to be made: roles, days, extending, name."""

from __future__ import annotations

from collections.abc import Sequence

from store.errors import BadInput
from store.message import N_, msg
from store.model.naming import FIELDS
from store.model.offer import Offer
from store.model.roles import Preset, chosen_roles, role_name
from store.model.template import Template
from tui import text
from tui.widgets.form import Choice, Field, Form
from tui.widgets.roles import RoleSuggester

_PRESETS = (
    (Preset.FULL.value, N_("Full, by the least roles")),
    (Preset.FULL_LITERAL.value, N_("Full, as a global administrator")),
    (Preset.LIMITED.value, N_("Limited, with the list of users")),
    (Preset.LIMITED_LITERAL.value, N_("Limited, the one role alone")),
    ("", N_("Roles of your choice")),
)
_NO, _YES = "no", "yes"
_MOST_DIGITS = 5


class MakeForm(Form):
    """The choices as a form; an offer fills them in, and each can be another."""

    def __init__(
        self,
        plain: Offer,
        named: Sequence[Offer],
        chosen: str = "",
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        self.offers = {"": plain, **{offer.name: offer for offer in named}}
        template = plain.template
        names = [("", N_("The plain offer"))]
        names += [(offer.name, text.editable(offer.name)) for offer in named]
        super().__init__(
            [
                Field("offer", N_("Offer"), chosen, tuple(names)),
                Field("preset", N_("Asks for"), template.preset, _PRESETS),
                Field("roles", N_("Roles"), suggester=RoleSuggester()),
                Field("days", N_("Days"), str(template.days)),
                Field("auto_extend", N_("Extends itself"), "",
                      ((_NO, N_("No")), (_YES, N_("Yes, by 180 days at its end")))),
                Field("pattern", N_("Called"), template.pattern,
                      hint=", ".join(f"{{{name}}}" for name in FIELDS)),
            ],
            id=id,
        )  # fmt: skip

    def on_mount(self) -> None:
        """Fills in the plain offer; where there is no other, nothing is to be chosen."""
        several = len(self.offers) > 1
        self.row("offer").display = several
        self.fill_in()
        self.focus_field("offer" if several else "preset")

    @property
    def offer(self) -> str:
        """The name of the chosen offer; "" is the plain one."""
        return self.row("offer").value

    @property
    def preset(self) -> Preset | None:
        """The chosen preset; `None` where roles are chosen."""
        value = self.row("preset").value
        return Preset(value) if value else None

    @property
    def extends(self) -> bool:
        """Whether it is to extend itself."""
        return self.row("auto_extend").value == _YES

    def extend_no_more(self) -> None:
        """Takes extending back."""
        self.row("auto_extend").put(_NO)

    def fill_in(self) -> None:
        """Fills everything in as the chosen offer has it."""
        template = self.offers[self.offer].template
        self.row("preset").put(template.preset if template.preset in set(Preset) else "")
        self.row("roles").put(", ".join(map(role_name, template.chosen)))
        self.row("days").put(str(template.days))
        self.row("auto_extend").put(_YES if template.auto_extend else _NO)
        self.row("pattern").put(template.pattern)
        self.follow_preset()

    def learn(self, offer: Offer) -> None:
        """Takes in an offer that was saved, and goes to it."""
        self.offers[offer.name] = offer
        row = self.row("offer")
        choice = row.query_one(Choice)
        if offer.name not in {value for value, _ in choice.choices}:
            choice.choices.append((offer.name, text.editable(offer.name)))
        row.put(offer.name)
        row.display = len(self.offers) > 1

    def follow_preset(self) -> None:
        """Roles are typed only where no preset names them."""
        self.row("roles").display = self.preset is None

    def template(self) -> Template:
        """What was chosen; raises `BadInput` for what cannot be read."""
        values = self.values()
        days = values["days"].strip()
        if not (days.isascii() and days.isdigit() and len(days) <= _MOST_DIGITS):
            raise BadInput(msg("{value} is not a number of days.", value=days), field="days")
        chosen: tuple[str, ...] = ()
        if self.preset is None:
            words = [word for word in values["roles"].split(",") if word.strip()]
            chosen = chosen_roles(words).roles
        return Template(values["preset"], chosen, int(days), self.extends, values["pattern"])
