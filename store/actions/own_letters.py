"""Letters of the user's own: which there are, a start for one, and whether each can be used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from store.actions.exporting import listed, write_new
from store.actions.letters import copies, letter_for
from store.errors import BadInput, NotAllowed, NotFound
from store.letters.compose import Letter, compose
from store.letters.facts import Facts, Grant, Person
from store.letters.fields import FIELDS
from store.letters.sources import NAME, OURS, own_folder
from store.letters.trouble import Broken, Trouble
from store.letters.words import WORDS
from store.message import Message, msg
from store.model.customer import Customer
from store.model.invitation import Event, Invitation
from store.model.links import granular_link
from store.model.offer import Kind, Offer
from store.model.outgoing import What
from store.model.partner import Cloud
from store.model.roles import ROLES
from store.model.subscription import Subscription
from store.view import View

__all__ = ["FIELDS", "KINDS", "Checked", "Finding", "Found", "check", "found", "take"]
KINDS = (*(kind.value for kind in Kind), "reminder", "renewal", "record")
"""The letters that there is a template for."""
_MOST_NAMED = 3


class Found(NamedTuple):
    """A template: `kind` is a letter, or the name of a part such as *_questions*.

    `why_unused` says why nobody will ever read it, if so.
    """

    kind: str
    language: str
    path: Path
    own: bool
    why_unused: Message | None = None

    @property
    def name(self) -> str:
        """What it is called within its folder."""
        return f"{self.language}/{self.kind}.txt"


class Finding(NamedTuple):
    """What is wrong with a template, and for how many customers; `named` are the first of them,
    as commands name them."""

    trouble: Trouble
    customers: int
    named: tuple[str, ...]


class Checked(NamedTuple):
    """What a check found: `templates` of the user's own that are used, tried in `letters` letters;
    and the `unused` ones."""

    templates: int
    letters: int
    findings: tuple[Finding, ...]
    unused: tuple[Found, ...]


def found(templates: str) -> list[Found]:
    """All templates by language and kind, the user's own where there is one, and the unused."""
    folder = own_folder(templates)
    names = {f"{file.parent.name}/{file.name}": file for file in OURS.glob("*/*.txt")}
    made = {name: _found(path, own=False) for name, path in names.items()}
    for path in _files(folder) if folder else ():
        name = f"{path.parent.name}/{path.name}"
        known = name in names or ("/_" in name and bool(NAME.fullmatch(name)))
        why = None
        if path.parent.name not in WORDS:
            why = msg("There are no letters in {value}.", value=path.parent.name)
        elif not known:
            why = msg("No letter is called {value}.", value=path.name)
        made[name] = _found(path, own=True)._replace(why_unused=why)
    order = {language: place for place, language in enumerate(WORDS)}
    return sorted(made.values(), key=lambda one: (order.get(one.language, 99), one.kind))


def take(templates: str, kind: str, language: str) -> Path:
    """Writes our template of a letter, or of a part, into the user's folder, over none.

    Raises `BadInput` where no folder is set, `NotFound` for a letter that we have not, and
    `WriteRefused`.
    """
    folder = _folder(templates)
    ours = OURS / language / f"{kind}.txt"
    if not NAME.fullmatch(f"{language}/{kind}.txt") or not ours.is_file():
        raise NotFound(
            msg("No letter is called {value}.", value=kind),
            todo=msg("See them all: {command}", command="partnerdesk letters list"),
        )
    path = folder / language / f"{kind}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            msg("{path} could not be written: {reason}.", path=str(path.parent),
                reason=error.strerror or str(error)),
            field="templates",
        ) from error  # fmt: skip
    return write_new(path, ours.read_bytes())


def check(view: View, templates: str, language: str, today: date) -> Checked:
    """Tries each of the user's templates against every customer that it would go to.

    `language` is for customers who have none. Raises `BadInput` where there is no folder.
    """
    folder = _folder(templates)
    if not os.path.isdir(folder):
        raise BadInput(
            msg("{path} is no folder.", path=str(folder)),
            field="templates",
            todo=msg("Make it: {command}", command="partnerdesk letters take delegated"),
        )
    own = [one for one in found(templates) if one.own]
    used = [one for one in own if not one.why_unused]
    told: dict[str, tuple[Trouble, list[str]]] = {}
    for trouble in _unreadable(view, used, folder, templates):
        told.setdefault(str(trouble.said), (trouble, []))
    spoken = {one.language for one in used}
    letters = 0
    for customer in listed(view):
        if (customer.language or language) not in spoken:
            continue
        for troubles in _tried(view, customer, language, today, templates):
            letters += 1
            for trouble in troubles:
                told.setdefault(str(trouble.said), (trouble, []))[1].append(customer.ref)
    findings = [
        Finding(trouble, len(set(names)), tuple(dict.fromkeys(names))[:_MOST_NAMED])
        for trouble, names in told.values()
    ]
    findings.sort(key=lambda one: (one.trouble.file, one.trouble.line))
    return Checked(len(used), letters, tuple(findings), tuple(one for one in own if one.why_unused))


def _tried(
    view: View, customer: Customer, language: str, today: date, templates: str
) -> Iterator[tuple[Trouble, ...]]:
    """The troubles of each letter that this customer could get; of a named offer too."""
    for kind in Kind:
        for name in _names(view, kind):
            copy = copies(view, kind, [customer], language, today, templates, offer=name)[0]
            if copy.letter.link:
                yield copy.letter.troubles
    for what, kinds in (
        (What.REMINDER, tuple(Kind)),
        (What.RENEWAL, (Kind.DELEGATED,)),
        (What.RECORD, (Kind.DELEGATED,)),
    ):
        for kind in kinds:
            for name in _names(view, kind) if what is What.REMINDER else ("",):
                try:
                    found = letter_for(
                        view, what, customer, kind, language, today, offer=name,
                        templates=templates,
                    )  # fmt: skip
                except (BadInput, NotAllowed):
                    continue  # it is not written to this one
                yield found.letter.troubles


def _names(view: View, kind: Kind) -> tuple[str, ...]:
    """What the offers of a kind are called; the plain one is not called anything."""
    return ("", *(one.name for one in view.named_offers if one.kind is kind))


def _unreadable(view: View, used: list[Found], folder: Path, templates: str) -> Iterator[Trouble]:
    """What is wrong with the templates whomever they go to: each alone, and in a sample letter."""
    from store.letters.sandbox import looked_at

    for one in used:
        try:
            looked_at(one.name, folder)
        except Broken as broken:
            yield broken.trouble
            continue
        if one.kind in KINDS:
            yield from _sample(view, one, templates).troubles


def _sample(view: View, one: Found, templates: str) -> Letter:
    """A letter in which every field has something in it."""
    named = f"{'0' * 8}-0000-4000-8000-{'0' * 12}"
    day = date(2026, 1, 31)
    kind = Kind(one.kind) if one.kind in set(Kind) else Kind.DELEGATED
    what = What.OFFER if one.kind in set(Kind) else What(one.kind)
    cloud = view.partner.cloud
    link = "" if cloud is Cloud.CHINA else granular_link(cloud, f"{named}-{named}")
    asked = Invitation(
        0, 0, kind, True, "", link, bool(link), day, 730, True, (Event("given", day),)
    )
    grant = Grant(one.kind, tuple(ROLES), day, day, True)
    facts = Facts(tuple(ROLES), day, (grant,), True, day, (Person(one.kind, "full"),), 1, day)
    sold = Offer(
        kind, link, "S-1", office="1", location="FR",
        subscriptions=(Subscription("Microsoft 365", 25),),
    )  # fmt: skip
    partner = view.partner._replace(phone=view.partner.phone or "1")
    return compose(
        sold, partner, one.language, customer=one.kind, invitation=asked, what=what, facts=facts,
        templates=templates,
    )  # fmt: skip


def _files(folder: Path) -> Iterator[Path]:
    """The files that may be templates: those two levels below, whatever they are called.

    Raises `BadInput` where not all of them can be known.
    """
    try:
        for below in sorted(os.scandir(folder), key=lambda one: one.name):
            if below.is_dir() and not below.name.startswith("."):
                with os.scandir(below.path) as inside:
                    names = sorted(one.name for one in inside if one.name.endswith(".txt"))
                yield from (Path(below.path, name) for name in names)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise BadInput(
            msg("The folder {path} cannot be read: {reason}.",
                path=str(error.filename or folder), reason=error.strerror or str(error)),
            field="templates",
        ) from error  # fmt: skip


def _found(path: Path, *, own: bool) -> Found:
    return Found(path.stem, path.parent.name, path, own)


def _folder(templates: str) -> Path:
    folder = own_folder(templates)
    if folder is None:
        raise BadInput(
            msg("No folder for letters of your own is set."),
            field="templates",
            todo=msg("Set it in config.toml: {line}", line='templates = "~/letters"'),
        )
    return folder
