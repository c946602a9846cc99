"""`/ext report`, under gunicorn: who may ask, and what is answered and sent."""

from __future__ import annotations

from datetime import date, timedelta

from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say
from tests.waiting import wait_for


def test_only_admins_read_of_all_calls(guest: SlackUser) -> None:
    assert "Only phone admins can see reports of all calls" in say(guest, "report week")


def test_a_report_is_answered_in_words_and_says_where_the_picture_goes(admin: SlackUser) -> None:
    said = say(admin, "report day")
    assert "Calls and phones, " in said
    assert "Times are the server’s (" in said
    assert "The picture comes to you as a direct message" in said
    assert "This and the picture are being posted here" in say(admin, "report week here")


def test_what_is_no_day_is_refused(admin: SlackUser) -> None:
    assert "“month” is neither day nor week" in say(admin, "report month")
    assert "is yet to come" in say(admin, f"report {date.today() + timedelta(days=2)}")
    assert "a report is of all calls" in say(admin, "report <@U0ALICE01|alice>").lower()
    assert "yesterday|last" in say(admin, "help report")


def test_the_picture_comes_as_a_direct_message(
    admin: SlackUser, switchhook: Switchhook, slack: SlackStandIn
) -> None:
    say(admin, "report yesterday")
    switchhook.listen()
    dm = f"D{admin.user_id[1:]}"
    shown = wait_for(
        lambda: [file for each in slack.messages(dm) for file in each.content.get("files", [])],
        lambda: switchhook.log_text()[-3000:],
    )
    assert shown[0]["mimetype"] == "image/png"
    assert "this day" in shown[0]["alt_txt"]
