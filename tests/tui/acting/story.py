"""What stories of acting on behalf of a customer share: who is there, and how one gets there."""

from __future__ import annotations

from store.actions import partner
from store.desk import Desk
from store.model.act import Act
from store.model.roles import Preset, preset_roles
from store.practice.cloud import Practice
from store.practice.tenants import User
from tests.microsoft import ANNA, CONTOSO
from tests.tui.driver import Driver
from tui.screens.act.base import ActScreen
from tui.widgets.secret import SecretView

ZOE = "zoe@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = preset_roles(Preset.LIMITED).roles


def at_the_keyboard(desk: Desk, upn: str) -> None:
    """Lets one of our users be the operator."""
    partner.set_fields(desk, {"operators": f"anna={upn}"})


def customer(desk: Desk, tenant: str = CONTOSO) -> int:
    """The desk's number of a customer."""
    return next(key for key, row in desk.view.customers.items() if row["microsoft_id"] == tenant)


def users(cloud: Practice, tenant: str = CONTOSO) -> dict[str, User]:
    """The users of a customer, by user name."""
    return {user.upn: user for user in cloud.customers[tenant].users.values()}


def end_consent(cloud: Practice, tenant: str = CONTOSO) -> None:
    """Lets the customer end its relationships with us."""
    for found in cloud.relationships_of(tenant):
        cloud.life.terminate(found, None, cloud.clock.now())


def deeds(desk: Desk) -> list[Act]:
    """What the journal says was done at Contoso, oldest first."""
    return sorted(desk.view.acts(customer(desk)))


async def opened(operator: Driver, screen: ActScreen) -> None:
    """Opens a screen that acts, once it is known who is signed in."""
    await operator.until(lambda: operator.app.session.microsoft.account)
    operator.app.push_screen(screen)
    await operator.at(screen.KEYS)


async def ended(operator: Driver) -> None:
    """Waits until what was begun at the customer's has ended."""
    await operator.until(
        lambda: not (isinstance(operator.app.screen, ActScreen) and operator.app.screen.is_acting)
    )
    await operator.pilot.pause()


def shown_password(operator: Driver) -> str:
    """The password that stands on the screen."""
    secret = operator.app.screen.query_one(SecretView).secret
    assert secret is not None
    assert secret.reveal() in operator.on_screen
    return secret.reveal()


__all__ = [
    "ANNA", "CONTOSO", "FULL_ROLES", "LIMITED_ROLES", "ZOE", "at_the_keyboard", "customer",
    "deeds", "end_consent", "ended", "opened", "shown_password", "users",
]  # fmt: skip
