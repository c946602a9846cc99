"""Whose status is set and cleared, and what is left alone."""

from __future__ import annotations

import time

import pytest

from handlers.oncall import keeper, pace
from handlers.oncall.pace import SETS_A_MINUTE, SETS_OF_ONE_A_MINUTE
from tests.factories import free_lease, insert_extension
from tests.handlers.oncall.conftest import ALICE, BOB, KeeperBed


def test_only_who_has_connected_and_talks_has_a_status(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101", "102", "103")
    assert (bed.words(ALICE), bed.words(BOB)) == ("On a call", "")
    bed.round("102")
    assert bed.words(ALICE) == ""
    assert [row.is_shown for row in bed.rows()] == [False]


def test_it_stays_until_the_last_phone_of_somebody_is_silent(bed: KeeperBed) -> None:
    bed.connect()
    insert_extension(bed.services, "103", slack_user_id=ALICE)
    bed.round("101", "103")
    bed.round("103")
    assert bed.words() == "On a call"
    bed.round()
    assert bed.words() == ""
    assert len(bed.sets()) == 2


def test_a_status_of_their_own_stays(bed: KeeperBed) -> None:
    bed.connect()
    bed.slack.oauth.set_status(ALICE, "", ":palm_tree:")
    for numbers in (("101",), ("101",), ()):
        bed.round(*numbers)
    assert bed.sets() == []
    assert len(bed.slack.called("users.profile.get")) == 1
    bed.slack.oauth.set_status(ALICE)
    bed.round("101")
    assert bed.words() == "On a call"


def test_a_status_of_their_own_is_looked_at_again_while_the_call_goes_on(
    bed: KeeperBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LATER_SECONDS", 0.0)
    bed.connect()
    bed.slack.oauth.set_status(ALICE, "Lunch", ":sandwich:")
    bed.round("101")
    bed.slack.oauth.set_status(ALICE)
    bed.round("101")
    assert bed.words() == "On a call"


def test_what_they_set_during_the_call_stays_after_it(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.slack.oauth.set_status(ALICE, "Lunch", ":sandwich:")
    bed.round()
    assert bed.words() == "Lunch"
    assert [row.is_shown for row in bed.rows()] == [False]


def test_it_is_put_off_that_slack_clears_it_while_the_call_goes_on(
    bed: KeeperBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed.connect()
    bed.round("101")
    bed.round("101")
    assert len(bed.sets()) == 1
    monkeypatch.setattr(keeper, "RENEW_SECONDS", keeper.LASTS_SECONDS)
    monkeypatch.setattr(keeper, "LASTS_SECONDS", 2 * keeper.LASTS_SECONDS)
    bed.round("101")
    assert bed.slack.oauth.status(ALICE)["status_expiration"] > time.time() + keeper.RENEW_SECONDS
    assert len(bed.rows()[0].expirations) == 2
    bed.round()
    assert bed.words() == ""


def test_what_a_crash_left_is_cleared_by_whoever_is_next(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.restart()
    bed.keeper.keep()  # Asterisk was not asked yet
    bed.keeper.finish()
    assert bed.words() == "On a call"
    bed.round()
    assert bed.words() == ""


def test_without_asterisk_nobody_talks_and_if_it_is_silent_nothing_changes(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.talking.unheard()
    bed.keeper.keep()
    bed.keeper.finish()
    assert bed.words() == "On a call"
    bed.talking.nobody()
    bed.keeper.keep()
    bed.keeper.finish()
    assert bed.words() == ""


@pytest.mark.parametrize("fault", [{"status": 503}, {"error": "internal_error"}, {"drop": True}])
def test_a_status_is_cleared_when_slack_is_back(
    bed: KeeperBed, fault: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "AWAY_SECONDS", 0.0)
    bed.connect()
    bed.round("101")
    bed.slack.fail_next("users.profile.set", 2, **fault)  # type: ignore[arg-type]  # one of fail_next's own
    bed.until("")
    while bed.rows()[0].is_shown:
        bed.round()


def test_nothing_is_asked_for_as_long_as_slack_wants(bed: KeeperBed) -> None:
    bed.connect()
    bed.round("101")
    bed.slack.fail_next("users.profile.set", status=429, retry_after=1)
    bed.round()
    refused_at = bed.slack.called("users.profile.set")[-1].at
    bed.until("")
    assert time.monotonic() - refused_at > 0.9


def test_clears_come_before_sets_and_many_sets_wait(bed: KeeperBed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MINUTE", 3600.0)
    numbers = [str(200 + each) for each in range(SETS_A_MINUTE + 5)]
    for number in numbers:
        insert_extension(bed.services, number, slack_user_id=f"U0USER{number}")
        bed.connect(f"U0USER{number}")
    bed.round(*numbers)
    bed.round(*numbers)  # who has to wait is not even looked at
    assert len(bed.sets()) == len(bed.slack.called("users.profile.get")) == SETS_A_MINUTE
    shown = [row.slack_user_id for row in bed.rows() if row.is_shown]
    bed.round()
    assert len(bed.sets()) == 2 * SETS_A_MINUTE
    assert [bed.words(each) for each in shown] == [""] * SETS_A_MINUTE


def test_one_person_is_not_set_too_often(bed: KeeperBed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MINUTE", 3600.0)
    bed.connect()
    for _ in range(SETS_OF_ONE_A_MINUTE + 3):
        bed.round("101")
        bed.round()
    assert len(bed.sets()) == 2 * SETS_OF_ONE_A_MINUTE
    assert bed.words() == ""


def test_who_has_lost_the_lease_sets_nothing(bed: KeeperBed) -> None:
    bed.connect()
    free_lease(bed.services)
    bed.round("101")
    assert bed.sets() == []
    assert [row.is_shown for row in bed.rows()] == [False]
