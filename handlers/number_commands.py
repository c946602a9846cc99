"""What is done to one extension named by its number, in Slack (`/ext verify 101`) and on the command line alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from handlers.outcome_wording import AS_IT_SHOULD_BE
from models.actor import Actor
from models.extension import Extension
from pbx import extensions
from pbx.answers import ChangeResult
from pbx.services import Services


class UseCase(Protocol):
    """One of pbx/extensions.py. Raises SwitchhookError."""

    def __call__(
        self, services: Services, number: str, *, by: Actor, seen: Extension | None = None
    ) -> ChangeResult: ...


@dataclass(frozen=True)
class NumberCommand:
    """`verb`: what the extension then is, in the answer. `summary` and `help`: in Slack's and the command line's help."""

    name: str
    run: UseCase
    verb: str
    summary: str
    help: str


COMMANDS = (
    NumberCommand(
        "verify",
        extensions.verify,
        AS_IT_SHOULD_BE,
        summary="writes it once more and compares every value in Asterisk",
        help="Write it once more and compare every value in Asterisk.",
    ),
    NumberCommand(
        "secret",
        extensions.rotate_secret,
        "given a new secret",
        summary="a new password, shown to you alone; the old one stops working",
        help="Make a new secret; the old one stops working.",
    ),
    NumberCommand(
        "enable",
        extensions.enable,
        "enabled",
        summary="lets its phone back in",
        help="Let its phone back in.",
    ),
    NumberCommand(
        "disable",
        extensions.disable,
        "disabled",
        summary="locks its phone out, keeps number and settings",
        help="Lock its phone out; number and settings stay.",
    ),
)
