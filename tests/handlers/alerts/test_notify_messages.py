"""What people read of whether they are told of missed calls."""

from __future__ import annotations

import pytest

from handlers.alerts import notify_messages
from tests.slack_stand_in.block_kit import check_message


@pytest.mark.parametrize(
    ("are_on", "mark", "button", "command"),
    [(True, "🔔", "Stop them", "notify off"), (False, "🔕", "Send them", "notify on")],
)
def test_how_it_is_stands_above_a_button_for_the_other(
    are_on: bool, mark: str, button: str, command: str
) -> None:
    message = notify_messages.shown(are_on)
    check_message({"text": message.text, "blocks": message.blocks})
    assert message.text.startswith(f"{mark} *You get ")
    pressed, line = message.blocks[1]["elements"][0], notify_messages.section(are_on)
    for shown in (pressed, line["accessory"]):
        assert (shown["text"]["text"], shown["value"]) == (button, f":{command}")
    assert line["text"]["text"].startswith(f"{mark} You get ")


@pytest.mark.parametrize("are_on", [True, False])
def test_what_is_sent_in_any_case_is_said_either_way(are_on: bool) -> None:
    shown = notify_messages.shown(are_on, is_new=True)
    assert "Done: you get " in shown.text
    assert "Voicemails that people leave for you are sent in any case" in str(shown.blocks)


def test_where_missed_calls_are_found_is_said_to_who_is_told_of_none() -> None:
    assert [notify_messages.LISTED in str(notify_messages.shown(each).blocks) for each in (True, False)] == [
        False,
        True,
    ]
