"""“On a call” as Slack status as a whole: a real Asterisk, real phones, gunicorn, listeners, and what colleagues see.

How long it takes is printed; pytest -s shows it.
"""

from __future__ import annotations

import time

from tests import one_server, status_bed
from tests.asterisk_bed import Phone
from tests.status_bed import ALICE, BOB, OURS, StatusBed

folder, asterisk, slack = one_server.folder, one_server.asterisk, one_server.slack
database_url = one_server.database_url
shared, bed = status_bed.shared, status_bed.bed


def talking(bed: StatusBed) -> tuple[Phone, Phone]:
    """Alice, who is connected, talks to Bob, and her status says so."""
    bed.connect()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call")
    return alice, bob


def cleared(bed: StatusBed, what: str, since: float) -> None:
    """Wait until nothing of ours is left, at Slack and in the row."""
    bed.wait_for_status("")
    print(f"cleared {time.monotonic() - since:.1f} s after {what}")
    bed.wait_for(lambda: not any(row["is_shown"] for row in bed.rows()))


def test_a_status_is_set_while_a_call_lasts_and_the_token_is_encrypted(bed: StatusBed) -> None:
    began = time.time()
    page = bed.connect()
    assert (page.status_code, "Your Slack status follows your phone" in page.text) == (200, True)
    assert [row["slack_user_id"] for row in bed.rows()] == [ALICE]
    alice, _bob = talking(bed)
    status = bed.status()
    assert {name: status[name] for name in OURS} == OURS
    assert began < status["status_expiration"] <= time.time() + 600
    assert bed.words(BOB) == ""
    alice.hangup()
    cleared(bed, "the end of a call", time.monotonic())
    [token] = bed.slack.oauth.tokens
    assert token not in str(bed.rows())
    log = bed.switchhook.log_text()
    assert [each for each in (token, bed.slack.oauth.client_secret, "state=", "code=") if each in log] == []


def test_a_status_that_the_person_set_is_never_written_over(bed: StatusBed) -> None:
    bed.connect(ALICE)
    bed.connect(BOB)
    before = len(bed.slack.called("users.profile.set"))
    bed.slack.oauth.set_status(ALICE, "Lunch", ":sandwich:")
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call", BOB)
    bed.slack.oauth.set_status(BOB, "On a call", ":telephone_receiver:")  # the same words, and theirs
    alice.hangup()
    bed.wait_for(lambda: not any(row["is_shown"] for row in bed.rows()))
    assert (bed.words(ALICE), bed.words(BOB)) == ("Lunch", "On a call")
    assert [call.arguments["user"] for call in bed.slack.called("users.profile.set")[before:]] == [BOB]
    bed.slack.oauth.set_status(ALICE)
    bed.begin_call(alice, bob)
    bed.wait_for_status("On a call", ALICE)
    alice.hangup()
    bed.wait_for_status("", ALICE)


def test_it_is_cleared_when_slack_is_back(bed: StatusBed) -> None:
    alice, _bob = talking(bed)
    before = len(bed.slack.called("users.profile.get"))
    bed.slack.fail_until_cleared("users.profile.get", status=503)
    bed.slack.fail_until_cleared("users.profile.set", status=503)
    alice.hangup()
    bed.wait_for(lambda: any(call.error for call in bed.slack.called("users.profile.get")[before:]))
    bed.slack.clear_faults()
    cleared(bed, "Slack was back", time.monotonic())


def test_it_is_cleared_by_a_second_listener_when_the_first_was_killed(bed: StatusBed) -> None:
    bed.stand_by()
    alice, _bob = talking(bed)
    bed.first.kill()
    bed.first.wait()
    alice.hangup()
    cleared(bed, "the end of a call, with the second of two listeners left", time.monotonic())


def test_it_is_cleared_by_a_listener_that_is_started_after_one_was_killed(bed: StatusBed) -> None:
    alice, _bob = talking(bed)
    bed.first.kill()
    bed.first.wait()
    alice.hangup()
    since = time.monotonic()
    bed.listen()
    cleared(bed, "the end of a call, with a listener that was started then", since)


def test_it_is_cleared_when_asterisk_dies_and_starts_again(bed: StatusBed) -> None:
    talking(bed)
    since = time.monotonic()
    bed.asterisk.kill()
    bed.asterisk.start()
    cleared(bed, "Asterisk was killed, and started again", since)


def test_it_is_cleared_when_asterisk_dies(bed: StatusBed) -> None:
    talking(bed)
    since = time.monotonic()
    bed.asterisk.kill()
    cleared(bed, "Asterisk was killed, and stays away", since)
