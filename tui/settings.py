"""The operator's own settings: `config.toml` in the user's configuration folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from store.errors import BadInput
from store.message import msg
from store.paths import typed_path

CLIPBOARDS = ("auto", "tmux", "osc52", "native", "file", "off")
TOKEN_CACHES = ("auto", "file", "memory")
_SPELT = {
    "osc52-limit": "osc52_limit",
    "allow-network-store": "allow_network_store",
    "ca-bundle": "ca_bundle",
    "token-cache": "token_cache",
}


class Settings(NamedTuple):
    """What an operator may set; empty strings mean that nothing is set."""

    store: str = ""
    """Folder of the store; `--store` and `PARTNERDESK_STORE` win."""
    language: str = ""
    """Interface language, en or fr; `PARTNERDESK_LANGUAGE` wins."""
    clipboard: str = "auto"
    """How to copy: auto, tmux, osc52, native, file or off; `PARTNERDESK_CLIPBOARD` wins."""
    osc52_limit: int = 74_994
    """The most base64 bytes sent to a terminal in one copy."""
    allow_network_store: bool = False
    """Write a store on a network filesystem all the same."""
    mouse: bool = True
    """Whether the desk asks the terminal for mouse events."""
    ca_bundle: str = ""
    """More authorities to believe on the way to Microsoft: a PEM file, or a folder of them."""
    token_cache: str = "auto"
    """Where a sign-in is kept: auto (the keyring, else it is asked once), file or memory."""
    certificate: str = ""
    """What signs in where nobody is, to read: a PEM or PKCS #12 file with its key."""


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the settings are kept."""
    return _folder(environment, "XDG_CONFIG_HOME", "config") / "config.toml"


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where texts that could not be copied, and crash reports, are saved."""
    return _folder(environment, "XDG_STATE_HOME", "state")


def store_folder(
    settings: Settings, environment: Mapping[str, str] = os.environ, option: str = ""
) -> Path:
    """Where the store is: `--store`, `PARTNERDESK_STORE`, the setting, or the data folder."""
    named = option or environment.get("PARTNERDESK_STORE", "") or settings.store
    if named:
        return typed_path(named)
    return _folder(environment, "XDG_DATA_HOME", "data") / "store"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises `BadInput` naming the file and the key."""
    path = config_file(environment)
    found: dict[str, Any] = {}
    with contextlib.suppress(FileNotFoundError):
        found = _toml(path)
    types = {name: type(value) for name, value in Settings()._asdict().items()}
    made = {_SPELT.get(key, key): value for key, value in found.items()}
    for key, value in made.items():
        if key not in types:
            raise BadInput(
                msg("{path} has a key {key} that means nothing.", path=str(path), key=key),
                todo=msg("The keys are {keys}.", keys=", ".join(map(_spelt, types))),
            )
        if type(value) is not types[key]:
            raise BadInput(msg("{path}: {key} has a value of another kind than expected.",
                               path=str(path), key=key))  # fmt: skip
    if environment.get("PARTNERDESK_CLIPBOARD"):
        made["clipboard"] = environment["PARTNERDESK_CLIPBOARD"]
    if made.get("token_cache", "auto") not in TOKEN_CACHES:
        raise BadInput(
            msg("{path}: {key} is {value}.", path=str(path), key="token-cache",
                value=str(made["token_cache"])),
            todo=msg("Choose one of {choices}.", choices=", ".join(TOKEN_CACHES)),
        )  # fmt: skip
    if made.get("clipboard", "auto") not in CLIPBOARDS:
        raise BadInput(
            msg(
                "{path} or PARTNERDESK_CLIPBOARD: clipboard is {value}.",
                path=str(path),
                value=str(made["clipboard"]),
            ),
            todo=msg("Choose one of {choices}.", choices=", ".join(CLIPBOARDS)),
        )
    return Settings(**made)


def _spelt(name: str) -> str:
    """A key as it is written in the file."""
    return next((written for written, key in _SPELT.items() if key == name), name)


def _toml(path: Path) -> dict[str, Any]:
    """What a file of TOML says; raises `FileNotFoundError`, and `BadInput` where it is none."""
    try:
        written = path.read_text(encoding="utf-8")
        import tomllib  # most have no settings, and a command should start like a command

        return tomllib.loads(written)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise BadInput(
            msg("{path} cannot be read: {reason}.", path=str(path), reason=str(error)),
            todo=msg("Mend or remove it."),
        ) from error


def _folder(environment: Mapping[str, str], variable: str, kind: str) -> Path:
    """A folder of this program, as platformdirs names it on this system."""
    if environment.get(variable):
        return Path(environment[variable]) / "partnerdesk"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("partnerdesk", appauthor=False))
