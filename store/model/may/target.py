"""The last link of the chain: whose password is to be reset, and is that above our roles."""

from __future__ import annotations

from collections.abc import Callable

from store.message import N_, Message, msg
from store.model.access import Level, Task
from store.model.assigning import TO_DO, assigning
from store.model.may.access import assign
from store.model.may.chain import Fix, Link, Part, Repair, Target, Verdict, link
from store.model.may.consent import Known, Opening, Place, new_offer, unsure
from store.model.may.held import Held
from store.model.may.person import Person, give_level
from store.model.may.resets import DOES, least_reset, resets
from store.model.roles import role_name

Helper = Callable[[], str]
"""Names somebody else of ours who may; "" if nobody may."""


def target_link(
    who: Person, place: Place, known: Known, opened: Opening, found: Held, target: Target | None,
    helper: Helper,
) -> Link:  # fmt: skip
    """Whether what a user of ours holds there may reset the password of the target."""
    if target is None:
        if resets(found.certain, (), protected=True) is Verdict.YES:
            return Link(Part.TARGET, Verdict.YES, msg("Holds for everybody, administrators too."))
        return Link(Part.TARGET, Verdict.YES,
                    msg("Holds for users who hold no administrator role; name the user to be sure "
                        "of others."))  # fmt: skip
    if target.upn and target.upn.casefold() == who.label.casefold():
        return link(Part.TARGET, Verdict.NO, msg("Nobody resets the own password this way."),
                    Repair(msg("Let somebody else do it.")))  # fmt: skip
    if target.stranger:
        return link(Part.TARGET, Verdict.UNKNOWN,
                    msg("Nobody there is called {target}.", target=target.upn),
                    Repair(msg("Compare the user name."), Fix.NOWHERE,
                           f"partnerdesk act users {place.ref}"))  # fmt: skip
    if target.roles is None:
        why = target.why or msg("The roles of {target} were not read.", target=target.upn)
        repair = Repair(msg("Sign in, so that the roles of {target} can be read.",
                            target=target.upn), Fix.NOWHERE, "partnerdesk sign-in")  # fmt: skip
        return link(Part.TARGET, Verdict.UNKNOWN, why, repair)
    verdict = resets(found.certain, target.roles, protected=target.protected)
    if verdict is Verdict.NO and found.possible != found.certain:
        could = resets(found.possible, target.roles, protected=target.protected)
        verdict = Verdict.NO if could is Verdict.NO else Verdict.UNKNOWN
    if verdict is Verdict.YES:
        return Link(Part.TARGET, verdict, _may(found, target))
    repair = _repair(who, place, known, opened, found, target, helper)
    if verdict is Verdict.UNKNOWN:
        why = msg("Whether the roles that {upn} has there reach {target} is not known.",
                  upn=who.label, target=target.upn)  # fmt: skip
        if found.unsure:
            why = found.unsure.why
        return link(Part.TARGET, verdict, why, repair)
    return unsure(link(Part.TARGET, verdict, _above(found, target), repair), known)


def _may(found: Held, target: Target) -> Message:
    assert target.roles is not None
    role = least_reset(found.certain, target.roles, protected=target.protected)
    if not target.roles and not target.protected:
        return msg("{target} holds no administrator role.", target=target.upn)
    return msg("{role} may reset the password of {target}.", role=role_name(role),
               target=target.upn)  # fmt: skip


def _above(found: Held, target: Target) -> Message:
    assert target.roles is not None
    ours = _either(found.certain & frozenset(DOES[Task.RESET_PASSWORD]) or found.certain)
    if target.roles:
        return msg("{target} holds {roles}; such a password cannot be reset with {ours}.",
                   target=target.upn, roles=_all(target.roles), ours=ours)  # fmt: skip
    return msg("{target} is in a role-assignable group or a restricted unit; such a password "
               "cannot be reset with {ours}.", target=target.upn, ours=ours)  # fmt: skip


def _repair(
    who: Person, place: Place, known: Known, opened: Opening, found: Held, target: Target,
    helper: Helper,
) -> Repair:  # fmt: skip
    """Somebody who may; else a stronger role that the customer granted; else a new consent."""
    assert target.roles is not None
    other = helper()
    if other:
        return Repair(msg("{upn} may: ask there.", upn=other))
    full = who.group(Level.FULL)
    if least_reset(found.granted, target.roles, protected=target.protected):
        if opened.classic or full is None:
            return give_level(who.label, Level.FULL)
        for it in opened.relationships:
            plan = assigning(it, full, known.partner.limited_as)
            if plan.step in TO_DO and least_reset(
                plan.roles, target.roles, protected=target.protected
            ):
                return assign(full, place)
        return give_level(who.label, Level.FULL)
    said = msg("Ask the customer for another relationship, with {role}.",
               role="Privileged Authentication Administrator")  # fmt: skip
    return new_offer(place, known, "full")._replace(said=said)


def _all(roles: frozenset[str]) -> Message | str:
    return _joined(roles, N_("{first} and {last}"))


def _either(roles: frozenset[str]) -> Message | str:
    return _joined(roles, N_("{first} or {last}"))


def _joined(roles: frozenset[str], last: str) -> Message | str:
    *before, final = sorted(map(role_name, roles)) or [""]
    return Message(last, {"first": ", ".join(before), "last": final}) if before else final
