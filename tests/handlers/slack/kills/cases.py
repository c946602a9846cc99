"""The table of requests that change or send something: what is there before, and what is typed, pressed or submitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.slack.command_buttons import command_button
from models.extension import Extension
from models.fields import Changes, NewExtension
from pbx import extensions, numbers
from tests.handlers.slack.kills.bed import Bed
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackUser
from tests.slash_commands import TESTER

BOB = "U0BOB0001"
DONE = "Done, though Switchhook was started anew meanwhile"  # and what, in the words of the audit trail


@dataclass(frozen=True)
class Case:
    """`before`: makes what is there; `act`: sends the request, behind bed.now().

    `otherwise`: words of what is said where another process goes on, if these are other ones; `differing`: words
    of rows that are not the same then.
    """

    name: str
    act: Callable[[Bed], object]
    before: Callable[[Bed], object] = lambda _bed: None
    otherwise: str = ""
    differing: str = ""

    def __str__(self) -> str:
        return self.name


def admin(bed: Bed) -> SlackUser:
    return bed.user(ADMIN_ID)


def command(
    text: str,
    before: Callable[[Bed], object] = lambda _bed: None,
    by: str = ADMIN_ID,
    otherwise: str = "",
) -> Case:
    def act(bed: Bed) -> None:
        bed.now()
        bed.user(by).command("/ext", text)

    return Case(text, act, before, otherwise)


def alice(bed: Bed) -> None:
    extensions.create(bed.services, NewExtension(number="101", name="Alice"), by=TESTER)


def bobs(bed: Bed) -> None:
    extensions.create(bed.services, NewExtension(number="101", name="Bob", slack_user_id=BOB), by=TESTER)


def disabled(bed: Bed) -> None:
    alice(bed)
    extensions.change(bed.services, "101", Changes(enabled=False), by=TESTER)


def row(bed: Bed) -> Extension:
    found = numbers.find(bed.services, "101")
    assert found
    return found


def press(label: str, text: str, before: Callable[[Bed], object] = alice) -> Case:
    """A button that runs a command about 101 as it is then."""

    def act(bed: Bed) -> None:
        element = command_button(label, text, about=row(bed))
        shown = {"text": "x", "blocks": [{"type": "actions", "elements": [element]}]}
        bed.now()
        admin(bed).click(shown, element["action_id"])

    return Case(f"press of {label}", act, before)


def _delete(bed: Bed) -> None:
    asked = admin(bed).replies(admin(bed).command("/ext", "delete 101"))[0]
    bed.now()
    admin(bed).click(asked, "ext_delete")


COMMANDS = (
    command("create 101 Alice"),
    command("create Alice"),
    command(f"create 101 Bob <@{BOB}|bob>"),
    command("set 101 name=Carol", alice),
    command(f"set 101 <@{BOB}|bob>", alice),
    command("secret 101", bobs),
    command("disable 101", alice),
    command("enable 101", disabled),
    command("verify 101", alice),
    command("nat set media=203.0.113.7"),
    command("nat clear", lambda bed: admin(bed).command("/ext", "nat set media=203.0.113.7")),
    command("alerts here calls 100-149", otherwise=DONE),
    command("alerts off", otherwise=DONE),
    command("report weekly here", otherwise=DONE),
    command("report day here", otherwise=DONE),
    command("report week", otherwise=DONE),
    command("steps on", otherwise=DONE),
    command("notify off", bobs, BOB, "You get no direct messages"),
)
PRESSES = (
    Case("press of Delete", _delete, alice),
    press("Try again", "verify 101"),
    press("Disable", "disable 101"),
    press("New password", "secret 101", bobs),
)
