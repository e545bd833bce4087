"""Going where a broken link of a chain is put right."""

from __future__ import annotations

from store.message import N_
from store.model.may import Chain, Link, Part, Verdict
from tui.screens.base import DeskScreen
from tui.widgets.chain_lines import mended


async def mend(screen: DeskScreen, chain: Chain, member: int, customer: int) -> None:
    """Opens what mends the first broken link, and says what is to be done there."""
    broken = chain.broken
    if broken is None:
        screen.say(N_("Nothing is missing here."))
        return
    wanted = _place(broken)
    if wanted == "member":
        from tui.screens.member import MemberScreen

        screen.app.push_screen(MemberScreen(member))
    elif wanted == "groups":
        from tui.screens.groups import GroupsScreen

        screen.app.push_screen(GroupsScreen())
    elif wanted == "offer":
        from tui.screens.offer import OfferScreen

        screen.app.push_screen(OfferScreen([customer]))
    elif wanted == "make":
        from tui.screens.make import make_links

        await make_links(screen, [customer])
    elif wanted == "customer":
        from tui.screens.customer import CustomerScreen

        screen.app.push_screen(CustomerScreen(customer))
    elif wanted == "sync":
        await screen.action_do("refresh")
    elif wanted == "sign-in":
        screen.desk_app.go("microsoft")
    else:
        screen.say(mended(broken) if broken.repair else broken.why, error=not broken.repair)


def _place(link: Link) -> str:
    """Where a link is mended; by the command that would do it, else by what is missing."""
    words = link.command.split()
    if words[:1] == ["partnerdesk"]:
        del words[0]
    first = words[0] if words else ""
    by_command = {
        "users": "member",
        "groups": "groups",
        "offer": "offer",
        "prepare": "make",
        "sync": "sync",
        "sign-in": "sign-in",
        "consent": "customer",
    }
    if first in by_command:
        return by_command[first]
    if link.part in (Part.ACCESS, Part.LEVEL):
        return "member"
    if link.part in (Part.OFFERED, Part.CONSENT) and link.verdict is Verdict.NO:
        return "offer"
    return ""
