"""Resetting the password of a customer's user: by the method where it exists, else directly."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from store.errors import DeskError, GraphOutcomeUnknown, GraphRefused, NoConnection, TooBusy
from store.graph import parsing
from store.graph.asking import Answer, Ask, Effect, segment
from store.graph.at_customer import AtCustomer
from store.graph.scopes import Scope
from store.graph.transport import VERSION
from store.graph.waits import LONGEST_WAIT, settling, told_to_wait
from store.message import Message, msg
from store.model.partner import Cloud
from store.secret import Secret

RESET = (Scope.PASSWORDS_RESET,)
SET = (Scope.PASSWORDS_SET,)
METHOD = "28c10230-6103-485e-b985-444c60001490"
"""The password among somebody's ways to sign in; the id is the same for everybody."""
_PATIENCE = 120.0
_OPERATION = re.compile(
    r"/users/[0-9A-Za-z_.~@-]{1,200}/authentication/operations/[0-9A-Za-z_.~-]{1,200}"
)
_QUERY = re.compile(r"[0-9A-Za-z_.~=&%-]{0,500}")


class Passwords(AtCustomer):
    """The part of Graph about a customer's passwords."""

    async def reset_password(
        self, user_id: str, password: Secret, *, change: bool, patience: float = _PATIENCE
    ) -> None:
        """Gives a user another password, by id; `change` asks for another at the next sign-in.

        The method, which always asks for that, runs for a while at Microsoft's: raises
        `GraphRefused` where it fails there, and `GraphOutcomeUnknown` where its end could not be
        seen within `patience` seconds. 21Vianet has no method, and neither is there one that lets
        the password stay.
        """
        if change and self._wire.endpoint.cloud is not Cloud.CHINA:
            try:
                answer = await self._change(
                    "POST",
                    f"/users/{segment(user_id)}/authentication/methods/{METHOD}/resetPassword",
                    RESET,
                    body={"newPassword": password},
                )
            except GraphRefused as error:
                if not (error.status == 400 and "for the segment" in error.said):
                    raise
            else:
                await self._followed(answer, patience)
                return
        profile = {"password": password, "forceChangePasswordNextSignIn": change}
        await self._change(
            "PATCH",
            f"/users/{segment(user_id)}",
            SET,
            body={"passwordProfile": profile},
            effect=Effect.ONCE,
        )

    async def _followed(self, answer: Answer, patience: float) -> None:
        """Waits for the end of a reset that Microsoft has taken on."""
        if answer.status != 202:
            return
        path = self._place(answer.headers.get("location", ""))
        if not path:
            raise _end_unknown(msg("It did not say where to look."))
        waits = self._wire.waits
        end = waits.now() + patience
        told = told_to_wait(answer.headers, waits)
        trouble: Message = msg("It is still under way.")
        for usual in settling():
            wait = min(usual if told is None else told, LONGEST_WAIT)
            if waits.now() + wait > end:
                raise _end_unknown(trouble)
            await waits.sleep(wait)
            try:
                looked = await self._wire.ask(Ask("GET", path, RESET))
            except (NoConnection, TooBusy, GraphRefused) as error:
                if isinstance(error, GraphRefused) and error.status not in (404, *_PASSING):
                    raise _end_unknown(error.what, error) from None
                told, trouble = None, error.what
                continue
            except DeskError as error:
                raise _end_unknown(error.what, error) from None
            told, trouble = told_to_wait(looked.headers, waits), msg("It is still under way.")
            status = parsing.text(looked.body, "status").casefold()
            if status == "succeeded":
                return
            if status in ("failed", "skipped"):
                raise GraphRefused(
                    msg("Microsoft began to reset the password, and then could not."),
                    code=status,
                    said=parsing.text(looked.body, "statusDetail"),
                    todo=msg(
                        "Try again with another password. The customer's own policy may refuse it."
                    ),
                )

    def _place(self, location: str) -> str:
        """The path of an operation at our own host; "" for any other address."""
        try:
            own, parts = urlsplit(self._wire.endpoint.graph), urlsplit(location)
        except ValueError:
            return ""
        if parts.scheme and (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc):
            return ""
        path = parts.path.removeprefix(VERSION)
        if not _OPERATION.fullmatch(path) or not _QUERY.fullmatch(parts.query):
            return ""
        return f"{path}?{parts.query}" if parts.query else path


_PASSING = (408, 500, 502, 504)


def _end_unknown(why: Message, last: DeskError | None = None) -> GraphOutcomeUnknown:
    return GraphOutcomeUnknown(
        msg(
            "Microsoft took the new password, but how that ended could not be seen: {why}", why=why
        ),
        last=last,
        todo=msg("Do not repeat it: look when the user's password was changed last."),
    )
