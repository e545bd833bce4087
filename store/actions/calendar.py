"""What has to be done by a day, as a calendar file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store.actions import renewing
from store.actions.follow_up import waiting
from store.clean import shown
from store.message import N_, Message, msg
from store.model import document, links
from store.model.partner import Cloud
from store.model.renewing import SAFE_DAYS, Step
from store.view import INVITATIONS, RELATIONSHIPS, View

if TYPE_CHECKING:
    from icalendar import Event

ALARM_DAYS = 7
"""Days before an event on which a calendar speaks up."""
_PRODUCT = "-//partnerdesk//follow-up//EN"
OURS = f"PRODID:{_PRODUCT}".encode()
"""What a calendar file of ours has in its beginning, and no other."""
_SPACE = "f6d1a2c3-6f0e-4a5f-9a55-2f8c1f6d0b7e"
"""What makes our ids ours, whatever they are made of."""


class _Day(NamedTuple):
    """One entry: `key` stays the same as long as it is about the same thing."""

    key: str
    on: date
    title: Message
    text: Message


def ics(
    view: View,
    today: date,
    within: int | None = None,
    said: Callable[[Message], str] = str,
    now: datetime | None = None,
) -> bytes:
    """All-day events: the last days to answer, the last safe days to ask, the ends of accesses.

    `within` are days from today (`None`: all). An event keeps its id, so that a file that is
    imported again moves it. `said` translates; `now` is when the file was made.
    """
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    # No method: that of publishing asks for an organizer, whom nobody is to write to.
    stamp = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    practice = view.partner.cloud is Cloud.PRACTICE
    for day in _days(view, today, within):
        title = msg("PRACTICE: {title}", title=day.title) if practice else day.title
        made.add_component(
            _event(
                _id(view.partner.tenant, day.key),
                day.on,
                shown(said(title)),
                shown(said(day.text)),
                stamp,
            )
        )
    written: bytes = made.to_ical()
    return written


def entries(written: bytes) -> int:
    """How many entries such a file has."""
    return written.count(b"\r\nBEGIN:VEVENT\r\n")


def _event(key: str, on: date, title: str, text: str, stamp: datetime) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", key)
    event.add("dtstamp", stamp)
    event.add("dtstart", on)
    if after := document.later(on, 1):  # the last day of all has none after it
        event.add("dtend", after)
    event.add("summary", title)
    event.add("description", text)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-ALARM_DAYS))
    event.add_component(alarm)
    return event


def _id(tenant: str, key: str) -> str:
    """The same for the same thing, and telling nobody what that is."""
    from uuid import UUID, uuid5

    return f"{uuid5(UUID(_SPACE), f'{tenant} {key}')}@partnerdesk"


def _days(view: View, today: date, within: int | None) -> Iterator[_Day]:
    for one in waiting(view, today):
        if one.answer_by and (within is None or one.lapses_within(within, today)):
            customer = view.customer(one.customer)
            name = customer.label if customer else f"#{one.customer}"
            yield _Day(
                f"answer {_asked_by(view, one.invitation)}", one.answer_by,
                msg("Last day to answer: {name}", name=name),
                msg("The link given on {day} lapses after this day.", day=one.since.isoformat()),
            )  # fmt: skip
    # The last safe day to ask comes that much before the end: it is asked for by itself.
    for it in renewing.plan(view, today, None if within is None else within + SAFE_DAYS):
        if it.step is Step.NOTHING:
            continue
        key = _key(view, it)
        name = it.label or it.name
        step = msg("To do: {step}.", step=msg(renewing.STEP_NAMES[it.step]))
        asks = it.step is Step.ASK and it.asked is None and not it.over
        if asks and (within is None or it.asks_within(within, today)):
            title = N_("Last safe day to ask for a new consent: {name}")
            if it.late:
                title = N_("Ask for a new consent now, the last safe day has passed: {name}")
            yield _Day(
                f"ask {key}", it.last_safe, Message(title, {"name": name}),
                msg("The access ends on {day}. {step}", day=it.ends.isoformat(), step=step),
            )  # fmt: skip
        if within is None or it.ends_within(within, today):
            yield _Day(f"end {key}", it.ends, msg("Access ends: {name}", name=name), step)


def _asked_by(view: View, invitation: int) -> str:
    """The relationship that an invitation asks for: two stores of one partner may share numbers."""
    link = document.text(view.tables.table(INVITATIONS).get(invitation, {}), "link")
    return links.relationship(link) or str(invitation)


def _key(view: View, it: renewing.Renewing) -> str:
    if not it.relationship:
        return f"invitation {_asked_by(view, it.invitation)}"
    row = view.tables.table(RELATIONSHIPS).get(it.relationship, {})
    return f"relationship {row.get('microsoft_id', '')}"
