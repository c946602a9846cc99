"""What the program can carry out about a finding, once somebody has said so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models import audit
from models.actor import Actor
from models.extension import State
from pbx import extensions, leavers, numbers
from pbx.ami import connected
from pbx.answers import ChangeResult
from pbx.doctor import asterisk_checks
from pbx.errors import Refusal
from pbx.services import Services


@dataclass(frozen=True)
class Fix:
    """`label`: on its button, in up to 30 characters. `does`: a sentence that is shown before it is done.

    `of_number`: of one extension, and not of the system.

    `run` gets the number that the doctor was asked about, "" for the system; it returns what came of it, and raises
    SwitchhookError.
    """

    name: str
    label: str
    does: str
    run: Callable[[Services, str, Actor], str]
    of_number: bool = False


def state_of(services: Services, number: str) -> str:
    """Return what tells one extension of this number, and one state of it, from another; empty: there is none."""
    row = numbers.find(services, number)
    return f"{row.id}.{row.revision}" if row else ""


def carry_out(services: Services, fix: Fix, number: str, by: Actor) -> str:
    """Carry it out, with an entry in the audit, and return what came of it. Raises SwitchhookError, SQLAlchemyError.

    The entry comes last: it is of what was done. Each fix may be carried out once more, if this ends before it.
    """
    done = fix.run(services, number, by)
    with services.database.session() as session:
        audit.record(session, by, f"had the doctor {fix.name}", number or None)
    return done


def _verify(services: Services, number: str, by: Actor) -> str:
    return _outcome(extensions.verify(services, number, by=by), number)


def _enable(services: Services, number: str, by: Actor) -> str:
    """Let its phone in, unless somebody has left meanwhile who still knows its password. Raises Refusal."""
    row = extensions.get(services, number)
    with services.database.session() as session:
        left = leavers.who_knows_the_secret(session, row)
    if left:
        raise Refusal(
            f"{left.name or 'who had it'} has left, and still has the password of {number}: leave it so; for somebody "
            f"else, /ext enable {number}, and at once /ext secret {number}"
        )
    return _outcome(extensions.enable(services, number, by=by), number)


def _outcome(done: ChangeResult, number: str) -> str:
    if done.extension and done.extension.state is State.LIVE:
        return f"{number} is live, verified in Asterisk"
    return f"{number} is still not live; /ext status {number} says why"


def _publish(services: Services, _number: str, by: Actor) -> str:
    left = extensions.publish_all(services, by=by)
    if left:
        return f"{len(left)} of the extensions are still not live; /ext status says why"
    return "nothing waits to be published"


def _load_modules(services: Services, _number: str, _by: Actor) -> str:
    missing = asterisk_checks.missing_modules(services.settings)
    with connected(services.settings) as asterisk:
        for module in missing:
            asterisk.ask_all([{"Action": "ModuleLoad", "LoadType": "load", "Module": f"{module}.so"}])
    if left := asterisk_checks.missing_modules(services.settings):
        return f"Asterisk does not load {', '.join(left)}; its log says why"
    return f"Asterisk has loaded {', '.join(missing) or 'all that phones need'}"


FIXES = {
    each.name: each
    for each in (
        Fix(
            "publish",
            "Publish now",
            "writes what waits into Asterisk's files, and tries what was refused once more",
            _publish,
        ),
        Fix(
            "verify",
            "Write it once more",
            "writes this extension once more, has Asterisk load it, and compares every value",
            _verify,
            of_number=True,
        ),
        Fix(
            "enable",
            "Let its phone back in",
            "enables this extension, so that its phone can log in",
            _enable,
            of_number=True,
        ),
        Fix(
            "load-modules",
            "Load the modules",
            "has Asterisk load the modules that phones need, until it is started anew",
            _load_modules,
        ),
    )
}
