"""How to make the app registration, in words, for both faces."""

from __future__ import annotations

from store.actions import app_registration
from store.model.partner import Cloud
from tui.language import _, say


def steps(cloud: Cloud) -> list[str]:
    """What to do in a browser, numbered, with what a certificate takes besides."""
    made = [
        f"{number}. {say(step)}" for number, step in enumerate(app_registration.steps(cloud), 1)
    ]
    more = app_registration.certificate_steps()
    last = len(made)
    made.append(_("For a sync with nobody there, by a certificate:"))
    made += [f"{number}. {say(step)}" for number, step in enumerate(more, last + 1)]
    return made


def permission_titles() -> tuple[str, ...]:
    """What stands above the permissions."""
    return _("Permission"), _("Delegated ID"), _("Application ID"), _("To")


def permissions(cloud: Cloud) -> list[tuple[str, str, str, str]]:
    """The exact permissions: name, both ids, and what each is needed for."""
    return [(p.name, p.id, p.app_id, say(p.purpose)) for p in app_registration.permissions(cloud)]
