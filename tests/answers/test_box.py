"""A folder of mails: whatever stands in it is read or named, and nothing in it is touched."""

from __future__ import annotations

import base64
import contextlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.mail import box
from store.mail.headers import Head
from tests.answers.mails import REFERENCE, answer, put, report, tree
from tests.commands.shell import raw


def names(found: box.Box) -> list[str]:
    return [one.path for one in found.founds]


def said(found: box.Box) -> dict[str, str]:
    return {one.path: str(one.why) for one in found.broken}


def only(found: box.Box) -> box.Found:
    assert not found.broken
    (one,) = found.founds
    return one


def reading(folder: Path, mail: bytes) -> box.Found:
    put(folder, "one.eml", mail)
    return only(box.read(folder))


# -- which files ------------------------------------------------------------------------------


def test_eml_files_are_read_newest_first_and_folders_below_are_not(folder: Path) -> None:
    days = {"old.eml": "18", "new.EML": "20", "middle.eml": "19"}
    for name, day in days.items():
        mail = answer(when=f"Fri, {day} Nov 2026 09:30:00 +0100", message_id=f"<{day}@x>")
        put(folder, name, mail)
    put(folder, "notes.txt", answer(message_id="<4@x>"))
    put(folder, ".hidden.eml", answer(message_id="<5@x>"))
    put(folder / "below", "deep.eml", answer(message_id="<6@x>"))
    found = box.read(folder)
    assert names(found) == ["new.EML", "middle.eml", "old.eml"]
    assert found.files == 3


def test_a_maildir_is_read_in_new_and_cur(folder: Path) -> None:
    for within, name in (
        ("new", "1700000000.M1P1.host"),
        ("cur", "1700000001.M2P2.host:2,S"),
        ("tmp", "1700000002.M3P3.host"),
        (".Sent/cur", "1700000003.M4P4.host:2,S"),
    ):
        put(folder / within, name, answer(message_id=f"<{name[:10]}@x>"))
    assert set(names(box.read(folder))) == {
        "new/1700000000.M1P1.host",
        "cur/1700000001.M2P2.host:2,S",
    }


@pytest.mark.parametrize("name", ["new", "cur"])
def test_a_folder_that_is_called_so_makes_no_maildir(folder: Path, name: str) -> None:
    put(folder, "one.eml", answer())
    put(folder / name, "two.eml", answer(message_id="<2@x>"))
    assert names(box.read(folder)) == ["one.eml"]


def test_a_mail_that_is_there_twice_is_one(folder: Path) -> None:
    put(folder, "a.eml", answer())
    put(folder, "b.eml", b"X-TUID: added by a tool\r\n" + answer())
    assert len(box.read(folder).founds) == 1


def test_of_too_many_files_the_newest_are_read_and_that_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "MOST_FILES", 2)
    for age in range(4):
        put(folder, f"{age}.eml", answer(message_id=f"<{age}@x>"), age=age)
    found = box.read(folder)
    assert set(names(found)) == {"0.eml", "1.eml"}
    assert "has 4 files; only the 2 newest were read" in str(found.cut)


def test_only_wanted_mails_are_read_whole(folder: Path) -> None:
    put(folder, "a.eml", answer())
    put(folder, "b.eml", answer(subject="Lunch?", message_id="<lunch@x>"))

    def wanted(head: Head) -> bool:
        return REFERENCE in head.subject

    found = box.read(folder, wanted)
    assert (names(found), found.files) == (["a.eml"], 2)


def test_who_is_told_can_end_the_reading(folder: Path) -> None:
    put(folder, "a.eml", answer())

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        box.read(folder, told=stop)


@pytest.mark.parametrize("name", ["nowhere", "a.eml", "a\0b"])
def test_a_folder_that_is_none_is_said(folder: Path, name: str) -> None:
    put(folder, "a.eml", answer())
    with pytest.raises(BadInput, match="cannot be read"):
        box.read(folder / name)


def test_what_is_no_plain_file_is_named_and_nobody_waits_for_it(folder: Path) -> None:
    put(folder, "good.eml", answer())
    os.mkfifo(folder / "pipe.eml")
    (folder / "loop.eml").symlink_to("loop.eml")
    (folder / "other.eml").symlink_to("good.eml")
    (folder / "folder.eml").mkdir()
    found = box.read(folder)
    assert names(found) == ["good.eml"]
    assert set(said(found)) == {"pipe.eml", "loop.eml", "other.eml", "folder.eml"}
    assert said(found)["pipe.eml"] == "It is no plain file."
    assert said(found)["other.eml"] == "It is a link, and links are not followed."


def test_a_maildir_behind_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "secret.eml", answer())
    (folder / "cur").symlink_to(tmp_path / "elsewhere")
    assert box.read(folder).files == 0


def test_a_file_that_vanishes_while_the_folder_is_read_is_named(folder: Path) -> None:
    for name in "abc":
        put(folder, f"{name}.eml", answer(message_id=f"<{name}@x>"))

    def told(done: int, total: int) -> None:
        if done == 1:
            for path in folder.iterdir():
                path.unlink()

    found = box.read(folder, told=told)
    assert (len(found.founds), len(found.broken)) == (1, 2)
    assert all("No such file" in why for why in said(found).values())


def test_a_mail_that_another_program_moves_meanwhile_is_read_where_it_is_then(
    folder: Path,
) -> None:
    for number in range(4):
        put(folder / "new", f"170000000{number}.M1P1.host", answer(message_id=f"<{number}@x>"))
    (folder / "cur").mkdir()

    def told(done: int, total: int) -> None:
        if done == 1:
            for path in list((folder / "new").iterdir()):
                path.rename(folder / "cur" / f"{path.name}:2,S")
            (folder / "cur" / "1700000000.M1P1.host:2,S").unlink()

    found = box.read(folder, told=told)
    assert {one.message_id for one in found.founds} == {"<1@x>", "<2@x>", "<3@x>"}
    assert [(one.path, str(one.why)) for one in found.broken] == [
        ("new/1700000000.M1P1.host", "It cannot be opened: No such file or directory.")
    ]


def test_a_mail_that_is_listed_twice_while_it_moves_is_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cur").mkdir(parents=True)
    path = put(folder / "new", "1700000000.M1P1.host", answer())
    listed, calls = os.scandir, []

    def moving(fd: int) -> object:
        calls.append(fd)
        found = list(listed(fd))
        if len(calls) == 1:
            path.rename(folder / "cur" / f"{path.name}:2,S")
        return contextlib.nullcontext(found)

    monkeypatch.setattr(os, "scandir", moving)
    found = box.read(folder)
    assert len(calls) == 2 and found.files == 2
    assert [one.path for one in found.founds] == ["cur/1700000000.M1P1.host:2,S"]
    assert found.broken == ()


def test_names_of_files_do_nothing_to_a_terminal(folder: Path) -> None:
    for name in ("a\nb.eml", "\x1b]52;c;aGk=\x07.eml", "\u202egnp.eml"):
        (folder / name).write_bytes(b"")
    for one in box.read(folder).broken:
        assert not raw(one.path)


def test_reading_changes_nothing(folder: Path) -> None:
    put(folder / "new", "1.host", answer())
    put(folder / "cur", "2.host:2,", report())
    put(folder / "cur", "3.host:2,", b"\0\xff junk")
    os.mkfifo(folder / "cur" / "pipe")
    (folder / "cur" / "loop").symlink_to("loop")
    before = tree(folder)
    for path in (folder, folder / "new", folder / "cur"):
        path.chmod(0o500)
    modes = tree(folder)
    box.read(folder)
    assert tree(folder) == modes
    assert len(before) == len(modes)


# -- what stands in them ----------------------------------------------------------------------


def test_a_plain_answer_is_read_as_it_was_written(folder: Path) -> None:
    one = reading(folder, answer("Schöne Grüße,\n\n\n\n東方 says yes."))
    assert one.text == "Schöne Grüße,\n\n東方 says yes."
    assert (one.from_name, one.from_address) == ("Ida Toft", "it@contoso.com")
    assert (one.date.isoformat(), one.auto_submitted) == ("2026-11-20T08:30:00+00:00", False)


def test_html_is_read_without_its_tags(folder: Path) -> None:
    html = (
        "<html><head><title>x</title><style>p {color: red}</style></head><body><!-- <b>no</b> -->"
        "<p>Yes &amp; <b>thank</b> you<br>3 < 4</p><script>alert('<p>')</script><p>Ida</body>"
    )
    mail = b"From: it@contoso.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    assert reading(folder, mail).text == "Yes & thank you\n3 < 4\n\nIda"


def test_of_two_forms_the_plain_one_is_taken_and_attachments_are_left_out(folder: Path) -> None:
    mail = b"""From: it@contoso.com
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--a
Content-Type: text/html

<p>no</p>
--a--
--m
Content-Type: text/plain
Content-Disposition: attachment; filename=x.txt

attached
--m--
"""
    assert reading(folder, mail).text == "Grüße"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?B?w6k=?= =?utf-8?q?t=C3=A9?=", "été"),
        (b"Subject: =?no-such-charset?q?=41?=", "A"),
        (b"Subject: =?utf-8?B?!!!?= x", "x"),
        (b"Subject: Gr\xfc\xdfe", "Grüße"),
        (b"Subject: \xe6\x9d\xb1", "東"),
        (b"Subject: a\r\n  b\x1b[31m\xe2\x80\xae", "a b�[31m�"),
        (b"Subject: =?utf-8?q?a=0D=0AB=63c:_evil?=", "a Bcc: evil"),
        (b"Subject: " + b"x" * 100_000, "x" * 500),
        (b"Subject: =?punycode?q?abc?=", "abc"),
        (b"Subject: =?utf-7?q?+ACc-?=", "'"),
        (b"X: 1\r\nX: 2", ""),
    ],
)
def test_a_subject_however_it_is_written_is_one_clean_line(
    folder: Path, header: bytes, subject: str
) -> None:
    assert reading(folder, header + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("it@contoso.com", "it@contoso.com"),
        ("it@contoso.com (Ida)", "it@contoso.com"),
        ('"it@contoso.com" <x@evil.example>', "x@evil.example"),
        ("it@contoso.com, x@evil.example", ""),
        ("Ida <it@contoso.com>, Eve <x@evil.example>", ""),
        ("it@contoso.com <x@evil.example> more", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_a_sender_is_one_address_or_none(folder: Path, sender: str, address: str) -> None:
    mail = f"From: {sender}\r\nSubject: x\r\n\r\n".encode()
    assert reading(folder, mail).from_address == address


@pytest.mark.parametrize(
    "when", ["", "yesterday", "Fri, 99 Nov 2026 99:99:99", "31 Dec 9999 23:59:00 -2359", "9" * 200]
)
def test_without_a_date_the_files_own_counts(folder: Path, when: str) -> None:
    mail = f"From: it@contoso.com\r\nDate: {when}\r\n\r\n".encode()
    assert reading(folder, mail).date.isoformat() == "2026-11-21T00:00:00+00:00"


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "auto-generated (x)"}, True),
        ({"Auto_Submitted": "no"}, False),
        ({"X_Autoreply": "yes"}, True),
        ({"Precedence": "auto_reply"}, True),
        ({"Precedence": "bulk"}, False),
    ],
)
def test_what_a_program_wrote_is_known(
    folder: Path, headers: dict[str, str], automatic: bool
) -> None:
    assert reading(folder, answer(**headers)).auto_submitted is automatic


# -- the zoo ----------------------------------------------------------------------------------

HEAD = b"From: it@contoso.com\r\nSubject: x\r\n"
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
)
ZOO = {
    "nested": HEAD + NESTED,
    "mails-in-mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1000,
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"\xff=?=A=" * 1000,
    "charset": HEAD + b'Content-Type: text/plain; charset="\0\xff"\r\n\r\nx',
    "charset-2231": HEAD + b"Content-Type: text/plain; charset*=a''%00%ff; charset*1*=x\r\n\r\nx",
    "boundary-2231": HEAD + b"Content-Type: multipart/mixed; boundary*=\0''%00\r\n\r\nx",
    "no-boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\nx",
    "unended": HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a",
    "uuencoded": HEAD + b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\n\xff\xff\nend",
    "long-line": HEAD + b"\r\n" + b"x" * 3_000_000,
    "long-header": HEAD + b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nx",
    "many-lines": HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--\n" * 1_000_000,
    "many-parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\n\r\nx\r\n" * 20_000,
    "many-words": HEAD + b"Content-Type: text/plain; " + b"a=b; " * 900_000 + b"\r\n\r\nx",
    "many-addresses": b"From: it@contoso.com\r\nSubject: failure notice\r\n\r\n550 x "
    + b"a@" * 2_000_000,
    "many-tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<script" * 500_000,
    "many-comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 500_000,
    "nul": HEAD + b"X: \0\0\r\n\r\n\0\0\0",
    "mbox": b"From it@contoso.com Fri Nov 20 09:30:00 2026\n" + HEAD + b"\n\nx",
    "report-junk": HEAD
    + b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\nContent-Type: "
    + b"message/delivery-status\r\n\r\n\0\xff: ;;\r\nAction: failed; x\r\n\r\nAction:\r\n--a--",
    "utf-8-report": HEAD
    + b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\nContent-Type: "
    + b"message/global-delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n",
}


@pytest.mark.parametrize("name", ZOO)
def test_broken_mime_is_read_as_far_as_it_goes(folder: Path, name: str) -> None:
    one = reading(folder, ZOO[name])
    assert one.from_address == "it@contoso.com"
    assert len(one.text) <= 100_000
    assert not raw(one.text)


def test_parts_nested_too_deeply_are_shown_as_they_are_written(folder: Path) -> None:
    one = reading(folder, ZOO["nested"])
    assert "nested too deeply" in str(one.problem)
    assert "boundary=b999" in one.text


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\n\n", b"\xef\xbb\xbf\r\n"])
def test_what_a_program_put_before_the_head_does_not_hide_it(folder: Path, before: bytes) -> None:
    put(folder, "a.eml", before + answer())
    (found,) = box.read(folder).founds
    assert found.from_address == "it@contoso.com" and found.text == "Done, we said yes."


@pytest.mark.parametrize("junk", [b"", b"\0" * 100, b"no colon here\n\nx", b"\xff\xfeF\0r\0o\0m\0"])
def test_a_file_without_a_head_is_no_mail(folder: Path, junk: bytes) -> None:
    put(folder, "good.eml", answer())
    put(folder, "junk.eml", junk)
    found = box.read(folder)
    assert names(found) == ["good.eml"]
    assert said(found) == {"junk.eml": "It is no mail: it has no head."}


def test_of_a_very_large_mail_the_beginning_is_read(folder: Path) -> None:
    head, _, body = answer("Yes!").partition(b"\r\n\r\n")
    one = reading(folder, head + b"\r\n\r\n" + body + b"x\r\n" * 2_000_000)
    assert one.text.startswith("Yes!")
    assert "larger than 5 MB" in str(one.problem)


def test_a_pipe_that_somebody_writes_into_is_not_read(folder: Path) -> None:
    path = folder / "pipe.eml"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.open("wb").close(), daemon=True)
    writer.start()
    found = box.read(folder)
    while writer.is_alive():  # it opened while we had it open, or waits for a reader
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    assert said(found) == {"pipe.eml": "It is no plain file."}


_WORDS = rb"""
    From Subject Date Message-ID X-Failed-Recipients Auto-Submitted Content-Type: multipart/mixed
    multipart/report message/rfc822 message/delivery-status text/html text/plain ;boundary=a
    --a --a-- ;charset= =?utf-8?b? ?= Content-Transfer-Encoding:base64 quoted-printable < > = @ ( "
    Action:failed Status:5.1.1 *0*= \\ MAILER-DAEMON@x
"""
_ENDS = (b"\r\n", b"\n", b"\r", b"\r\n\r\n", b": ", b"550 ", b"\0", b"\xff")
_PARTS = st.sampled_from([*_WORDS.split(), *_ENDS])


@given(st.lists(_PARTS | st.binary(max_size=20), max_size=60).map(b"".join))
def test_no_mail_ends_the_reading(tmp_path_factory: pytest.TempPathFactory, mail: bytes) -> None:
    folder = tmp_path_factory.mktemp("zoo")
    put(folder, "odd.eml", HEAD + mail)
    put(folder, "good.eml", answer())
    found = box.read(folder)
    assert "good.eml" in names(found)
    assert len(found.founds) + len(found.broken) == 2
    for one in found.founds:
        assert not raw(one.text + one.subject.replace("\n", "\x1b") + one.from_name)


@given(st.text(max_size=300))
def test_any_words_come_through_base64(
    tmp_path_factory: pytest.TempPathFactory, words: str
) -> None:
    folder = tmp_path_factory.mktemp("words")
    data = base64.encodebytes(words.encode("utf-8", "replace"))
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64"
    one = reading(folder, head + b"\r\n\r\n" + data)
    assert one.problem is None
    kept = [c for c in words if c.isalnum()]
    assert [c for c in one.text if c.isalnum()] == kept
