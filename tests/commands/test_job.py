"""The whole job on the command line, from a fresh home to a recorded answer."""

from __future__ import annotations

from tests.commands.shell import TENANT, Shell


def test_a_new_partner_gets_from_nothing_to_a_recorded_answer(shell: Shell) -> None:
    first = shell("offer show")
    assert first.lines[0] == (
        "Subject: [partner name] asks to administer your Microsoft cloud services for you"
    )
    assert "[link: paste it with e]" in first.out
    assert "Ask [contact]: [mail address]." in first.out
    for gap in ("Name", "Contact", "Mail", "Link"):
        assert f"Missing: {gap}.\n" in first.err

    ran = shell(
        f"partner set name=Adatum tenant={TENANT} contact=Anna mail=anna@adatum.example "
        "certified=yes"
    )
    assert (ran.out, ran.err) == ("Saved the partner Adatum.\n", "")

    ran = shell("customers add 'Contoso Ltd' --domain contoso.com")
    assert (ran.out, ran.err) == ("Added Contoso Ltd.\n", "")
    ran = shell("customers add 'Fabrikam SARL' --domain fabrikam.fr --language fr")
    assert ran.out == "Added Fabrikam SARL.\n"

    letter = shell("offer show --customer contoso.com")
    assert letter.lines[0] == (
        "Subject: Adatum asks to administer your Microsoft cloud services for you"
    )
    assert letter.lines[2] == "Hello Contoso Ltd,"
    assert f"partnerId={TENANT}" in letter.out
    assert "[" not in letter.out
    assert "Missing" not in letter.err
    assert "Since 2023 Microsoft gives no new access through this reusable link." in letter.err

    given = shell("offer give contoso.com fabrikam.fr")
    assert given.out == "Recorded the Delegated administration offer as given to 2 customers.\n"
    assert given.err == ""

    answered = shell("consent record contoso.com granted --note 'by phone'")
    assert (answered.out, answered.err) == ("Recorded for Contoso Ltd: granted.\n", "")

    status = shell("consent status")
    rows = [line.rsplit(maxsplit=1) for line in status.lines]
    assert rows == [["Consent", "Customers"], ["active", "1"], ["waiting", "1"], ["all", "2"]]
    assert status.err == ""

    journal = shell("journal show")
    assert [line.split("  ")[-1] for line in journal.lines[1:]] == [
        "Recorded for Contoso Ltd: granted.",
        "Recorded the Delegated administration offer as given to 2 customers.",
        "Added Fabrikam SARL.",
        "Added Contoso Ltd.",
        "Saved the partner Adatum.",
        "The store was created.",
    ]
    assert all(" anna " in line for line in journal.lines[1:])

    verified = shell("journal verify")
    assert verified.lines[0] == "Sound: 6 lines, each following the one before."
    assert verified.lines[1].startswith("Proven up to change 6, head ")
    assert "Note the number and the head elsewhere" in verified.err


def test_the_job_goes_on_in_the_next_command_on_another_day(office: Shell) -> None:
    office("offer give contoso.com")
    office.today = office.today.replace(day=30)
    shown = office("customers show contoso.com")
    assert "Consent: waiting, day 9 2026-11-22\n" in shown.out
