"""What is refused is counted in the log, and repeats no key."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from tests.handlers.hr.conftest import Receiver
from tests.handlers.hr.signing import KEYS, NOW

SECOND = timedelta(seconds=1)


def test_a_flood_of_forged_deliveries_is_one_log_line_a_minute(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for number in range(50):
        receiver.deliver("deel", {"x-deel-signature": "0" * 64}, b"{}", now=NOW + number * SECOND)
    receiver.deliver("hibob", {}, b"{}", now=NOW)
    receiver.deliver("deel", {}, b"{}", now=NOW + 60 * SECOND)
    lines = [
        (line.__dict__["source"], line.__dict__["count"], line.__dict__["reason"]) for line in caplog.records
    ]
    assert lines == [
        ("deel", 1, "wrong signature"),
        ("hibob", 1, "no signature"),
        ("deel", 50, "no signature"),
    ]


def test_no_log_line_and_no_answer_repeats_a_key_or_a_token(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for source, key in KEYS.items():
        _, told = receiver.deliver(source, {"Authorization": f"Bearer {key}x"}, b"{}")
        assert key not in str(told)
        assert key not in str([line.__dict__ for line in caplog.records])
