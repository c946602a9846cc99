"""Whose extension it is, HR's words leave open: nothing is done before an admin has said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.onboarding import actions, retention
from handlers.slack.admins import Admins
from handlers.slack.refusals import RefusalWithMessage
from models.hr_delivery import DeliveryState
from models.types import now
from pbx import directory
from pbx.errors import Refusal
from tests.handlers.onboarding.admin_actions import CAROL, buttons, change, create, enabled, get, press
from tests.handlers.onboarding.events import employee
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.server import ADMIN_ID

DONE, IGNORED, NEEDS_CHOICE = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_CHOICE


@pytest.mark.parametrize("tell", [joined, left])
def test_in_doubt_nothing_is_done_and_the_admins_are_asked(hr_driver: HrDriver, tell: Any) -> None:
    create(hr_driver, "105", name="Dave Miller", email="carol@example.com")
    number = hr_driver.deliver(tell(**CAROL))
    assert hr_driver.state(number)[0] is NEEDS_CHOICE
    assert (enabled(hr_driver), get(hr_driver, "105").employee_ref) == (["105"], None)
    assert hr_driver.texts()[0].startswith("🚨" if tell is left else "❔")


def test_of_several_an_admin_chooses_and_the_question_is_answered_once(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="carol@example.com")
    create(hr_driver, "106", email="carol@example.com")
    number = hr_driver.deliver(joined(**CAROL))
    asked = buttons(hr_driver)
    assert list(asked) == ["It is 105 (Carol)", "It is 106 (Carol)", "Make a new one", "Ignore"]
    with pytest.raises(Refusal, match="only phone admins can"):
        press(hr_driver, "It is 106 (Carol)", "U0MALLORY")
    assert hr_driver.state(number)[0] is NEEDS_CHOICE
    press(hr_driver, "It is 106 (Carol)")
    assert [get(hr_driver, each).employee_ref for each in ("105", "106")] == [None, "standard:e1"]
    assert buttons(hr_driver) == {}
    assert f"✅ Done by @{ADMIN_ID}" in hr_driver.texts()[-1]
    assert len(hr_driver.texts()) == 1
    admins = Admins((ADMIN_ID,), hr_driver.context.client)
    with pytest.raises(
        RefusalWithMessage, match="does not wait for an answer any more: done extension 106"
    ) as second:
        actions.answer_pressed(hr_driver.context.services, admins, ADMIN_ID, *asked["It is 105 (Carol)"])
    assert f"✅ Done by <@{ADMIN_ID}>" in second.value.message.text


def test_a_candidate_changed_since_the_question_is_asked_about_anew(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="carol@example.com", slack_user_id="U0DAVE001")
    create(hr_driver, "106", email="carol@example.com")
    hr_driver.deliver(left(**CAROL))
    label = "Lock out 106 (Carol)"
    change(hr_driver, "106", name="Bob", email="bob@example.com")
    press(hr_driver, label)
    assert enabled(hr_driver) == ["105", "106"]
    assert "106 has been changed since this was asked" in hr_driver.texts()[-1]
    assert list(buttons(hr_driver)) == ["Lock out 106 (Bob)", "Leave them"]


def test_the_same_doubt_is_asked_once(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", name="Dave", email="carol@example.com")
    first = hr_driver.deliver(joined(**CAROL))
    again = hr_driver.deliver(joined(**CAROL))
    assert hr_driver.state(again) == (IGNORED, f"the admins are asked already, for delivery {first}")
    assert len(hr_driver.texts()) == 1


def test_two_hr_systems_that_know_the_same_person_are_asked_about(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    other = HrDriver(hr_driver.context, "token")
    other.deliver(joined("c7", **CAROL))
    assert len(directory.listing(hr_driver.context.services)) == 1
    press(hr_driver, "It is 100 (Carol Jones)")
    assert get(hr_driver, "100").employee_ref == "standard:e1"
    other.deliver(changed("c7", name="Carol Smith"))
    hr_driver.deliver(changed(department="Sales"))
    assert (get(hr_driver, "100").name, get(hr_driver, "100").notes) == ("Carol Smith", "Department: Sales")
    other.deliver(left("c7"))
    assert "of whom HR has not said that they left" in hr_driver.texts()[-1]
    assert enabled(hr_driver) == ["100"]
    hr_driver.deliver(left())
    assert enabled(hr_driver) == []


def test_a_leaving_of_who_is_locked_out_already_asks_nobody(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    number = HrDriver(hr_driver.context, "token").deliver(left("c7", **CAROL))
    assert hr_driver.state(number) == (DONE, "extension 100 is to be locked out")
    assert hr_driver.texts() == []


def test_who_is_hired_again_under_another_id_has_their_kept_number_once_an_admin_says_so(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    hr_driver.deliver(joined("e2", **CAROL))
    assert enabled(hr_driver) == []
    press(hr_driver, "It is 100 (Carol Jones)")
    assert (get(hr_driver, "100").employee_ref, enabled(hr_driver)) == ("standard:e2", ["100"])
    hr_driver.context.save(employee(hr_driver.context), left_at=now() - timedelta(days=99))
    retention.release_numbers(hr_driver.context)
    assert enabled(hr_driver) == ["100"]


def test_an_extension_that_is_locked_out_is_let_in_for_who_joins_only_when_an_admin_says_so(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "105", email="carol@example.com", enabled=False)
    hr_driver.deliver(joined(**CAROL))
    assert enabled(hr_driver) == []
    press(hr_driver, "It is 105 (Carol)")
    assert enabled(hr_driver) == ["105"]
