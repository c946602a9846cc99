"""What was asked and answered says how far Asterisk is, and goes once it is over."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, delete, update

from handlers.onboarding import decisions, deliveries, dispatch, inbox
from handlers.onboarding.command import hr_command
from handlers.onboarding.context import OnboardingContext
from handlers.slack.command_text import Arguments
from models import outbox
from models.fields import Changes, NewExtension
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx import extensions
from pbx.publish import publish
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.admin_actions import (
    ADMIN,
    mark_all_live,
    press,
)
from tests.handlers.onboarding.events import event
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left
from tests.slack_stand_in import as_text

DONE = DeliveryState.DONE


def shown(context: OnboardingContext) -> str:
    """The newest line of `/ext hr`."""
    return as_text({"blocks": hr_command(context.system, Arguments((), {})).blocks}).splitlines()[1]


def _in_days(days: int) -> date:
    return (now() + timedelta(days=days)).astimezone().date()


def test_locked_out_is_said_once_asterisk_has_let_go(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    hr_driver = HrDriver(context)
    hr_driver.deliver(joined(name="Alice"))
    assert shown(context).endswith("done extension 100")
    fresh_asterisk.kill()
    number = hr_driver.deliver(left())
    assert "done extension 100 is to be locked out: " in shown(context)
    assert str(hr_driver.rows()[number - 1].reason).startswith("extension 100 is to be locked out: ")
    fresh_asterisk.start()
    publish(context.system)
    kept = f"extension 100 is locked out, and kept until {_in_days(30)}"
    assert shown(context).endswith(f"done {kept}")
    assert hr_driver.state(number) == (DONE, kept)


def test_an_extension_is_said_to_be_there_once_asterisk_has_it(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    fresh_asterisk.kill()
    hr_driver = HrDriver(context)
    number = hr_driver.deliver(joined(name="Alice"))
    assert "done extension 100 is to be made: " in shown(context)
    fresh_asterisk.start()
    publish(context.system)
    decisions.report_progress(context.system)
    assert hr_driver.state(number) == (DONE, "extension 100")


def test_what_was_let_in_again_is_not_said_to_be_locked_out(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    hr_driver = HrDriver(context)
    hr_driver.deliver(joined(name="Alice"))
    fresh_asterisk.kill()
    hr_driver.deliver(left())
    extensions.save_changes(context.system, "100", Changes(enabled=True), by=ADMIN)
    fresh_asterisk.start()
    publish(context.system)
    assert shown(context).endswith("was to be locked out, and was let in again by hand")


def test_who_leaves_is_let_go_by_asterisk_though_an_admin_made_the_phone(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    new = NewExtension(number="105", name="Alice", email="ALICE@example.com")
    extensions.create(context.system, new, by=ADMIN)
    assert "105/105" in fresh_asterisk.cli("pjsip show endpoints")
    dispatch.apply(context, "standard", event("left"))
    publish(context.system)
    assert "105/105" not in fresh_asterisk.cli("pjsip show endpoints")
    assert deliveries.process_due(context) == 0


def age_everything(hr_driver: HrDriver) -> None:
    """Make all that is there old, and prune it."""
    weeks = timedelta(days=30)
    with hr_driver.context.system.database.session() as session:
        session.exec(update(OutboxMessage).values(updated_at=now() - weeks, due=False))
        session.exec(update(HrDelivery).values(received_at=now() - weeks))
        session.exec(
            update(HrDelivery).where(col(HrDelivery.done_at).is_not(None)).values(done_at=now() - weeks)
        )
    prune(hr_driver)


def prune(hr_driver: HrDriver) -> None:
    inbox.prune(hr_driver.context.system.database)
    outbox.prune(hr_driver.context.system.database, inbox.QUESTION)


def test_a_question_is_remembered_as_long_as_it_waits(hr_driver: HrDriver, failed: int) -> None:
    age_everything(hr_driver)
    press(hr_driver, "Ignore")
    assert "ignored" in hr_driver.texts()[0]


def test_an_answer_is_remembered_until_asterisk_has_followed_and_no_longer(
    hr_driver: HrDriver, failed: int
) -> None:
    press(hr_driver, "Next free number")
    age_everything(hr_driver)
    assert hr_driver.state(failed) == (DONE, "extension 100 is to be made")
    mark_all_live(hr_driver)
    assert hr_driver.texts()[0].splitlines()[1] == "extension 100"
    prune(hr_driver)
    assert hr_driver.state(failed) == (DONE, "extension 100")  # for a week
    age_everything(hr_driver)
    assert (hr_driver.rows(), hr_driver.texts()) == ([], [])


def test_a_question_about_a_delivery_that_is_no_more_goes_as_all_messages_do(
    hr_driver: HrDriver, failed: int
) -> None:
    with hr_driver.context.system.database.session() as session:
        session.exec(delete(HrDelivery))
    age_everything(hr_driver)
    assert hr_driver.texts() == []
