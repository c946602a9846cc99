"""“On a call” as Slack status as a whole: a real Asterisk, real phones, gunicorn, listeners, and what colleagues see.

How long it takes is printed; pytest -s shows it.
"""

from __future__ import annotations

import time

from tests import status_bed
from tests.asterisk_bed import Phone
from tests.asterisk_bed.process import end
from tests.status_bed import ALICE, BOB, OURS, StatusBed

bed = status_bed.bed


def talking(bed: StatusBed) -> tuple[Phone, Phone]:
    """Alice, who is connected, talks to Bob, and her status says so."""
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call")
    return alice, bob


def cleared(bed: StatusBed, what: str, since: float) -> None:
    """Wait until nothing of ours is left, at Slack and in the row."""
    bed.wait_for_status("")
    print(f"cleared {time.monotonic() - since:.1f} s after {what}")
    bed.wait_for_row(lambda row: not row["is_shown"])


def test_a_status_is_set_while_a_call_lasts_and_the_token_is_encrypted(bed: StatusBed) -> None:
    bed.switchhook.start()
    bed.listen()
    page = bed.connect()
    assert (page.status_code, "Your Slack status follows your phone" in page.text) == (200, True)
    [token] = bed.slack.oauth.tokens
    assert [row["slack_user_id"] for row in bed.rows()] == [ALICE]
    assert token not in str(bed.rows())
    began = time.time()
    alice, _bob = talking(bed)
    status = bed.status()
    assert {name: status[name] for name in OURS} == OURS
    assert began < status["status_expiration"] <= time.time() + 600
    assert bed.words(BOB) == ""
    alice.hangup()
    cleared(bed, "the end of a call", time.monotonic())
    assert token not in bed.switchhook.log_text()
    assert bed.slack.oauth.client_secret not in bed.switchhook.log_text()


def test_a_status_that_the_person_set_is_never_written_over(bed: StatusBed) -> None:
    bed.switchhook.start()
    bed.listen()
    bed.connect()
    bed.connect(BOB)
    bed.slack.oauth.set_status(ALICE, "Lunch", ":sandwich:")
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call", BOB)
    bed.slack.oauth.set_status(BOB, "On a call", ":telephone_receiver:")  # the same words, and theirs
    alice.hangup()
    bed.wait_for(lambda: not any(row["is_shown"] for row in bed.rows()))
    assert (bed.words(ALICE), bed.words(BOB)) == ("Lunch", "On a call")
    assert [call.arguments["user"] for call in bed.slack.called("users.profile.set")] == [BOB]
    bed.slack.oauth.set_status(ALICE)
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call", ALICE)


def test_it_is_cleared_when_slack_is_back(bed: StatusBed) -> None:
    bed.switchhook.start()
    bed.listen()
    bed.connect()
    alice, _bob = talking(bed)
    bed.slack.fail_until_cleared("users.profile.get", status=503)
    bed.slack.fail_until_cleared("users.profile.set", status=503)
    alice.hangup()
    bed.wait_for(lambda: any(call.error for call in bed.slack.called("users.profile.get")))
    bed.slack.clear_faults()
    cleared(bed, "Slack was back", time.monotonic())


def test_it_is_cleared_by_a_second_listener_when_the_first_was_killed(bed: StatusBed) -> None:
    bed.switchhook.start()
    first = bed.listen()
    bed.switchhook.listen()
    bed.connect()
    alice, _bob = talking(bed)
    first.kill()
    first.wait()
    alice.hangup()
    cleared(bed, "the end of a call, with the second of two listeners left", time.monotonic())


def test_it_is_cleared_by_a_listener_that_is_started_after_one_was_killed(bed: StatusBed) -> None:
    bed.switchhook.start()
    first = bed.listen()
    bed.connect()
    alice, _bob = talking(bed)
    first.kill()
    first.wait()
    alice.hangup()
    since = time.monotonic()
    second = bed.switchhook.listen()
    cleared(bed, "the end of a call, with a listener that was started then", since)
    end(second)


def test_it_is_cleared_when_asterisk_dies(bed: StatusBed) -> None:
    bed.switchhook.start()
    bed.listen()
    bed.connect()
    talking(bed)
    bed.asterisk.kill()
    cleared(bed, "Asterisk was killed, and stays away", time.monotonic())


def test_it_is_cleared_when_asterisk_dies_and_starts_again(bed: StatusBed) -> None:
    bed.switchhook.start()
    bed.listen()
    bed.connect()
    talking(bed)
    since = time.monotonic()
    bed.asterisk.kill()
    bed.asterisk.start()
    cleared(bed, "Asterisk was killed, and started again", since)
