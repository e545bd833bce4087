"""The practice cloud's pages: plain HTML that brings nothing from elsewhere, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from store.clean import shown

_FOLDER = Path(__file__).parent / "html"
_OURSELVES = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?", re.ASCII)


def page(
    template: str, title: str, /, *, status: int = 200, leads_to: str = "", **values: object
) -> HTMLResponse:
    """A page; `leads_to` are further addresses that its form may end at."""
    made = _templates().get_template(f"{template}.html").render(title=title, **values)
    return HTMLResponse(
        made,
        status,
        {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src {_hash('style.css')}; "
                f"script-src {_hash('home.js')}; form-action 'self' {leads_to}; "
                "base-uri 'none'; frame-ancestors 'none'"
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def told(title: str, *paragraphs: str, status: int = 200) -> HTMLResponse:
    """A page that only says something."""
    return page("told", title, status=status, paragraphs=paragraphs)


async def fields(request: Request) -> dict[str, str]:
    """What a form was filled in with."""
    sent = (await request.body()).decode("utf-8", "replace")
    return {name: value.strip() for name, value in parse_qsl(sent, keep_blank_values=True)}


def host_of(request: Request) -> str:
    """The name and port of this machine by which somebody came, "" for any other name."""
    host = request.headers.get("host", "")
    return host if _OURSELVES.fullmatch(host) else ""


def from_elsewhere(request: Request) -> bool:
    """Whether a form was sent by another site's page, or under a name that is not this machine's.

    A port that `ssh -L` leads here may be another than ours, so the browser's own word for where
    it is has to agree with where the form came from.
    """
    host = host_of(request)
    if not host:
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    return origin != f"https://{host}"


def refused_elsewhere() -> HTMLResponse:
    """What whoever sent a form from elsewhere is told."""
    return told("Refused", "This was not sent by a page of the practice cloud.", status=403)


def _harmless(value: object) -> object:
    """Names come from whoever made them: no control character reaches a page either.

    What a template calls safe is another type, and stays as it is.
    """
    return shown(value) if type(value) is str else value


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
    )
    made.globals["style"], made.globals["script"] = _text("style.css"), _text("home.js")
    return made


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


@cache
def _hash(name: str) -> str:
    """How a content security policy names the one style sheet or script that it lets through."""
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
