"""Somebody who signs people in like Microsoft, but where a test says otherwise."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.practice.door import PARTNER

CANARY = "canary-token-2f6c"
Answers = Callable[[Request], Response | None]


def jwt(**claims: object) -> str:
    parts = [{"alg": "none"}, {"oid": "o", "sub": "o", **claims}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return f"{encoded[0].rstrip('=')}.{encoded[1].rstrip('=')}.x"


def token(**changed: Any) -> dict[str, Any]:
    """What a token endpoint answers; `None` takes something out."""
    client_info = base64.urlsafe_b64encode(json.dumps({"uid": "o", "utid": PARTNER}).encode())
    made = {
        "token_type": "Bearer",
        "scope": "User.Read openid profile",
        "expires_in": 3600,
        "access_token": CANARY,
        "refresh_token": f"refresh-{CANARY}",
        "id_token": jwt(tid=PARTNER, preferred_username="anna@adatum.example"),
        "client_info": client_info.decode().rstrip("="),
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


class Odd:
    """An ASGI app that signs in like Microsoft, but where a test says otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, Answers] = {}
        self.asked: list[str] = []

    def on(self, path: str, answer: Answers | Response) -> None:
        """What is answered there from now on; `None` is what is usual."""
        if isinstance(answer, Response):
            self.answers[path] = lambda request: answer
        else:
            self.answers[path] = answer

    async def __call__(
        self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        request = Request(scope, receive)
        what = request.url.path.rpartition("/")[2]
        self.asked.append(what)
        await request.body()
        answer = self.answers.get(what, lambda request: None)(request)
        await (answer or self._usual(request, what))(scope, receive, send)

    def _usual(self, request: Request, what: str) -> Response:
        here = f"https://{request.url.netloc}"
        match what:
            case "openid-configuration":
                base = f"{here}/{PARTNER}/oauth2/v2.0"
                return JSONResponse(
                    {
                        "issuer": f"{here}/{PARTNER}/v2.0",
                        "authorization_endpoint": f"{base}/authorize",
                        "token_endpoint": f"{base}/token",
                        "device_authorization_endpoint": f"{base}/devicecode",
                    }
                )
            case "devicecode":
                return JSONResponse(
                    {
                        "user_code": "ABC123",
                        "device_code": "d",
                        "verification_uri": f"{here}/device",
                        "expires_in": 900,
                        "interval": 5,
                        "message": "go there",
                    }
                )
            case _:
                return JSONResponse(token())
