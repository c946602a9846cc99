"""What the parts of a Home have in common."""

from __future__ import annotations

from handlers.home.pieces import titled, when
from handlers.slack.blocks import section
from tests.factories import at_time
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_view
from tests.slack_stand_in.render import mrkdwn


def test_slack_takes_a_part_with_its_title() -> None:
    view = {"type": "home", "blocks": titled("Team", section("Alice"))}
    check_view(view)
    assert as_text(view).split("\n")[1:] == ["Team", "====", "Alice"]


def test_a_moment_is_shown_by_slack_in_each_readers_time_zone() -> None:
    assert when(at_time()).startswith("<!date^1800000000^{date_short_pretty} {time}|")
    assert mrkdwn(when(at_time())) == f"{at_time().astimezone():%Y-%m-%d %H:%M}"
