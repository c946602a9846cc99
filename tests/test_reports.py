"""One call is answered and one is missed, and both are in the report: the whole product, on the real Asterisk, with real phones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from models.actor import Actor
from models.database import Database
from models.installation import ONLY
from models.report_schedule import ReportSchedule
from models.types import now
from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say
from tests.waiting import wait_for

WEEK = " to Sunday "  # in the title of a week's
SECRETS = {"101": "Alice123Pass", "102": "Bob12345Pass"}


@pytest.fixture
def phones(asterisk: Asterisk, switchhook: Switchhook, admin: SlackUser) -> Iterator[tuple[Phone, Phone]]:
    """Alice's and Bob's, registered, with a listener."""
    for (number, secret), name in zip(SECRETS.items(), ("Alice", "Bob"), strict=True):
        assert "✅" in say(admin, f"create {number} {name} secret={secret}")
    switchhook.listen()
    wait_for(lambda: '"message": "listening"' in switchhook.log_text(), switchhook.log_text)
    alice, bob = (Phone(number, secret, asterisk.sip_domain) for number, secret in SECRETS.items())
    with alice, bob:
        alice.register()
        bob.register()
        yield alice, bob


def pictures(slack: SlackStandIn, user: SlackUser) -> list[dict[str, str]]:
    messages = slack.messages(f"D{user.user_id[1:]}")
    return [file for each in messages for file in each.content.get("files", [])]


def test_what_phones_did_is_in_the_report(
    phones: tuple[Phone, Phone],
    admin: SlackUser,
    slack: SlackStandIn,
    switchhook: Switchhook,
    database_url: str,
) -> None:
    alice, bob = phones
    alice.dial("102")
    bob.wait_incoming()
    bob.answer()
    alice.wait_established()
    alice.hangup()
    bob.wait_ended()
    alice.dial("102")
    bob.wait_incoming()
    alice.hangup()

    def told() -> str:
        said = say(admin, "report day")
        return said if "2 calls: 1 answered, 1 missed." in said else ""

    wait_for(told, lambda: f"{say(admin, 'report day')}\n{switchhook.log_text()[-3000:]}")
    last = wait_for(
        lambda: next((each for each in pictures(slack, admin) if "2 calls" in each["alt_txt"]), None),
        lambda: str(pictures(slack, admin)),
    )
    assert "Registered phones: 2 " in last["alt_txt"]  # before, nobody listened
    assert slack.uploaded(last["id"]).startswith(b"\x89PNG")
    page = (
        PageUser(switchhook.url, database_url, Actor.slack(switchhook.admin_id), "Alice").get("/reports").text
    )
    assert "2 calls: 1 answered, 1 missed." in page
    all_calls = page.partition("<tfoot>")[2]
    assert '<td data-label="Answered">1</td><td data-label="Missed">1</td>' in all_calls


def test_a_weekly_report_that_is_late_is_posted_once_whoever_listens(
    admin: SlackUser, slack: SlackStandIn, switchhook: Switchhook, database_url: str
) -> None:
    def posted(words: str) -> int:
        return sum(words in as_text(each) for each in slack.messages(admin.channel_id))

    assert "next on Monday" in say(admin, "report weekly here")
    with closing(Database(database_url)) as database, database.session() as session:
        session.get_one(ReportSchedule, ONLY).settled_at = now() - timedelta(days=14)
    listener = switchhook.listen()
    wait_for(lambda: posted(WEEK) == 1, switchhook.log_text)
    listener.terminate()
    listener.wait()
    say(admin, "report day here")
    switchhook.listen()
    wait_for(
        lambda: posted("Calls and phones, ") == 2,
        lambda: str([as_text(each) for each in slack.messages(admin.channel_id)]),
    )
    assert posted(WEEK) == 1
