"""HR systems that do not answer, or tell nothing of use: asked again, or the admins are asked."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from handlers.onboarding import decisions, detail_requests
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from tests.asterisk_bed.ports import free_port
from tests.handlers.onboarding.admin_actions import buttons, create, enabled
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left, with_settings
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import TESTER

DONE, IGNORED, NEEDS_DETAILS = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_DETAILS

BUSY = HttpAnswer(503, "")
CLOSED = HttpAnswer(401, "")


def test_trouble_that_passes_is_waited_out_with_growing_pauses(asker: HrDriver, hr: HrStandIn) -> None:
    number = asker.deliver(joined())
    for pause in (30, 60, 120, 240):
        hr.troubles = [BUSY]
        asker.make_due()
        before = now()
        asker.ask()
        (due,) = asker.next_tries()
        assert due is not None
        assert before <= due - timedelta(seconds=pause) < now() + timedelta(seconds=10)
    assert asker.state(number) == (NEEDS_DETAILS, "BambooHR is in trouble (503)")
    assert asker.texts() == []
    asker.ask()  # too early
    assert len(hr.asked) == 4
    asker.make_due()
    asker.ask()
    assert asker.names() == ["Alice"]


def test_trouble_that_does_not_pass_is_for_the_admins_in_the_end(asker: HrDriver, hr: HrStandIn) -> None:
    number = asker.deliver(joined())
    hr.troubles = [BUSY] * 100
    for _ in range(20):
        asker.make_due()
        asker.ask()
    (form,) = asker.texts()
    assert "bamboohr told of employee e1, and not who they are" in form
    assert "BambooHR is in trouble (503), not in 7 tries" in form
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == detail_requests.TRIES


def test_an_hr_system_in_trouble_is_asked_for_nobody_else_either(asker: HrDriver, hr: HrStandIn) -> None:
    for external_id in ("e1", "e2", "e3"):
        asker.deliver(joined(external_id))
    hr.troubles = [HttpAnswer(429, "", {"Retry-After": "600"})]
    before = now()
    for _ in range(3):
        assert not detail_requests.look_up_next(asker.context)
    assert len(hr.asked) == 1
    assert all(due and due - before > timedelta(seconds=590) for due in asker.next_tries())


def test_a_change_of_somebody_with_a_phone_is_kept_when_the_hr_system_does_not_know_them(
    asker: HrDriver, hr: HrStandIn
) -> None:
    """The key may not see them any more, because they have left."""
    asker.deliver(joined("e9", name="Ivy"))
    number = asker.deliver(changed("e9"))
    asker.ask()
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(asker.texts()) == 1


def test_changes_that_cannot_be_looked_up_are_reported_once_not_every_day(
    asker: HrDriver, hr: HrStandIn
) -> None:
    asker.deliver(changed())
    for answer in [BUSY] * 10 + [CLOSED] + [BUSY] * 10:
        hr.troubles = [answer]
        asker.make_due()
        asker.ask()
    assert len(asker.texts()) == 1


def test_trouble_that_lasts_is_for_the_admins_at_once_with_the_reason(asker: HrDriver, hr: HrStandIn) -> None:
    hr.troubles = [CLOSED]
    number = asker.deliver(joined())
    asker.ask()
    asker.ask()
    (form,) = asker.texts()
    assert "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY" in form
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == 1


def test_a_change_of_nobody_is_ignored_with_the_reason(asker: HrDriver, hr: HrStandIn) -> None:
    number = asker.deliver(changed("e9"))
    asker.ask()
    state, reason = asker.state(number)
    assert state is IGNORED
    assert reason is not None
    assert reason.startswith("BambooHR knows no such employee (404)")
    assert asker.texts() == []


LEAVING = ("e1", "e2", "e3")


def test_changes_that_cannot_be_asked_for_may_be_leavings_and_are_not_lost(
    asker: HrDriver, hr: HrStandIn
) -> None:
    for external_id in LEAVING:
        hr.hire_in_bamboo(external_id, displayName="Alice", hireDate="2026-01-01", status="Inactive")
        asker.deliver(joined(external_id, name="Alice"))
    numbers = [asker.deliver(changed(external_id)) for external_id in LEAVING]
    hr.troubles = [CLOSED] * 3
    for _ in LEAVING:
        asker.ask()
    assert [asker.state(number)[0] for number in numbers] == [NEEDS_DETAILS] * 3
    pauses = [due - now() for due in asker.next_tries() if due]
    assert len(pauses) == 3
    assert min(pauses) > timedelta(hours=23)
    (reason,) = asker.texts()
    assert "somebody has left whose phone still works" in reason
    decisions.retry(
        asker.context.services, numbers[1], by=TESTER
    )  # it is mended, and one answer brings the others
    asker.process_all()
    asker.ask()
    assert [asker.state(number)[0] for number in numbers] == [DONE] * 3
    found = [asker.context.find("bamboohr", external_id) for external_id in LEAVING]
    assert [employee.stage for employee in found if employee] == [Stage.LEFT] * 3


def test_an_employee_who_cannot_be_looked_up_does_not_delay_the_others_of_a_delivery(
    asker: HrDriver, hr: HrStandIn
) -> None:
    asker.deliver(joined("e9"), changed("e8"), joined("e1"))
    for _ in range(3):
        asker.ask()
    assert asker.names() == ["Alice"]
    assert [row.state for row in asker.rows()] == [NEEDS_DETAILS, IGNORED, DONE]
    assert "told of employee e9" in asker.texts()[0]


def test_who_waits_when_the_key_is_taken_away_is_for_the_admins(hr_driver: HrDriver, asker: HrDriver) -> None:
    asker.deliver(joined())
    HrDriver(hr_driver.context, "bamboohr").ask()
    (form,) = asker.texts()
    assert "The HR system cannot be asked any more: its address or key is not set" in form


def test_once_the_key_is_mended_trying_again_asks_the_hr_system(hr_driver: HrDriver, asker: HrDriver) -> None:
    number = HrDriver(hr_driver.context, "bamboohr").deliver(joined())
    hr_driver.ask()
    assert len(asker.texts()) == 1
    decisions.retry(asker.context.services, number, by=TESTER)
    asker.process_all()
    asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to be made")


def test_an_hr_system_that_is_away_is_no_traceback_and_no_key_is_logged(
    hr_driver: HrDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = with_settings(
        hr_driver,
        hr_bamboohr_api_url=f"http://127.0.0.1:{free_port()}",
        hr_bamboohr_api_key=BAMBOO_KEY,
        hr_hibob_api_key=BOB_KEY,
    )
    number = away.deliver(joined())
    away.ask()
    assert away.state(number) == (NEEDS_DETAILS, "BambooHR does not answer (ConnectionError)")
    seen = caplog.text + str([line.__dict__ for line in caplog.records]) + str(away.rows())
    assert not [key for key in (BAMBOO_KEY, *BOB_KEY.split(":")) if key in seen]
    assert "Traceback" not in seen


@pytest.mark.parametrize("trouble", [None, CLOSED])
def test_of_who_leaves_and_the_hr_system_does_not_tell_the_admins_are_asked(
    asker: HrDriver, hr: HrStandIn, trouble: HttpAnswer | None
) -> None:
    create(asker, "130", name="Alice", email="alice@example.com")
    hr.troubles += [trouble] if trouble else []
    number = asker.deliver(left("e9"))
    asker.ask()
    asker.process_all()
    assert (asker.state(number)[0], enabled(asker)) == (DeliveryState.NEEDS_CHOICE, ["130"])
    assert list(buttons(asker)) == ["Lock out 130 (Alice)", "Leave them"]
