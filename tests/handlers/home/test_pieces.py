"""What the parts of a Home have in common."""

from __future__ import annotations

from handlers.home.pieces import titled
from handlers.slack.blocks import section
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_view


def test_slack_takes_a_part_with_its_title() -> None:
    view = {"type": "home", "blocks": titled("Team", section("Alice"))}
    check_view(view)
    assert as_text(view).split("\n")[1:] == ["Team", "====", "Alice"]
