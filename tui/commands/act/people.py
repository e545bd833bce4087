"""`partnerdesk act add-user --file`: many users of one customer, the plan first."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import BadInput
from store.message import N_, msg, nmsg
from store.model.access import Task
from store.model.act import Deed, Outcome
from store.paths import typed_path
from tui.commands.act.group import acting_of
from tui.commands.act.password import (
    PasswordLost,
    Passwords,
    confirmed,
    put_secret,
    tell_where,
)
from tui.commands.act.report import STATUS, record, tell_ended
from tui.commands.base import Context, put, put_json, tell
from tui.language import _, say

if TYPE_CHECKING:
    from store.actions.acting.base import Acting
    from store.actions.acting.file import PasswordFile
    from store.actions.acting.people import Added, PeoplePlan
    from store.model.may.chain import Link


class Wanted(NamedTuple):
    """What was asked for: the file, `-` for stdin, and how it is taken."""

    file: str
    dry_run: bool
    skip_bad: bool
    confirm: str | None


def run(ctx: Context, customer: str, wanted: Wanted, passwords: Passwords, as_json: bool) -> int:
    """Plans a file, and adds its users; returns the exit status."""
    from store.actions.acting.people import read_people
    from store.actions.table_file import content_of

    if passwords.typed:
        raise BadInput(
            msg("Users of a file get passwords that are made for them."), field="password"
        )
    if not wanted.dry_run:
        passwords.check(as_json)
    source = read_people(content_of(wanted.file, sys.stdin.buffer))
    with ctx.connected() as desk:
        who = acting_of(ctx, desk, customer)
        return asyncio.run(_run(who, source, wanted, passwords, as_json))


async def _run(
    who: Acting, source: Any, wanted: Wanted, passwords: Passwords, as_json: bool
) -> int:
    from store.actions.acting.people import Fate, people_plan

    async with who.tenant(tell) as tenant:
        plan = await people_plan(who, tenant, source)
        if plan.broken:
            return await _refuse(who, plan, plan.broken, wanted, as_json)
        if plan.ignored:
            tell(msg("Columns that mean nothing here: {titles}.",
                     titles=", ".join(plan.ignored)))  # fmt: skip
        bad = plan.of(Fate.REFUSE)
        if wanted.dry_run:
            _put_plan(plan, as_json)
            tell(
                nmsg(
                    "Nothing was changed. Would add {count} user.",
                    "Nothing was changed. Would add {count} users.",
                    len(plan.to_add),
                )
            )
            return (3 if wanted.skip_bad else 2) if bad else 0
        if not as_json:
            for line in plan.lines:
                if line.new not in {one.new for one in plan.to_add}:
                    tell(msg("Line {line}: {note}", line=line.line, note=line.why))
        added = await _add(who, tenant, plan, wanted, passwords, as_json)
    if as_json:
        put_json([_added(who, one) for one in added])
    outcomes = {one.ended.outcome if one.ended else Outcome.BEGUN for one in added}
    tell(
        nmsg(
            "Added {count} user.",
            "Added {count} users.",
            sum(one.ended is not None and one.ended.outcome is Outcome.DONE for one in added),
        )
    )
    if outcomes == {Outcome.REFUSED}:
        return STATUS[Outcome.REFUSED]
    return 3 if bad or outcomes - {Outcome.DONE} else 0


async def _refuse(
    who: Acting, plan: PeoplePlan, broken: Link, wanted: Wanted, as_json: bool
) -> int:
    """Every line for the same reason, which is said, and recorded, once."""
    from store.actions.acting.base import Ended
    from store.actions.acting.deed import refused_at_once
    from store.actions.acting.people import Added

    ended = Ended(Outcome.REFUSED, broken.why, broken.repair)
    if wanted.dry_run:
        _put_plan(plan, as_json)
    else:
        first = plan.lines[0].new.upn if plan.lines else ""
        ended = await refused_at_once(who, Deed.ADD_USER, Task.ADD_USER, first) or ended
        if as_json:
            put_json([_added(who, Added(line, ended)) for line in plan.lines])
    tell_ended(ended)
    return STATUS[Outcome.REFUSED]


async def _add(
    who: Acting, tenant: Any, plan: PeoplePlan, wanted: Wanted, passwords: Passwords, as_json: bool
) -> list[Added]:
    from store.actions.acting.file import Entry, PasswordFile
    from store.actions.acting.people import PeopleRun, to_confirm
    from store.actions.acting.people import passwords as generated

    total, done = len(plan.to_add), 0
    lost: list[PasswordLost] = []

    def told(one: Added) -> None:
        nonlocal done
        done += 1
        if one.ended is None:
            return
        tell(msg("{done}/{total}  {name}: {said}", done=done, total=total, name=one.line.new.upn,
                 said=one.ended.said))  # fmt: skip
        if one.ended.outcome is not Outcome.DONE:
            tell_ended(one.ended)
        elif one.ended.todo:
            tell(one.ended.todo)
        if one.ended.secret and not passwords.file:
            try:
                put_secret(one.ended.secret, one.line.new.upn, named=True)
            except PasswordLost as error:  # those of the others would be lost as well
                lost.append(error)
                going.stop()

    going = PeopleRun(who, tenant, told)
    going.check_lines(plan, skip_bad=wanted.skip_bad)
    name = who.customer.label
    typed = confirmed(
        wanted.confirm, name, N_("Type {name} to add these users there"), to_confirm(name)
    )
    secrets = generated(plan)
    going.check(plan, typed, skip_bad=wanted.skip_bad)
    file: PasswordFile | None = None
    if passwords.file:
        file = PasswordFile(typed_path(passwords.file))
        file.write([Entry(one.new.upn, secrets[one.line]) for one in plan.to_add])
    _stops(going)
    added = await going.add(plan, secrets, typed, skip_bad=wanted.skip_bad)
    if lost:
        raise lost[0]
    if going.ended:
        tell(msg("The rest was left: {why}", why=going.ended))
    if file:
        kept = [Entry(one.line.new.upn, one.ended.secret) for one in added
                if one.ended and one.ended.secret]  # fmt: skip
        file.keep(kept)
        file.close()
        if kept:
            tell_where(file.path, len(kept))
    return added


def _stops(run: Any) -> None:
    """ctrl+c lets the user that is being added come to its end, and begins with no other."""

    def stop() -> None:
        tell(msg("Stops after this one."))
        run.stop()

    with suppress(NotImplementedError, RuntimeError, ValueError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)


def _put_plan(plan: PeoplePlan, as_json: bool) -> None:
    from store.actions.acting.people import FATE_NAMES

    if as_json:
        put_json(
            [
                {
                    "line": line.line,
                    "fate": line.fate.value,
                    "name": line.new.name,
                    "user": line.new.upn,
                    "location": line.new.location or None,
                    "why": say(line.why),
                }
                for line in plan.lines
            ]
        )
        return
    for line in plan.lines:
        why = "" if plan.broken else f"  {say(line.why)}"
        put(f"{line.line}  {_(FATE_NAMES[line.fate])}  {line.new.upn}{why}")


def _added(who: Acting, one: Added) -> dict[str, Any]:
    made = {"line": one.line.line, "user_name": one.line.new.upn}
    if one.ended is None:
        return made | {"outcome": "left"}
    return made | record(who.customer.label, one.ended)
