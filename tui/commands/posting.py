"""Letters on their way, as a command tells of them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from typing import Any

from store.actions.outbox import Account
from store.actions.sending import Run, Summary
from store.desk import Desk
from store.errors import DeskError
from store.message import msg, nmsg
from store.model.outgoing import STAGE_NAMES, Outgoing
from tui.commands.base import Context, tell


def go(
    ctx: Context,
    desk: Desk,
    account: Account,
    ids: Sequence[int],
    pace: int | None,
    *,
    quiet: bool = False,
) -> tuple[Summary, DeskError | None]:
    """Sends queued letters and tells of each and of them all, unless somebody else does.

    ctrl+c ends it after the letter under way.
    """
    done = 0

    def told(letter: Outgoing) -> None:
        nonlocal done
        done += 1
        tell(
            msg(
                "{number} of {count}: {to}: {stage}",
                number=done,
                count=len(ids),
                to=letter.to,
                stage=msg(STAGE_NAMES[letter.stage]),
            )
        )
        if sending.ended is None or letter.why != sending.ended.what:  # that is said at the end
            for said in (letter.why, letter.todo):
                if said:
                    tell(said)

    sending = Run(
        desk,
        account,
        templates=ctx.settings.templates,
        told=None if quiet else told,
        pace=pace,
        connection=lambda: ctx.connection(desk),
    )

    async def run() -> tuple[Summary, DeskError | None]:
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_signal_handler(signal.SIGINT)  # before it is said that once more ends it
            sending.stop()
            tell(msg("Stopping after the letter under way. Once more ends at once."))

        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal.SIGINT, stop)
        try:
            return await sending.send(ids), sending.ended
        finally:
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.remove_signal_handler(signal.SIGINT)

    summary, ended = asyncio.run(run())
    if not quiet:
        _say(summary, ended)
    return summary, ended


def _say(summary: Summary, ended: DeskError | None) -> None:
    tell(nmsg("{count} letter was sent.", "{count} letters were sent.", summary.sent))
    if summary.refused:
        tell(nmsg("{count} letter was refused.", "{count} letters were refused.", summary.refused))
    if summary.unknown:
        tell(
            nmsg(
                "It is not known what became of {count} letter.",
                "It is not known what became of {count} letters.",
                summary.unknown,
            )
        )
        tell(msg("See which: {command}", command="partnerdesk outbox list --stage unknown"))
    waiting = summary.later + summary.left
    if waiting:
        tell(nmsg("{count} letter is still queued.", "{count} letters are still queued.", waiting))
        tell(msg("Go on with them: {command}", command="partnerdesk send --resume"))
    if ended:
        tell(ended.what)
        if ended.todo:
            tell(ended.todo)


def status_of(summary: Summary, ended: DeskError | None) -> int:
    """The exit status: 0 all sent, 3 something is doubtful or still queued, 1 failed."""
    if ended and not (summary.sent or summary.unknown or summary.refused):
        return 1
    if summary.unknown or summary.left or summary.later:
        return 3
    if summary.refused:
        return 1
    return 3 if ended else 0  # all went, but somebody should look


def summary_record(summary: Summary) -> dict[str, Any]:
    """The numbers as JSON."""
    return dict(summary._asdict())
