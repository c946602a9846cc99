"""Somebody changes an extension between the moment it is read and the moment it is written: it is looked at anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import timedelta

import pytest
import sqlalchemy

from handlers.onboarding import activation, assignment, records
from handlers.onboarding.context import OnboardingContext
from models import audit, lease_step
from models.actor import SWITCHHOOK
from models.fields import Changes
from models.hr_delivery import DeliveryState
from models.lease import LISTENER_LEASE, LeaseHolder, LeaseLost
from pbx import extensions
from pbx.errors import Overtaken
from tests.handlers.onboarding.admin_actions import CAROL, change, enabled, get
from tests.handlers.onboarding.events import apply, employee, event, is_enabled, message_kinds
from tests.handlers.onboarding.hr_driver import HrDriver, joined


def _try(one: sqlite3.Connection, change: str, values: Sequence[str]) -> None:
    with suppress(sqlite3.OperationalError), one:
        one.execute(change, values)


@contextmanager
def meanwhile(context: OnboardingContext, change: str, *values: str) -> Iterator[None]:
    """Whenever an extension has been read, but within a transaction that writes, somebody else makes a change."""
    engine = context.services.database.engine

    def make(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM extension" in statement:
            with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as one:
                _try(one, change, values)

    sqlalchemy.event.listen(engine, "after_cursor_execute", make)
    yield
    sqlalchemy.event.remove(engine, "after_cursor_execute", make)


def changed_meanwhile(context: OnboardingContext, number: str) -> AbstractContextManager[None]:
    return meanwhile(context, "UPDATE extension SET revision = revision + 1 WHERE number = ?", number)


def lost_meanwhile(context: OnboardingContext) -> AbstractContextManager[None]:
    return meanwhile(context, "UPDATE lease SET holder = ?", "another")


def test_a_phone_that_is_changed_on_its_first_day_begins_to_work_at_the_next_look(
    hr_driver: HrDriver,
) -> None:
    day = records.today() + timedelta(days=1)
    hr_driver.deliver(joined(name="Alice", start_date=day))
    hr_driver.context.save(employee(hr_driver.context), start_date=records.today())
    with changed_meanwhile(hr_driver.context, "100"):
        assert activation.activate_due(hr_driver.context) == 0
    assert message_kinds(hr_driver.context) == []
    assert activation.activate_due(hr_driver.context) == 1
    assert is_enabled(hr_driver.context)


def test_an_employee_who_changes_while_a_leaving_is_processed_is_read_anew(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    seen = get(hr_driver, "100")
    change(hr_driver, "100", name="Bob")
    with pytest.raises(Overtaken):
        extensions.save_changes(
            hr_driver.context.services, "100", Changes(enabled=False), by=SWITCHHOOK, seen=seen
        )
    with pytest.raises(Overtaken):
        extensions.delete(hr_driver.context.services, "100", by=SWITCHHOOK, seen=seen)
    assert enabled(hr_driver) == ["100"]


def test_whose_it_is_in_slack_is_a_new_revision_and_whoever_saw_the_one_before_overwrites_nothing(
    context: OnboardingContext,
) -> None:
    apply(context, event("joined"))
    services, seen = context.services, extensions.get(context.services, "100")
    activation.send_welcomes(context)
    now = extensions.get(services, "100")
    assert (now.revision, now.state, now.slack_user_id) == (seen.revision + 1, seen.state, "U0ALICE01")
    assert now.updated_at > seen.updated_at
    [entry] = audit.since(services.database, now, seen.revision)
    assert entry.changes == {"slack_user_id": [None, "U0ALICE01"]}
    with pytest.raises(Overtaken):
        extensions.save_changes(services, "100", Changes(name="Bob"), by=SWITCHHOOK, seen=seen)
    with services.database.session() as session, pytest.raises(Overtaken):
        assignment.set_slack_user(session, seen, None, SWITCHHOOK)


def test_a_process_that_loses_the_lease_in_a_delivery_saves_nothing_more_of_it(hr_driver: HrDriver) -> None:
    database = hr_driver.context.services.database
    holder = LeaseHolder(database, LISTENER_LEASE)
    assert holder.acquire()
    with lost_meanwhile(hr_driver.context), lease_step.step_of(holder), pytest.raises(LeaseLost):
        hr_driver.deliver(joined(**CAROL))
    assert (hr_driver.names(), message_kinds(hr_driver.context)) == ([], [])
    assert hr_driver.rows()[0].state is DeliveryState.WAITING
    hr_driver.process_all()
    assert (hr_driver.names(), hr_driver.state(1)[0]) == (["Carol Jones"], DeliveryState.DONE)


def test_a_process_that_loses_the_lease_leaves_what_is_due_to_the_next_one(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Alice", start_date=records.today() + timedelta(days=1)))
    hr_driver.context.save(employee(hr_driver.context), start_date=records.today())
    holder = LeaseHolder(hr_driver.context.services.database, LISTENER_LEASE)
    assert holder.acquire()
    with lost_meanwhile(hr_driver.context), lease_step.step_of(holder), pytest.raises(LeaseLost):
        activation.activate_due(hr_driver.context)
    assert message_kinds(hr_driver.context) == []
    assert not is_enabled(hr_driver.context)
    assert activation.activate_due(hr_driver.context) == 1
