"""What is said to go with an extension."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.deletion_wording import STOPS, consequences
from tests.handlers.slack.samples import extension


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"voicemail_enabled": True}, "mailbox"),
        ({"employee_ref": "standard:17"}, "HR has it"),
        ({"adopted_options": {"endpoint": []}}, "/ext release 101"),
        ({"slack_user_id": "U0BOB"}, "owner in Slack is told"),
    ],
)
def test_what_goes_with_it_is_named_if_it_has_that(values: dict[str, Any], said: str) -> None:
    row = extension(101, "Alice")
    assert consequences(row) == [STOPS]
    for name, value in values.items():
        setattr(row, name, value)
    first, second = consequences(row)
    assert first == STOPS
    assert said in second
