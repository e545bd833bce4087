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
_CHOICES = {
    "clipboard": CLIPBOARDS,
    "token-cache": TOKEN_CACHES,
    "mail.way": ("smtp", "graph"),
    "mail.security": ("tls", "starttls", "none"),
    "mail.auth": ("password", "xoauth2", "none"),
}


class MailSettings(NamedTuple):
    """The table `[mail]`: where letters leave from, and where answers are read."""

    way: str = "smtp"
    """How letters are sent: smtp, or graph for the signed-in user's mailbox."""
    host: str = ""
    """The mail server."""
    port: int = 0
    """Its port; 0 is 465 with tls and 587 with starttls."""
    security: str = "starttls"
    """How the connection is kept private: tls, starttls, or none for a server on this host."""
    auth: str = "password"
    """How we say who we are: password, xoauth2 or none."""
    user: str = ""
    """Who we are to the server; the sender's address where it is empty."""
    password_file: str = ""
    """A file that only its owner may read, with the password or the access token in it."""
    password_command: str = ""
    """A command whose first line of output is the password, or the access token."""
    sender: str = ""
    """The address that letters are from; the partner's where it is empty."""
    reply_to: str = ""
    """The address that answers go to, where it is another than the sender's."""
    pace: int = 30
    """The most letters a minute; 0 is as fast as it goes."""
    answers: str = ""
    """A folder of .eml files or a Maildir in which answers are looked for; it is only read."""


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
    templates: str = ""
    """A folder with letters of your own, which win over ours."""
    mail: MailSettings = MailSettings()
    """The table `[mail]`."""


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
    tables = {"mail": MailSettings}
    for name, kind in tables.items():
        if isinstance(found.get(name), dict):
            found[name] = kind(**_checked(path, found[name], kind(), f"{name}."))
    made = _checked(path, found, Settings())
    if environment.get("PARTNERDESK_CLIPBOARD"):
        made["clipboard"] = environment["PARTNERDESK_CLIPBOARD"]
    if made.get("clipboard", "auto") not in CLIPBOARDS:
        raise BadInput(
            msg("{path} or PARTNERDESK_CLIPBOARD: clipboard is {value}.", path=str(path),
                value=str(made["clipboard"])),
            todo=msg("Choose one of {choices}.", choices=", ".join(CLIPBOARDS)),
        )  # fmt: skip
    return Settings(**made)


def _checked(
    path: Path, found: dict[str, Any], defaults: NamedTuple, within: str = ""
) -> dict[str, Any]:
    """The values of one table of the file, by field; raises `BadInput`."""
    types = {_spelt(name): type(value) for name, value in defaults._asdict().items()}
    found = {_spelt(key): value for key, value in found.items()}
    for key, value in found.items():
        if key not in types:
            raise BadInput(
                msg("{path} has a key {key} that means nothing.", path=str(path), key=within + key),
                todo=msg("The keys are {keys}.", keys=", ".join(types)),
            )
        if type(value) is not types[key]:
            raise BadInput(msg("{path}: {key} has a value of another kind than expected.",
                               path=str(path), key=within + key))  # fmt: skip
        choices = _CHOICES.get(within + key)
        if choices and key != "clipboard" and value not in choices:
            raise BadInput(
                msg("{path}: {key} is {value}.", path=str(path), key=within + key, value=value),
                todo=msg("Choose one of {choices}.", choices=", ".join(choices)),
            )
    return {key.replace("-", "_"): value for key, value in found.items()}


def _spelt(name: str) -> str:
    """A key as it is written in the file."""
    return name.replace("_", "-")


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
