"""The prompt of the demo: what is shown can be pressed by its number, and windows can be filled in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.demo.prompt import Desk
from tests.demo.stage import Stage
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
slack, switchhook, admin = one_server.slack, one_server.switchhook, one_server.admin
more_environment = one_server.more_environment


@pytest.fixture(scope="module")
def way() -> str:
    return "socket"


@pytest.fixture
def typed(
    asterisk: Asterisk, slack: SlackStandIn, switchhook: Switchhook, admin: SlackUser
) -> Callable[[str], str]:
    """Types a line; what is printed then."""
    out = io.StringIO()
    desk = Desk(Stage(Console(file=out, width=200), asterisk, slack, admin, switchhook.url, ""))

    def do(line: str) -> str:
        out.seek(0)
        out.truncate()
        desk.do(line)
        return out.getvalue()

    return do


def number_of(label: str, shown: str) -> str:
    found = re.search(rf"(\d+): .*{label}", shown)
    assert found, shown
    return found[1]


def test_buttons_are_pressed_by_their_numbers(typed: Callable[[str], str]) -> None:
    typed("/ext create 101 Alice")
    question = typed("/ext delete 101")
    assert "stays as it is" in typed(number_of("Cancel", question))


def test_a_window_is_shown_filled_in_and_submitted(typed: Callable[[str], str]) -> None:
    menu = typed("/ext")
    form = typed(number_of("New extension", menu))
    assert "To fill in: " in form, form
    typed("name=Bob")
    assert "is ready for Bob" in typed("submit")
