"""HR systems are asked for employees whom their deliveries do not describe; when that fails, the admins are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import changed as changed_by
from handlers.onboarding import decisions, inbox
from models.employee import Stage
from models.hr_delivery import DeliveryState
from pbx import extensions
from tests.handlers.onboarding.admin_actions import create
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.hr_stand_in import HrStandIn
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import TESTER

DONE, IGNORED = DeliveryState.DONE, DeliveryState.IGNORED

CLOSED = HttpAnswer(401, "")


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


def test_a_change_without_details_is_looked_up_and_applied(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(joined(name="Alice"))
    hr.employees["/api/v1/employees/e1"] |= {"displayName": "Alice Jones"}
    number = asker.deliver(changed())
    asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to follow")
    assert asker.names() == ["Alice Jones"]


def test_somebody_whom_bamboohr_shows_as_active_again_is_back(asker: HrDriver, hr: HrStandIn) -> None:
    asker.deliver(joined(name="Alice"))
    for status in ("Inactive", "Active"):
        hr.employees["/api/v1/employees/e1"] |= {"status": status}
        number = asker.deliver(changed())
        asker.ask()
    assert asker.state(number) == (DONE, "extension 100 is to be made")
    assert extensions.get(asker.context.services, "100").enabled
    found = asker.context.find("bamboohr", "e1")
    assert found is not None
    assert (found.stage, found.left_at) == (Stage.READY, None)


def test_a_change_that_was_delivered_before_the_leaving_is_no_return(asker: HrDriver) -> None:
    asker.deliver(joined(name="Alice"))
    asker.deliver(left())
    found = asker.context.find("bamboohr", "e1")
    assert found is not None
    assert found.left_at is not None
    event = EmployeeEvent.model_validate(changed(name="Alice", is_active=True))
    late = event.as_received(found.left_at - timedelta(seconds=1))
    assert changed_by.apply(asker.context, "bamboohr", late, found).words.startswith("has no phone any more")
    assert not extensions.get(asker.context.services, "100").enabled


def test_a_change_that_is_asked_for_tells_the_name_of_who_waits_for_the_admins(
    asker: HrDriver, hr: HrStandIn
) -> None:
    hr.troubles = [CLOSED]
    joining = asker.deliver(joined())
    asker.ask()
    assert len(asker.texts()) == 1
    asker.deliver(changed())
    asker.ask()
    asker.process_all()
    assert asker.state(joining) == (DONE, "extension 100 is to be made")
    assert len(asker.texts()) == 1


def _interrupted_by(asker: HrDriver, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something else happens while the HR system takes its time to answer."""
    really = lookup.look_up

    def slowly(*given: object) -> object:
        answer = really(*given)  # type: ignore[arg-type]
        happens()
        return answer

    monkeypatch.setattr(lookup, "look_up", slowly)
    asker.ask()
    asker.process_all()


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


def test_a_late_answer_does_not_update_a_delivery_that_has_changed(asker: HrDriver) -> None:
    number = asker.deliver(changed())
    (as_asked,) = asker.rows()
    decisions.retry(asker.context.services, number, by=TESTER)
    asker.process_all()
    assert asker.state(number)[0] is as_asked.state
    with asker.context.services.database.session() as session:
        assert not inbox.ignore(session, as_asked, "too late")


def test_an_unknown_leaver_is_looked_up_in_the_hr_system(asker: HrDriver, hr: HrStandIn) -> None:
    create(asker, "130", name="Alice", email="alice@example.com")
    number = asker.deliver(left())
    asker.ask()
    assert asker.state(number) == (DONE, "extension 130 is to be locked out")
    assert len(hr.asked) == 1
