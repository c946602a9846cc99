"""HR systems are asked for employees whom their deliveries do not describe; when that fails, the admins are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import changed as changed_by
from handlers.onboarding import decisions, detail_requests, inbox
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from pbx import extensions
from pbx.services import Services
from tests.handlers.onboarding.admins import buttons, create, enabled
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.server import free_port
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import TESTER

DONE, IGNORED, NEEDS_DETAILS = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_DETAILS
BUSY = HttpAnswer(503, "")
CLOSED = HttpAnswer(401, "")


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        running.hire_in_bamboo(
            "e1",
            displayName="Alice",
            workEmail="alice@example.com",
            department="Sales",
            hireDate="2026-01-01",
        )
        running.hire_in_bob("e1", root_displayName="Alice", root_email="alice@example.com")
        yield running


@pytest.fixture
def asker(hr_driver: HrDriver, hr: HrStandIn) -> HrDriver:
    """An HR driver whose context may ask the stand-in."""
    return _with_settings(hr_driver, **{name.lower(): value for name, value in hr.environment().items()})


def _with_settings(hr_driver: HrDriver, source: str = "bamboohr", **values: object) -> HrDriver:
    system = hr_driver.context.system
    settings = type(system.settings)(_env_file=None, **system.settings.model_dump() | values)
    asking_system = Services(settings, system.database, system.cipher)
    return HrDriver(replace(hr_driver.context, system=asking_system), source)


@pytest.mark.parametrize("source", ["bamboohr", "hibob"])
def test_who_joined_without_a_name_is_asked_of_the_hr_system(
    asker: HrDriver, hr: HrStandIn, source: str
) -> None:
    asker.source = source
    number = asker.deliver(joined())
    assert asker.names() == []
    asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to be made")
    assert asker.names() == ["Alice"]
    assert asker.texts() == []
    assert len(hr.asked) == 1


def test_a_pair_of_joinings_is_one_question(asker: HrDriver, hr: HrStandIn) -> None:
    numbers = [asker.deliver(joined()), asker.deliver(joined())]
    asker.ask()
    assert [asker.state(number)[0] for number in numbers] == [DONE, DONE]
    assert asker.names() == ["Alice"]
    assert len(hr.asked) == 1


def test_all_without_a_name_of_one_delivery_are_asked_for(asker: HrDriver, hr: HrStandIn) -> None:
    hr.hire_in_bamboo("e2", displayName="Bob", hireDate="2026-01-01")
    number = asker.deliver(joined("e1"), changed("e3", name="Carol"), joined("e2"))
    asker.ask()
    assert asker.state(number)[0] is DONE
    assert asker.names() == ["Alice", "Bob"]


def test_a_change_that_does_not_say_what_is_asked_for_and_followed(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(joined(name="Alice"))
    hr.employees["/api/v1/employees/e1"] |= {"displayName": "Alice Jones"}
    number = asker.deliver(changed())
    asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to follow")
    assert asker.names() == ["Alice Jones"]


def test_somebody_whom_bamboohr_shows_as_inactive_has_left(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(joined(name="Alice"))
    hr.employees["/api/v1/employees/e1"] |= {"status": "Inactive"}
    asker.deliver(changed())
    asker.ask()
    found = asker.context.find("bamboohr", "e1")
    assert found is not None
    assert found.stage is Stage.LEFT


def test_somebody_whom_bamboohr_shows_as_active_again_is_back(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(joined(name="Alice"))
    for status in ("Inactive", "Active"):
        hr.employees["/api/v1/employees/e1"] |= {"status": status}
        number = asker.deliver(changed())
        asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to be made")
    assert extensions.get(asker.context.system, "100").enabled
    found = asker.context.find("bamboohr", "e1")
    assert found is not None
    assert (found.stage, found.left_at) == (Stage.READY, None)


def test_a_change_that_was_heard_before_the_leaving_is_no_return(asker: HrDriver) -> None:
    asker.deliver(joined(name="Alice"))
    asker.deliver(left())
    found = asker.context.find("bamboohr", "e1")
    assert found is not None
    assert found.left_at is not None
    told = EmployeeEvent.model_validate(changed(name="Alice", is_active=True))
    late = told.as_heard(found.left_at - timedelta(seconds=1))
    assert changed_by.apply(asker.context, "bamboohr", late, found).words.startswith("has no phone any more")
    assert not extensions.get(asker.context.system, "100").enabled


def test_a_change_that_is_asked_for_tells_the_name_of_who_waits_for_the_admins(
    asker: HrDriver, hr: HrStandIn
) -> None:
    hr.troubles = [CLOSED]
    joining = asker.deliver(joined())
    asker.ask()
    assert len(asker.texts()) == 1
    asker.deliver(changed())
    asker.ask()
    asker.work()
    assert asker.state(joining) == (DONE, "extension 100 is to be made")
    assert len(asker.texts()) == 1


def test_trouble_that_passes_is_waited_out_with_growing_pauses(asker: HrDriver, hr: HrStandIn) -> None:
    number = asker.deliver(joined())
    for pause in (30, 60, 120, 240):
        hr.troubles = [BUSY]
        asker.make_due()
        before = now()
        asker.ask()
        (due,) = asker.next_tries()
        assert due is not None
        assert timedelta(seconds=pause) <= due - before < timedelta(seconds=pause + 10)
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
    assert "bamboohr told of employee e1, but not their name" in form
    assert "BambooHR is in trouble (503), not in 7 tries" in form
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == detail_requests.TRIES


def test_how_long_an_hr_system_wants_to_be_left_alone_is_heeded(asker: HrDriver, hr: HrStandIn) -> None:
    hr.troubles = [HttpAnswer(429, "", {"Retry-After": "600"})]
    asker.deliver(joined())
    before = now()
    asker.ask()
    (due,) = asker.next_tries()
    assert due is not None
    assert due - before >= timedelta(seconds=600)


def test_an_hr_system_in_trouble_is_asked_for_nobody_else_either(asker: HrDriver, hr: HrStandIn) -> None:
    for external_id in ("e1", "e2", "e3"):
        asker.deliver(joined(external_id))
    hr.troubles = [HttpAnswer(429, "", {"Retry-After": "600"})]
    for _ in range(3):
        assert not detail_requests.look_up_next(asker.context)
    assert len(hr.asked) == 1
    assert all(due and due - now() > timedelta(seconds=590) for due in asker.next_tries())


def test_a_change_of_somebody_with_a_phone_is_kept_when_the_hr_system_does_not_know_them(
    asker: HrDriver, hr: HrStandIn
) -> None:
    """The key may not see them any more, because they have left."""
    asker.deliver(joined("e9", name="Ivy"))
    number = asker.deliver(changed("e9"))
    asker.ask()
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(asker.texts()) == 1


def test_changes_that_cannot_be_asked_for_are_told_once_not_every_day(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(changed())
    for answer in [BUSY] * 10 + [CLOSED] + [BUSY] * 10:
        hr.troubles = [answer]
        asker.make_due()
        asker.ask()
    assert len(asker.texts()) == 1


LASTING: list[tuple[HttpAnswer, str]] = [
    (CLOSED, "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY"),
    (HttpAnswer(404, ""), "BambooHR knows no such employee (404)"),
    (HttpAnswer(200, "<html>"), "BambooHR gives no answer of use"),
    (HttpAnswer(200, {"id": "e1"}), "BambooHR tells no name of employee e1"),
]


@pytest.mark.parametrize(("answer", "reason"), LASTING, ids=["401", "404", "garbage", "no name"])
def test_trouble_that_lasts_is_for_the_admins_at_once_with_the_reason(
    asker: HrDriver, hr: HrStandIn, answer: HttpAnswer, reason: str
) -> None:
    hr.troubles = [answer]
    number = asker.deliver(joined())
    asker.ask()
    asker.ask()
    (form,) = asker.texts()
    assert reason in form
    assert asker.state(number)[0] is NEEDS_DETAILS
    assert len(hr.asked) == 1


def test_a_change_of_nobody_is_ignored_with_the_reason(asker: HrDriver, hr: HrStandIn) -> None:
    number = asker.deliver(changed("e9"))
    asker.ask()
    state, told = asker.state(number)
    assert state is IGNORED
    assert told is not None
    assert told.startswith("BambooHR knows no such employee (404)")
    assert asker.texts() == []


LEAVING = ("e1", "e2", "e3")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [each for each in LASTING if each[0].status != 404],
    ids=["401", "garbage", "no name"],
)
def test_changes_that_cannot_be_asked_for_may_be_leavings_and_are_not_lost(
    asker: HrDriver, hr: HrStandIn, answer: HttpAnswer, reason: str
) -> None:
    for external_id in LEAVING:
        hr.hire_in_bamboo(external_id, displayName="Alice", hireDate="2026-01-01", status="Inactive")
        asker.deliver(joined(external_id, name="Alice"))
    numbers = [asker.deliver(changed(external_id)) for external_id in LEAVING]
    for external_id in LEAVING:
        about_them = answer.body if isinstance(answer.body, str) else {"id": external_id}
        hr.troubles = [HttpAnswer(answer.status, about_them)]
        asker.ask()
    assert [asker.state(number)[0] for number in numbers] == [NEEDS_DETAILS] * 3
    pauses = [due - now() for due in asker.next_tries() if due]
    assert len(pauses) == 3
    assert min(pauses) > timedelta(hours=23)
    assert "somebody has left whose phone still works" in asker.texts()[0]
    decisions.retry(
        asker.context.system, numbers[1], by=TESTER
    )  # it is mended, and one answer brings the others
    asker.work()
    asker.ask()
    assert [asker.state(number)[0] for number in numbers] == [DONE] * 3
    found = [asker.context.find("bamboohr", external_id) for external_id in LEAVING]
    assert [employee.stage for employee in found if employee] == [Stage.LEFT] * 3


def test_the_admins_hear_once_that_changes_cannot_be_asked_for(asker: HrDriver, hr: HrStandIn) -> None:
    hr.troubles = [CLOSED] * 3
    for external_id in LEAVING:
        asker.deliver(changed(external_id))
        asker.ask()
    assert len(asker.texts()) == 1


def test_who_cannot_be_asked_for_does_not_hold_up_the_others_of_a_delivery(
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
    assert "the HR system cannot be asked any more: its address or key is not set" in form


def test_once_the_key_is_mended_trying_again_asks_the_hr_system(hr_driver: HrDriver, asker: HrDriver) -> None:
    number = HrDriver(hr_driver.context, "bamboohr").deliver(joined())
    hr_driver.ask()
    assert len(asker.texts()) == 1
    decisions.retry(asker.context.system, number, by=TESTER)
    asker.work()
    asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to be made")


def _interrupted_by(asker: HrDriver, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something else happens while the HR system takes its time to answer."""
    really = lookup.look_up

    def slowly(*given: object) -> object:
        answer = really(*given)  # type: ignore[arg-type]
        happens()
        return answer

    monkeypatch.setattr(lookup, "look_up", slowly)
    asker.ask()
    asker.work()


def test_an_answer_for_somebody_who_left_meanwhile_makes_no_phone(
    asker: HrDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asker.deliver(joined())
    _interrupted_by(asker, monkeypatch, lambda: asker.deliver(left()))
    assert asker.state(number) == (IGNORED, "left meanwhile")
    assert asker.names() == []


def test_an_answer_for_somebody_who_was_named_meanwhile_makes_no_second_phone(
    asker: HrDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asker.deliver(joined())
    _interrupted_by(asker, monkeypatch, lambda: asker.deliver(changed(name="Alicia")))
    assert asker.state(number) == (DONE, "extension 100 is to be made")
    assert asker.names() == ["Alicia"]


def test_an_answer_that_comes_late_does_not_move_what_waits_once_more(asker: HrDriver) -> None:
    number = asker.deliver(changed())
    (as_asked,) = asker.rows()
    decisions.retry(asker.context.system, number, by=TESTER)
    asker.work()
    assert asker.state(number)[0] is as_asked.state
    with asker.context.system.database.session() as session:
        assert not inbox.ignore(session, as_asked, "too late")


def test_an_hr_system_that_is_away_is_no_traceback_and_no_key_is_logged(
    hr_driver: HrDriver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = _with_settings(
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


def test_who_leaves_and_was_never_told_of_is_asked_of_the_hr_system(asker: HrDriver, hr: HrStandIn) -> None:
    create(asker, "130", name="Alice", email="alice@example.com")
    number = asker.deliver(left())
    asker.ask()
    assert asker.state(number) == (DONE, "extension 130 is to be locked out")
    assert len(hr.asked) == 1


@pytest.mark.parametrize("trouble", [None, CLOSED])
def test_of_who_leaves_and_the_hr_system_does_not_tell_the_admins_are_asked(
    asker: HrDriver, hr: HrStandIn, trouble: HttpAnswer | None
) -> None:
    create(asker, "130", name="Alice", email="alice@example.com")
    hr.troubles += [trouble] if trouble else []
    number = asker.deliver(left("e9"))
    asker.ask()
    asker.work()
    assert (asker.state(number)[0], enabled(asker)) == (DeliveryState.NEEDS_CHOICE, ["130"])
    assert list(buttons(asker)) == ["Lock out 130 (Alice)", "Leave them"]
