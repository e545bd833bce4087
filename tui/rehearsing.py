"""What only a demo can do: be the customer, let days pass, work as somebody else."""

from __future__ import annotations

import asyncio

from store.actions import partner as partners
from store.actions.practice import Rehearsal, Reply, Waiting
from store.errors import DeskError
from store.message import N_, msg, nmsg
from store.model.access import LEVEL_NAMES
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose
from tui.screens.pick import Offered, pick
from tui.widgets.row_table import Column

_DAYS = (1, 30, 90)


async def answer_as_customer(screen: DeskScreen) -> None:
    """Lists what waits at the practice cloud, and accepts what is chosen."""
    rehearsal = screen.session.rehearsal
    assert rehearsal is not None
    waiting = await asyncio.to_thread(rehearsal.waiting)
    if not waiting:
        screen.say(N_("Nothing waits for an answer at the practice cloud. m makes a link."))
        return
    rows = [Offered(one.id, (one.customer, one.name)) for one in waiting]
    heading = text.say(N_("Which one does its customer accept?"), "bold")
    columns = (Column(N_("Customer"), 24, 1), Column(N_("Relationship"), 24, 1))
    key = await pick(screen, heading, columns, rows)
    chosen = next((one for one in waiting if one.id == key), None)
    tenant = await _who(screen, rehearsal, chosen) if chosen else None
    if chosen is None or tenant is None:
        screen.say(N_("Nobody answered."))
        return
    try:
        await asyncio.to_thread(rehearsal.accept, chosen, tenant)
    except DeskError as error:
        screen.say_error(error)
        return
    names = dict(rehearsal.tenants())
    customer = names.get(chosen.tenant or tenant, chosen.customer)
    screen.say(msg("{customer} accepted {name}. 6, then r, asks Microsoft.", customer=customer,
                   name=chosen.name))  # fmt: skip


async def _who(screen: DeskScreen, rehearsal: Rehearsal, waiting: Waiting) -> str | None:
    """The tenant that accepts: the one that is named, else whichever of the demo's is chosen."""
    if waiting.tenant:
        return waiting.tenant
    tenants = await asyncio.to_thread(rehearsal.tenants)
    # Whom it was made for stands first; whoever has the link may accept it, though.
    tenants.sort(key=lambda it: it[1].casefold() not in waiting.customer.casefold())
    rows = [Offered(tenant, (name, tenant)) for tenant, name in tenants]
    heading = text.say(msg("{name} names no tenant. Who accepts it?", name=waiting.name), "bold")
    columns = (Column(N_("Customer"), 24, 1), Column(N_("Tenant"), 36, 0, 1))
    return await pick(screen, heading, columns, rows)


async def set_dns_record(screen: DeskScreen) -> None:
    """Lists the domains that wait to be proven, and sets the record of the one that is chosen."""
    rehearsal = screen.session.rehearsal
    assert rehearsal is not None
    waiting = [one for one in await asyncio.to_thread(rehearsal.unproven) if not one.is_set]
    if not waiting:
        screen.say(
            N_("No domain waits for its DNS record at the practice cloud. Add one at a customer.")
        )
        return
    rows = [Offered(f"{one.tenant} {one.domain}", (one.customer, one.domain)) for one in waiting]
    heading = text.say(N_("Whose DNS record is set?"), "bold")
    columns = (Column(N_("Customer"), 24, 1), Column(N_("Domain"), 24, 1))
    key = await pick(screen, heading, columns, rows)
    chosen = next((one for one in waiting if f"{one.tenant} {one.domain}" == key), None)
    if chosen is None:
        screen.say(N_("No record was set."))
        return
    await asyncio.to_thread(rehearsal.set_dns, chosen)
    screen.say(
        msg("The record of {domain} can be seen in DNS now. ctrl+r where the domain was "
            "added checks again.", domain=chosen.domain)
    )  # fmt: skip


async def reply_by_mail(screen: DeskScreen) -> None:
    """Lists the letters that were mailed, and writes back to the one that is chosen."""
    rehearsal = screen.session.rehearsal
    assert rehearsal is not None
    letters = await asyncio.to_thread(rehearsal.letters)
    if not letters:
        screen.say(N_("No letter was mailed here yet. M on a customer mails one."))
        return
    rows = [Offered(str(place), (it.to, it.subject)) for place, it in enumerate(letters)]
    columns = (Column(N_("To"), 24, 1), Column(N_("Subject"), 30, 1))
    place = await pick(screen, text.say(N_("Who writes back?"), "bold"), columns, rows)
    if place is None:
        return
    options = [
        (Reply.YES.value, text.say(N_("“We have accepted.”"))),
        (Reply.NO.value, text.say(N_("“We do not want this.”"))),
        (Reply.BOUNCE.value, text.say(N_("The mail server: nobody has this address."))),
    ]
    how = await choose(screen, N_("What comes back?"), options)
    if how is None:
        return
    letter = letters[int(place)]
    await asyncio.to_thread(rehearsal.reply, letter, Reply(how))
    came = msg("A mail about the letter to {address} has come back. 4, then A, reads the answers.",
               address=letter.to)  # fmt: skip
    if screen.KEYS == "answers":
        came = msg("A mail about the letter to {address} has come back. r reads it.",
                   address=letter.to)  # fmt: skip
    screen.say(came)


async def let_days_pass(screen: DeskScreen) -> None:
    """Pushes the practice cloud's clock forward by as many days as are chosen."""
    session = screen.session
    assert session.rehearsal is not None
    options = [(str(days), text.say(nmsg("{count} day", "{count} days", days))) for days in _DAYS]
    chosen = await choose(screen, msg("How many days pass?"), options)
    if chosen is None:
        return
    await asyncio.to_thread(session.rehearsal.days_pass, session.desk, int(chosen))
    screen.desk_app.watch_calendar()
    screen.say(
        nmsg(
            "{count} day has passed, here and at the practice cloud. 6, then r, asks Microsoft "
            "what lapsed or expired.",
            "{count} days have passed, here and at the practice cloud. 6, then r, asks Microsoft "
            "what lapsed or expired.",
            int(chosen),
        )
    )


async def work_as(screen: DeskScreen) -> None:
    """Lets whoever is at the keyboard be another of the partner's users."""
    session = screen.session
    options = [
        (
            member.upn,
            text.join(
                (text.data(member.name or member.upn),
                 text.say(LEVEL_NAMES.get(member.granted, N_("no administrative access")), "dim")),
                "  ",
            ),
        )
        for member in session.view.members
    ]  # fmt: skip
    upn = await choose(screen, N_("Work as whom?"), options)
    if upn is None:
        return
    operators = dict(session.view.partner.operators) | {session.desk.operator.name: upn}
    written = ", ".join(f"{login}={who}" for login, who in operators.items())
    if await screen.change(lambda: partners.set_fields(session.desk, {"operators": written})):
        await asyncio.to_thread(session.microsoft.look)
        screen.update_keys()
        screen.say(msg("You are {upn} now, here and at the practice cloud.", upn=upn))
