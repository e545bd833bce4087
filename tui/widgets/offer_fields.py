"""The fields of a trial invitation or a purchase offer, with a line for each subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester

from store.actions.offer_fields import SUBSCRIPTION, subscription_field
from store.errors import BadInput
from store.message import N_, msg
from store.model import locations
from store.model.subscription import MOST_LICENCES, Subscription
from tui import text
from tui.widgets.form import Field, FieldRow, Form

SUBSCRIPTIONS = "subscriptions"
"""The field in whose place the lines of the subscriptions stand."""
_NAME, _LICENCES = "name", "licences"
_NAME_HINT = N_("As Microsoft names it, as in Microsoft 365 E3.")
_LICENCES_HINT = N_("How many licences, from 1 to 10,000.")
_MOST_DIGITS = 9


class LocationSuggester(Suggester):
    """Suggests the first country whose name begins with what was typed; → takes it."""

    def __init__(self, language: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.language = language

    async def get_suggestion(self, value: str) -> str | None:
        """The name of the country that what was typed begins."""
        begun = value.casefold()
        for code in locations.matching(value, self.language) if begun.strip() else ():
            name = locations.name_of(code, self.language)
            if name.casefold().startswith(begun):
                return value + name[len(value) :]
        return None


class SubscriptionLine(Horizontal):
    """One subscription: its name, and how many licences of it."""

    def __init__(self, place: int, one: Subscription) -> None:
        super().__init__(classes="subscription")
        count = "" if one.licences is None else str(one.licences)
        self.parts = {
            _NAME: FieldRow(
                Field(subscription_field(place), SUBSCRIPTION, one.name, hint=_NAME_HINT)
            ),
            _LICENCES: FieldRow(
                Field(subscription_field(place, _LICENCES), N_("Licences"), count,
                      hint=_LICENCES_HINT)
            ),
        }  # fmt: skip
        self.parts[_LICENCES].add_class("licences")

    def compose(self) -> ComposeResult:
        yield from self.parts.values()

    def put_at(self, place: int) -> None:
        """Says which of the lines this is now."""
        for part, row in self.parts.items():
            row.spec = row.spec._replace(name=subscription_field(place, part))

    @property
    def is_empty(self) -> bool:
        """Whether no name stands in it."""
        return not self.parts[_NAME].value.strip()


class OfferFields(Form):
    """A form in which lines for subscriptions are added and removed."""

    def __init__(
        self,
        fields: Sequence[Field],
        subscriptions: Iterable[Subscription],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(fields, id=id)
        self.opened_with = list(subscriptions)

    def compose(self) -> ComposeResult:
        for spec in self.fields:
            if spec.name != SUBSCRIPTIONS:
                yield FieldRow(spec)
                continue
            listed = self.opened_with or [Subscription("")]
            with Vertical(id="subscriptions"):
                yield from (SubscriptionLine(place, one) for place, one in enumerate(listed))

    @property
    def lines(self) -> list[SubscriptionLine]:
        """The lines of the subscriptions, from top to bottom."""
        return list(self.query(SubscriptionLine))

    def focused_line(self) -> SubscriptionLine | None:
        """The line that is being typed in."""
        focused = self.screen.focused
        return next((line for line in self.lines if focused and line in focused.ancestors), None)

    async def add_line(self) -> None:
        """One more line, below the others, to be typed in."""
        line = SubscriptionLine(len(self.lines), Subscription(""))
        await self.query_one("#subscriptions").mount(line)
        line.parts[_NAME].children[1].focus()

    async def remove_line(self, line: SubscriptionLine) -> None:
        """Takes a line away; the last one is emptied, so that there is one to type in."""
        lines = self.lines
        if len(lines) == 1:
            for row in line.parts.values():
                row.put("")
            return
        place = lines.index(line)
        await line.remove()
        lines = self.lines
        for number, left in enumerate(lines):
            left.put_at(number)
        lines[min(place, len(lines) - 1)].parts[_NAME].children[1].focus()

    @property
    def has_other_subscriptions(self) -> bool:
        """Whether lines were typed in, added or taken away since the form was opened."""
        before = [(one.name, one.licences) for one in self.opened_with]
        now = [(line.parts[_NAME].value, line.parts[_LICENCES].value) for line in self.lines]
        shown = [(text.editable(name), "" if n is None else str(n)) for name, n in before]
        return shown != [pair for pair in now if any(pair)]


def filled(values: Mapping[str, str]) -> list[int]:
    """Which of the lines in a form's values have something in them, the first at 0."""
    places = []
    place = 0
    while (name := subscription_field(place)) in values:
        if values[name].strip() or values[subscription_field(place, _LICENCES)].strip():
            places.append(place)
        place += 1
    return places


def subscriptions_of(values: Mapping[str, str]) -> list[Subscription]:
    """The subscriptions in a form's values, of the lines that are `filled`.

    Raises `BadInput` for a number that is none; what offers may be for is not judged here.
    """
    found: list[Subscription] = []
    for place in filled(values):
        field = subscription_field(place, _LICENCES)
        count = values[field].strip()
        if count and (not (count.isascii() and count.isdigit()) or len(count) > _MOST_DIGITS):
            raise BadInput(
                msg("{value} is not a number of licences.", value=count),
                field=field,
                todo=msg("Give a number from 1 to {most}.", most=MOST_LICENCES),
            )
        name = values[subscription_field(place)]
        found.append(Subscription(name, int(count) if count else None))
    return found
