"""An admin has given an employee's phone to somebody else: it is neither locked out, nor freed, nor shown for who had it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.onboarding import employees, first_day
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from tests.handlers.onboarding.admins import (
    CAROL,
    change,
    create,
    enabled,
    get,
)
from tests.handlers.onboarding.clerk import Clerk, changed, joined, left
from tests.handlers.onboarding.hiring import employee

NEEDS_CHOICE = DeliveryState.NEEDS_CHOICE


GIVEN_AWAY = [
    {"name": "Bob", "email": "bob@example.com"},
    {"email": "bob@example.com"},
    {"name": "Bob"},
    {"slack_user_id": "U0BOB0001"},
]


@pytest.mark.parametrize("given", GIVEN_AWAY)
def test_what_an_admin_has_given_to_somebody_else_is_not_locked_out_for_who_had_it(
    clerk: Clerk, given: dict[str, str]
) -> None:
    clerk.hand_in(joined(**CAROL))
    clerk.office.save(employee(clerk.office), stage=Stage.TOLD, slack_user_id="U0CAROL01")
    change(clerk, "100", **given)
    clerk.hand_in(changed(name="Carol Smith"))
    assert get(clerk, "100").name != "Carol Smith"
    number = clerk.hand_in(left())
    assert (clerk.state(number)[0], enabled(clerk)) == (NEEDS_CHOICE, ["100"])
    assert "🚨" in clerk.told()[-1]


def test_who_has_got_another_one_is_locked_out_of_that(clerk: Clerk) -> None:
    clerk.hand_in(joined(**CAROL))
    change(clerk, "100", name="Bob", email="bob@example.com")
    create(clerk, "105", email="carol@example.com")
    clerk.hand_in(left())
    assert enabled(clerk) == ["100"]


@pytest.mark.parametrize("given", GIVEN_AWAY)
def test_a_number_that_was_given_to_somebody_since_is_never_freed(
    clerk: Clerk, given: dict[str, str]
) -> None:
    clerk.hand_in(joined(**CAROL))
    clerk.office.save(employee(clerk.office), slack_user_id="U0CAROL01")
    clerk.hand_in(left())
    change(clerk, "100", **given)  # who starts next week: it stays disabled until then
    clerk.office.save(employee(clerk.office), left_at=now() - timedelta(days=99))
    assert first_day.free_numbers(clerk.office) == 1
    assert (get(clerk, "100").made_for, employee(clerk.office).stage) == (None, Stage.GONE)


def test_who_comes_back_does_not_get_what_was_given_to_somebody_else(clerk: Clerk) -> None:
    clerk.hand_in(joined(**CAROL))
    clerk.hand_in(left())
    change(clerk, "100", name="Bob", email="bob@example.com", enabled=True)
    clerk.hand_in(joined(**CAROL, start_date=employees._today() + timedelta(days=1)))
    assert (get(clerk, "100").name, get(clerk, "100").enabled) == ("Bob", True)
    assert get(clerk, "101").made_for == "standard:e1"


def test_an_address_that_somebody_else_has_by_now_is_theirs(clerk: Clerk) -> None:
    clerk.hand_in(joined(**CAROL))
    clerk.hand_in(changed(email="carol.jones@example.com"))
    clerk.hand_in(joined("e2", name="Carol King", email="carol@example.com"))
    assert [get(clerk, each).name for each in ("100", "101")] == ["Carol Jones", "Carol King"]
    clerk.hand_in(left())
    assert enabled(clerk) == ["101"]


def test_of_a_new_phone_that_was_given_to_somebody_else_the_admins_hear_once(clerk: Clerk) -> None:
    day = employees._today() + timedelta(days=1)
    clerk.hand_in(joined(**CAROL, start_date=day))
    change(clerk, "100", name="Bob", email="bob@example.com")
    person = employee(clerk.office)
    person.start_date = employees._today()
    clerk.office.save(person)
    for _ in range(3):
        assert first_day.start_those_whose_day_has_come(clerk.office) == 0
    assert enabled(clerk) == []
    assert len(clerk.told()) == 1
    assert "Carol Jones is not told of extension 100" in clerk.told()[0]
