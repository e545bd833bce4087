"""Where a user is, for licences: the two letters of ISO 3166."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from store.errors import BadInput
from store.message import msg

CODES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW".split()
)
_MOST_NAMED = 4


def location(value: str) -> str:
    """A country code in capitals, or ""; raises `BadInput`."""
    found = value.strip().upper()
    if found and found not in CODES:
        raise BadInput(
            msg("{value} is no country code.", value=value.strip()),
            field="location",
            todo=msg("Write the two letters of ISO 3166, as in FR, DE or US."),
        )
    return found


def name_of(code: str, language: str) -> str:
    """What a country is called in a language (English for one that we have not), or its code."""
    return names(language).get(code, code)


@cache
def names(language: str) -> Mapping[str, str]:
    """What all countries are called in a language, by code."""
    table = Path(__file__).with_name("locations.tsv").read_text(encoding="utf-8")
    header, *rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    place = header.index(language) if language in header[1:] else 1
    return MappingProxyType({row[0]: row[place] for row in rows})


def matching(typed: str, language: str) -> list[str]:
    """The codes that what was typed may mean, the likeliest first: its code, then its name.

    Upper and lower case, and accents, make no difference.
    """
    wanted = _plain(typed)
    if not wanted:
        return sorted(CODES, key=lambda code: _plain(name_of(code, language)))
    found: list[tuple[int, str, str]] = []
    for code in CODES:
        name, english = _plain(name_of(code, language)), _plain(name_of(code, "en"))
        if wanted == code.casefold():
            rank = 0
        elif wanted in (name, english):
            rank = 1
        elif name.startswith(wanted):
            rank = 2
        elif english.startswith(wanted):
            rank = 3
        elif wanted in name or wanted in english:
            rank = 4
        else:
            continue
        found.append((rank, name, code))
    return [code for _, _, code in sorted(found)]


def location_named(typed: str, language: str) -> str:
    """The code of a country that was typed as its code or name, or ""; raises `BadInput`."""
    if not typed.strip():
        return ""
    wanted = _plain(typed)
    found = matching(typed, language)
    exact = [
        code
        for code in found
        if wanted in (code.casefold(), *(_plain(name_of(code, one)) for one in (language, "en")))
    ]
    if exact:
        return exact[0]
    if not found or _is_like_a_code(wanted):
        return location(typed)
    if len(found) == 1:
        return found[0]
    raise BadInput(
        msg("{value} can mean {names}.", value=typed.strip(),
            names=", ".join(f"{name_of(code, language)} ({code})" for code in found[:_MOST_NAMED])),
        field="location",
        todo=msg("Write the whole name, or its two letters."),
    )  # fmt: skip


def _is_like_a_code(wanted: str) -> bool:
    """Whether two letters were typed, as a code has them: no part of a name is meant by that."""
    return len(wanted) == 2 and wanted.isascii()


@cache
def _plain(text: str) -> str:
    """Text without accents, in one case."""
    import unicodedata

    taken_apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(c for c in taken_apart if not unicodedata.combining(c))
