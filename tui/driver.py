"""Textual's driver, which also comes back from a stop that it was not asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from tui.app import PartnerDesk


class DeskDriver(LinuxDriver):
    """After `kill -STOP` and `fg`, one reader of keys, and the terminal as it was before us.

    Textual counts on having left application mode when it is continued. After a stop that
    cannot be caught it has not: it would start a second reader beside the first, each getting
    some of the keys, and take its own raw mode for the state to restore at the end.
    """

    def resume_application_mode(self) -> None:
        """Comes back to the full screen; leaves it first where that has not been done."""
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
        super().resume_application_mode()

    def stop_application_mode(self) -> None:
        """Leaves the full screen empty: tmux keeps lines of it where it had grown meanwhile.

        Every way out comes by here, also a stop by a signal of which nobody else is told.
        """
        cast("PartnerDesk", self._app).forget_secrets()
        self.write("\x1b[2J")
        super().stop_application_mode()
