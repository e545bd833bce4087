"""What people call the languages of letters, in lists that were kept by hand."""

from __future__ import annotations

import unicodedata

_NAMES = {
    "en": "english anglais englisch inglés 英语 英文",
    "fr": "french français französisch francés 法语 法文",
    "de": "german allemand deutsch alemán 德语 德文",
    "es": "spanish espagnol spanisch español castellano 西班牙语 西班牙文",
    "zh-Hans": "chinese chinois chinesisch chino 中文 汉语 简体中文 简体",
}
"""By code, in English, French, German, Spanish and Chinese."""
_SIMPLIFIED = frozenset({"simplified", "simplifie", "vereinfachtes", "vereinfacht", "simplificado"})
_OTHER_CODES = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans"}


def code_of(typed: str) -> str:
    """The code that a language of letters has, by its name or a tag of a locale; else empty."""
    wanted = _plain(typed)
    tag = wanted.replace("_", "-").partition(".")[0]
    base = tag.partition("-")[0]
    if tag in _OTHER_CODES or tag.startswith("zh-hans"):
        return "zh-Hans"
    if base in _NAMES:
        return base
    words = [word.strip("()") for word in wanted.split()]
    name = " ".join(word for word in words if word not in _SIMPLIFIED)
    found = next((code for code, names in _NAMES.items() if name in _plain(names).split()), "")
    return found if len(words) == 1 or found == "zh-Hans" else ""


def _plain(text: str) -> str:
    """Text without accents, in one case."""
    apart = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
