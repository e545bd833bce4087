"""The practice cloud as a web application: Graph, sign-in and the customer's page."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route

from store.practice import approval, oauth, signin
from store.practice.cloud import Practice


def asgi(practice: Practice) -> Starlette:
    """The application."""
    return Starlette(routes=routes(practice))


def routes(practice: Practice) -> list[Route]:
    """Everything that it answers; sign-in and the customer's page come first."""
    return [
        *approval.routes(practice),
        *signin.routes(practice),
        *oauth.routes(practice),
    ]
