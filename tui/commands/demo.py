"""`partnerdesk demo`: a practice partner to try everything on."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from store.actions import demo, letters
from store.actions.practice import Rehearsal, practice_of
from store.desk import Desk
from store.message import msg
from store.model.consent import STATE_NAMES, State
from store.model.offer import Kind
from store.model.partner import FLOW_NAMES, flow_for
from tui import language as interface
from tui.commands.base import Context, context, put, put_raw, put_table, tell
from tui.commands.practice import PORT, Interrupted, tell_where
from tui.language import _, number, say
from tui.settings import MailSettings
from tui.terminal import why_no_screen

PACE = 120
"""Letters a minute: fast enough to be looked at, slow enough to be paused."""


@click.command(
    help=_("A practice partner with customers in every state. Nothing of yours is touched.")
)
@click.option("--customers", type=click.IntRange(0, 200_000), default=250, show_default=True,
              help=_("How many customers it has."))  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help=_("The same gives the same."))
@click.option("--language", metavar="L", help=_("en or fr: the interface's and the letters'."))
@click.option(
    "--serve", type=click.IntRange(0, 65535), is_flag=False, flag_value=PORT, metavar="[PORT]",
    help=_("Also let the practice cloud listen on this host, for a customer's browser."),
)  # fmt: skip
@context
def command(
    ctx: Context, customers: int, seed: int, language: str | None, serve: int | None
) -> int:
    if language:
        if language not in interface.LANGUAGES:
            raise click.BadParameter(_("Choose en or fr."), param_hint="--language")
        interface.install(language)
    with _ending_in_order(), _scratch() as (folder, clean_up):
        store = folder / "store"
        with Desk(store, ctx.operator, today=ctx.today).open() as desk:
            demo.fill(desk, customers=customers, seed=seed, language=interface.current())
            view, today = desk.view, desk.today()
            mail = folder / "mail"
            mail.mkdir(mode=0o700)  # nobody wrote back yet, and that is no error
            rehearsal = Rehearsal(lambda: practice_of(view, today), mail)
            # Its letters leave from the practice cloud, and its answers come into a folder of it.
            ctx.settings = ctx.settings._replace(
                mail=MailSettings(way="graph", pace=PACE, answers=str(mail)), templates=""
            )
            if serve is not None:
                return _served(ctx, desk, rehearsal, serve, clean_up)
            if why_no_screen(ctx.environment):
                _print(desk)
                return 0
        return ctx.open_desk(store, ctx.settings, ctx.operator, rehearsal, clean_up)


@contextmanager
def _scratch() -> Iterator[tuple[Path, Callable[[], None]]]:
    """The demo's folder, and what removes it where the process ends without coming back here."""
    folder = Path(tempfile.mkdtemp(prefix="partnerdesk-demo-"))

    def clean_up() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    try:
        yield folder, clean_up
    finally:
        clean_up()


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Ends by the usual way out where a signal comes before or after the full screen."""

    def leave(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # shells send a second one
        sys.exit(128 + number)

    before = {one: signal.getsignal(one) for one in (signal.SIGHUP, signal.SIGTERM)}
    try:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:  # one that is ignored (nohup) stays so
                signal.signal(number, leave)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _served(
    ctx: Context, desk: Desk, rehearsal: Rehearsal, port: int, clean_up: Callable[[], None]
) -> int:
    """The demo with its practice cloud listening; without a screen it only listens."""
    from store.actions.practice import serving

    with ExitStack() as stack:
        screenless = why_no_screen(ctx.environment)
        interrupted = stack.enter_context(Interrupted()) if screenless else None
        served = stack.enter_context(serving(rehearsal.practice, desk.path, port))
        tell_where(served, desk)
        if interrupted:
            _print(desk)
            interrupted.wait()
            return 0
        desk.close()
        if sys.stdin.isatty():
            tell(msg("Press enter to open the desk; the addresses stand on Microsoft (6) too."))
            sys.stdin.readline()
        return ctx.open_desk(desk.path, ctx.settings, ctx.operator, rehearsal, clean_up)


def _print(desk: Desk) -> None:
    """The same partner as text, for where no screen is."""
    view, today = desk.view, desk.today()
    tell(msg("Practice. There is no terminal here, so this is the demo as text."))
    flow = FLOW_NAMES[flow_for(view.customer_count)]
    count, name = view.customer_count, view.partner.name
    put(say(msg("{partner}: {count} customers, {flow}", partner=name, count=count, flow=msg(flow))))
    put()
    counts = Counter(view.consent(key, today).state for key in view.customers)
    rows = [(_(STATE_NAMES[state]), number(counts[state])) for state in State if counts[state]]
    put_table((_("Consent"), _("Customers")), rows)
    put()
    copy = letters.copies(view, Kind.DELEGATED, [], interface.current(), today)[0]
    put(say("Subject: {subject}", subject=copy.subject))
    put()
    put_raw(copy.text)
    put()
    put(_("Everything that the screens do is a command too: partnerdesk --help"))
