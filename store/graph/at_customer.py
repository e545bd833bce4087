"""What the parts of a customer's tenant share: the right to read, and lost answers in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from store.errors import GraphOutcomeUnknown
from store.graph.asking import Answer, Effect
from store.graph.calls import R, Read
from store.graph.organization import WhoseTenant
from store.graph.scopes import Scope
from store.message import msg

READ = (Scope.DIRECTORY_READ,)


class AtCustomer(WhoseTenant):
    """Calls in a customer's tenant; a change whose answer was lost is never sent again."""

    _whose: ClassVar[tuple[Scope, ...]] = READ

    async def wait(self, seconds: float) -> None:
        """Lets some time pass, by the clock of this client."""
        await self._wire.waits.sleep(seconds)

    def moment(self) -> str:
        """What time it is at Microsoft, by its last answer, as ISO text."""
        there = self._wire.waits.wall() + (self._wire.skew or timedelta())
        return there.isoformat(timespec="seconds")

    async def _change(
        self,
        method: str,
        path: str,
        scopes: tuple[Scope, ...],
        *,
        body: Any = None,
        etag: str = "",
        effect: Effect = Effect.ONCE,
    ) -> Answer:
        try:
            return await super()._change(method, path, scopes, body=body, etag=etag, effect=effect)
        except GraphOutcomeUnknown as error:
            raise _to_look_up(error) from None

    async def _added(self, path: str, scopes: tuple[Scope, ...], body: Any, read: Read[R]) -> R:
        try:
            return await super()._added(path, scopes, body, read)
        except GraphOutcomeUnknown as error:
            raise _to_look_up(error) from None


def _to_look_up(error: GraphOutcomeUnknown) -> GraphOutcomeUnknown:
    return GraphOutcomeUnknown(
        error.what,
        last=error.last,
        todo=msg("Do not repeat it: look in the customer's account whether it is there."),
    )
