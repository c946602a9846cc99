"""What the program can carry out about a finding, once somebody has said so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models import audit
from models.actor import Actor
from models.extension import State
from pbx import extensions
from pbx.answers import ChangeResult
from pbx.services import Services


@dataclass(frozen=True)
class Fix:
    """`label`: on its button, in up to 30 characters. `does`: a sentence that is shown before it is done.

    `run` gets the number that the doctor was asked about, "" for the system; it returns what came of it, and raises
    SwitchhookError.
    """

    name: str
    label: str
    does: str
    run: Callable[[Services, str, Actor], str]


def carry_out(services: Services, fix: Fix, number: str, by: Actor) -> str:
    """Carry it out, with an entry in the audit, and return what came of it. Raises SwitchhookError, SQLAlchemyError."""
    with services.database.session() as session:
        audit.record(session, by, f"had the doctor {fix.name}", number or None)
    return fix.run(services, number, by)


def _verify(services: Services, number: str, by: Actor) -> str:
    return _outcome(extensions.verify(services, number, by=by), number)


def _enable(services: Services, number: str, by: Actor) -> str:
    return _outcome(extensions.enable(services, number, by=by), number)


def _outcome(done: ChangeResult, number: str) -> str:
    if done.extension and done.extension.state is State.LIVE:
        return f"{number} is live, verified in Asterisk"
    return f"{number} is still not live; /ext status {number} says why"


def _publish(services: Services, _number: str, by: Actor) -> str:
    left = extensions.publish_all(services, take_over=False, by=by)
    if left:
        return f"{len(left)} of the extensions are still not live; /ext status says why"
    return "Asterisk has every extension as the database has it"


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
        ),
        Fix(
            "enable", "Let its phone back in", "enables this extension, so that its phone can log in", _enable
        ),
    )
}
