"""App Home as a whole: a real Asterisk, real phones, gunicorn, `flask listen`, and what people see as it happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.home import action_ids
from tests import alerting_bed
from tests.alerting_bed import AlertingBed
from tests.slack_stand_in import SlackUser, as_text
from tests.slash_commands import say

bed = alerting_bed.bed


@pytest.fixture
def bob(bed: AlertingBed) -> SlackUser:
    bed.switchhook.start()
    return SlackUser(bed.slack, bed.switchhook.url, user_id="U0BOB0001", user_name="bob")


def wait_for_home(
    bed: AlertingBed, user: SlackUser, *texts: str, act: Callable[[], object] | None = None
) -> str:
    """Do something, and wait until the person sees all these texts."""
    if act:
        act()

    def look() -> str:
        shown = as_text(bed.slack.workspace.homes.get(user.user_id, {}))
        return shown if all(text in shown for text in texts) else ""

    return bed.slack.wait_until(look)


def test_a_home_follows_phones_calls_and_changes_while_somebody_looks_at_it(
    bed: AlertingBed, bob: SlackUser, admin: SlackUser
) -> None:
    bed.listen()
    say(admin, f"set 102 <@{bob.user_id}|bob>")
    wait_for_home(bed, bob, "No phone has registered yet.", "⚫ 102 · Bob @", act=bob.open_home)
    alice, phone = bed.phone("101"), bed.phone("102")
    wait_for_home(bed, bob, "🟢 102 · Bob\nRegistered since ", "🟢 101 · Alice", "2 🟢 registered")
    alice.dial("102")
    phone.wait_incoming()
    phone.answer()
    wait_for_home(bed, bob, "📞 102 · Bob\nIn a call", "📞 101 · Alice")
    alice.hangup()
    wait_for_home(bed, bob, "📞 from 101 Alice · talked ", "🟢 101 · Alice")
    home = bed.slack.workspace.homes[bob.user_id]
    bob.enter(home, action_ids.SEARCH, "alice")
    wait_for_home(bed, bob, "with “alice”")
    alice.close()
    shown = wait_for_home(bed, bob, "⚫ 101 · Alice", "with “alice”")
    assert "102 · Bob @" not in shown
    say(admin, "disable 102")
    wait_for_home(bed, bob, "🚫 102 · Bob\nIt is disabled: no phone can use it. Ask @")


def test_while_asterisk_is_away_nobody_is_shown_as_offline(bed: AlertingBed, bob: SlackUser) -> None:
    bed.listen()
    bed.phone("101")
    wait_for_home(bed, bob, "🟢 101 · Alice", act=bob.open_home)
    bed.asterisk.kill()
    wait_for_home(bed, bob, "❔ 101 · Alice", "The phone system is not heard from right now")
