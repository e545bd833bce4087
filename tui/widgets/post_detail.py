"""What is known of one letter of the outbox, and what to look for where that is not enough."""

from __future__ import annotations

from textual.content import Content

from store.message import N_, Message, msg
from store.model.offer import KIND_NAMES
from store.model.outgoing import STAGE_NAMES, WHAT_NAMES, Outgoing, Stage
from tui import text
from tui.language import clock_time

_WAYS = {"smtp": N_("mail server"), "graph": N_("mailbox at Microsoft")}
_MEANING = {
    Stage.QUEUED: N_("It waits. R sends what is queued."),
    Stage.SENDING: N_("It is being sent now, here or by another process."),
    Stage.SENT: N_("The server accepted it; that says nothing about whether it was read."),
    Stage.DROPPED: N_("It was taken out of the queue and is not sent."),
}
_LOOK = N_(
    "Nobody knows whether it left. Look for the Message-ID in your Sent folder or in the mail "
    "server's log: where it stands there, a says that it arrived; where it does not, g queues it "
    "again."
)


def detail(letter: Outgoing, label: str) -> Content:
    """Everything about a letter besides its text."""
    parts = [text.say(STAGE_NAMES[letter.stage], "bold")]
    todo = None if letter.stage is Stage.UNKNOWN else letter.todo  # keys say it better
    parts += [text.say(said) for said in (letter.why, todo) if said]
    parts.append(
        text.say(_LOOK if letter.stage is Stage.UNKNOWN else _MEANING.get(letter.stage, ""))
    )
    rows: list[tuple[str, str]] = [
        (N_("Customer"), label),
        (N_("Address"), letter.to),
        (N_("Letter"), text.plain(_about(letter))),
        (N_("Subject"), letter.subject),
        (N_("Message-ID"), letter.message_id),
        (N_("Reference"), letter.reference),
        (N_("Server said"), letter.code),
        (N_("Sent by"), text.plain(_WAYS[letter.way]) if letter.way in _WAYS else letter.way),
        (N_("Tries"), str(letter.tries) if letter.tries else ""),
        (N_("Queued"), clock_time(letter.queued_at)),
        (N_("Last change"), clock_time(letter.at)),
        (N_("Who"), letter.by),
    ]
    lines = [text.join([part for part in parts if part], " ")]
    lines += [
        text.join((text.say(name, "dim"), text.data(value)), "  ") for name, value in rows if value
    ]
    return text.join(lines, "\n")


def _about(letter: Outgoing) -> Message:
    what = {str(key): name for key, name in WHAT_NAMES.items()}.get(letter.what, "{raw}")
    return msg("{what}: {kind}, {language}", what=msg(what, raw=letter.what),
               kind=msg(KIND_NAMES[letter.kind]), language=letter.language)  # fmt: skip
