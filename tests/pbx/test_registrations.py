"""Phones that come, go and move at a real Asterisk, recorded.

The facts expected are what happened in front of the recording, see transcripts/phone_scenarios.py. A new recording has
other channels, ports and times; durations must come out the same, ±1 s.
"""

from __future__ import annotations

from functools import partial

import pytest

from pbx.facts import Fact, LoginFailed, PhoneMoved, PhoneRegistered, PhoneUnregistered
from tests.pbx.transcripts import positional, replay
from tests.pbx.transcripts.phone_scenarios import PHONES

registered = partial(positional, PhoneRegistered)  # at, number, address, port, user_agent, round_trip_ms
gone = partial(positional, PhoneUnregistered)  # at, number, address, port, reason
moved = partial(positional, PhoneMoved)  # at, number, address, port, user_agent, old_address, old_port
login_failed = partial(positional, LoginFailed)  # at, account, address, reason

# fmt: off
EXPECTED: dict[str, list[Fact]] = {
    "logs_in_and_out": [
        registered(0.174, "108", "127.0.0.1", 41014, "", 1.65),
        gone(3.682, "108", "127.0.0.1", 41014, "left"),
    ],
    "expires": [
        registered(0.215, "105", "127.0.0.1", 59195, "", None),
        gone(3.011, "105", "127.0.0.1", 59195, "expired"),
    ],
    "moves": [
        registered(0.386, "110", "127.0.0.1", 54639, "", 2.42),
        moved(0.89, "110", "127.0.0.1", 34797, "", "127.0.0.1", 54639),
    ],
    "unreachable": [
        registered(0.184, "106", "127.0.0.1", 45525, "", 3.144),
        gone(2.686, "106", "127.0.0.1", 45525, "unreachable"),
        registered(4.193, "106", "127.0.0.1", 45525, "", 8.671),
        gone(7.685, "106", "127.0.0.1", 45525, "unreachable"),
    ],
    "two_phones_of_one_extension": [
        registered(0.471, "108", "127.0.0.1", 58488, "", 4.303),
        registered(0.477, "108", "127.0.0.1", 49303, "", 2.002),
        gone(1.982, "108", "127.0.0.1", 58488, "left"),
        gone(4.485, "108", "127.0.0.1", 49303, "left"),
    ],
    "failed_logins": [
        login_failed(0.23, "101", "127.0.0.1", "wrong secret"),
        login_failed(0.469, "666", "127.0.0.1", "unknown account"),
        login_failed(0.71, "107", "127.0.0.1", "address not allowed"),
    ],
}
# fmt: on


@pytest.mark.parametrize("recording", EXPECTED)
def test_a_recording_becomes_the_facts_that_people_saw(recording: str) -> None:
    assert replay(recording) == EXPECTED[recording]


def test_every_scenario_has_its_expectation() -> None:
    assert list(EXPECTED) == [scenario.__name__ for scenario in PHONES]
