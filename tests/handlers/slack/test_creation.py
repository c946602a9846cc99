"""Who gets the password of an extension that is made in Slack: whoever asked, or the person that it is for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handlers.slack import creation
from models.fields import NewExtension
from models.incident import Incident
from models.types import now
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.records import direct_message
from tests.slash_commands import TESTER, say, secret_in


@pytest.fixture(scope="module")
def bob(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id="U0BOB0001", user_name="bob")


def welcome_of(slack: SlackStandIn, user: SlackUser) -> Any:
    return slack.wait_until(lambda: slack.messages(direct_message(user.user_id)))[-1]


def test_the_person_that_it_is_for_gets_the_password_and_the_admin_does_not(
    admin: SlackUser, bob: SlackUser, slack: SlackStandIn, asterisk: Asterisk, switchhook: Switchhook
) -> None:
    answer = say(admin, "create 101 “Bob Smith” <@U0BOB0001|bob>")
    assert (
        "✅ Extension 101 is ready for Bob Smith. @U0BOB0001 gets the password in a direct message" in answer
    )
    assert "Password  " not in answer
    switchhook.listen()
    bob.click(welcome_of(slack, bob), "hr_secret")
    window = slack.wait_until(lambda: list(slack.workspace.views.values()))[-1]
    shown = re.search(r"^Password +(\S+)$", as_text(window), re.MULTILINE)
    assert shown
    with Phone("101", shown[1], asterisk.sip_domain) as phone:
        phone.register()


def test_admins_who_make_their_own_see_the_password(admin: SlackUser) -> None:
    assert secret_in(say(admin, f"create 102 Ada <@{admin.user_id}|ada>"))


@pytest.mark.parametrize(
    ("flag", "said"), [({"is_bot": True}, "is a bot"), ({"deleted": True}, "is deactivated in Slack")]
)
def test_nothing_is_made_for_who_can_read_nothing(
    admin: SlackUser, slack: SlackStandIn, flag: dict[str, bool], said: str
) -> None:
    slack.add_user("U0GONE001", "gone")
    slack.workspace.users["U0GONE001"] |= flag
    answer = say(admin, "create 103 Gone <@U0GONE001|gone>")
    assert f"⚠️ @U0GONE001 {said}, and could not be told the password: nothing was done." in answer
    assert "There is no extension 103" in say(admin, "status 103")


def test_nothing_is_made_for_a_mention_of_nobody(admin: SlackUser, slack: SlackStandIn) -> None:
    slack.fail_next("users.info", error="user_not_found")
    assert "@U0NOSUCH1 is nobody in this workspace" in say(admin, "create 103 Gone <@U0NOSUCH1>")


def test_while_slack_does_not_say_who_that_is_it_is_made_all_the_same(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    slack.fail_next("users.info", status=500)
    assert "Extension 104 is ready for Zoe." in say(admin, "create 104 Zoe <@U0ZOE0001|zoe>")


def test_what_is_not_live_is_handed_over_later(admin: SlackUser, asterisk: Asterisk) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.rename(path.with_suffix(".away"))
    answer = say(admin, "create 105 Eve <@U0EVE0001|eve>")
    path.with_suffix(".away").rename(path)
    assert "🕓 Extension 105 for Eve is saved, not live yet." in answer
    assert "@U0EVE0001 gets the password in a direct message as soon as it is live" in answer


def test_who_hands_a_password_over_reads_that_the_message_waits_while_no_listener_runs(
    quiet: Services,
    slack: SlackStandIn,
) -> None:
    with quiet.database.session() as session:
        session.add(Incident(subject="listener", resolved=False, notified_at=now(), occurrences=1))
    slack.add_user("U0FAY0001", "fay")
    new = NewExtension(number="106", name="Fay", slack_user_id="U0FAY0001")
    assert creation.UNSENT in creation.create(quiet, new, TESTER).text
