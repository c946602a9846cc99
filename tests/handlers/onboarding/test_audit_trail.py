"""Whatever onboarding changes says who it was: the HR system, Switchhook itself, or whoever pressed a button."""

from __future__ import annotations

from handlers.onboarding import activation, decisions, missing_details, retention
from handlers.onboarding.context import OnboardingContext
from models import audit
from models.actor import Actor
from models.employee import Stage
from models.fields import NewExtension
from models.types import now
from pbx import extensions
from tests.handlers.onboarding.events import apply, employee, event, shown_secret
from tests.handlers.onboarding.hr_driver import HrDriver, joined


def audit_lines(context: OnboardingContext, number: str | None = None) -> list[str]:
    """`hr:standard created`, the oldest first."""
    entries = audit.latest(context.services.database, number)
    return [f"{entry.actor} {entry.action}" for entry in reversed(entries)]


def test_the_audit_trail_of_an_employees_phone_says_who_did_what(context: OnboardingContext) -> None:
    apply(context, event("joined"))
    activation.send_welcomes(context)
    assert shown_secret(context)
    apply(context, event("changed", name="Alice Smith"))
    apply(context, event("changed", name="Alice Smith"))  # as HR systems repeat themselves
    apply(context, event("left"))
    context.save(employee(context), left_at=now().replace(year=2020))
    retention.release_numbers(context)
    assert employee(context).stage is Stage.RELEASED
    assert audit_lines(context, "100") == [
        "hr:standard created",
        "switchhook changed",  # whose it is in Slack
        "slack:U0ALICE01 was shown the password of",
        "hr:standard changed",
        "hr:standard changed",
        "switchhook deleted",
    ]


def test_that_an_extension_becomes_an_employees_is_kept(hr_driver: HrDriver) -> None:
    services, new = (
        hr_driver.context.services,
        NewExtension(number="105", name="Alice", email="alice@example.com"),
    )
    extensions.save_new(services, new, by=Actor.slack("U0ADMIN01"))
    hr_driver.deliver(joined("e1", name="Alice", email="alice@example.com"))
    entries = [(entry.actor, entry.changes) for entry in audit.latest(services.database, "105")]
    assert ("hr:standard", {"made_for": [None, "standard:e1"]}) in entries


def test_forms_and_retries_are_recorded_with_the_admins_name(hr_driver: HrDriver) -> None:
    number = hr_driver.deliver(joined("e1"))
    hr_driver.ask()
    by, given = Actor.slack("U0ADMIN01"), {"name": "Alice", "department": "Sales"}
    decisions.retry(hr_driver.context.services, number, by=by)
    hr_driver.process_all()
    missing_details.fill_in(hr_driver.context.services, "standard", "e1", given, by=by)
    hr_driver.process_all()
    assert audit_lines(hr_driver.context) == [
        "slack:U0ADMIN01 tried HR delivery 1 again",
        "slack:U0ADMIN01 filled in standard’s employee e1",
        "hr:standard created",
    ]
    assert audit.latest(hr_driver.context.services.database)[1].changes == {
        "name": [None, "Alice"],
        "department": [None, "Sales"],
    }
