"""Users of a customer's that were found, and what is said of the one that was chosen."""

from __future__ import annotations

from textual.content import Content

from store.actions.acting import Looked, Person
from store.message import N_, Message, msg
from store.model.may.chain import Chain, Verdict
from store.model.roles import role_name
from tui import text
from tui.widgets.row_table import Column, RowTable


class PeopleTable(RowTable):
    """The customer's users that were found."""

    columns = (
        Column(N_("Name"), 18, 2),
        Column(N_("User name"), 24, 3),
        Column(N_("Remarks"), 12, 1, 1),
    )
    people: tuple[Person, ...] = ()

    def show(self, people: tuple[Person, ...]) -> None:
        """Shows these users."""
        self.people = people
        self.rows_changed(0)

    def row_count(self) -> int:
        return len(self.people)

    def row_cells(self, row: int) -> tuple[str, ...]:
        one = self.people[row]
        remarks = [] if one.enabled else [N_("blocked")]
        remarks += [N_("guest")] if one.guest else []
        return one.name, one.upn, ", ".join(map(text.plain, remarks))

    @property
    def under_cursor(self) -> Person | None:
        """The user under the cursor."""
        return self.people[self.cursor] if self.cursor < len(self.people) else None


def about(looked: Looked, chain: Chain | None) -> Content:
    """Whom it is about, the roles there, and whether we may, with why."""
    named = (text.data(looked.user.name, "bold"), text.data(looked.user.upn))
    lines = [text.join(named, "  "), text.say(_roles(looked))]
    chain = chain or looked.chain
    verdict, broken = chain.verdict, chain.broken
    if broken is None:
        lines.append(text.say(N_("You may reset this password."), "bold"))
        return text.join(lines, "\n")
    head = (
        N_("You may not reset this password:")
        if verdict is Verdict.NO
        else N_("It is not known whether you may:")
    )
    parts = [text.say(head, "bold"), text.say(broken.why)]
    parts += [text.say(broken.repair)] if broken.repair else []
    if broken.new_consent:
        parts.append(text.say(N_("That needs a new consent of the customer.")))
    lines.append(text.join(parts, " "))
    return text.join(lines, "\n")


def _roles(looked: Looked) -> Message:
    """The roles of a user there, or why they are not known."""
    target = looked.target
    if target.roles is None:
        if target.why is None:
            return msg("Roles there: not known.")
        return msg("Roles there: not known. {why}", why=target.why)
    if target.protected and not target.roles:
        return msg("Roles there: none, but a group or a unit protects this user.")
    if not target.roles:
        return msg("Roles there: none.")
    names = ", ".join(sorted(map(role_name, target.roles)))
    return msg("Roles there: {roles}.", roles=names)
