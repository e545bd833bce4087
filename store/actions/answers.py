"""Answers: which mails of a folder answer a letter of the outbox, for an operator to decide on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from store.errors import BadInput, NotFound
from store.letters.mail import ascii_address
from store.mail import box
from store.mail.bounce import Action, Bounce
from store.mail.box import Broken, Found
from store.mail.headers import Head
from store.message import N_, Message, msg, nmsg
from store.model import document
from store.model.consent import STATE_NAMES, State
from store.model.customer import Customer
from store.model.outgoing import Outgoing, Stage, What
from store.paths import typed_path
from store.view import ANSWERS, OUTBOX, View

__all__ = [
    "BY_NAMES",
    "Action",
    "Bounce",
    "Broken",
    "By",
    "Found",
    "Proposal",
    "Reading",
    "checked_folder",
    "handled",
    "kind_of",
    "look",
    "proposal",
    "proposals",
    "references",
]

_SHORTEST, _SHOWN = 4, 8
_MOST_NAMED = 3
_HEX = re.compile(r"[0-9a-f]+")
_CODE = re.compile(r"(?<![A-Za-z0-9])PD[\s\-‐‑‒–—_]{0,2}([A-Za-z0-9]{6})(?![A-Za-z0-9])", re.I)
_READ_AS = str.maketrans("OIL", "011")
"""Letters that a reference never has, and the digits that somebody who types it means."""
_OPEN = frozenset({State.WAITING, State.LAPSED, State.NOT_OFFERED})


class By(StrEnum):
    """What a mail was known by."""

    REPLY = "reply"
    REFERENCE = "reference"
    BOUNCE = "bounce"


BY_NAMES = {
    By.REPLY: N_("It replies to the letter."),
    By.REFERENCE: N_("Its subject has the reference of the letter."),
    By.BOUNCE: N_("It reports what became of the letter."),
}


class Proposal(NamedTuple):
    """A mail, the letter that it is about, and what an operator should know before deciding.

    `doubts` are those of the remarks that speak against taking it for the customer's answer.
    """

    found: Found
    letter: Outgoing
    customer: Customer
    by: By
    remarks: tuple[Message, ...] = ()
    doubts: tuple[Message, ...] = ()

    @property
    def id(self) -> str:
        """What commands call it by; it stays the same from one reading to the next."""
        return self.found.digest[:_SHOWN]


class Reading(NamedTuple):
    """What a folder holds: the proposals, newest first, and what is to be said about the rest.

    `others` are mails that fit no letter; `known` are the customers' contacts among their senders.
    """

    folder: str = ""
    proposals: tuple[Proposal, ...] = ()
    founds: tuple[Found, ...] = ()
    broken: tuple[Broken, ...] = ()
    files: int = 0
    cut: Message | None = None
    others: int = 0
    known: tuple[str, ...] = ()

    @property
    def about_others(self) -> Message | None:
        """What there is besides the proposals, and why: only some mails are looked at."""
        if self.known:
            senders = ", ".join(self.known[:_MOST_NAMED])
            return nmsg(
                "{count} mail fits no letter, though customers wrote some: {senders}. Only "
                "replies and mails with a reference (PD-…) in the subject are proposed; read the "
                "rest in your mail program, and record what it says in the list of customers.",
                "{count} mails fit no letter, though customers wrote some: {senders}. Only "
                "replies and mails with a reference (PD-…) in the subject are proposed; read the "
                "rest in your mail program, and record what it says in the list of customers.",
                self.others,
                senders=senders,
            )
        if self.others:
            return nmsg(
                "{count} mail fits no letter: only replies and mails with a reference (PD-…) in "
                "the subject are proposed.",
                "{count} mails fit no letter: only replies and mails with a reference (PD-…) in "
                "the subject are proposed.",
                self.others,
            )
        return None


# -- reading ----------------------------------------------------------------------------------


def look(
    folder: Path,
    view: View,
    today: date,
    told: box.Told = lambda done, total: None,
    sender: str = "",
) -> Reading:
    """Reads a folder of .eml files or a Maildir for what answers our letters; writes nothing.

    `sender` is the address that our letters are from, where it is not the partner's. `told` gets
    how many files were looked at, of how many; what it raises ends the reading. Raises `BadInput`
    where the folder cannot be read.
    """
    known = _Letters(view, sender)
    found = box.read(folder, known.may_be_about, told)
    proposed = tuple(proposals(view, found.founds, today, sender))
    return Reading(
        str(folder), proposed, found.founds, found.broken, found.files, found.cut, found.others,
        tuple(dict.fromkeys(known.passed_by)),
    )  # fmt: skip


def proposals(view: View, founds: Iterable[Found], today: date, sender: str = "") -> list[Proposal]:
    """The mails that are about a letter of the outbox and were not handled, in their order."""
    known, done = _Letters(view, sender), handled(view)
    made = []
    for found in founds:
        match = None if found.digest in done else known.match(found)
        if match is None:
            continue
        letter, by = match
        customer = view.customer(letter.customer)
        if customer:
            doubts = tuple(_doubts(found, letter, customer))
            remarks = (
                *doubts,
                *_remarks(view, found, letter, customer, today),
                *_about_others(view, known.others(found, letter)),
            )
            made.append(Proposal(found, letter, customer, by, remarks, doubts))
    return made


def proposal(proposed: Iterable[Proposal], named: str) -> Proposal:
    """The one whose id begins so; raises `NotFound`."""
    wanted = named.strip().lower()
    whole = len(wanted) >= _SHORTEST and _HEX.fullmatch(wanted)
    fits = [one for one in proposed if whole and one.found.digest.startswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    raise NotFound(
        msg("{name} means several mails.", name=named)
        if fits
        else msg("No mail that waits for you is called {name}.", name=named),
        todo=msg("See them all: {command}", command="partnerdesk answers list"),
    )


def handled(view: View) -> set[str]:
    """The digests of the mails that were decided on."""
    return {document.text(row, "digest") for row in view.tables.table(ANSWERS).values()}


def references(subject: str) -> list[str]:
    """The reference codes in a subject as they are kept, however they were typed."""
    found = (match.group(1).upper().translate(_READ_AS) for match in _CODE.finditer(subject))
    return [f"PD-{code}" for code in found]


class _Letters:
    """The letters of the outbox by what an answer is known by; those to nobody are left out."""

    def __init__(self, view: View, sender: str) -> None:
        self._view = view
        self._own = {_written(view.partner.mail), _written(sender)} - {""}
        self.passed_by: list[str] = []
        self.by_id: dict[str, int] = {}
        self.by_reference: dict[str, int] = {}
        for key, row in view.tables.table(OUTBOX).items():
            if row.get("what") == What.TEST or not row.get("customer"):
                continue
            if found := document.text(row, "message_id"):
                self.by_id[found] = key
            if found := document.text(row, "reference"):
                # A reminder has the reference of the letter it reminds of: the newest counts.
                self.by_reference[found] = max(key, self.by_reference.get(found, 0))

    def may_be_about(self, head: Head) -> bool:
        """Whether a mail with this head is worth reading."""
        wanted = bool(
            head.may_be_bounce
            or any(one in self.by_id for one in (*head.in_reply_to, *head.references))
            or any(code in self.by_reference for code in references(head.subject))
        )
        if not wanted and head.from_address.casefold() in self._contacts:
            self.passed_by.append(head.from_address)
        return wanted

    @cached_property
    def _contacts(self) -> frozenset[str]:
        rows = self._view.customers.values()
        found = (document.text(row, "contact").casefold() for row in rows)
        return frozenset(filter(None, found))

    def match(self, found: Found) -> tuple[Outgoing, By] | None:
        """The letter that a mail is about, and what it is known by."""
        if found.message_id in self.by_id:
            return None  # our own letter, kept in the same mailbox
        reported = found.bounce.message_id if found.bounce else ""
        replied = (reported, *found.in_reply_to, *reversed(found.references))
        key = next((self.by_id[one] for one in replied if one in self.by_id), None)
        by = By.REPLY
        if key is None:
            codes = (code for code in references(found.subject) if code in self.by_reference)
            key = next((self.by_reference[code] for code in codes), None)
            by = By.REFERENCE
        letter = self._view.letter(key) if key else None
        if letter is None or (not found.bounce and self._is_ours(found, letter)):
            return None
        return letter, By.BOUNCE if found.bounce else by

    def _is_ours(self, found: Found, letter: Outgoing) -> bool:
        """Whether we wrote a mail ourselves, and not to ourselves.

        It is a letter that Microsoft sent under a Message-ID of its own, or what an operator wrote
        back to a customer.
        """
        sender = _written(found.from_address)
        return sender in self._own and sender != _written(letter.to)

    def others(self, found: Found, letter: Outgoing) -> list[int]:
        """The other customers whose letters a mail names too: it may be an answer of theirs."""
        named = [self.by_id.get(one) for one in (*found.in_reply_to, *found.references)]
        named += [self.by_reference.get(code) for code in references(found.subject)]
        about = (self._view.letter(key) for key in named if key)
        return list(dict.fromkeys(
            one.customer for one in about if one and one.customer != letter.customer
        ))  # fmt: skip


# -- what is to be said -----------------------------------------------------------------------


def kind_of(found: Found) -> Message:
    """What a mail is, in as few words as a column takes."""
    if found.bounce and found.bounce.action is Action.FAILED:
        return msg("came back")
    if found.bounce:
        return msg("late") if found.bounce.action is Action.DELAYED else msg("report")
    return msg("automatic") if found.auto_submitted else msg("answer")


def _remarks(
    view: View, found: Found, letter: Outgoing, customer: Customer, today: date
) -> Iterable[Message]:
    bounce = found.bounce
    if bounce and bounce.recipient and _written(bounce.recipient) != _written(letter.to):
        yield msg("It is about {recipient}; the letter went to {to}.", recipient=bounce.recipient,
                  to=letter.to)  # fmt: skip
    if bounce and bounce.action is Action.DELAYED:
        yield msg("The letter is late: the server says that it goes on trying.")
    elif bounce and bounce.action is not Action.FAILED:
        yield msg("It reports no failure: the letter went on its way.")
    elif bounce is None:
        sender, known = _senders(found, letter, customer)
        if sender and sender not in known and _is_theirs(sender, known, customer):
            yield msg("It is from {sender}; the letter went to {to}.", sender=found.from_address,
                      to=letter.to)  # fmt: skip
    if letter.stage is Stage.UNKNOWN and not bounce:
        yield msg("It was not known whether the letter arrived; this says that it did.")
    if customer.archived:
        yield msg("{name} is archived.", name=customer.label)
    state = view.state(customer.id, today)
    if state not in _OPEN and not bounce:
        yield msg("The consent of {name} is recorded already: {state}.", name=customer.label,
                  state=msg(STATE_NAMES[state]))  # fmt: skip
    if found.problem:
        yield found.problem


def _written(address: str) -> str:
    """An address in the one form that all ways to write it have; empty for none."""
    return ascii_address(address).casefold() if address else ""


def _about_others(view: View, others: Iterable[int]) -> Iterable[Message]:
    for customer in filter(None, map(view.customer, others)):
        yield msg("It names a letter to {name} too: see whose answer it is.", name=customer.label)


def _doubts(found: Found, letter: Outgoing, customer: Customer) -> Iterable[Message]:
    """What speaks against its being the customer's word. A sender is easily forged all the same."""
    if found.bounce:
        return
    sender, known = _senders(found, letter, customer)
    if not sender:
        yield msg("It names no sender, or several; the letter went to {to}.", to=letter.to)
    elif sender not in known and not _is_theirs(sender, known, customer):
        yield msg("It is from another domain: {sender}. The letter went to {to}.",
                  sender=found.from_address, to=letter.to)  # fmt: skip
    if found.auto_submitted:
        yield msg("A program wrote it, as when somebody is out of office: that is no answer.")


def _senders(found: Found, letter: Outgoing, customer: Customer) -> tuple[str, set[str]]:
    """Who wrote, empty where nobody knows, and the addresses that would be no surprise."""
    return _written(found.from_address), {_written(letter.to), _written(customer.contact)} - {""}


def _is_theirs(sender: str, known: set[str], customer: Customer) -> bool:
    """Whether an address is of one of the customer's domains."""
    theirs = {one.rpartition("@")[2] for one in known}
    theirs.add(_written(f"@{customer.domain}").removeprefix("@"))
    return sender.rpartition("@")[2] in theirs


def checked_folder(typed: str) -> Path:
    """The folder that answers are read from; raises `BadInput` where none is set."""
    if not typed.strip():
        raise BadInput(
            msg("No folder is set in which answers are looked for."),
            field="folder",
            todo=msg("Name one, or set answers in the table [mail] of config.toml."),
        )
    return typed_path(typed.strip())
