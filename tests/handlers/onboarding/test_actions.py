"""Buttons and forms that are not ours, or not any more."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.onboarding import actions, modals
from handlers.slack.admins import Admins
from tests.handlers.onboarding.hr_driver import HrDriver
from tests.server import ADMIN_ID


@pytest.mark.parametrize("value", ["", "17", "a b c", "9" * 30, "²"])
def test_a_value_that_is_not_ours_is_no_traceback(hr_driver: HrDriver, value: str) -> None:
    """Slack signs what it sends; buttons of another version say something else, too."""
    assert actions.secret_view(hr_driver.context.system, "U0ALICE01", value) is None
    assert modals.details_modal(value)["private_metadata"] == value
    said: dict[str, Any] = {}
    state = {"values": {"name": {"name": {"value": "Alice"}}}}
    body = {"user": {"id": ADMIN_ID}, "view": {"private_metadata": value, "state": state}}
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    actions.save_details(hr_driver.context.system, admins, lambda **more: said.update(more), body)
    assert "has been filled in already" in said["errors"]["name"]
