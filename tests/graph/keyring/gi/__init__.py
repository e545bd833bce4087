"""Stands in for a desktop's keyring: what libsecret's binding looks like to msal-extensions.

`FAKE_KEYRING` names the file that it keeps secrets in; without it, it behaves as on a host whose
keyring nobody unlocks.
"""


class Error(Exception):
    """What a keyring raises that does not answer."""


def require_version(name: str, version: str) -> None:
    """Every version is there."""
