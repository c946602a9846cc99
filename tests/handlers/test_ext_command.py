"""`/ext` through gunicorn, signed like Slack's, on a real Asterisk with real phones."""

from __future__ import annotations

import re

import pytest

from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.running import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text


def say(user: SlackUser, text: str) -> str:
    """What Slack shows after `/ext <text>`."""
    return as_text(user.replies(user.command("/ext", text), timeout=20)[0])


def secret_in(answer: str) -> str:
    match = re.search(r"^Secret +(\S+)$", answer, re.MULTILINE)
    assert match, answer
    return match[1]


def test_a_created_extension_registers_a_phone_and_status_says_so(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    created = say(admin, "create 101 Alice")
    assert "✅ Extension 101 (Alice) is created and verified in Asterisk." in created
    with Phone("101", secret_in(created), asterisk.sip_domain) as phone:
        assert "⚫ Offline" in say(admin, "status 101")
        phone.register()
        assert re.search(r"101 \(Alice\): 🟢 Registered at 127\.0\.0\.1:\d+", say(admin, "status 101"))


def test_after_secret_the_new_one_registers_and_the_old_one_does_not(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    old = secret_in(say(admin, "create 101 Alice"))
    new = secret_in(say(admin, "secret 101"))
    with Phone("101", new, asterisk.sip_domain) as phone:
        phone.register()
    with Phone("101", old, asterisk.sip_domain) as phone, pytest.raises(RegistrationFailed):
        phone.register()


def test_only_admins_change_things_and_everybody_may_look(
    admin: SlackUser, slack: SlackStandIn, switchhook: Switchhook
) -> None:
    guest = SlackUser(slack, switchhook.url, user_id="U0GUEST01", user_name="guest")
    refusal = say(guest, "create 101 Alice")
    assert "only the people in SLACK_ADMINS may change extensions" in refusal.replace("Only", "only")
    assert "U0GUEST01" in refusal
    assert "There is no extension 101" in say(guest, "status 101")
    assert "No extensions yet" in say(guest, "list")
    assert "/ext create" in say(guest, "help")
