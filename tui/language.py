"""The language of the interface: chosen once, then every message is said in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.clean import shown
from store.message import Message, Voice

if TYPE_CHECKING:
    from gettext import NullTranslations

SOURCE = "en"
"""What the sentences are written in; it needs no catalogue, and most desks start so."""
LANGUAGES = (SOURCE, "fr")
DOMAIN = "partnerdesk"
LOCALE = Path(__file__).parent / "locale"

_chosen = SOURCE
_catalogue: NullTranslations | None = None


def choose(environment: Mapping[str, str], setting: str = "") -> str:
    """`PARTNERDESK_LANGUAGE`, then the setting, then what the locale says; else English.

    `LANGUAGE` says it better than the locale, which gettext heeds wherever that is not C.
    """
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    better = environment.get("LANGUAGE", "").split(":")
    wanted = [environment.get("PARTNERDESK_LANGUAGE", ""), setting]
    wanted += [locale] if _code(locale) in ("", "c", "posix") else [*better, locale]
    return next((code for code in map(_code, wanted) if code in LANGUAGES), SOURCE)


def _code(wanted: str) -> str:
    return wanted.replace("-", "_").split("_")[0].split(".")[0].lower()


def install(language: str) -> None:
    """From now on everything is said in `language`."""
    global _chosen, _catalogue
    _chosen = language
    os.environ["LANGUAGE"] = language  # for what click says of its own
    _catalogue = None
    if language == SOURCE:
        return
    import gettext

    _catalogue = gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
    # click says its own few words through the global catalogue.
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def current() -> str:
    """The code of the interface language."""
    return _chosen


def _(text: str) -> str:
    """The translation of a sentence without values."""
    return _catalogue.gettext(text) if text and _catalogue else text


class Spoken(Voice):
    """Says messages in the interface language, with values that are safe to show."""

    def one(self, text: str) -> str:
        return _(text)

    def many(self, one: str, many: str, count: int) -> str:
        if _catalogue is None:
            return super().many(one, many, count)
        return _catalogue.ngettext(one, many, count)

    def number(self, number: int) -> str:
        grouped = f"{number:,}"
        return grouped.replace(",", "\u00a0") if _chosen == "fr" else grouped

    def shown(self, text: str) -> str:
        return shown(text)


_SPOKEN = Spoken()


def say(message: Message | str, /, **values: object) -> str:
    """A message, or a sentence with values, in the interface language and safe to show."""
    if isinstance(message, str):
        message = Message(message, values)
    return message.said_by(_SPOKEN)


def number(value: int) -> str:
    """A number with its thousands grouped as this language does."""
    return _SPOKEN.number(value)


def clock_time(at: str, *, short: bool = False) -> str:
    """A moment in UTC as this host's clock shows it, with the day where that is another.

    `short` leaves the time out where there is a day. Empty for what is no moment.
    """
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return ""
    if moment.date() == datetime.now().astimezone().date():
        return moment.strftime("%H:%M")
    return moment.strftime("%Y-%m-%d" if short else "%Y-%m-%d %H:%M")
