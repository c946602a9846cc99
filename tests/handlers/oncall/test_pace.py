"""Within Slack's limits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from handlers.oncall import pace
from handlers.oncall.pace import CHANGES_A_MINUTE, MINUTE, SETS_A_MINUTE, SETS_OF_ONE_A_MINUTE, Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    moment = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: moment.seconds))
    return moment


def test_after_a_refusal_nothing_is_asked_about_anybody(clock: SimpleNamespace) -> None:
    slack = Pace()
    slack.close(30.0)
    slack.close(1.0)
    clock.seconds += 29.9
    assert not slack.is_open("U1")
    clock.seconds += 0.1
    assert slack.is_open("U1")


def test_until_slack_answers_again_it_is_asked_one_thing_at_a_time(clock: SimpleNamespace) -> None:
    slack = Pace()
    assert slack.at_once > 1
    slack.close()
    clock.seconds += pace.AWAY_SECONDS
    assert (slack.is_open("U1"), slack.at_once) == (True, 1)
    slack.answered()
    assert slack.at_once > 1


def test_one_person_is_put_off_alone(clock: SimpleNamespace) -> None:
    slack = Pace()
    slack.put_off("U1", 60.0)
    assert (slack.is_open("U1"), slack.is_open("U2")) == (False, True)
    clock.seconds += 60.0
    assert slack.is_open("U1")


def test_sets_of_all_and_of_one_are_counted_by_the_minute(clock: SimpleNamespace) -> None:
    slack = Pace()
    assert [slack.take_set("U1") for _ in range(SETS_OF_ONE_A_MINUTE + 1)][-2:] == [True, False]
    others = [slack.take_set(f"U0{each}") for each in range(SETS_A_MINUTE)]
    assert others.count(True) == SETS_A_MINUTE - SETS_OF_ONE_A_MINUTE
    clock.seconds += MINUTE
    assert slack.take_set("U1")


def test_nothing_is_set_while_there_is_much_to_clear(clock: SimpleNamespace) -> None:
    slack = Pace()
    for _ in range(CHANGES_A_MINUTE):
        slack.note_clear()
    assert not slack.take_set("U1")
    clock.seconds += MINUTE
    assert slack.take_set("U1")
