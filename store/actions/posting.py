"""What some customers would be sent, before anything is queued: letters, addresses, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.actions import offering
from store.actions.letters import Copy, letter_for
from store.actions.post_remarks import Remarks
from store.errors import DeskError
from store.mail.account import HERE, Account, Security, Way
from store.message import Message, msg
from store.model.customer import Customer, is_mail
from store.model.offer import Kind
from store.model.outgoing import (
    STAGE_NAMES,
    WHAT_NAMES,
    Outgoing,
    Stage,
    What,
    why_not_there,
)
from store.model.partner import Cloud
from store.operator import Operator
from store.view import View

_LAST_PORT = 65_535
OPEN = frozenset((Stage.QUEUED, Stage.SENDING, Stage.UNKNOWN))
"""Stages in which a letter may still reach the customer, or has without our knowing."""


class Fate(StrEnum):
    """What would become of one customer's letter."""

    SEND = "send"
    REFUSED = "refused"


class Line(NamedTuple):
    """One customer in a plan; `digest` is of the letter as it would be sent."""

    customer: int
    label: str
    to: str = ""
    language: str = ""
    subject: str = ""
    fate: Fate = Fate.SEND
    why: Message | None = None
    digest: str = ""


class Posting(NamedTuple):
    """A plan: one line a customer, in the order asked for.

    `forbidden` says why nothing of it may be sent by anybody or any way, `no_way` why not from
    here; `remarks` what to know of the letters that would be sent. `what`, `kind`, `offer`,
    `language` and `templates` are as asked for.
    """

    what: What
    kind: Kind
    lines: tuple[Line, ...]
    language: str
    offer: str = ""
    templates: str = ""
    forbidden: Message | None = None
    no_way: Message | None = None
    remarks: tuple[Message, ...] = ()

    @property
    def to_send(self) -> tuple[Line, ...]:
        """The lines that would be sent."""
        return tuple(line for line in self.lines if line.fate is Fate.SEND)

    @property
    def refused(self) -> tuple[Line, ...]:
        """The lines that would not, each with its reason."""
        return tuple(line for line in self.lines if line.fate is Fate.REFUSED)

    @property
    def why_not(self) -> Message | None:
        """Why nothing can be sent, if so."""
        return self.forbidden or self.no_way


def plan(
    view: View,
    operator: Operator,
    what: What,
    customers: Iterable[int],
    kind: Kind = Kind.DELEGATED,
    *,
    language: str,
    today: date,
    offer: str = "",
    templates: str = "",
    account: Account | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> Posting:
    """Composes a letter to each customer, and says for each whether it would be sent.

    `language` is for customers who have none; `told` hears how many are composed.
    """
    sender = sender_of(account, view)
    lines, remarks = [], Remarks(view, what, kind, offer, today)
    for key in dict.fromkeys(customers):
        line = _line(view, key, what, kind, language, today, offer, templates, sender, remarks)
        lines.append(line)
        told(len(lines))
    return Posting(
        what,
        kind,
        tuple(lines),
        language,
        offer,
        templates,
        forbidden(view, operator, what, kind, offer),
        why_no_way(account, view),
        remarks.said(),
    )


# -- may it be sent at all --------------------------------------------------------------------


def forbidden(
    view: View, operator: Operator, what: What, kind: Kind, offer: str = ""
) -> Message | None:
    """Which rule keeps this operator from sending such letters, if one does."""
    if what in (What.RECORD, What.TEST):
        return None if view.partner.is_set else msg("The partner is not set yet.")
    try:
        name = offering.named(view, kind, offer).name
    except DeskError as error:
        return error.what
    return offering.forbidden(view, kind, operator, name) or offering.unready(view, kind, name)


def why_no_way(account: Account | None, view: View) -> Message | None:
    """Why letters cannot leave by this account, if so."""
    if account is None:
        return msg("It is not set how letters are sent.")
    if not is_mail(account.sender):
        return msg("Letters need an address that they are from.")
    if account.reply_to and not is_mail(account.reply_to):
        return msg("{address} is not a mail address.", address=account.reply_to)
    if account.way is Way.GRAPH:
        return None
    if not account.host:
        return msg("It is not set which mail server sends letters.")
    if not 0 <= account.port <= _LAST_PORT:
        return msg("{port} is no port of a mail server.", port=str(account.port))
    if account.host.casefold() not in HERE:
        if view.partner.cloud is Cloud.PRACTICE:
            return msg(
                "A practice store sends only through the practice cloud, or to a mail server on "
                "this host; {host} is another.",
                host=account.host,
            )
        if account.security is Security.NONE:
            return msg(
                "Letters go in the open only to a mail server on this host; {host} is another.",
                host=account.host,
            )
    return None


def sender_of(account: Account | None, view: View) -> tuple[str, str, str]:
    """Whose name letters are from, which address, and which one answers go to ("": the same)."""
    if account is None:
        return view.partner.contact, view.partner.mail, ""
    return account.sender_name, account.sender, account.reply_to


# -- one customer -----------------------------------------------------------------------------


def composed(
    view: View,
    what: What,
    customer: Customer,
    kind: Kind,
    language: str,
    today: date,
    offer: str,
    templates: str,
) -> Copy:
    """The letter to one customer; raises what `letter_for` raises."""
    return letter_for(view, what, customer, kind, language, today, offer=offer, templates=templates)


def _line(
    view: View,
    key: int,
    what: What,
    kind: Kind,
    language: str,
    today: date,
    offer: str,
    templates: str,
    sender: tuple[str, str, str],
    remarks: Remarks,
) -> Line:
    from store.mail.message import digest

    customer = view.customer(key)
    if customer is None:
        said = msg("Customer {key} is no longer there.", key=str(key))
        return Line(key, f"#{key}", fate=Fate.REFUSED, why=said)
    line = Line(key, customer.label, customer.contact, customer.language or language)
    why = _why_no_address(customer) or why_not_there(view.letters(key), customer.contact)
    if why:
        return line._replace(fate=Fate.REFUSED, why=why)
    try:
        copy = composed(view, what, customer, kind, language, today, offer, templates)
    except DeskError as error:
        return line._replace(fate=Fate.REFUSED, why=error.what)
    line = line._replace(
        language=copy.letter.language,
        subject=copy.subject,
        digest=digest(copy, sender[:2], customer.contact, sender[2]),
    )
    why = _why_incomplete(copy) or why_again(view.letters(key), what, kind, offer, today)
    if why:
        return line._replace(fate=Fate.REFUSED, why=why)
    remarks.hear(customer, copy)
    return line


def _why_no_address(customer: Customer) -> Message | None:
    if customer.archived:
        return msg("{name} is archived.", name=customer.label)
    if not customer.contact:
        return msg("It has no contact address.")
    if not is_mail(customer.contact):
        return msg("{address} is not a mail address.", address=customer.contact)
    return None


def _why_incomplete(copy: Copy) -> Message | None:
    if not copy.letter.gaps:
        return None
    if copy.letter.gaps == ("Link",):
        return msg("There is no link to give yet.")
    ours = [gap for gap in copy.letter.gaps if gap != "Link"]
    named = msg(ours[0])
    for gap in ours[1:]:
        named = msg("{first}, {second}", first=named, second=msg(gap))
    return msg(
        "Missing of your own organisation: {fields}. Fill it in: Partner (,), or {command}.",
        fields=named,
        command="partnerdesk partner set " + " ".join(f"{gap.lower()}=…" for gap in ours),
    )


def why_again(
    letters: Iterable[Outgoing], what: What, kind: Kind, offer: str, today: date
) -> Message | None:
    """Why a customer with these letters gets no other one of this sort now, if so."""
    for letter in letters:
        if (letter.what, letter.kind) != (
            what,
            kind,
        ) or letter.offer.casefold() != offer.casefold():
            continue
        if letter.stage in OPEN:
            return msg(
                "A letter to it is in the outbox already: {what}, {stage}.",
                what=msg(WHAT_NAMES[what]),
                stage=msg(STAGE_NAMES[letter.stage]),
            )
        if letter.stage is Stage.SENT and letter.on == today:
            return msg("This was sent to it today already: {what}.", what=msg(WHAT_NAMES[what]))
    return None


def counted(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many lines there are in each language, most first."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.language] = found.get(line.language, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))
