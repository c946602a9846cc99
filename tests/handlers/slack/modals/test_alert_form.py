"""The window of alert routes, as Slack is given it."""

from __future__ import annotations

from handlers.alerts.routing import TOPICS as KNOWN
from handlers.slack.modals.alert_form import ALL, TOPICS, alerts_modal
from tests.slack_stand_in.block_kit import check_view


def test_every_kind_of_alert_can_be_chosen() -> None:
    check_view(alerts_modal())
    assert set(TOPICS) == {ALL, *KNOWN}
