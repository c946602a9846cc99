"""`/ext doctor`, through gunicorn, on a real Asterisk."""

from __future__ import annotations

import pytest

from handlers.doctor.messages import FIX_ACTION
from handlers.slack.blocks import button
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser, as_text
from tests.slack_stand_in.records import Json
from tests.slash_commands import say
from tests.waiting import wait_for

pytestmark = pytest.mark.usefixtures("has_listener")


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
    assert "Only phone admins can" in say(guest, "doctor")


def offer_of(admin: SlackUser) -> tuple[Json, Json] | None:
    """Return what the doctor says, with the one button in it, if it has come to that check in time."""
    shown = admin.replies(admin.command("/ext", "doctor"))[0]
    offered = [each for block in shown["blocks"] for each in block.get("elements", ()) if "confirm" in each]
    return (shown, offered[0]) if len(offered) == 1 else None


def test_a_button_mends_after_asking_and_the_audit_says_who_did_it(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    asterisk.cli("module unload res_pjsip_registrar.so")
    shown, offered = wait_for(lambda: offer_of(admin))
    assert offered["text"]["text"] == "Load the modules"
    assert "has Asterisk load the modules" in offered["confirm"]["text"]["text"]
    answers = admin.replies(admin.click(shown, offered["action_id"], offered["value"]))
    assert answers[0]["replace_original"] is True
    assert f"✅ Done by @{admin.user_id}: Asterisk has loaded res_pjsip_registrar" in as_text(answers[0])
    assert "Load the modules" not in str(answers[0]["blocks"])
    assert "had the doctor load-modules" in say(admin, "audit")


def test_a_button_is_for_admins_and_an_old_one_says_so(admin: SlackUser, guest: SlackUser) -> None:
    for user, value, said in (
        (guest, "publish:", "Only phone admins can"),
        (admin, "dance:", "That button is of another version: see /ext doctor"),
    ):
        shown = {"blocks": [{"type": "actions", "elements": [button("Mend", FIX_ACTION, value)]}]}
        answers = user.replies(user.click(shown, FIX_ACTION))
        assert said in as_text(answers[0])


def test_a_button_does_nothing_for_a_number_that_has_changed_since(admin: SlackUser) -> None:
    for text in ("create 166 Old", "disable 166"):
        say(admin, text)
    shown = admin.replies(admin.command("/ext", "doctor 166"))[0]
    elements = [each for block in shown["blocks"] for each in block.get("elements", ())]
    (offered,) = [each for each in elements if each.get("value", "").startswith("enable:166:")]
    say(admin, 'set 166 name="Leaver"')
    answers = admin.replies(admin.click(shown, offered["action_id"], offered["value"]))
    assert "166 has changed since the doctor looked at it: see /ext doctor 166" in as_text(answers[0])
    assert "Disabled: no phone can use it" in say(admin, "status 166")
