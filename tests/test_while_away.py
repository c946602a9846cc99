"""What happens while nobody listens, as a whole: a real Asterisk that records its calls, real phones, `flask listen`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlmodel import col, update

from models.database import Database
from models.extension import Extension
from tests import cdr_bed
from tests.alerting_bed import CHANNEL, AlertingBed
from tests.asterisk_bed import Asterisk, Phone
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, as_text

BOB, BOBS_DM = "U0BOB0001", "D0BOB0001"


@pytest.fixture
def asterisk(folder: Path) -> Iterator[Asterisk]:
    with cdr_bed.recording(folder / "pbx") as running:
        yield running


@pytest.fixture
def bed(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[AlertingBed]:
    more = {"ALERT_CHANNEL": CHANNEL, "ALERT_INTERVAL": "0.2"}
    with ExitStack() as stack:
        switchhook = Switchhook(asterisk, slack, database_url, more)
        stack.callback(switchhook.close)
        yield AlertingBed(asterisk, slack, switchhook, database_url.removeprefix("sqlite:///"), stack)


def own(bed: AlertingBed, number: str, user_id: str) -> None:
    """Have the extension be somebody's in Slack."""
    database = Database(bed.switchhook.environment["DATABASE_URL"])
    with database.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == number).values(slack_user_id=user_id))
    database.close()


def refuse(caller: Phone, callee: Phone) -> None:
    caller.dial(callee.number)
    callee.wait_incoming()
    callee.reject()
    caller.wait_ended()


def give_up(caller: Phone, callee: Phone) -> None:
    caller.dial(callee.number)
    callee.wait_incoming()
    caller.hangup()
    callee.wait_ended()


def test_calls_of_that_time_are_told_in_one_message(bed: AlertingBed) -> None:
    listener = bed.listen()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.slack.add_user(BOB, "bob")
    own(bed, "102", BOB)
    bed.begin_call(alice, bob)
    bed.wait_for_message("🗣️ 101 Alice → 102 Bob · talking since ")
    listener.kill()
    listener.wait()
    alice.hangup()
    bob.wait_ended()
    bed.call(bob, alice)
    refuse(alice, bob)
    give_up(alice, bob)
    bed.listen()
    bed.wait_for_message("While nobody listened")
    told = bed.seen()[-1]
    bed.wait_for_message("📞 101 Alice → 102 Bob · talked ")  # in the message that the call had already
    assert re.sub(r"(\d+ min )?\d+ s\b", "long", re.sub(r"\d\d:\d\d", "time", told)).splitlines() == [
        "📼 While nobody listened, time–time (long), 3 calls:",
        "time 📞 102 Bob → 101 Alice · talked long",
        "time 📵 102 Bob missed a call from 101 Alice · busy",
        "time 📵 102 Bob missed a call from 101 Alice · no answer",
        "From Asterisk's own records (CDR).",
    ]
    bed.wait_for(lambda: len(bed.slack.messages(BOBS_DM)) == 1)
    headline, *missed = as_text(bed.slack.messages(BOBS_DM)[0]).splitlines()
    assert headline.endswith(", you missed 2 calls:")
    assert [each.partition("101 ")[2] for each in missed[:-1]] == ["Alice · busy", "Alice · no answer"]
    assert len([row for row in bed.events() if row["kind"] == "ended"]) == 4
