"""Calls on a real Asterisk, recorded, and what people see of them.

The facts expected are what happened in front of the recording, see transcripts/call_scenarios.py. A new recording has
other channels, ports and times; durations must come out the same, ±1 s.
"""

from __future__ import annotations

from functools import partial

import pytest

from pbx.facts import CallAnswered, CallEnded, CallRinging, Fact, PhoneRegistered, PhoneUnregistered
from tests.pbx.transcripts import positional, replay
from tests.pbx.transcripts.call_scenarios import CALLS

ringing = partial(positional, CallRinging)  # at, linkedid, caller, caller_name, callee, channel
answered = partial(positional, CallAnswered)  # at, linkedid, caller, callee, channel, rang
# at, linkedid, caller, callee, channel, disposition, cause, cause_text, rang, talked
ended = partial(positional, CallEnded)
registered = partial(positional, PhoneRegistered)  # at, number, address, port, user_agent, round_trip_ms
gone = partial(positional, PhoneUnregistered)  # at, number, address, port, reason

# fmt: off
EXPECTED: dict[str, list[Fact]] = {
    "answered": [
        ringing(0.011, "1795386560.0", "101", "Alice", "102", "PJSIP/102-00000001"),
        answered(1.014, "1795386560.0", "101", "102", "PJSIP/102-00000001", 1.003),
        ended(3.02, "1795386560.0", "101", "102", "PJSIP/102-00000001", "answered", 16, "Normal Clearing", 1.003, 2.006),
    ],
    "busy": [
        ringing(0.006, "1795386564.2", "101", "Alice", "102", "PJSIP/102-00000003"),
        ended(0.008, "1795386564.2", "101", "102", "PJSIP/102-00000003", "busy", 17, "User busy", 0.001, 0.0),
    ],
    "cancelled": [
        ringing(0.005, "1795386565.4", "101", "Alice", "102", "PJSIP/102-00000005"),
        ended(1.009, "1795386565.4", "101", "102", "PJSIP/102-00000005", "cancelled", 127, "Interworking, unspecified", 1.004, 0.0),
    ],
    "no_answer": [
        ringing(0.005, "1795386567.6", "101", "Alice", "102", "PJSIP/102-00000007"),
        ended(2.008, "1795386567.6", "101", "102", "PJSIP/102-00000007", "no answer", 0, "Unknown", 2.001, 0.0),
    ],
    "no_such_phone": [
        ended(0.004, "1795386569.8", "101", "150", "PJSIP/101-00000008", "unavailable", 3, "No route to destination", 0.0, 0.0),
    ],
    "phone_dead": [
        registered(0.208, "110", "127.0.0.1", 40532, "", 2.739),
        ended(2.221, "1795386571.10", "101", "110", "PJSIP/110-0000000b", "unavailable", 0, "Unknown", 0.0, 0.0),
    ],
    "no_such_number": [],
    "forked": [
        ringing(0.006, "1795386575.12", "104", "", "102", "PJSIP/102-0000000e"),
        ringing(0.007, "1795386575.12", "104", "", "101", "PJSIP/101-0000000d"),
        ringing(0.009, "1795386575.12", "104", "", "103", "PJSIP/103-0000000f"),
        answered(1.013, "1795386575.12", "104", "102", "PJSIP/102-0000000e", 1.007),
        ended(2.016, "1795386575.12", "104", "102", "PJSIP/102-0000000e", "answered", 16, "Normal Clearing", 1.007, 1.002),
    ],
    "forked_in_vain": [
        ringing(0.013, "1795386577.16", "104", "", "102", "PJSIP/102-00000012"),
        ringing(0.013, "1795386577.16", "104", "", "103", "PJSIP/103-00000013"),
        ringing(0.015, "1795386577.16", "104", "", "101", "PJSIP/101-00000011"),
        ended(1.018, "1795386577.16", "104", "102", "PJSIP/102-00000012", "cancelled", 17, "User busy", 1.005, 0.0),
    ],
    "through_a_queue": [
        ringing(0.006, "1795386579.20", "101", "Alice", "102", "PJSIP/102-00000015"),
        ringing(0.009, "1795386579.20", "101", "Alice", "103", "PJSIP/103-00000016"),
        answered(3.516, "1795386579.20", "101", "103", "PJSIP/103-00000018", 3.51),
        ended(4.523, "1795386579.20", "101", "103", "PJSIP/103-00000018", "answered", 16, "Normal Clearing", 3.51, 1.007),
    ],
    "queue_given_up": [
        ringing(0.006, "1795386585.29", "101", "Alice", "102", "PJSIP/102-0000001a"),
        ringing(0.008, "1795386585.29", "101", "Alice", "103", "PJSIP/103-0000001b"),
        ended(1.011, "1795386585.29", "101", "102", "PJSIP/102-0000001a", "cancelled", 0, "Unknown", 1.005, 0.0),
    ],
    "through_a_local_channel": [
        ringing(0.007, "1795386586.34", "101", "Alice", "102", "PJSIP/102-0000001d"),
        answered(0.009, "1795386586.34", "101", "102", "PJSIP/102-0000001d", 0.002),
        ended(1.015, "1795386586.34", "101", "102", "PJSIP/102-0000001d", "answered", 16, "Normal Clearing", 0.002, 1.006),
    ],
    "to_a_machine": [
        ended(1.006, "1795386588.38", "101", "504", "PJSIP/101-0000001e", "answered", 0, "Unknown", 0.0, 1.003),
    ],
    "to_the_voice_box": [
        ringing(0.007, "1795386590.39", "101", "Alice", "102", "PJSIP/102-00000020"),
        ended(2.01, "1795386590.39", "101", "102", "PJSIP/102-00000020", "no answer", 0, "Unknown", 1.001, 0.0),
    ],
    "from_outside": [
        ringing(0.007, "1795386593.41", "0305550100", "Customer", "102", "PJSIP/102-00000022"),
        answered(0.01, "1795386593.41", "0305550100", "102", "PJSIP/102-00000022", 0.003),
        ended(1.015, "1795386593.41", "0305550100", "102", "PJSIP/102-00000022", "answered", 16, "Normal Clearing", 0.003, 1.005),
    ],
    "to_outside": [
        ringing(0.008, "1795386595.43", "101", "Alice", "506", "PJSIP/900-00000024"),
        answered(0.01, "1795386595.43", "101", "506", "PJSIP/900-00000024", 0.002),
        ended(1.014, "1795386595.43", "101", "506", "PJSIP/900-00000024", "answered", 16, "Normal Clearing", 0.002, 1.004),
    ],
    "interleaved": [
        ringing(0.01, "1795386598.46", "101", "Alice", "102", "PJSIP/102-00000028"),
        ringing(0.011, "1795386598.47", "103", "Carol Ångström", "104", "PJSIP/104-00000029"),
        answered(0.015, "1795386598.47", "103", "104", "PJSIP/104-00000029", 0.004),
        answered(0.519, "1795386598.46", "101", "102", "PJSIP/102-00000028", 0.509),
        ended(0.521, "1795386598.47", "103", "104", "PJSIP/104-00000029", "answered", 16, "Normal Clearing", 0.004, 0.506),
        ended(1.56, "1795386598.46", "101", "102", "PJSIP/102-00000028", "answered", 16, "Normal Clearing", 0.509, 1.041),
    ],
    "made_by_a_click": [
        ringing(0.012, "1795386600.50", "", "", "101", "PJSIP/101-0000002a"),
        ringing(0.518, "1795386600.50", "101", "Alice", "102", "PJSIP/102-0000002b"),
        answered(1.021, "1795386600.50", "101", "102", "PJSIP/102-0000002b", 0.503),
        ended(2.024, "1795386600.50", "101", "102", "PJSIP/102-0000002b", "answered", 16, "Normal Clearing", 0.503, 1.003),
    ],
    "redirected": [
        ringing(0.004, "1795386603.52", "101", "Alice", "102", "PJSIP/102-0000002d"),
        answered(0.006, "1795386603.52", "101", "102", "PJSIP/102-0000002d", 0.002),
        ringing(0.532, "1795386603.52", "101", "Alice", "103", "PJSIP/103-0000002e"),
        ended(2.537, "1795386603.52", "101", "102", "PJSIP/102-0000002d", "answered", 16, "Normal Clearing", 0.002, 2.531),
    ],
    "picked_up": [
        registered(0.234, "108", "127.0.0.1", 55468, "", 4.234),
        ringing(0.74, "1795386607.55", "101", "Alice", "104", "PJSIP/104-00000030"),
        answered(1.745, "1795386607.55", "101", "108", "PJSIP/108-00000031", 1.005),
        ended(2.75, "1795386607.55", "101", "108", "PJSIP/108-00000031", "answered", 16, "Normal Clearing", 1.005, 1.005),
        gone(2.771, "108", "127.0.0.1", 55468, "left"),
    ],
    "blind_transfer": [
        ringing(0.007, "1795386610.58", "101", "Alice", "109", "PJSIP/109-00000033"),
        answered(0.01, "1795386610.58", "101", "109", "PJSIP/109-00000033", 0.003),
        ringing(1.015, "1795386610.58", "101", "Alice", "103", "PJSIP/103-00000034"),
        ended(3.02, "1795386610.58", "101", "109", "PJSIP/109-00000033", "answered", 16, "Normal Clearing", 0.003, 3.01),
    ],
    "attended_transfer": [
        ringing(0.008, "1795386614.61", "101", "Alice", "109", "PJSIP/109-00000036"),
        answered(0.011, "1795386614.61", "101", "109", "PJSIP/109-00000036", 0.003),
        ringing(1.037, "1795386615.63", "109", "Trent", "103", "PJSIP/103-00000038"),
        answered(1.541, "1795386615.63", "109", "103", "PJSIP/103-00000038", 0.504),
        ended(2.568, "1795386615.63", "109", "103", "PJSIP/103-00000038", "answered", 16, "Normal Clearing", 0.504, 1.023),
        ended(3.571, "1795386614.61", "101", "109", "PJSIP/109-00000036", "answered", 16, "Normal Clearing", 0.003, 3.56),
    ],
    "attended_transfer_by_the_caller": [
        ringing(0.006, "1795386618.65", "109", "Trent", "101", "PJSIP/101-0000003a"),
        answered(0.007, "1795386618.65", "109", "101", "PJSIP/101-0000003a", 0.001),
        ringing(0.034, "1795386618.67", "109", "Trent", "103", "PJSIP/103-0000003c"),
        answered(0.536, "1795386618.67", "109", "103", "PJSIP/103-0000003c", 0.502),
        ended(1.561, "1795386618.67", "109", "103", "PJSIP/103-0000003c", "answered", 16, "Normal Clearing", 0.502, 1.025),
        ended(2.564, "1795386618.65", "109", "101", "PJSIP/101-0000003a", "answered", 16, "Normal Clearing", 0.001, 2.557),
    ],
}
# fmt: on


@pytest.mark.parametrize("recording", EXPECTED)
def test_a_recording_becomes_the_facts_that_people_saw(recording: str) -> None:
    assert replay(recording) == EXPECTED[recording]


def test_every_scenario_has_its_expectation() -> None:
    assert list(EXPECTED) == [scenario.__name__ for scenario in CALLS]
