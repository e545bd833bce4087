"""What a relationship is made of: roles, how long, whether it extends itself, what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from store.errors import BadInput
from store.message import msg
from store.model import document, naming
from store.model.access import Level
from store.model.invitation import LONGEST_DAYS
from store.model.partner import LimitedAs
from store.model.roles import LEVEL_OF, Bundle, Preset, preset_roles, why_not_extended


class Template(NamedTuple):
    """A relationship that is not made yet.

    Its roles are those of a `preset`, or the `chosen` ones (template ids) where there is none.
    `days` from 1 to 730; `auto_extend` adds 180 days at each end.
    """

    preset: str = Preset.FULL.value
    chosen: tuple[str, ...] = ()
    days: int = LONGEST_DAYS
    auto_extend: bool = False
    pattern: str = naming.DEFAULT_PATTERN

    @classmethod
    def from_document(cls, found: object) -> Template:
        """The template in a stored offer; what is missing or odd is as usual."""
        if not isinstance(found, dict):
            return cls()
        usual = cls()
        preset = document.text(found, "preset")
        chosen = document.texts(found, "roles")
        return cls(
            preset if preset in set(Preset) or chosen else usual.preset,
            chosen,
            document.number(found, "days") or usual.days,
            document.flag(found, "auto_extend"),
            document.text(found, "pattern") or usual.pattern,
        )

    def as_document(self) -> Mapping[str, Any]:
        """The template as it is stored."""
        return {
            "preset": self.preset,
            "roles": list(self.chosen),
            "days": self.days,
            "auto_extend": self.auto_extend,
            "pattern": self.pattern,
        }

    def roles(self, limited_as: LimitedAs) -> Bundle:
        """The roles that are asked for."""
        if self.preset in set(Preset):
            return preset_roles(Preset(self.preset), limited_as)
        return Bundle(self.chosen)

    @property
    def level(self) -> Level:
        """The level that the preset is for; none where the roles were chosen."""
        return LEVEL_OF[Preset(self.preset)] if self.preset in set(Preset) else Level.NONE

    def checked(self, limited_as: LimitedAs) -> Template:
        """The template, if Microsoft would take it; raises `BadInput`."""
        if not 1 <= self.days <= LONGEST_DAYS:
            raise BadInput(
                msg("A relationship lasts from 1 to {most} days.", most=LONGEST_DAYS), field="days"
            )
        bundle = self.roles(limited_as)
        if not bundle.roles:
            raise BadInput(msg("A relationship asks for one role at least."), field="roles")
        reason = why_not_extended(bundle) if self.auto_extend else None
        if reason:
            raise BadInput(
                reason,
                field="auto_extend",
                todo=msg("Leave extending out, or ask for the least roles instead."),
            )
        return self._replace(pattern=naming.checked(self.pattern or naming.DEFAULT_PATTERN))
