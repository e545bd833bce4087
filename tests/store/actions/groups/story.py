"""What stories of our groups share."""

from __future__ import annotations

from typing import Any

from store.actions import membership
from store.desk import Desk
from store.model.access import Level, Member
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.practice.cloud import Practice
from tests.microsoft import graph_of

ZOE = "zoe@adatum.example"
FULL, LIMITED, NONE = Level.FULL, Level.LIMITED, Level.NONE
FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = (PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)


def member(desk: Desk, upn: str = ZOE) -> Member:
    found = desk.view.member(upn)
    assert found
    return found


def id_of(cloud: Practice, upn: str = ZOE) -> str:
    found = cloud.partner.user(upn)
    assert found
    return found.id


def is_in(cloud: Practice, group: str, upn: str = ZOE) -> bool:
    return id_of(cloud, upn) in cloud.group(group).members


def recorded(desk: Desk, level: Level) -> list[str]:
    group = desk.view.group(level)
    assert group
    return [entry.upn for entry in group.members]


async def give(desk: Desk, cloud: Practice, level: Level, **more: Any) -> str:
    async with graph_of(cloud) as graph:
        receipt = await membership.administer(desk, graph, member(desk).id, level, **more)
    return " ".join(map(str, (receipt.message, *receipt.notes)))


def as_microsoft_says(desk: Desk, cloud: Practice) -> bool:
    """Whether the groups recorded here hold exactly whom they hold at Microsoft."""
    return all(
        sorted(entry.id for entry in group.members) == sorted(cloud.group(group.name).members)
        for group in desk.view.groups
    )
