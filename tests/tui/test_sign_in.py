"""Signing in from the screens, at a practice cloud that listens; the test plays the browser."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding

from store.actions import partner as partner_actions
from store.actions.connection import SCOPES, Purpose
from store.desk import Desk
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.serve import Served
from tests.graph import certificates
from tests.graph.signing import enter, open_
from tests.practice import door
from tests.practice.door import ANNA, CONTOSO, PARTNER
from tests.practice.listening import found_from
from tests.tui.driver import Driver, at_the_desk
from tui.screens.sign_in_ways import PastedAddress, SignInScreen

# msal would rather have a form posted; what is pasted back is an address.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post'")


@pytest.fixture
def partner(desk: Desk, served: Served) -> Desk:
    """A practice partner beside whose store the practice cloud listens."""
    fields = {"name": "Adatum", "tenant": PARTNER, "cloud": "practice", "certified": "yes"}
    partner_actions.set_fields(desk, fields)
    found_from(desk.path, served)
    return desk


async def at_sign_in(operator: Driver, purpose: int = 0, place: str = "enter") -> SignInScreen:
    """Goes to the sign-in for a purpose, and has it kept in memory, or as `place` chooses.

    An empty `place` is where that was asked before.
    """
    await operator.press("6")
    await operator.at("microsoft")
    await operator.sees("nobody; i signs in")
    await operator.press("i")
    await operator.at("choose")
    await operator.sees("what for?", "Read relationships")
    await operator.press(*["down"] * purpose, "enter")
    if place:
        await operator.sees("Where may the sign-in be kept?")
        await operator.press(*place.split())
    await operator.at("sign-in")
    return cast(SignInScreen, operator.app.screen)


async def test_a_code_that_is_entered_elsewhere_signs_in(
    partner: Desk, served: Served, browser: httpx.Client, tmp_path: Path
) -> None:
    async with at_the_desk(partner, clipboard="file") as operator:
        dialog = await at_sign_in(operator, place="down enter")
        await operator.sees("/devicelogin", "and enter the code:", "It is good until", PARTNER[:8])
        code = dialog.code
        assert code is not None
        await operator.sees(code.code)
        await operator.press("y")
        await operator.hears("Saved in ")
        assert Path(operator.last_said.split()[-1].rstrip(".")).read_text() == f"{code.code}\n"
        enter(browser, code, ANNA)
        await operator.at("microsoft")
        await operator.hears(f"Signed in as {ANNA}.")
        await operator.sees(
            f"{ANNA} (Anna Lindqvist)", "reading", "in a file that only this account may read",
            served.address, "ssh -L",
        )  # fmt: skip
        await operator.press("r")
        await operator.hears("Microsoft: ")
        assert partner.view.synced.whole

        await operator.press("x", "y")
        await operator.hears("Signed out on this host.")
        await operator.sees("nobody; i signs in")
        await operator.press("r")
        await operator.hears("Nobody is signed in to Microsoft")


async def test_esc_ends_the_wait_and_nobody_is_signed_in(
    partner: Desk, browser: httpx.Client
) -> None:
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator)
        await operator.until(lambda: dialog.code)
        code = dialog.code
        assert code is not None
        await operator.press("escape")
        await operator.at("microsoft")
        await operator.hears("Nobody was signed in.")
        enter(browser, code, ANNA)
        await operator.sees("nobody; i signs in")
        assert operator.app.session.microsoft.account is None


async def test_an_address_that_is_pasted_back_signs_in_where_codes_are_blocked(
    partner: Desk, cloud: Practice, browser: httpx.Client
) -> None:
    cloud.blocked_device_code = True
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator, purpose=1)
        await operator.until(lambda: dialog.code)
        assert dialog.code
        enter(browser, dialog.code, ANNA)
        await operator.hears("AADSTS53003")
        await operator.sees("tab takes the other way")

        await operator.press("tab")
        await operator.sees("Paste the address here", "/authorize?…")
        assert dialog.browser
        await operator.type("https://www.example.com/")
        await operator.press("enter")
        await operator.hears("That is not the address that the browser ended at.")
        ended = open_(browser, dialog.browser, ANNA)
        await operator.type(f"{ended[:40]}\n{ended[40:]}")
        await operator.press("enter")
        await operator.at("microsoft")
        await operator.hears(f"Signed in as {ANNA}.")
        await operator.sees("reading, relationships", "nowhere: it ends with the program")


async def test_two_enters_and_a_tab_do_not_lose_what_the_first_enter_gets(
    partner: Desk, cloud: Practice, browser: httpx.Client
) -> None:
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator)
        await operator.press("tab")
        await operator.until(lambda: dialog.browser)
        assert dialog.browser
        cloud.faults.add(Fault("POST", "/token", delay=0.3, after=True))
        await operator.type(open_(browser, dialog.browser, ANNA))
        await operator.burst("enter", "enter", "tab", "enter")
        await operator.at("microsoft")
        await operator.hears(f"Signed in as {ANNA}.")


async def test_somebody_of_another_tenant_is_not_taken(
    partner: Desk, cloud: Practice, browser: httpx.Client
) -> None:
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator)
        await operator.press("tab")
        await operator.until(lambda: dialog.browser)
        first = dialog.browser
        assert first
        ended = open_(browser, first, ANNA, "cancel")
        await operator.type(ended)
        await operator.press("enter")
        await operator.until(lambda: dialog.browser is not first and dialog.browser)
        assert operator.app.session.microsoft.account is None
        await operator.press("tab")
        await operator.until(lambda: dialog.code)
        await operator.sees("and enter the code:")


async def test_a_code_as_a_picture_where_there_is_room(partner: Desk) -> None:
    async with at_the_desk(partner, (80, 24)) as operator:
        dialog = await at_sign_in(operator)
        await operator.until(lambda: dialog.code)
        await operator.sees("▀▀▀▀▀", "and enter the code:")
    async with at_the_desk(partner, (60, 15)) as operator:
        dialog = await at_sign_in(operator, place="")
        await operator.until(lambda: dialog.code)
        await operator.sees("and enter the code:")
        assert "▀▀▀▀▀" not in operator.on_screen


async def test_without_an_app_registration_the_steps_are_shown(desk: Desk) -> None:
    partner_actions.set_fields(desk, {"name": "Adatum", "tenant": PARTNER, "certified": "yes"})
    async with at_the_desk(desk, (100, 30)) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.press("i")
        await operator.at("sign-in")
        await operator.sees(
            "no app registration in this cloud yet", "Allow public client flows: Yes",
        )  # fmt: skip
        await operator.press("escape")
        await operator.at("microsoft")


async def test_where_the_practice_cloud_does_not_run_it_says_how_to_start_it(
    partner: Desk,
) -> None:
    (partner.path / "practice" / "address.json").unlink()
    async with at_the_desk(partner) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.sees("The practice cloud of this store is not running.")
        await operator.press("i")
        await operator.hears("partnerdesk practice serve")


async def test_another_telephone_number_does_not_end_a_sign_in_kept_in_memory(
    partner: Desk, browser: httpx.Client
) -> None:
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator)
        await operator.until(lambda: dialog.code)
        assert dialog.code
        enter(browser, dialog.code, ANNA)
        await operator.hears(f"Signed in as {ANNA}.")
        partner_actions.set_fields(partner, {"phone": "+33 1 99 00 12 34"})
        await operator.press("r")
        await operator.hears("Microsoft: ")
        partner_actions.set_fields(partner, {"tenant": CONTOSO})
        await operator.sees("nobody; i signs in")


async def test_what_takes_more_than_was_granted_leads_to_the_sign_in(
    partner: Desk, cloud: Practice, browser: httpx.Client
) -> None:
    """Ending takes writing; whoever only reads is asked to sign in for it, and then it ends."""
    cloud.app.consents[PARTNER] = {scope.value for scope in SCOPES[Purpose.READ]}
    door.at_work(cloud)
    async with at_the_desk(partner) as operator:
        dialog = await at_sign_in(operator)
        await operator.until(lambda: dialog.code)
        assert dialog.code
        enter(browser, dialog.code, ANNA)
        await operator.hears(f"Signed in as {ANNA}.")
        await operator.press("r")
        await operator.hears("Microsoft: ")
        await operator.sees("1 relationship,")
        (name,) = [it.name for it in cloud.relationships.values()]
        await operator.press("t")
        await operator.at("end")
        await operator.type(name)
        await operator.press("enter")
        await operator.at("confirm")
        await operator.sees("Sign in for it now?")
        await operator.press("y")
        await operator.at("choose")
        await operator.sees("also make, change and end relationships")
        await operator.press("enter")
        await operator.at("sign-in")
        again = cast(SignInScreen, operator.app.screen)
        await operator.until(lambda: again.code)
        assert again.code
        enter(browser, again.code, ANNA)
        await operator.hears(f"Ended {name} at Microsoft")
        assert {it.status for it in cloud.relationships.values()} <= {"terminating", "terminated"}


async def test_the_certificate_of_the_settings_signs_in_where_nobody_is(
    partner: Desk, cloud: Practice, tmp_path: Path
) -> None:
    made = certificates.made()
    file = tmp_path / "sync.pem"
    file.write_bytes(made)
    file.chmod(0o600)
    shown = x509.load_pem_x509_certificate(made)
    thumbprint = shown.fingerprint(SHA1()).hex().upper()
    cloud.app.certificates[thumbprint] = shown.public_bytes(Encoding.PEM).decode()
    async with at_the_desk(partner, certificate=str(file)) as operator:
        await operator.press("6")
        await operator.at("microsoft")
        await operator.sees("the app itself, by the certificate of the settings")
        await operator.press("i")
        await operator.at("choose")
        await operator.press("end", "enter")
        await operator.hears(f"The certificate signs in to the tenant {PARTNER}, to read.")
        await operator.press("r")
        await operator.hears("Microsoft: ")
        await operator.sees("reading, with nobody there")


async def test_in_the_field_keys_are_letters_and_beside_it_they_copy_and_show(
    partner: Desk,
) -> None:
    async with at_the_desk(partner, clipboard="file") as operator:
        dialog = await at_sign_in(operator)
        await operator.until(lambda: dialog.code)
        assert dialog.code
        assert dialog.plain_text() == f"{dialog.code.address}\n\n{dialog.code.code}"
        await operator.press("tab")
        await operator.until(lambda: dialog.browser)
        assert dialog.browser
        assert dialog.plain_text() == dialog.browser.address
        await operator.press("v")
        await operator.hears("plain text")
        await operator.press("enter")
        await operator.hears("Paste the address that the browser ended at")
        await operator.press(*"yv")
        assert dialog.query_one(PastedAddress).value == "yv", "in the field they are letters"
        await operator.press("ctrl+y")
        await operator.hears("Saved in ")
        saved = Path(operator.last_said.split()[-1].rstrip(".")).read_text()
        assert saved == f"{dialog.browser.address}\n"
