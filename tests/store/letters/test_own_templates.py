"""Templates of the user's own win; one that is broken is named, and ours is used instead."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from store.actions import own_letters
from store.actions.letters import copies
from store.desk import Desk
from store.errors import BadInput, NotFound, WriteRefused
from store.letters import render
from store.letters.compose import Letter, compose
from store.letters.facts import Facts
from store.letters.sources import MOST_BYTES, OURS
from store.model import roles
from store.model.customer import LANGUAGES
from store.model.offer import Kind, Offer
from store.model.outgoing import What
from tests.conftest import TODAY
from tests.store.actions.stories import add
from tests.store.model.samples import partner

GOOD = """Subject: A word from {{ partner.name }}

Dear {% if customer %}{{ customer }}{% else %}customer{% endif %},

{% for role in roles %}
- {{ loop.index }}. {{ role.name|upper }}{% if role.meaning %}: {{ role.meaning }}{% endif %}
{% endfor %}

=> {{ link }}

{% include "en/_questions.txt" %}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own" / "en").mkdir(parents=True)
    return tmp_path / "own"


def written(folder: Path, text: str | bytes, name: str = "en/delegated.txt") -> Path:
    """A template of the user's own."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def letter(folder: Path, customer: str = "Contoso", facts: Facts | None = None) -> Letter:
    return compose(
        Offer(Kind.DELEGATED), partner(), "en", customer=customer, templates=str(folder),
        facts=facts or Facts(roles=(roles.USER_ADMINISTRATOR, roles.DIRECTORY_READERS)),
    )  # fmt: skip


def remark(folder: Path) -> str:
    """What is said of the one thing that is wrong; ours has to be there instead."""
    found = letter(folder)
    (said,) = found.remarks
    ours = compose(Offer(Kind.DELEGATED), partner(), "en", customer="Contoso")
    assert render.as_text(found) == render.as_text(ours)
    assert render.subject(found) == render.subject(ours)
    assert str(said).endswith(" Our own letter is used.")
    return str(said).removesuffix(" Our own letter is used.")


def test_a_template_of_ones_own_wins_and_takes_in_our_parts(folder: Path) -> None:
    written(folder, GOOD)
    found = letter(folder)
    assert found.troubles == ()
    assert render.subject(found) == "A word from Adatum Cloud Services"
    text = render.as_text(found)
    assert text.startswith("Dear Contoso,\n\n- 1. USER ADMINISTRATOR: adds, changes and removes")
    assert "\n- 2. DIRECTORY READERS: reads the list" in text
    assert "Ask Anna Lindqvist" in text


def test_a_part_of_ones_own_is_taken_into_our_letters(folder: Path) -> None:
    written(folder, "# Ask us\n\nCall {{ partner.contact }}.\n", "en/_questions.txt")
    text = render.as_text(letter(folder))
    assert text.startswith("Hello Contoso,")
    assert text.endswith("Ask us\n\nCall Anna Lindqvist.\n")


def test_other_letters_and_languages_stay_ours(folder: Path) -> None:
    written(folder, GOOD)
    for what, language in ((What.RECORD, "en"), (What.OFFER, "fr")):
        mine = compose(Offer(Kind.DELEGATED), partner(), language, what=what, templates=str(folder))
        assert mine == compose(Offer(Kind.DELEGATED), partner(), language, what=what)


def test_a_template_that_is_written_while_the_desk_runs_is_seen(folder: Path) -> None:
    assert render.as_text(letter(folder)).startswith("Hello Contoso")
    file = written(folder, GOOD)
    assert render.as_text(letter(folder)).startswith("Dear Contoso")
    file.write_text(GOOD.replace("Dear", "My dear"))
    assert render.as_text(letter(folder)).startswith("My dear Contoso")
    file.unlink()
    assert render.as_text(letter(folder)).startswith("Hello Contoso")


def test_a_byte_order_mark_and_line_ends_of_windows_are_fine(folder: Path) -> None:
    written(folder, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert render.as_text(letter(folder)).startswith("Dear Contoso")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Dear", "{{ adress }}", "line 3: There is no field adress."),
        ("Dear", "{{ partner.nam }}", "line 3: There is no field partner.nam; partner.name"),
        ("role.name", "role.nam", "line 6: There is no field role.nam; role.name perhaps?"),
        ("Dear", "{% if custmer %}x{% endif %}", "line 3: There is no field custmer; customer"),
        ("Dear", "{{ roles.name }}", "line 3: There is no field roles.name."),
        ("Dear", "{{ roles }}", "line 3: roles is more than one value."),
        ("Dear", "{{ roles|trim }}", "line 3: roles is more than one value."),
        ("Dear", "{{ partner|upper }}", "line 3: partner is more than one value."),
        ("Dear", "{{ 'Our ' ~ roles }}", "line 3: roles is more than one value."),
        ("Dear", "{{ roles or 'none' }}", "line 3: roles is more than one value."),
        ("Dear", "{{ roles if days else 'none' }}", "line 3: roles is more than one value."),
        ("Dear", "{{ customer|default(roles) }}", "line 3: roles is more than one value."),
        ("Dear", "{{ ['a', 'b'] }}", "line 3: A list cannot be written: go through it with for."),
        ("Dear", "{{ delegation }}", "line 3: delegation is yes or no, and no text: ask for it"),
        ("Dear", "{% if customer > 3 %}{% endif %}", "line 3: It cannot be filled in: '>' not"),
        ("in roles", "in customer", "line 5: customer is no list."),
        ("in roles", "in range(9)", "line 5: for goes through a list"),
        ("Dear", "{{ partner.phone }}", "line 3: partner.phone is empty here."),
        ("Dear", "{{ answer_by|upper }}{{ answer_by }}", "line 3: answer_by is empty here."),
        ("{% endfor %}", "", "It cannot be read as a template"),
        ("Dear", "{{ customer", "It cannot be read as a template"),
        ("Subject: ", "", "line 1: The first line has to be Subject:"),
        ("Subject: A word from {{ partner.name }}", "Subject:  ", "line 1: The first line"),
        ("=> {{ link }}", "", "The link is not in it: write => {{ link }} on a line of its own."),
        ("en/_questions.txt", "en/_nothing.txt", "line 11: There is no template en/_nothing.txt."),
        ("en/_questions.txt", "../../etc/passwd", "line 11: include takes the name of a part"),
        ("en/_questions.txt", "en/delegated.txt", "line 11: include takes the name of a part"),
        ("Dear", "{% set x = 1 %}", "line 3: This is not for letters: assign."),
        ("Dear", "{% macro m() %}{% endmacro %}", "line 3: This is not for letters: macro."),
        ("Dear", "{{ ''.__class__ }}", "line 3: This is not for letters"),
        ("Dear", "{{ customer.__class__ }}", "line 3: There is no field customer.__class__"),
        ("Dear", "{{ customer()  }}", "line 3: This is not for letters: call."),
        ("Dear", "{{ 'x' * 999999999 }}", "line 3: This is not for letters: mul."),
        ("Dear", "{{ 9 ** 9 ** 9 }}", "line 3: This is not for letters: pow."),
        ("Dear", "{{ '%999999999d' % 1 }}", "line 3: This is not for letters: mod."),
        ("Dear", "{{ customer|center(999999999) }}", "line 3: There is no filter center."),
        ("Dear", "{{ customer|attr('x') }}", "line 3: There is no filter attr."),
        ("Dear", "{% if customer is mapping %}{% endif %}", "line 3: There is no test mapping."),
        ("Dear", "{% import 'en/_x.txt' as q %}", "line 3: This is not for letters: import."),
        ("Dear", "{% extends 'en/trial.txt' %}", "line 3: This is not for letters: extends."),
        ("Dear", "\x1b[31mDear", "line 3: It has a character that a letter cannot have."),
        ("Dear", "\x02Dear\x03", "line 3: It has a character that a letter cannot have."),
        ("Dear", "\u202eDear", "line 3: It has a character that a letter cannot have."),
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_ours_is_used(
    folder: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    written(folder, GOOD.replace(old, new))
    assert remark(folder).startswith("en/delegated.txt")
    assert said in remark(folder)


def test_a_broken_part_is_named_and_not_the_letter_that_takes_it_in(folder: Path) -> None:
    written(folder, "Call us:\n{{ partner.fax }}\n", "en/_questions.txt")
    assert remark(folder) == "en/_questions.txt, line 2: There is no field partner.fax."


def test_what_cannot_be_filled_in_is_named_by_the_part_that_it_is_in(folder: Path) -> None:
    written(folder, "Call us:\n\n{% if days < customer %}x{% endif %}\n", "en/_questions.txt")
    assert remark(folder).startswith("en/_questions.txt, line 3: It cannot be filled in: ")


def test_a_list_may_be_counted_and_looked_for(folder: Path) -> None:
    words = "{{ roles|length }}{% if kind in ['trial', 'delegated'] %} roles{% endif %}"
    written(folder, GOOD.replace("Dear", words))
    assert render.as_text(letter(folder)).startswith("2 roles Contoso")


@pytest.mark.parametrize(
    "endless",
    [
        "{% if customer %}" * 120 + "x" + "{% endif %}" * 120,
        "{{ " + "(" * 3000 + "customer" + ")" * 3000 + " }}",
        "{{ customer" + "|upper" * 3000 + " }}",
        "{{ partner" + ".name" * 3000 + " }}",
        "{% if " + " or ".join(["customer"] * 5000) + " %}x{% endif %}",
        "{{ 1" + "0" * 5000 + " }}",
    ],
    ids=lambda text: text[:20],
)
def test_what_no_compiler_takes_is_said_and_ours_is_used(
    partner: Desk, folder: Path, endless: str
) -> None:
    written(folder, GOOD.replace("Dear", endless))
    assert remark(folder).startswith("en/delegated.txt: It cannot be filled in: ")
    found = own_letters.check(partner.view, str(folder), "en", TODAY)
    assert "It cannot be filled in" in str(found.findings[0].trouble.what)


def test_a_part_that_takes_itself_in_comes_to_an_end(folder: Path) -> None:
    written(folder, '{% include "en/_questions.txt" %}', "en/_questions.txt")
    assert "A part can be taken in by a whole letter alone" in remark(folder)


def test_a_letter_that_grows_without_end_comes_to_one(folder: Path) -> None:
    written(folder, ("{{ customer }} " * 400 + "\n\n") * 9, "en/_long.txt")
    written(folder, GOOD + '{% include "en/_long.txt" %}\n' * 500)
    assert "The letter is longer than 100,000 characters." in remark(folder)


def test_lists_within_lists_come_to_an_end(folder: Path) -> None:
    deep = "".join("{% for grant in grants %}" for _ in range(4))
    written(folder, GOOD + deep + "x" + "{% endfor %}" * 4)
    assert "This is not for letters: for." in remark(folder)


def test_what_is_no_text_is_said(folder: Path) -> None:
    written(folder, GOOD.encode() + b"\n\nCaf\xe9\n")
    assert remark(folder) == "en/delegated.txt, line 14: It is not written in UTF-8."
    written(folder, GOOD + "x" * MOST_BYTES)
    assert remark(folder) == "en/delegated.txt: It is longer than 65,536 bytes."


def test_what_is_no_file_keeps_nobody_waiting(folder: Path) -> None:
    os.mkfifo(folder / "en" / "delegated.txt")
    assert remark(folder) == "en/delegated.txt: It is no file."
    (folder / "en" / "delegated.txt").unlink()
    (folder / "en" / "delegated.txt").mkdir()
    assert remark(folder) == "en/delegated.txt: It is no file."


def test_a_file_that_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "en" / "delegated.txt").symlink_to("delegated.txt")
    assert remark(folder).startswith("en/delegated.txt: It cannot be read: Too many levels")


def test_the_value_of_a_field_is_never_read_as_a_template_or_as_a_mark(folder: Path) -> None:
    written(folder, GOOD)
    name = "{{ 7 * 7 }} {% raw %}\n# x\n=> https://evil.example \x02\x03 <b>"
    found = letter(folder, customer=name)
    assert found.troubles == ()
    assert "Dear {{ 7 * 7 }} {% raw %} # x => https://evil.example" in render.as_text(found)
    assert "<b>" not in render.as_html(found)


def test_a_link_of_the_template_s_own_is_not_made_one(folder: Path) -> None:
    written(folder, GOOD + "\n=> https://adatum.example/news\n")
    page = render.as_html(letter(folder))
    assert page.count("href=") == 1
    assert "<p>https://adatum.example/news</p>" in page


def test_every_one_of_ours_can_be_taken_as_a_start_and_changes_nothing(folder: Path) -> None:
    for file in sorted(OURS.glob("*/*.txt")):
        own_letters.take(str(folder), file.stem, file.parent.name)
    day = date(2026, 12, 24)
    for language in LANGUAGES:
        for what in (What.OFFER, What.REMINDER, What.RENEWAL, What.RECORD):
            for kind in Kind:
                sold = Offer(kind, "https://portal.office.com/partner/x.aspx?id=7")
                made = [
                    compose(sold, partner(), language, what=what, facts=Facts(ends=day),
                            templates=templates)
                    for templates in ("", str(folder))
                ]  # fmt: skip
                assert made[0] == made[1]


def test_a_template_is_never_written_over(folder: Path) -> None:
    path = own_letters.take(str(folder), "reminder", "zh-Hans")
    assert path == folder / "zh-Hans" / "reminder.txt"
    path.write_text("mine")
    with pytest.raises(WriteRefused, match="exists already"):
        own_letters.take(str(folder), "reminder", "zh-Hans")
    assert path.read_text() == "mine"
    for name in ("nothing", "../en/trial", ""):
        with pytest.raises(NotFound, match="No letter is called"):
            own_letters.take(str(folder), name, "en")
    with pytest.raises(BadInput, match="No folder for letters of your own is set"):
        own_letters.take("", "reminder", "en")


def test_a_home_that_is_nobodys_is_said_and_ours_is_used() -> None:
    found = letter(Path("~nobody-is-called-so/letters"))
    assert "names nobody's home folder" in str(found.remarks[0])
    assert render.as_text(found).startswith("Hello Contoso")


# -- trying them all -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gone", "long" * 100], ids=["gone", "long"])
def test_a_folder_that_is_gone_is_said_and_ours_is_used(tmp_path: Path, name: str) -> None:
    """Its disk may not be there: letters of ours would go out, and nobody would know."""
    gone = tmp_path / name
    assert remark(gone) == f"{gone}: {gone} is no folder."


def test_a_check_names_the_line_the_field_and_how_many_customers(
    partner: Desk, folder: Path
) -> None:
    for name, language in (("Contoso", "en"), ("Fabrikam", "fr"), ("Northwind", "")):
        add(partner, name, language=language)
    written(folder, GOOD.replace("Dear", "{{ partner.fax }}"))
    written(folder, "x {{ partner.phone }}", "fr/_questions.txt")
    found = own_letters.check(partner.view, str(folder), "en", TODAY)
    told = [
        (one.trouble.file, one.trouble.line, one.trouble.field, one.customers, one.named)
        for one in found.findings
    ]
    assert told == [
        ("en/delegated.txt", 3, "partner.fax", 2, ("Contoso", "Northwind")),
        ("fr/_questions.txt", 1, "partner.phone", 1, ("Fabrikam",)),
    ]
    assert (found.templates, found.letters, found.unused) == (2, 3, ())
    customers = [c for c in map(partner.view.customer, (1, 2, 3)) if c]
    for copy in copies(partner.view, Kind.DELEGATED, customers, "en", TODAY, str(folder)):
        assert len(copy.letter.remarks) == 1


def test_a_check_of_good_templates_finds_nothing(partner: Desk, folder: Path) -> None:
    add(partner, "Contoso")
    written(folder, GOOD)
    found = own_letters.check(partner.view, str(folder), "en", TODAY)
    assert (found.templates, found.letters, found.findings) == (1, 1, ())


def test_a_template_that_goes_to_nobody_yet_is_tried_all_the_same(
    partner: Desk, folder: Path
) -> None:
    written(folder, "No subject here.\n\n=> {{ link }}\n", "de/renewal.txt")
    (finding,) = own_letters.check(partner.view, str(folder), "en", TODAY).findings
    assert (finding.trouble.file, finding.trouble.line, finding.customers) == (
        "de/renewal.txt", 1, 0
    )  # fmt: skip


def test_what_no_letter_will_ever_read_is_said(partner: Desk, folder: Path) -> None:
    for name in ("en/delgated.txt", "it/delegated.txt", "en/_mine.txt", "en/notes.md"):
        written(folder, "x", name)
    found = own_letters.check(partner.view, str(folder), "en", TODAY)
    assert [one.name for one in found.unused] == ["en/delgated.txt", "it/delegated.txt"]
    assert found.findings == ()


@pytest.mark.parametrize("name", ["nowhere", "long" * 100], ids=["nowhere", "long"])
def test_a_folder_that_is_not_there_is_said(partner: Desk, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="is no folder"):
        own_letters.check(partner.view, str(tmp_path / name), "en", TODAY)
