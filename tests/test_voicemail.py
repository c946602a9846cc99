"""Nobody answers, a message is left, and it is heard in Slack: the whole product, on the real Asterisk, with real phones."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest
import soundfile

from handlers.voicemail.messages import HEARD
from tests.asterisk_bed import Asterisk, Phone
from tests.server import Switchhook
from tests.slack_stand_in import Message, SlackStandIn, SlackUser, as_text
from tests.slash_commands import say
from tests.waiting import wait_for

BOB, DM = "U0BOB0001", "D0BOB0001"
SECRET = "Alice123Pass"
TALKED = 2.0  # seconds
RECORDS = "Recording the message"  # in Asterisk's log, when it begins to


@pytest.fixture
def asterisk(asterisk: Asterisk, admin: SlackUser) -> Asterisk:
    """With Alice, and Bob, whose phone is off."""
    admin.stand_in.add_user(BOB, "bob")
    for typed in (f"create 101 Alice secret={SECRET}", f"create 102 Bob <@{BOB}|bob> voicemail_enabled=true"):
        assert "✅" in say(admin, typed)
    return asterisk


@pytest.fixture
def alice(asterisk: Asterisk, switchhook: Switchhook) -> Iterator[Phone]:
    switchhook.listen()
    with Phone("101", SECRET, asterisk.sip_domain) as phone:
        phone.register()
        yield phone


def leave_message(
    phone: Phone, asterisk: Asterisk, slack: SlackStandIn, switchhook: Switchhook, count: int
) -> list[Message]:
    """Call Bob, talk, hang up; return Bob's direct messages once there are so many recordings among them."""
    begun = asterisk.log_text().count(RECORDS)
    phone.dial("102")
    phone.wait_established()
    wait_for(lambda: asterisk.log_text().count(RECORDS) > begun, asterisk.log_text)
    time.sleep(TALKED)  # this is how long it is to be: nothing else happens meanwhile
    phone.hangup()

    def there() -> list[Message]:
        found = slack.messages(DM)
        return found if len([each for each in found if each.content.get("files")]) == count else []

    return wait_for(there, lambda: switchhook.log_text()[-5000:])


def new_messages(asterisk: Asterisk) -> int:
    """How many the lamp of Bob's phone stands for."""
    line = next(each for each in asterisk.cli("voicemail show users").splitlines() if " 102_" in each)
    return int(line.split()[-1])


def test_a_message_reaches_its_owner_plays_and_the_lamp_goes_out(
    alice: Phone, slack: SlackStandIn, switchhook: Switchhook, asterisk: Asterisk
) -> None:
    messages = leave_message(alice, asterisk, slack, switchhook, 1)
    words = next(each for each in messages if "📼 *Voicemail from 101 Alice*" in each.text)
    (file,) = next(each.content["files"] for each in messages if each.content.get("files"))
    audio, rate = soundfile.read(io.BytesIO(slack.uploaded(file["id"])))
    assert TALKED - 0.5 < len(audio) / rate < TALKED + 10  # it is at most the call, on a slow machine
    assert file["mimetype"] == "audio/x-wav"

    mallory = SlackUser(slack, switchhook.url, user_id="U0MALLORY", user_name="mallory")
    (reply,) = mallory.replies(mallory.click(words, HEARD))
    assert "That message is not known" in as_text(reply)
    assert new_messages(asterisk) == 1
    bob = SlackUser(slack, switchhook.url, user_id=BOB, user_name="bob")
    (reply,) = bob.replies(bob.click(words, HEARD))
    assert "Marked as heard" in as_text(reply)
    assert new_messages(asterisk) == 0
    done = f"✅ Done by @{BOB}: marked as heard"
    wait_for(lambda: [each for each in slack.messages(DM) if done in as_text(each)])
    (reply,) = bob.replies(bob.click(words, HEARD))
    assert f"That message is marked as heard already. {done}" in as_text(reply)

    # Its files have the names that those of the first had.
    leave_message(alice, asterisk, slack, switchhook, 2)
    assert new_messages(asterisk) == 1
    assert [each.text for each in slack.messages(DM) if "missed" in each.text] == []
