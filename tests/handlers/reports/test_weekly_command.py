"""`/ext report weekly`, under gunicorn."""

from __future__ import annotations

from handlers.reports import weekly_command
from tests.handlers.rendering import seen_message
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_a_channel_is_chosen_shown_and_left(admin: SlackUser) -> None:
    assert "The weekly report goes nowhere" in say(admin, "report weekly")
    chosen = say(admin, "report weekly here")
    assert "The weekly report goes to <#" in chosen or "The weekly report goes to #" in chosen
    assert "Every Monday, of the week before; next on Monday " in chosen
    assert say(admin, "report weekly") == chosen
    assert "goes nowhere" in say(admin, "report weekly off")
    assert "chose where the weekly report goes" in say(admin, "audit")


def test_what_is_no_choice_is_refused_and_only_admins_choose(admin: SlackUser, guest: SlackUser) -> None:
    assert "/ext report weekly off" in say(admin, "report weekly there")
    assert "Only phone admins can" in say(guest, "report weekly here")


def test_the_next_report_is_on_a_monday() -> None:
    assert "at 08:00, the server’s time (UTC" in seen_message(weekly_command.shown("C0WEEKLY"))
