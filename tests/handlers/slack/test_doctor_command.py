"""`/ext doctor`, through gunicorn, on a real Asterisk."""

from __future__ import annotations

from tests.asterisk_bed import Asterisk
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_a_fault_is_named_with_what_to_do(
    admin: SlackUser, switchhook: Switchhook, asterisk: Asterisk
) -> None:
    asterisk.kill()
    try:
        shown = say(admin, "doctor")
    finally:
        asterisk.start()
    assert "1. Asterisk's manager interface" in shown
    assert "What to do: is Asterisk running" in shown.replace("_", "")
    assert "Asterisk's files can be read" in shown


def test_the_doctor_is_for_admins(guest: SlackUser) -> None:
    assert "Only the people in SLACK_ADMINS" in say(guest, "doctor")
