"""Employees become extensions, on a real Asterisk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.onboarding import employees, first_day
from handlers.onboarding.context import OnboardingContext
from models.employee import Stage
from models.fields import Changes, NewExtension
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.employees import (
    apply,
    employee,
    event,
    extension,
    is_enabled,
    message_kinds,
    shown_secret,
)
from tests.slash_commands import TESTER


def test_a_change_is_followed_by_the_phone(office: OnboardingContext, fresh_asterisk: Asterisk) -> None:
    apply(office, event("joined"), event("changed", name="Alice Jones", department="Support"))
    assert '"Alice Jones" <100>' in fresh_asterisk.cli("pjsip show endpoint 100")
    found = extension(office)
    assert found is not None
    assert (found.name, found.email, found.notes) == (
        "Alice Jones",
        "alice@example.com",
        "Department: Support",
    )


@pytest.mark.parametrize(
    "order",
    [
        ("left", "joined"),
        ("left", "changed", "joined"),
        ("joined", "left", "changed"),
        ("joined", "left", "joined"),
    ],
)
def test_in_any_order_who_left_has_no_phone(
    office: OnboardingContext, fresh_asterisk: Asterisk, order: tuple[Any, ...]
) -> None:
    apply(office, *(event(kind) for kind in order))
    assert employee(office).stage is Stage.LEFT
    assert "100/100" not in fresh_asterisk.cli("pjsip show endpoints")


def test_who_comes_back_later_gets_the_kept_number(
    office: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    apply(office, event("joined"), event("left"))
    apply(office, event("joined", start_date=employees._today() + timedelta(days=1)))
    assert (employee(office).number, employee(office).stage) == ("100", Stage.RESERVED)


def test_a_leaving_that_is_told_late_counts_unless_they_have_come_back(office: OnboardingContext) -> None:
    at = [now() + timedelta(hours=hour) for hour in range(5)]
    apply(office, event("joined", occurred_at=at[0]), event("changed", occurred_at=at[2]))
    apply(office, event("left", occurred_at=at[1]))
    assert employee(office).stage is Stage.LEFT
    apply(office, event("joined", occurred_at=at[4]), event("left", occurred_at=at[3]))
    assert employee(office).stage is Stage.READY


def test_what_an_admin_has_set_stays_when_hr_says_nothing_new_of_it(office: OnboardingContext) -> None:
    apply(office, event("joined"))
    extensions.change(
        office.system, "100", Changes(name="Ali", notes="AlertContext at the window"), by=TESTER
    )
    apply(office, event("changed", email="alice.jones@example.com"))
    found = extension(office)
    assert found is not None
    assert (found.name, found.notes, found.email) == (
        "Ali",
        "AlertContext at the window",
        "alice.jones@example.com",
    )


def test_another_first_day_is_no_day_later_for_what_could_not_be_done_before(
    office: OnboardingContext,
) -> None:
    apply(office, event("joined", email="unknown@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 0
    assert employee(office).next_try_at is not None
    apply(office, event("changed", email=None, start_date=employees._today() + timedelta(days=1)))
    assert employee(office).next_try_at is None


def test_a_password_that_is_being_shown_stays_shown(office: OnboardingContext) -> None:
    """The web process notes it while the listener works with what it read before."""
    apply(office, event("joined"))
    before = employee(office)
    first_day.tell_those_who_are_ready(office)
    assert shown_secret(office) != ""
    office.save(before)
    assert shown_secret(office) == ""


def test_a_change_before_the_joining_is_no_loss(office: OnboardingContext) -> None:
    assert apply(office, event("changed", name="Alice Jones")) == ["not known yet; the joining will tell all"]
    assert apply(office, event("joined", name="Alice Jones")) == ["extension 100"]


def test_the_same_joining_again_changes_nothing(office: OnboardingContext) -> None:
    apply(office, event("joined"), event("joined"), event("joined"))
    assert [status.extension.number for status in extensions.listing(office.system)] == ["100"]


def test_a_run_that_was_killed_between_extension_and_employee_makes_no_second_one(
    office: OnboardingContext,
) -> None:
    values = NewExtension(name="Alice", email="alice@example.com")
    extensions.save_new(office.system, values, made_for="standard:e1", by=TESTER)
    assert apply(office, event("joined")) == ["extension 100"]
    assert len(extensions.listing(office.system)) == 1


def test_departments_have_ranges_of_their_own(office: OnboardingContext) -> None:
    assert apply(office, event("joined", department="Sales")) == ["extension 300"]


def test_a_wanted_number_is_given_or_refused_with_its_owner(office: OnboardingContext) -> None:
    extensions.create(office.system, NewExtension(number="150", name="Bob"), by=TESTER)
    with pytest.raises(Refusal, match="150 is taken by Bob"):
        apply(office, event("joined", wanted_number="150"))
    assert apply(office, event("joined", wanted_number="151")) == ["extension 151"]


def test_a_change_does_not_let_in_whom_an_admin_has_locked_out(office: OnboardingContext) -> None:
    apply(office, event("joined"))
    extensions.disable(office.system, "100", by=TESTER)
    apply(office, event("changed", department="Support"))
    found = extension(office)
    assert found is not None
    assert (found.enabled, found.notes) == (False, "Department: Support")


def test_another_first_day_is_followed_until_the_owner_has_the_phone(office: OnboardingContext) -> None:
    later = employees._today() + timedelta(days=3)
    apply(office, event("joined"), event("changed", start_date=later))
    assert (is_enabled(office), employee(office).stage) == (False, Stage.RESERVED)
    apply(office, event("changed", start_date=employees._today()))
    assert (is_enabled(office), employee(office).stage) == (True, Stage.READY)
    assert first_day.tell_those_who_are_ready(office) == 1
    apply(office, event("changed", start_date=later))
    assert (is_enabled(office), employee(office).stage) == (True, Stage.TOLD)


def test_who_comes_back_is_shown_the_password_again(office: OnboardingContext) -> None:
    apply(office, event("joined"))
    first_day.tell_those_who_are_ready(office)
    secret = shown_secret(office)
    apply(office, event("left"))
    apply(office, event("joined", start_date=employees._today() + timedelta(days=1)))
    assert secret
    assert shown_secret(office) == secret


@pytest.mark.parametrize("kind", ["changed", "left"])
def test_of_an_extension_deleted_by_hand_it_is_said(office: OnboardingContext, kind: str) -> None:
    apply(office, event("joined"))
    extensions.delete(office.system, "100", by=TESTER)
    assert apply(office, event(kind)) == ["extension 100 was deleted by hand"]
    assert employee(office).stage is Stage.GONE


def test_who_is_told_to_have_joined_again_after_that_gets_another_one(office: OnboardingContext) -> None:
    apply(office, event("joined"))
    extensions.delete(office.system, "100", by=TESTER)
    assert apply(office, event("changed"), event("joined")) == [
        "extension 100 was deleted by hand",
        "extension 100",
    ]


@pytest.mark.parametrize("kind", ["changed", "left"])
def test_whoever_has_the_number_now_is_not_taken_for_who_had_it(office: OnboardingContext, kind: str) -> None:
    apply(office, event("joined"))
    extensions.delete(office.system, "100", by=TESTER)
    extensions.create(office.system, NewExtension(number="100", name="Bob"), by=TESTER)
    assert apply(office, event(kind, name="Alice Jones")) == ["extension 100 was deleted by hand"]
    bob = extensions.get(office.system, "100")
    assert (bob.name, bob.enabled) == ("Bob", True)
    assert [kind for _, kind in message_kinds(office)] == ["made_anew"] * (kind == "left")


def test_who_comes_back_to_a_number_that_is_taken_gets_another(office: OnboardingContext) -> None:
    apply(office, event("joined"), event("left"))
    extensions.delete(office.system, "100", by=TESTER)
    extensions.create(office.system, NewExtension(number="100", name="Bob"), by=TESTER)
    apply(office, event("joined", start_date=employees._today() + timedelta(days=1)))
    assert employee(office).number == "101"
