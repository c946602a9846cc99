"""Faults of one number: of its row, its lines, what Asterisk has of it, and its phone."""

from __future__ import annotations

from contextlib import suppress

from tests.asterisk_bed import RegistrationFailed
from tests.installation.fault import Fault, both, console, edited, flask
from tests.installation.installation import Installation
from tests.waiting import wait_for

NUMBER = "101"
BLOCK = "switchhook/pjsip.conf"


def _log_in(installation: Installation) -> None:
    """The phone is started anew: one that believes to be logged in would not try."""
    with suppress(RegistrationFailed):
        installation.phones[NUMBER].unregister()
    installation.phones[NUMBER].register()
    wait_for(lambda: not installation.doctor(NUMBER))


def _log_out(installation: Installation) -> None:
    installation.phones[NUMBER].unregister()


NUMBERS = (
    Fault(
        "the extension is disabled",
        "number-disabled",
        flask("ext", "disable", NUMBER),
        f"/ext enable {NUMBER}",
        both(flask("ext", "enable", NUMBER), _log_in),
        NUMBER,
        listening=True,
    ),
    Fault(
        "a line of its endpoint was edited",
        "number-lines",
        edited(BLOCK, 'callerid="Alice" <101>', 'callerid="Eve" <101>'),
        f"/ext verify {NUMBER}",
        flask("ext", "verify", NUMBER),
        NUMBER,
    ),
    Fault(
        "its steps are gone from the running dialplan",
        "number-loaded",
        console(f"dialplan remove extension {NUMBER}@from-internal"),
        f"/ext verify {NUMBER}",
        flask("ext", "verify", NUMBER),
        NUMBER,
    ),
    Fault(
        "its phone is switched off",
        "number-registered",
        _log_out,
        "is it switched on",
        _log_in,
        NUMBER,
    ),
)
