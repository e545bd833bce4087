"""Many users of one customer from a file: every line's fate first, then one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Ended
from store.actions.acting.deed import how_to_find_out
from store.actions.acting.domain import verified
from store.actions.acting.users import NewUser, add_user, checked, user_or_none
from store.actions.table_file import Row, Source, form_of, read
from store.errors import BadInput, DeskError, NotAllowed
from store.message import N_, Message, msg, nmsg
from store.model.access import Task
from store.model.act import Outcome
from store.model.may.chain import Link, Verdict
from store.model.password import generated
from store.secret import Secret

if TYPE_CHECKING:
    from store.graph.customer_tenant import CustomerTenant

MOST = 1_000
"""Lines of one file: each is a user who gets a password that somebody has to hand on."""
_AT_ONCE = 4
"""User names that are looked for side by side."""
_ENOUGH = 3
"""So many refused in a row with the same words: then it is not about a single line."""

HEADER = {"name": N_("Name"), "upn": N_("User name"), "location": N_("Usage location")}
PEOPLE_FORM = form_of(
    HEADER,
    {
        "display name": "name",
        "nom": "name",
        "nom complet": "name",
        "nom d'affichage": "name",
        "nom d’affichage": "name",
        "username": "upn",
        "user principal name": "upn",
        "userprincipalname": "upn",
        "upn": "upn",
        "nom d'utilisateur": "upn",
        "nom d’utilisateur": "upn",
        "nom utilisateur": "upn",
        "location": "location",
        "country": "location",
        "lieu d'utilisation": "location",
        "lieu d’utilisation": "location",
        "emplacement d'utilisation": "location",
        "emplacement d’utilisation": "location",
        "pays": "location",
    },
    ("name", "upn"),
    msg("The first line has to name the columns, in English or French: {titles}.",
        titles=", ".join(HEADER.values())),
)  # fmt: skip


class Fate(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    EXISTS = "exists"
    REFUSE = "refuse"


FATE_NAMES = {
    Fate.ADD: N_("add"),
    Fate.EXISTS: N_("there already"),
    Fate.REFUSE: N_("refuse"),
}


class Line(NamedTuple):
    """One line of the file: whom it names, what becomes of it, and why."""

    line: int
    new: NewUser
    fate: Fate
    why: Message


class PeoplePlan(NamedTuple):
    """What a file would do at the customer; `ignored` are columns that mean nothing here.

    `broken` is the link of the chain that refuses every line, if one does.
    """

    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()
    broken: Link | None = None

    def of(self, fate: Fate) -> tuple[Line, ...]:
        """The lines with this fate."""
        return tuple(line for line in self.lines if line.fate is fate)

    @property
    def to_add(self) -> tuple[Line, ...]:
        """The lines whose users are to be added."""
        return self.of(Fate.ADD)


class Added(NamedTuple):
    """What came of one line; `ended` is `None` where it was not begun."""

    line: Line
    ended: Ended | None


# -- the plan ---------------------------------------------------------------------------------


def read_people(data: bytes) -> Source:
    """The rows of a file of users; raises `BadInput` where it cannot be read as a whole."""
    source = read(data, PEOPLE_FORM)
    if len(source.rows) > MOST:
        raise BadInput(msg("The file has more than {most} rows.", most=MOST))
    return source


async def people_plan(
    acting: Acting,
    tenant: CustomerTenant,
    source: Source,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> PeoplePlan:
    """What each line would do; asks Microsoft for the domains and for every user name.

    Where the chain is broken nobody is asked. `told` hears how many of how many names were looked
    for. Raises `DeskError`.
    """
    broken = _broken(acting)
    if broken:
        lines = [Line(row.line, _given(row), Fate.REFUSE, broken.why) for row in source.rows]
        return PeoplePlan(tuple(lines), source.ignored, broken)
    try:
        domains = await verified(tenant)
        lines = _lines(source, domains)
        wanted = [line for line in lines if line.fate is Fate.ADD]
        room, done = asyncio.Semaphore(_AT_ONCE), 0

        async def is_there(line: Line) -> bool:
            nonlocal done
            async with room:
                found = await user_or_none(tenant, line.new.upn)
            done += 1
            told(done, len(wanted))
            return found is not None

        there = await asyncio.gather(*map(is_there, wanted))
    except DeskError as error:
        raise await acting.why(error, Task.ADD_USER) from error
    taken = {line.line for line, found in zip(wanted, there, strict=True) if found}
    customer = acting.customer.label
    return PeoplePlan(
        tuple(
            line._replace(
                fate=Fate.EXISTS,
                why=msg("The user name {upn} is taken at {customer}.", upn=line.new.upn,
                        customer=customer),
            ) if line.line in taken else line
            for line in lines
        ),
        source.ignored,
    )  # fmt: skip


def _broken(acting: Acting) -> Link | None:
    chain = acting.chain(Task.ADD_USER)
    return chain.broken if chain.verdict is Verdict.NO else None


def _given(row: Row) -> NewUser:
    return NewUser(
        row.cells.get("name", "").strip()[:80],
        row.cells.get("upn", "").strip()[:320],
        row.cells.get("location", "").strip()[:20],
    )


def _lines(source: Source, domains: tuple[str, ...]) -> list[Line]:
    seen: dict[str, int] = {}
    return [_line(row, domains, seen) for row in source.rows]


def _line(row: Row, domains: tuple[str, ...], seen: dict[str, int]) -> Line:
    """One line by itself, and against the lines before it."""
    given = _given(row)
    try:
        if row.problem:
            raise BadInput(row.problem)
        new = checked(given._replace(name=row.cells.get("name", "")))
        domain = new.upn.partition("@")[2].casefold()
        if domain not in domains:
            raise BadInput(
                msg("{domain} is not one of the verified domains: {domains}.", domain=domain,
                    domains=", ".join(domains)),
                field="upn",
            )  # fmt: skip
        before = seen.setdefault(new.upn.casefold(), row.line)
        if before != row.line:
            raise BadInput(msg("Line {line} has the same user name.", line=before), field="upn")
    except BadInput as error:
        field = HEADER.get(error.field, "")
        why = msg("{field}: {why}", field=msg(field), why=error.what) if field else error.what
        return Line(row.line, given, Fate.REFUSE, why)
    return Line(row.line, new, Fate.ADD, msg("new"))


def to_confirm(customer: str) -> Message:
    """That nothing is added before the customer's name is typed."""
    return msg("Adding users at {customer} has to be confirmed.", customer=customer)


def passwords(plan: PeoplePlan) -> dict[int, Secret]:
    """A new password for every line that is to be added, by the line's number."""
    return {line.line: generated(line.new.upn) for line in plan.to_add}


# -- doing it ---------------------------------------------------------------------------------


class PeopleRun:
    """One go at adding the users of a plan.

    `told` hears of each line as it ends. `stop` lets the one that is under way come to its end
    and begins with no other. `ended` is why the rest was left, if it was.
    """

    def __init__(
        self,
        acting: Acting,
        tenant: CustomerTenant,
        told: Callable[[Added], None] = lambda added: None,
    ) -> None:
        self.ended: Message | None = None
        self._acting = acting
        self._tenant = tenant
        self._told = told
        self._stopped = False
        self._refused: list[Message] = []

    def stop(self) -> None:
        """Begins with no other line."""
        self._stopped = True

    async def add(
        self,
        plan: PeoplePlan,
        secrets: Mapping[int, Secret],
        typed: str,
        *,
        skip_bad: bool = False,
    ) -> list[Added]:
        """Adds them one after the other; one result for each line that was to be added.

        `typed` has to be the customer's name. A line that cannot be taken refuses the whole file,
        unless `skip_bad` leaves it out; who is there already is left alone. Raises `BadInput` and
        `NotAllowed` before anything is begun.
        """
        self.check(plan, typed, skip_bad=skip_bad)
        made = []
        for line in plan.to_add:
            added = Added(line, None)
            if not (self._stopped or self.ended):
                added = Added(line, await self._told_if_cut_off(line, secrets.get(line.line)))
            made.append(added)
            self._told(added)
        return made

    def check(self, plan: PeoplePlan, typed: str, *, skip_bad: bool = False) -> None:
        """Raises `BadInput` or `NotAllowed` where it may not begin."""
        self.check_lines(plan, skip_bad=skip_bad)
        name = self._acting.customer.label
        if " ".join(typed.split()).casefold() != " ".join(name.split()).casefold():
            raise BadInput(
                to_confirm(name),
                field="confirm",
                todo=msg("Type {name} to confirm it.", name=name),
            )

    def check_lines(self, plan: PeoplePlan, *, skip_bad: bool = False) -> None:
        """As `check`, before the customer's name is typed."""
        if plan.broken:
            raise NotAllowed(plan.broken.why, todo=plan.broken.repair)
        bad = plan.of(Fate.REFUSE)
        if bad and not skip_bad:
            raise BadInput(
                nmsg(
                    "{count} line cannot be taken, so none was. Line {line}: {why}",
                    "{count} lines cannot be taken, so none was. The first is line {line}: {why}",
                    len(bad), line=bad[0].line, why=bad[0].why,
                ),
                todo=msg("Mend the file, or take the rest (--skip-bad, or ctrl+r in the desk)."),
            )  # fmt: skip

    async def _told_if_cut_off(self, line: Line, secret: Secret | None) -> Ended | None:
        """One line; whoever waits hears of it too where it is cut off, for it may have been done.

        Where the desk itself cannot go on, nothing was sent, and the rest is left.
        """
        try:
            return await self._one(line, secret)
        except DeskError as error:
            self.ended = error.what
            return None
        except BaseException:
            cut_off = msg("{upn}: cut off, so it is not known whether it was added.",
                          upn=line.new.upn)  # fmt: skip
            todo = how_to_find_out(self._acting)
            self._told(Added(line, Ended(Outcome.UNKNOWN, cut_off, todo, secret=secret)))
            raise

    async def _one(self, line: Line, secret: Secret | None) -> Ended | None:
        broken = _broken(self._acting)
        if broken and self._refused:
            self.ended = broken.why
            return None
        ended = await add_user(self._acting, self._tenant, line.new, secret)
        if ended.outcome is not Outcome.REFUSED:
            self._refused.clear()
            return ended
        self._refused.append(ended.said)
        last = self._refused[-_ENOUGH:]
        if len(last) == _ENOUGH and all(said == last[0] for said in last):
            self.ended = ended.said
        return ended
