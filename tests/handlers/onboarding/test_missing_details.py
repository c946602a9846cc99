"""Employees of whom HR does not tell the name: who waits, who is asked, and what goes on once it is known."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from handlers.onboarding import decisions, missing_details
from handlers.slack.modals.faults import Faults
from handlers.slack.refusals import RefusalWithMessage
from models.actor import Actor
from models.hr_delivery import DeliveryState
from models.types import now
from pbx.errors import Refusal
from tests.handlers.onboarding.admin_actions import asked_for, fill_in
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.slash_commands import TESTER

DONE, FAILED, IGNORED, NEEDS_DETAILS = (
    DeliveryState.DONE,
    DeliveryState.FAILED,
    DeliveryState.IGNORED,
    DeliveryState.NEEDS_DETAILS,
)

MORNING = now()
NOON = MORNING + timedelta(hours=4)


def test_several_without_a_name_are_each_waited_for_alone(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined("e1"), joined("e2"), joined("e3", name="Carol"))
    hr_driver.ask()
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1", "e2"]
    fill_in(hr_driver, "e2", "Bob")
    assert hr_driver.names() == ["Carol", "Bob"]
    assert [row.state for row in hr_driver.rows()] == [NEEDS_DETAILS, DONE]
    fill_in(hr_driver, "e1", "Alice")
    assert hr_driver.names() == ["Carol", "Bob", "Alice"]
    assert hr_driver.state(number)[0] is DONE


def test_the_admins_are_asked_once_for_each_person_not_for_each_delivery(hr_driver: HrDriver) -> None:
    first = hr_driver.deliver(joined())
    hr_driver.ask()
    second = hr_driver.deliver(joined())
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1"]
    fill_in(hr_driver)
    assert hr_driver.names() == ["Alice"]
    assert [hr_driver.state(number)[0] for number in (first, second)] == [DONE, DONE]


def test_details_delivered_before_the_name_are_not_lost(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined())
    hr_driver.ask()
    hr_driver.deliver(changed(email="alice@example.com", department="Sales"))
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1"]
    fill_in(hr_driver)
    assert hr_driver.state(number)[0] is DONE
    found = hr_driver.context.find("standard", "e1")
    assert found is not None
    assert (found.email, found.department) == ("alice@example.com", "Sales")


def test_one_that_is_refused_does_not_hold_up_one_that_lacks_its_name(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1", name="Alice", wanted_number="150"))
    hr_driver.deliver(joined("e2", name="Bob", wanted_number="150"), joined("e3"))
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e3"]
    fill_in(hr_driver, "e3", "Carol")
    assert [(row.state, row.events[0]["external_id"]) for row in hr_driver.rows()[1:]] == [
        (DONE, "e3"),
        (FAILED, "e2"),
    ]


def test_who_comes_back_by_an_id_alone_and_nobody_says_when_is_asked_for(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Alice"), left())
    number = hr_driver.deliver(joined())
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1"]
    fill_in(hr_driver, name="Alice Jones")
    assert hr_driver.state(number) == (DONE, "extension 100 is to be made")
    assert hr_driver.names() == ["Alice Jones"]


def test_the_same_id_in_two_hr_systems_is_two_persons(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined())
    HrDriver(hr_driver.context, "token").deliver(joined())
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1", "e1"]
    fill_in(hr_driver)
    assert [row.state for row in hr_driver.rows()] == [DONE, NEEDS_DETAILS]


def test_a_later_change_that_tells_the_name_completes_the_joining(hr_driver: HrDriver) -> None:
    joining = hr_driver.deliver(joined())
    change = hr_driver.deliver(changed(name="Alice", email="alice@example.com"))
    assert hr_driver.state(change) == (DONE, "not known yet; the joining will tell all")
    assert hr_driver.state(joining) == (DONE, "extension 100 is to be made")
    hr_driver.ask()
    assert hr_driver.texts() == []
    found = hr_driver.context.find("standard", "e1")
    assert found is not None
    assert (found.name, found.email) == ("Alice", "alice@example.com")


def test_a_later_joining_with_a_name_completes_the_one_without(hr_driver: HrDriver) -> None:
    first = hr_driver.deliver(joined())
    hr_driver.deliver(joined(name="Alice"))
    assert hr_driver.state(first) == (DONE, "extension 100 is to follow")
    assert hr_driver.names() == ["Alice"]


def test_who_is_known_already_is_not_asked_for_again(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Alice"))
    assert hr_driver.state(hr_driver.deliver(joined())) == (DONE, "extension 100 is to follow")
    assert hr_driver.names() == ["Alice"]


def test_a_leaving_ends_the_wait_for_details(hr_driver: HrDriver) -> None:
    joining = hr_driver.deliver(joined(occurred_at=MORNING))
    hr_driver.deliver(left(occurred_at=NOON))
    assert hr_driver.state(joining) == (IGNORED, "left meanwhile")
    hr_driver.ask()
    assert hr_driver.texts() == []
    with pytest.raises(Refusal, match="e1 has been filled in already, or has left meanwhile"):
        fill_in(hr_driver)


def test_who_left_meanwhile_does_not_end_the_waiting_of_others(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"), joined("e2"))
    hr_driver.ask()
    hr_driver.deliver(left("e1"))
    hr_driver.ask()
    assert asked_for(hr_driver) == ["e1", "e2"]
    assert [row.state for row in hr_driver.rows()] == [IGNORED, NEEDS_DETAILS, DONE]


def test_who_joined_again_after_leaving_is_waited_for(hr_driver: HrDriver) -> None:
    joining = hr_driver.deliver(joined(occurred_at=NOON))
    hr_driver.deliver(left(occurred_at=MORNING))
    assert hr_driver.state(joining)[0] is NEEDS_DETAILS
    fill_in(hr_driver)
    assert hr_driver.names() == ["Alice"]


def test_who_left_before_the_news_of_the_joining_came_is_not_asked_for(hr_driver: HrDriver) -> None:
    hr_driver.deliver(left(occurred_at=NOON))
    joining = hr_driver.deliver(joined(occurred_at=MORNING))
    hr_driver.ask()
    assert hr_driver.texts() == []
    assert hr_driver.state(joining)[0] is DONE
    assert hr_driver.names() == []


def test_of_two_admins_at_the_same_time_the_second_hears_that_it_is_done(hr_driver: HrDriver) -> None:
    for number in range(20):
        hr_driver.deliver(joined(f"e{number}"))
        hr_driver.deliver(joined(f"e{number}"))
    together = threading.Barrier(2)

    def submit(number: int, name: str) -> str:
        together.wait(60)
        try:
            missing_details.fill_in(
                hr_driver.context.services, "standard", f"e{number}", {"name": name}, by=TESTER
            )
        except Refusal as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(2) as admins:
        for number in range(20):
            answers = list(admins.map(submit, (number, number), ("Alice", "Alicia")))
            assert sorted(bool(answer) for answer in answers) == [False, True]
            assert "has been filled in already" in "".join(answers)


BAD = {
    "start_date": {"name": "Alice", "start_date": "2026-99-99"},
    "name": {"name": ""},
    "email": {"name": "Alice", "email": "nonsense"},
    "department": {"name": "Alice", "department": "d" * 81},
}


@pytest.mark.parametrize("field", BAD)
def test_an_unreadable_value_is_refused_beside_its_field(hr_driver: HrDriver, field: str) -> None:
    number = hr_driver.deliver(joined())
    with pytest.raises(Faults) as refused:
        missing_details.fill_in(hr_driver.context.services, "standard", "e1", BAD[field], by=TESTER)
    assert refused.value.sentences.keys() == {field}
    assert hr_driver.state(number)[0] is NEEDS_DETAILS


def test_one_that_is_refused_does_not_hold_up_the_others_and_alone_is_tried_again(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined("e1", name="Alice", wanted_number="150"))
    number = hr_driver.deliver(joined("e2", name="Bob", wanted_number="150"), joined("e3", name="Carol"))
    assert hr_driver.names() == ["Carol", "Alice"]
    assert hr_driver.state(number)[0] is FAILED
    assert [event["external_id"] for event in hr_driver.rows()[1].events] == ["e2"]
    assert "150 is taken by Alice" in hr_driver.texts()[0]
    with pytest.raises(Refusal, match="is done; only what has not been carried out"):
        decisions.retry(hr_driver.context.services, 1, by=TESTER)


def test_a_change_without_details_is_ignored(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(changed(), changed("e2"))
    assert hr_driver.state(number) == (IGNORED, "it says that something changed, but not what")


def test_admins_read_why_hrs_name_is_refused(hr_driver: HrDriver) -> None:
    hr_driver.deliver({"kind": "joined", "external_id": "e1", "name": "x" * 81})
    hr_driver.ask()
    assert "Name: " in hr_driver.texts()[0]


def test_every_copy_of_the_question_says_who_has_filled_it_in_and_who_comes_second_reads_it(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined())
    hr_driver.ask()
    by, given = Actor.slack("U0ADA"), {"name": "Alice"}
    missing_details.fill_in(hr_driver.context.services, hr_driver.source, "e1", given, by=by)
    with pytest.raises(RefusalWithMessage, match="has been filled in already") as second:
        missing_details.fill_in(hr_driver.context.services, hr_driver.source, "e1", given, by=by)
    assert "✅ Done by <@U0ADA>: Alice" in second.value.message.text
    assert "✅ Done by @U0ADA: Alice" in hr_driver.texts()[-1]


def test_a_question_that_hr_has_answered_meanwhile_or_that_concerns_nobody_any_more_says_so(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined("e1"))
    hr_driver.deliver(joined("e2"))
    hr_driver.ask()
    hr_driver.deliver(joined("e1", name="Alice"))
    hr_driver.deliver(left("e2"))
    assert [text.splitlines()[-1] for text in hr_driver.texts()[:2]] == [
        "✅ HR has told the details meanwhile",
        "✅ left meanwhile",
    ]
