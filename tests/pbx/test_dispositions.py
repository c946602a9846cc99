"""Why nobody answered."""

from __future__ import annotations

import pytest

from pbx.dispositions import reaches_nobody, unanswered
from pbx.facts import Disposition


@pytest.mark.parametrize(
    ("statuses", "cause", "rang", "why"),
    [
        ({"NOANSWER"}, 0, True, "no answer"),
        ({"NOANSWER", "BUSY"}, 17, True, "no answer"),  # one of two phones was busy
        ({"NOANSWER"}, 0, False, "unavailable"),  # nothing came back
        ({"BUSY", "CANCEL"}, 0, True, "busy"),
        (set(), 21, False, "busy"),
        ({"CANCEL", "CHANUNAVAIL"}, 0, True, "cancelled"),
        ({"CHANUNAVAIL"}, 0, False, "unavailable"),
        (set(), 3, False, "unavailable"),
        (set(), 19, True, "no answer"),
        (set(), 16, False, "failed"),
    ],
)
def test_the_reason_is_that_of_the_dialling_or_else_of_the_hangup(
    statuses: set[str], cause: int, rang: bool, why: Disposition
) -> None:
    assert unanswered(statuses, cause, rang=rang) == why


def test_a_number_that_nobody_has_and_a_busy_phone_reach_nobody() -> None:
    assert [cause for cause in range(40) if reaches_nobody(cause)] == [1, 3, 17, 20, 21, 27]
