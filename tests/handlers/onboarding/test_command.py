"""`/ext hr` lists deliveries, and tries one again."""

from __future__ import annotations

from handlers.onboarding.command import SHOWN, hr_command
from handlers.slack.command_text import Arguments
from tests.handlers.onboarding.admin_actions import asked_for
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined
from tests.slack_stand_in import as_text


def test_a_delivery_that_waits_for_details_can_be_tried_again_and_asks_again(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined())
    hr_driver.ask()
    answer = hr_command(hr_driver.context.services, Arguments(("retry", str(number)), {}))
    assert "is tried again" in answer.text
    hr_driver.process_all()
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1", "e1"]


def test_waiting_deliveries_are_shown_first_however_old(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"))
    for number in range(SHOWN + 1):
        hr_driver.deliver(changed(f"c{number}"))
    shown = as_text({"blocks": hr_command(hr_driver.context.services, Arguments((), {})).blocks})
    assert "standard: e1 joined · needs details" in shown.splitlines()[1]


def test_what_waits_for_somebody_has_a_button_that_tries_it_again(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined())
    hr_driver.ask()
    message = hr_command(hr_driver.context.services, Arguments((), {}))
    (button,) = message.blocks[-1]["elements"]
    assert (button["text"]["text"], button["value"]) == (f"Try {number} again", f":hr retry {number}")
    assert "<!date^" in message.blocks[0]["text"]["text"]
    answer = hr_command(hr_driver.context.services, Arguments(("retry", str(number)), {}))
    assert [each["value"] for each in answer.blocks[-1]["elements"]] == [":hr"]
