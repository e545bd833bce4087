"""Going where a broken link of a chain is put right."""

from __future__ import annotations

from store.message import N_
from store.model.access import Member
from store.model.may.chain import Chain, Fix
from tui import text
from tui.screens.base import DeskScreen


async def mend(screen: DeskScreen, chain: Chain, member: Member | None, customer: int) -> None:
    """Opens what mends the first broken link, and says there what is to be done."""
    broken = chain.broken
    if broken is None:
        screen.say(N_("Nothing is missing here."))
        return
    if broken.repair is None:
        screen.say(broken.why, error=True)
        return
    if broken.fix is Fix.SYNC:
        await screen.action_do("refresh")
        return
    opened = _place(broken.fix, member, customer)
    if opened is not None:
        await screen.app.push_screen(opened)
    top = opened or screen
    top.say_content(text.join((text.say(broken.why), text.say(broken.mended)), " "))


def _place(fix: Fix, member: Member | None, customer: int) -> DeskScreen | None:
    """The screen that mends; `None` where it is not done at this desk."""
    match fix:
        case Fix.USERS if member is not None:
            from tui.screens.member import MemberScreen

            return MemberScreen(member.id)
        case Fix.GROUPS:
            from tui.screens.groups import GroupsScreen

            return GroupsScreen()
        case Fix.OFFER:
            from tui.screens.offer import OfferScreen

            return OfferScreen([customer])
        case Fix.CUSTOMER:
            from tui.screens.customer import CustomerScreen

            return CustomerScreen(customer)
    return None
