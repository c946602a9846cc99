"""`/ext call` as a whole: a real Asterisk, real phones, gunicorn and `flask listen`."""

from __future__ import annotations

import pytest

from tests import alerting_bed
from tests.alerting_bed import CHANNEL, AlertingBed
from tests.asterisk_bed import Phone
from tests.slack_stand_in import SlackUser, as_text
from tests.slash_commands import say

bed = alerting_bed.bed
ALICE, DM = "U0ALICE01", "D0ALICE01"


@pytest.fixture
def alice(bed: AlertingBed) -> SlackUser:
    """Alice in Slack, whose extension is 101; a listener runs."""
    bed.switchhook.start()
    bed.listen()
    admin = SlackUser(bed.slack, bed.switchhook.url, user_id=bed.switchhook.admin_id)
    say(admin, f"set 101 <@{ALICE}>")
    return SlackUser(bed.slack, bed.switchhook.url, user_id=ALICE, user_name="alice")


@pytest.fixture
def phones(bed: AlertingBed, alice: SlackUser) -> tuple[Phone, Phone]:
    """Alice's and Bob's, and the manager user may originate."""
    conf = bed.asterisk.config_dir / "manager.conf"
    conf.write_text(conf.read_text().replace("reporting,user", "reporting,user,originate"))
    bed.asterisk.cli("manager reload")
    both = bed.phone("101"), bed.phone("102")
    bed.wait_for_events(2)
    return both


def wait_for_dm(bed: AlertingBed, *words: str) -> None:
    """Wait until the last direct message to Alice says so."""

    def says() -> bool:
        messages = bed.slack.messages(DM)
        return bool(messages) and all(word in as_text(messages[-1]) for word in words)

    bed.wait_for(says)


def test_without_the_right_it_says_what_to_add_and_nothing_rings(bed: AlertingBed, alice: SlackUser) -> None:
    said = say(alice, "call 102")
    assert "flask init --calls" in said
    assert "adds originate to write= of [switchhook] in manager.conf" in said
    assert "system,config,reporting,user,originate" in said
    assert bed.slack.messages(DM) == []


def test_the_own_phone_rings_then_the_other_and_one_message_follows_the_call(
    bed: AlertingBed, alice: SlackUser, phones: tuple[Phone, Phone]
) -> None:
    mine, theirs = phones
    assert "Ringing your phone 101 …" in say(alice, "call Bob")
    assert mine.wait_incoming() == "102"  # what the display shows
    wait_for_dm(bed, "Ringing your phone 101 …", "102 Bob is called")
    mine.answer()
    assert theirs.wait_incoming() == "101"
    wait_for_dm(bed, "Calling 102 Bob …")
    bed.wait_for_message("🔔 101 Alice → 102 Bob · ringing")
    theirs.answer()
    theirs.wait_established()
    wait_for_dm(bed, "Talking with 102 Bob", "since")
    mine.hangup()
    theirs.wait_ended()
    wait_for_dm(bed, "📞 Talked ", "with 102 Bob", "Call again")
    bed.wait_for_message("📞 101 Alice → 102 Bob · talked ")
    assert len(bed.slack.messages(DM)) == 1
    calls = [text for text in bed.seen() if "registered" not in text]
    assert len(calls) == 1
    assert len([each for each in bed.events() if each["kind"] == "ringing"]) == 2


def test_what_the_own_phone_does_not_take_is_nobodys_missed_call(
    bed: AlertingBed, alice: SlackUser, phones: tuple[Phone, Phone]
) -> None:
    mine, theirs = phones
    say(alice, "call 102")
    mine.wait_incoming()
    mine.reject()
    wait_for_dm(bed, "📵 Your phone 101 is busy", "102 Bob was not called")
    say(alice, "call 102")
    mine.wait_incoming()
    mine.answer()
    theirs.wait_incoming()
    theirs.reject()
    wait_for_dm(bed, "📵 102 Bob is busy")
    bed.wait_for_message("📵 102 Bob missed a call from 101 Alice · busy")
    theirs.close()
    bed.wait_for_message("⚫ Extension 102 offline")
    say(alice, "call 102")
    mine.wait_incoming()
    mine.answer()
    wait_for_dm(bed, "📵 102 Bob could not be reached")
    assert [each.channel for each in bed.slack.messages(DM)] == [DM] * 3
    assert not any(
        "missed a call from an unknown" in text or "101 Alice missed" in text for text in bed.seen()
    )
    assert "missed" not in say(alice, "status 101")


def test_what_the_phone_may_not_dial_and_emergencies_are_refused(
    bed: AlertingBed, alice: SlackUser, phones: tuple[Phone, Phone]
) -> None:
    assert "101 may not call 0305550100: the dialplan of its context from-internal" in say(
        alice, "call 030 5550100"
    )
    for number in ("112", "911", "9112", "+112"):
        assert "is an emergency number: dial it on the phone" in say(alice, f"call {number}")
    assert "101 is your own number" in say(alice, "call 101")
    assert "Say whom to call" in say(alice, "call")
    mallory = SlackUser(bed.slack, bed.switchhook.url, user_id="U0MALLORY", user_name="mallory")
    assert "No extension is noted as yours" in say(mallory, "call 102")
    phones[0].unregister()
    assert "Your phone 101 is not registered" in say(alice, "call 102")
    assert "5 calls within a minute" in [say(alice, "call 102") for _ in range(5)][-1]
    assert not [each for each in bed.slack.messages(CHANNEL) if "→" in each.text]
