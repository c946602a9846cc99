"""Some hundred requests by the description, and against it; `make fuzz` sends more than 5,000."""

from __future__ import annotations

import pytest

from tests.fuzz import ENVIRONMENT, fuzz
from tests.server import Switchhook


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return ENVIRONMENT


def test_no_answer_is_one_that_the_description_does_not_have(switchhook: Switchhook) -> None:
    done = fuzz(switchhook, examples=5, seed=1, phases="examples,coverage")
    assert done.is_right, done.report
    assert done.examples > 300
