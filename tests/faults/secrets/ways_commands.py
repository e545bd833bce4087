"""Ways that passwords go on the command line, and every command that could repeat one later.

Each does what it says in a world where Anna may act and returns the traces that it left.
"""

from __future__ import annotations

import signal
import stat

from store.practice.faults import Fault
from tests.faults import count
from tests.faults.secrets.traces import Trace
from tests.faults.secrets.ways_tokens import LOGGED, Way
from tests.faults.secrets.world import Ended, World

TYPED = r'Canari"&<v0gel>/\+%K1tsch~7'
"""A password that looks different in each way of writing."""
WEAK = "canari-vogel-singt-nicht"
ADA, RESET = "ada@contoso.example", ("act", "reset-password", "Contoso", "ada@contoso.example")
ADD = ("act", "add-user", "Contoso", "--name", "Zoe", "--user", "zoe@contoso.example")
BY_STDIN = ("--password-stdin",)
SENT = "resetPassword$"
AFTERWARDS: tuple[tuple[str, ...], ...] = (
    ("act", "list", "Contoso", "--json"),
    ("journal", "show", "--json"),
    ("journal", "export", "journal.jsonl"),
    ("act", "list", "Contoso"),
    ("act", "find-out", "Contoso"),
    ("customers", "show", "Contoso"),
    ("customers", "show", "Contoso", "--json"),
    ("customers", "export", "customers.csv"),
    ("journal", "show"),
    ("journal", "verify"),
    ("doctor",),
    ("doctor", "--json"),
    ("completion", "bash"),
    ("users", "list", "--json"),
    ("sync",),
)
"""What shows or writes anything of what was done; the first of them do for a sample."""


def _afterwards(world: World, *, meant: Ended | None = None) -> list[Trace]:
    for words in AFTERWARDS[: count(3, len(AFTERWARDS))]:
        world.run(*words, status=None)
    return world.traces(but_output=[meant] if meant else [])


def generated(world: World) -> list[Trace]:
    """Made, and alone on standard output."""
    ended = world.run(*RESET, environment=LOGGED)
    assert ended.out.decode().strip() == _password_of(world, ADA)
    return _afterwards(world, meant=ended)


def added(world: World) -> list[Trace]:
    """A new user's."""
    ended = world.run(*ADD, environment=LOGGED)
    assert ended.out.decode().strip() == _password_of(world, "zoe@contoso.example")
    return _afterwards(world, meant=ended)


def typed(world: World) -> list[Trace]:
    """A line on standard input."""
    world.passwords.append(TYPED)
    world.run(*RESET, *BY_STDIN, stdin=f"{TYPED}\n", environment=LOGGED)
    assert _password_of(world, ADA) == TYPED
    return _afterwards(world)


def asked(world: World) -> list[Trace]:
    """Typed twice at a question, once differently, where a terminal would show it."""
    world.passwords.append(TYPED)
    with world.terminal(*RESET, "--ask-password", environment=LOGGED) as terminal:
        for line in (TYPED, TYPED + "x", TYPED, TYPED):
            terminal.until(lambda: terminal.raw.rstrip().endswith(b":"))
            terminal.press(f"{line}\r")
            terminal.raw += b"."  # so that the same question is not taken for the next
        assert terminal.end() == 0
    assert _password_of(world, ADA) == TYPED
    return _afterwards(world) + world.traces_on(bytes(terminal.raw))


def weak(world: World) -> list[Trace]:
    """Too weak: refused before anything is sent."""
    world.passwords.append(WEAK)
    world.run(*RESET, *BY_STDIN, stdin=f"{WEAK}\n", status=2, environment=LOGGED)
    return _afterwards(world)


def refused(world: World) -> list[Trace]:
    """Refused by Microsoft, in words that hold it."""
    world.passwords.append(TYPED)
    for code, words in (
        ("Request_BadRequest", "The specified password {} does not comply."),
        ("Request_BadRequest", "Not today, {}!"),
        (TYPED, "Nor tomorrow."),
    ):
        said = words.format(TYPED)
        world.cloud.faults.add(Fault(path=SENT, status=400, code=code, message=said))
        world.run(*RESET, *BY_STDIN, stdin=f"{TYPED}\n", status=4, environment=LOGGED)
    assert not world.cloud.faults.coming, "nothing was refused"
    return _afterwards(world)


def lost(world: World) -> list[Trace]:
    """Made and perhaps in force: the answer was lost, and so was the next look."""
    world.cloud.faults.add(Fault(path=SENT, kind="lost", after=True))
    ended = world.run(*RESET, status=None, environment=LOGGED)
    assert not world.cloud.faults.coming, "nothing was lost"
    return _afterwards(world, meant=ended)


def as_json(world: World) -> list[Trace]:
    """With --json: in the file that was named, and nowhere else."""
    file = world.here / "password"
    world.belongs.append(file)
    world.run(*RESET, "--json", "--password-file", file.name, environment=LOGGED)
    assert file.read_text().strip() == _password_of(world, ADA)
    mode = stat.S_IMODE(file.stat().st_mode)
    left = [] if mode == 0o600 else [Trace(file.name, f"of mode {mode:o}")]
    world.run(*RESET, "--json", status=2)
    world.run(*RESET, "--password-file", file.name, status=2)
    return left + _afterwards(world)


def many(world: World) -> list[Trace]:
    """Of many users out of a file, as lines of standard output."""
    add = ("act", "add-user", "Contoso", "--file", world.people())
    world.run(*add, "--dry-run", environment=LOGGED)
    ended = world.run(*add, "--confirm", "Contoso", environment=LOGGED)
    assert ended.out.decode().count("neu") == 3
    return _afterwards(world, meant=ended)


def many_into_a_file(world: World) -> list[Trace]:
    """Of many users, into a file; one of them refused, one lost."""
    file = world.here / "passwords.csv"
    world.belongs.append(file)
    world.cloud.faults.add(Fault("POST", "/users$", status=400, code="Request_BadRequest"))
    world.cloud.faults.add(Fault("POST", "/users$", kind="lost"))
    add = ("act", "add-user", "Contoso", "--file", world.people(), "--confirm", "Contoso")
    world.run(*add, "--password-file", file.name, status=None, environment=LOGGED)
    assert "neu2@" in file.read_text()
    # What the file held before it was cut down to what counts, and was replaced by.
    kept = world.kept(file.name)
    world.belongs += kept
    open_to_others = [path for path in (file, *kept) if path.stat().st_mode & 0o077]
    return [Trace(str(path), "open") for path in open_to_others] + _afterwards(world)


def _ending(number: signal.Signals, *words: str, stdin: str = "") -> Way:
    def way(world: World) -> list[Trace]:
        where = SENT if "reset-password" in words else "/users$"
        world.cloud.faults.add(Fault("POST", where, delay=60))
        if stdin:
            world.passwords.append(stdin)
        with world.start(*words, stdin=stdin, environment=LOGGED) as running:
            world.until_asked(where)
            seen = running.seen_from_outside()
            ended = running.kill(number)
        assert ended.status != 0
        world.cloud.faults.clear()
        found = world.traces_on(seen, "what ps shows") + world.dumps()
        return found + _afterwards(world)

    return way


def ended_among_many(world: World) -> list[Trace]:
    """Killed between two of many: the file that was named has them all, and no other file any."""
    file = world.here / "passwords.csv"
    world.belongs.append(file)
    words = ("act", "add-user", "Contoso", "--file", world.people(), "--confirm", "Contoso",
             "--password-file", file.name)  # fmt: skip
    world.cloud.faults.add(Fault("POST", "/users$", skip=1, delay=60))
    with world.start(*words, environment=LOGGED) as running:
        world.until_asked("/users$")
        running.kill(signal.SIGKILL)
    world.cloud.faults.clear()
    assert file.read_text().count("neu") == 3
    return _afterwards(world)


def crashed(world: World) -> list[Trace]:
    """An error of our own, while a password is about to be sent."""
    world.passwords.append(TYPED)
    crash = {"CANARY_CRASH": "1", "PYTHONDEVMODE": "1", **LOGGED}
    ended = world.run(*RESET, *BY_STDIN, stdin=f"{TYPED}\n", status=1, environment=crash)
    assert b"Traceback" in ended.err, "nothing crashed"
    return _afterwards(world)


def wrongly_given(world: World) -> list[Trace]:
    """In ways that there are not, or that lose it."""
    world.passwords.append(TYPED)
    for words in (
        (*RESET, "--ask-password"),
        (*RESET, "--ask-password", *BY_STDIN),
        (*RESET, *BY_STDIN, "--password-file", "password"),
        (*ADD, *BY_STDIN, "--file", "people.csv"),
        ("act", "reset-password", "Contoso", "nobody@contoso.example", *BY_STDIN),
        ("act", "reset-password", "Nobody", ADA, *BY_STDIN),
    ):
        world.run(*words, stdin=f"{TYPED}\n", status=None, environment=LOGGED)
    assert not (world.here / "password").exists()
    return _afterwards(world)


def full_disk(world: World) -> list[Trace]:
    """Into a file that cannot take it."""
    for name in ("/dev/full", "no/such/folder", "."):
        world.run(*RESET, "--password-file", name, status=None, environment=LOGGED)
    (world.here / "link").symlink_to("elsewhere")
    world.run(*RESET, "--password-file", "link", status=None, environment=LOGGED)
    assert not (world.here / "elsewhere").exists()
    return _afterwards(world)


def _password_of(world: World, upn: str) -> str:
    contoso = next(tenant for tenant in world.cloud.customers.values() if tenant.name == "Contoso")
    user = contoso.user(upn)
    assert user and user.password, f"{upn} has no password of ours"
    return user.password


WAYS: dict[str, Way] = {
    "made": generated,
    "of a new user": added,
    "typed": typed,
    "typed at a question": asked,
    "too weak": weak,
    "refused by Microsoft": refused,
    "with a lost answer": lost,
    "with --json": as_json,
    "of many": many,
    "of many, into a file": many_into_a_file,
    "made, kill -9": _ending(signal.SIGKILL, *RESET),
    "typed, kill -9": _ending(signal.SIGKILL, *RESET, *BY_STDIN, stdin=TYPED),
    "typed, SIGTERM": _ending(signal.SIGTERM, *RESET, *BY_STDIN, stdin=TYPED),
    "typed, an abort with cores": _ending(signal.SIGABRT, *RESET, *BY_STDIN, stdin=TYPED),
    "of a new user, ctrl+c": _ending(signal.SIGINT, *ADD),
    "of many, kill -9": ended_among_many,
    "in a crash": crashed,
    "given wrongly": wrongly_given,
    "into no file": full_disk,
}
