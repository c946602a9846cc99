"""Somebody changes an extension between the moment it is read and the moment it is written: it is looked at anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
import sqlalchemy

from handlers.onboarding import activation, assignment, records
from handlers.onboarding.context import OnboardingContext
from models import audit
from models.actor import SWITCHHOOK
from models.fields import Changes
from pbx import extensions
from pbx.errors import Overtaken
from tests.handlers.onboarding.admin_actions import CAROL, change, enabled, get
from tests.handlers.onboarding.events import apply, employee, event, is_enabled, message_kinds
from tests.handlers.onboarding.hr_driver import HrDriver, joined


@contextmanager
def changed_meanwhile(context: OnboardingContext, number: str) -> Iterator[None]:
    """Whenever the extension has been read, an admin changes it."""
    engine = context.services.database.engine

    def change(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM extension" in statement:
            with closing(sqlite3.connect(str(engine.url.database))) as admin, admin:
                admin.execute("UPDATE extension SET revision = revision + 1 WHERE number = ?", [number])

    sqlalchemy.event.listen(engine, "after_cursor_execute", change)
    yield
    sqlalchemy.event.remove(engine, "after_cursor_execute", change)


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
