"""The password of a mail server: a private file, a command, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import configure
from tests.commands.posting import TO, addressed, post, stages
from tests.commands.shell import Shell
from tests.post_office import PostOffice, post_office

__all__ = ["addressed", "post"]


@pytest.fixture
def guarded(addressed: Shell) -> Iterator[tuple[Shell, PostOffice]]:
    """A server that wants to know who we are; in the open, for it is this host."""
    with post_office(users={"anna": "s3cret of\u00a0anna"}) as office:
        yield addressed, office


def guard(port: int, *more: str) -> None:
    configure(
        "[mail]", 'host = "127.0.0.1"', f"port = {port}", 'security = "none"', 'user = "anna"',
        "pace = 0", *more,
    )  # fmt: skip


def test_a_password_comes_from_a_private_file_or_a_command(
    guarded: tuple[Shell, PostOffice], tmp_path: Path
) -> None:
    shell, office = guarded
    file = tmp_path / "password"
    file.write_text("s3cret of\u00a0anna\nnot this line\n")
    file.chmod(0o600)
    guard(office.port, f'password-file = "{file}"')
    shell("send contoso.com --yes")
    guard(office.port, f'password-command = "cat {file}"')
    shell("send fabrikam.fr --yes")
    assert [user for _, user, _ in office.logins] == ["anna", "anna"]
    assert office.to == TO[:2]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_password_that_others_may_read_is_not_used(
    guarded: tuple[Shell, PostOffice], tmp_path: Path, mode: int
) -> None:
    shell, office = guarded
    file = tmp_path / "password"
    file.write_text("s3cret of\u00a0anna\n")
    file.chmod(mode)
    guard(office.port, f'password-file = "{file}"')
    assert "chmod 600" in shell("send contoso.com --yes", status=2).err
    assert (office.logins, stages(shell)) == ([], [])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("password-command = \"sh -c 'echo no agent >&2; exit 3'\"", "no agent"),
        ('password-command = "/no/such/program"', "/no/such/program"),
        ('password-command = "true"', "gave no password"),
        ('password-command = "sh -c \'unclosed"', "closing quotation"),
        ('password-file = "/no/such/file"', "/no/such/file"),
        ('password-file = "/dev/null"', "/dev/null"),
        ("", "password-file, password-command"),
    ],
)
def test_a_password_that_cannot_be_had_is_said_and_nothing_is_queued(
    guarded: tuple[Shell, PostOffice], setting: str, said: str
) -> None:
    shell, office = guarded
    guard(office.port, setting)
    ran = shell("send contoso.com --yes", status=2)
    assert said in ran.err
    assert (office.logins, stages(shell)) == ([], [])


@pytest.mark.parametrize(("user", "named"), [("", True), ('user = "anna"', False)])
def test_where_no_user_is_set_it_may_be_that_none_is_wanted(
    addressed: Shell, post: PostOffice, user: str, named: bool
) -> None:
    configure("[mail]", 'host = "127.0.0.1"', f"port = {post.port}", 'security = "none"', user)
    said = addressed("send contoso.com --yes", status=2).err
    assert ('auth = "none"' in said) is named
    assert "password-file, password-command" in said


def test_a_password_is_in_no_file_and_no_word_of_ours(
    guarded: tuple[Shell, PostOffice], tmp_path: Path
) -> None:
    shell, office = guarded
    file = tmp_path / "password"
    file.write_text("wrong s3cret\n")
    file.chmod(0o600)
    guard(office.port, f'password-file = "{file}"')
    ran = shell("send contoso.com --yes", status=1)
    assert "does not let anna in" in ran.err
    assert "s3cret" not in ran.err + ran.out
    for found in shell.store.iterdir():
        assert found.is_dir() or b"s3cret" not in found.read_bytes()
