"""Employees become extensions, on a real Asterisk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.onboarding import activation, records
from handlers.onboarding.context import OnboardingContext
from models.employee import Stage
from models.fields import Changes, NewExtension
from models.types import now
from pbx import directory, extensions
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.events import (
    apply,
    employee,
    event,
    extension,
    is_enabled,
    message_kinds,
    shown_secret,
)
from tests.slash_commands import TESTER


def test_a_change_is_followed_by_the_phone(context: OnboardingContext, fresh_asterisk: Asterisk) -> None:
    apply(context, event("joined"), event("changed", name="Alice Jones", department="Support"))
    assert '"Alice Jones" <100>' in fresh_asterisk.cli("pjsip show endpoint 100")
    found = extension(context)
    assert found is not None
    assert (found.name, found.email, found.notes) == (
        "Alice Jones",
        "alice@example.com",
        "Department: Support",
    )


@pytest.mark.parametrize(
    "order",
    [("left", "changed", "joined"), ("joined", "left", "changed", "joined")],
)
def test_in_any_order_who_left_has_no_phone(
    context: OnboardingContext, fresh_asterisk: Asterisk, order: tuple[Any, ...]
) -> None:
    apply(context, *(event(kind) for kind in order))
    assert employee(context).stage is Stage.LEFT
    assert "100/100" not in fresh_asterisk.cli("pjsip show endpoints")


def test_a_leaving_that_is_delivered_late_counts_unless_they_have_come_back(
    context: OnboardingContext,
) -> None:
    at = [now() + timedelta(hours=hour) for hour in range(5)]
    apply(context, event("joined", occurred_at=at[0]), event("changed", occurred_at=at[2]))
    apply(context, event("left", occurred_at=at[1]))
    assert employee(context).stage is Stage.LEFT
    apply(context, event("joined", occurred_at=at[4]), event("left", occurred_at=at[3]))
    assert employee(context).stage is Stage.READY


def test_an_admins_settings_stay_when_hr_has_no_news_of_them(context: OnboardingContext) -> None:
    apply(context, event("joined"))
    extensions.change(context.services, "100", Changes(name="Ali", notes="Desk at the window"), by=TESTER)
    apply(context, event("changed", email="alice.jones@example.com"))
    found = extension(context)
    assert found is not None
    assert (found.name, found.notes, found.email) == (
        "Ali",
        "Desk at the window",
        "alice.jones@example.com",
    )


def test_another_first_day_is_no_day_later_for_what_could_not_be_done_before(
    context: OnboardingContext,
) -> None:
    apply(context, event("joined", email="unknown@example.com"))
    assert activation.send_welcomes(context) == 0
    assert employee(context).next_try_at is not None
    apply(context, event("changed", email=None, start_date=records.today() + timedelta(days=1)))
    assert employee(context).next_try_at is None


def test_a_password_that_is_being_shown_stays_shown(context: OnboardingContext) -> None:
    """The web process notes it while the listener works with what it read before."""
    apply(context, event("joined"))
    before = employee(context)
    activation.send_welcomes(context)
    assert shown_secret(context) != ""
    context.save(before)
    assert shown_secret(context) == ""


def test_a_run_that_was_killed_between_extension_and_employee_makes_no_second_one(
    context: OnboardingContext,
) -> None:
    values = NewExtension(name="Alice", email="alice@example.com")
    extensions.save_new(context.services, values, employee_ref="standard:e1", by=TESTER)
    assert apply(context, event("joined")) == ["extension 100"]
    assert len(directory.listing(context.services)) == 1


def test_a_change_does_not_let_in_whom_an_admin_has_locked_out(context: OnboardingContext) -> None:
    apply(context, event("joined"))
    extensions.disable(context.services, "100", by=TESTER)
    apply(context, event("changed", department="Support"))
    found = extension(context)
    assert found is not None
    assert (found.enabled, found.notes) == (False, "Department: Support")


def test_another_first_day_is_followed_until_the_owner_has_the_phone(context: OnboardingContext) -> None:
    later = records.today() + timedelta(days=3)
    apply(context, event("joined"), event("changed", start_date=later))
    assert (is_enabled(context), employee(context).stage) == (False, Stage.RESERVED)
    assert directory.status(context.services, "100").starts == later
    apply(context, event("changed", start_date=records.today()))
    assert (is_enabled(context), employee(context).stage) == (True, Stage.READY)
    assert directory.status(context.services, "100").starts is None
    assert activation.send_welcomes(context) == 1
    apply(context, event("changed", start_date=later))
    assert (is_enabled(context), employee(context).stage) == (True, Stage.WELCOMED)


def test_who_comes_back_has_the_kept_number_and_is_shown_the_password_again(
    context: OnboardingContext,
) -> None:
    apply(context, event("joined"))
    activation.send_welcomes(context)
    secret = shown_secret(context)
    apply(context, event("left"))
    apply(context, event("joined", start_date=records.today() + timedelta(days=1)))
    assert (employee(context).number, employee(context).stage) == ("100", Stage.RESERVED)
    assert secret
    assert shown_secret(context) == secret


@pytest.mark.parametrize("kind", ["changed", "left"])
def test_of_an_extension_deleted_by_hand_it_is_said(context: OnboardingContext, kind: str) -> None:
    apply(context, event("joined"))
    extensions.delete(context.services, "100", by=TESTER)
    assert apply(context, event(kind)) == ["extension 100 was deleted by hand"]
    assert employee(context).stage is Stage.RELEASED
    if kind == "changed":
        assert apply(context, event("joined")) == ["extension 100"]  # another one


@pytest.mark.parametrize("kind", ["changed", "left"])
def test_whoever_has_the_number_now_is_not_taken_for_who_had_it(
    context: OnboardingContext, kind: str
) -> None:
    apply(context, event("joined"))
    extensions.delete(context.services, "100", by=TESTER)
    extensions.create(context.services, NewExtension(number="100", name="Bob"), by=TESTER)
    assert apply(context, event(kind, name="Alice Jones")) == ["extension 100 was deleted by hand"]
    bob = extensions.get(context.services, "100")
    assert (bob.name, bob.enabled) == ("Bob", True)
    assert [kind for _, kind in message_kinds(context)] == ["made_anew"] * (kind == "left")


def test_who_comes_back_to_a_number_that_is_taken_gets_another(context: OnboardingContext) -> None:
    apply(context, event("joined"), event("left"))
    extensions.delete(context.services, "100", by=TESTER)
    extensions.create(context.services, NewExtension(number="100", name="Bob"), by=TESTER)
    apply(context, event("joined", start_date=records.today() + timedelta(days=1)))
    assert employee(context).number == "101"
