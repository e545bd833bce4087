"""A row to follow up in words: what its columns show, and the sentence below the list."""

from __future__ import annotations

from collections.abc import Iterable

from store.actions.follow_up import Waiting
from store.actions.renewing import Renewing, Step
from store.message import N_, Message, msg
from store.model import document
from store.model.invitation import ANSWER_DAYS
from store.model.outgoing import STAGE_NAMES, Outgoing, Stage
from store.model.touch import DID_NAMES, Did, Touch
from tui import text
from tui.commands.report import iso
from tui.widgets.follow_rows import Row


def when(row: Row) -> str:
    """The day of waiting, the end of an access, or where a letter is."""
    match row.about:
        case Waiting(day=day) as it:
            if it.is_whole:
                return text.plain(msg("day {day}/{most}", day=day, most=ANSWER_DAYS))
            return text.plain(msg("day {day}", day=day))
        case Renewing(ends=ends):
            return iso(ends)
        case Outgoing(stage=Stage.UNKNOWN):
            return text.plain(N_("in doubt"))
        case Outgoing(stage=stage):
            return text.plain(STAGE_NAMES[stage])


def to_do(row: Row, *, unread: bool = False) -> Message:
    """What there is to do, with the key that does it.

    Where Microsoft is `unread`, a new consent may not be needed at all.
    """
    match row.about:
        case Renewing(step=Step.ASK, asked=None) if unread:
            return msg("6, r: it may extend")
        case Waiting() if row.came_back:
            return msg("! its letter came back")
        case Waiting() as it:
            return _waiting_to_do(it)
        case Renewing() as it:
            return _renewing_to_do(it)
        case Outgoing(stage=Stage.UNKNOWN):
            return msg("O: did it arrive?")
        case Outgoing(stage=Stage.REFUSED):
            return msg("O says why")
        case _:
            return msg("O sends it")


def _waiting_to_do(it: Waiting) -> Message:
    if it.snoozed_until:
        return msg("nothing until {day}", day=iso(it.snoozed_until))
    if it.due and it.answer_by:
        return msg("r reminds, by {day}", day=iso(it.answer_by))
    if it.due:
        return msg("r reminds")
    if it.next_age:
        return msg("nothing until day {day}", day=it.next_age)
    if it.answer_by:
        return msg("nothing until {day}", day=iso(it.answer_by))
    return msg("nothing; p if you call")


def _renewing_to_do(it: Renewing) -> Message:
    match it.step:
        case Step.NOTHING:
            return msg("nothing")
        case Step.SWITCH_ON:
            return msg("e lets it extend")
        case Step.DROP:
            return msg("e, without that role")
    if it.asked:
        return msg("asked on {day}", day=iso(it.asked))
    if it.late:
        return msg("r asks today")
    return msg("r asks, by {day}", day=iso(it.last_safe))


def said(row: Row) -> Message:
    """The row as a sentence: all that its columns cut or leave out."""
    match row.about:
        case Waiting() as it:
            made = _waiting_said(it)
            if row.asks:
                made = msg("{offer}: {said}", offer=row.asks, said=made)
            if row.came_back:
                return msg("{first} {then}", first=made, then=row.came_back)
            return made
        case Renewing() as it:
            return _renewing_said(it)
        case Outgoing(what=_, to=to, why=why) as it:
            stage = msg(STAGE_NAMES[it.stage])
            if why:
                return msg("Letter to {to}: {stage}. {why}", to=to, stage=stage, why=why)
            return msg("Letter to {to}: {stage}.", to=to, stage=stage)


def last_note(touches: Iterable[Touch]) -> Message | None:
    """What was noted last about a customer, on the telephone or not."""
    noted = [touch for touch in touches if touch.note]
    if not noted:
        return None
    last = noted[-1]
    what = msg(DID_NAMES[document.choice(Did, last.what, Did.NOTED)])
    return msg("{day}, {what}: {note}", day=iso(last.on), what=what, note=last.note)


def _waiting_said(it: Waiting) -> Message:
    given = iso(it.since)
    if it.snoozed_until:
        return msg("Given on {given}, and left alone until {day}.", given=given,
                   day=iso(it.snoozed_until))  # fmt: skip
    if it.answer_by:
        return msg("Given on {given}; the last day to answer is {day}.", given=given,
                   day=iso(it.answer_by))  # fmt: skip
    return msg("Given on {given}; it waits without a last day.", given=given)


def _renewing_said(it: Renewing) -> Message:
    ends = iso(it.ends)
    match it.step:
        case Step.NOTHING:
            made = msg("It extends itself on {day}.", day=ends)
        case Step.SWITCH_ON:
            made = msg("It ends on {day}; made to extend itself it goes on.", day=ends)
        case Step.DROP:
            made = msg(
                "It ends on {day}, for with Global Administrator it cannot extend itself; without "
                "that role it can.", day=ends,
            )  # fmt: skip
        case Step.ASK if it.late:
            made = msg("It ends on {day}, and a new consent is asked for late already.", day=ends)
        case _:
            made = msg(
                "It ends on {day}; ask for a new consent by {safe}, and there is time for two "
                "reminders.", day=ends, safe=iso(it.last_safe),
            )  # fmt: skip
    return msg("{what} {why}", what=made, why=it.why) if it.why else made
