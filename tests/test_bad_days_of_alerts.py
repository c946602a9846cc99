"""The listener as a whole: a real Asterisk, real phones, `flask listen`, and what the channel sees on a bad day."""

from __future__ import annotations

import signal
import time

import requests

from tests import alerting_bed
from tests.alerting_bed import CHANNEL, ENDED, AlertingBed
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.process import end
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn
from tests.waiting import SECONDS

bed = alerting_bed.bed


def test_after_a_crash_of_asterisk_it_goes_on_listening_and_says_what_happened(
    bed: AlertingBed,
) -> None:
    bed.listen()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.wait_for_events(2)
    bed.begin_call(alice, bob)
    bed.wait_for_events(4)
    bed.wait_for(lambda: sorted(bed.asterisk.saved_contacts()) == ["101", "102"])
    bed.asterisk.kill()
    bed.switchhook.wait_for_log("not listening: trying again", SECONDS)
    assert "Asterisk closed the connection" in bed.switchhook.log_text()
    back_at = time.monotonic()
    bed.asterisk.start()
    bed.wait_for(lambda: bed.listening() == 2)
    print(f"listening again {time.monotonic() - back_at:.1f} s after Asterisk was started again")
    ended = bed.wait_for_events(5)[4]
    assert (ended["kind"], ended["number"], ended["backfilled"]) == ("ended", "102", 1)
    bed.wait_for_message("(while we were away)")
    alice.kill()
    alice = bed.phone("101")
    bed.wait_for(lambda: ("moved", "101") in bed.facts())
    assert [fact for fact in bed.facts() if fact[0] == "ended"] == [("ended", "102")]
    assert len([text for text in bed.seen() if "Call ended" in text]) == 1
    assert not [text for text in bed.seen() if "offline" in text]


def test_a_network_that_falls_silent_is_noticed_and_after_it_nothing_is_missing(
    bed: AlertingBed,
) -> None:
    bed.listen()
    bed.phone("101")
    bed.wait_for_events(1)
    frozen_at = time.monotonic()
    bed.asterisk.freeze()
    bed.switchhook.wait_for_log("Asterisk did not answer within", SECONDS)
    print(f"a silent Asterisk was noticed after {time.monotonic() - frozen_at:.1f} s")
    bed.asterisk.thaw()
    thawed_at = time.monotonic()
    bed.phone("102")
    bed.wait_for_message("102 Bob registered")
    print(f"listening again {time.monotonic() - thawed_at:.1f} s after it answered again")
    assert bed.facts() == [("registered", "101"), ("registered", "102")]


def test_events_while_nobody_listened_are_reported_as_such(bed: AlertingBed) -> None:
    listener = bed.listen()
    alice = bed.phone("101")
    bed.wait_for_events(1)
    bed.wait_for_message("✅ Extension 101 registered")
    bob = bed.phone("102")
    bed.wait_for_events(2)
    bed.begin_call(alice, bob)
    bed.wait_for_message("102 answered 101 after")
    end(listener, timeout=SECONDS)
    assert listener.returncode == 0
    calls_before = len(bed.slack.calls)
    alice.hangup()
    bob.wait_ended()
    bob.close()
    time.sleep(1)
    assert len(bed.slack.calls) == calls_before
    bed.listen()
    bed.wait_for_message("⚫ Extension 102 offline")
    bed.wait_for_message("📞 Call ended: PJSIP/102-00000001 - Unknown")
    backfilled = [(row["kind"], row["number"]) for row in bed.events() if row.get("backfilled")]
    assert sorted(backfilled) == [("ended", "102"), ("unregistered", "102")]
    up, call, down = bed.seen()
    assert "while we were away" not in up
    assert call.startswith("📞 101 Alice → 102 Bob · answered, ended\n")  # how long, nobody knows
    assert down.endswith("(while we were away)")


def test_of_two_listeners_one_works_and_the_other_takes_over_from_the_dead_within_a_call(
    bed: AlertingBed,
) -> None:
    first, second = bed.listen(), bed.listen()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.begin_call(alice, bob)
    bed.wait_for(lambda: ("answered", "102") in bed.facts())
    first.send_signal(signal.SIGKILL)
    dead_at = time.monotonic()
    alice.hangup()
    bob.wait_ended()
    first.wait()
    bed.wait_for_message(ENDED)
    print(f"the second listener told of it {time.monotonic() - dead_at:.1f} s after the kill -9 of the first")
    registered = [number for kind, number in bed.facts() if kind == "registered"]
    assert registered == ["101", "102"]
    of_bob = [kind for kind, number in bed.facts() if number == "102"]
    assert of_bob == ["registered", "ringing", "answered", "ended"]
    assert len(bed.seen()) == len(bed.slack.called("chat.postMessage"))

    third_at = time.monotonic()
    third = bed.switchhook.listen()
    end(second, timeout=SECONDS)  # in order: it gives the lease back
    bed.wait_for(lambda: bed.listening() == 3)
    print(f"a listener took over {time.monotonic() - third_at:.1f} s after the other was stopped in order")
    assert (second.returncode, third.poll()) == (0, None)


def registrations(bed: AlertingBed) -> list[str]:
    """Return the first lines of those messages; in the others are addresses."""
    return [message.splitlines()[0] for message in bed.seen() if message.startswith("✅")]


def test_a_listener_killed_before_it_could_post_has_posted_once_in_the_end(bed: AlertingBed) -> None:
    bed.slack.fail_until_cleared("chat.postMessage", status=500)
    listener = bed.listen()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.call(alice, bob)
    bed.wait_for_events(5)
    bed.wait_for(lambda: len(bed.slack.called("chat.postMessage")) >= 2)
    listener.send_signal(signal.SIGKILL)
    listener.wait()
    bed.slack.clear_faults()
    assert bed.seen() == []
    bed.listen()
    bed.wait_for_message(ENDED)  # who has the lease may post that it rings before Asterisk tells the end
    # Which goes first depends on how long each has to wait after the refusals, and a slow 102 has a message of its own.
    bed.wait_for(
        lambda: [sum(number in line for line in registrations(bed)) for number in ("101", "102")] == [1, 1]
    )
    assert len(bed.seen()) == len(registrations(bed)) + 1
    assert len(bed.facts()) == 5


def test_a_listener_killed_while_slack_had_the_message_already_does_not_send_it_again(
    bed: AlertingBed,
) -> None:
    bed.slack.fail_next("chat.postMessage", hang=30)
    listener = bed.listen()
    bed.phone("101")
    bed.wait_for(lambda: bed.slack.called("chat.postMessage"))
    listener.send_signal(signal.SIGKILL)
    listener.wait()
    bed.listen()
    bed.phone("102")
    bed.wait_for(lambda: bed.slack.called("chat.update"))
    assert [message.text for message in bed.slack.messages(CHANNEL)] == [
        "✅ Extensions 101 Alice, 102 Bob registered"
    ]
    assert [call.method for call in bed.chats()] == [
        "chat.postMessage",
        "conversations.history",
        "chat.update",
    ]


def test_a_wrong_ami_password_is_said_plainly_in_the_log_and_in_readyz(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str
) -> None:
    wrong = {"AMI_SECRET": "mistyped", "ALERT_CHANNEL": CHANNEL}
    with Switchhook(asterisk, slack, database_url, wrong) as switchhook:
        switchhook.listen()
        switchhook.wait_for_log("not listening: trying again", SECONDS)
        plainly = "refused the login of 'switchhook': AMI_USERNAME and AMI_SECRET must match a section of manager.conf"
        assert plainly in switchhook.log_text()
        answer = requests.get(f"{switchhook.url}/readyz", timeout=SECONDS)
        assert answer.status_code == 503
        assert plainly in answer.json()["ami"]
        assert answer.json()["database"] == "ok"
        assert "mistyped" not in switchhook.log_text() + answer.text
        assert "Traceback" not in switchhook.log_text()
