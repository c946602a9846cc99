"""What was asked and answered says how far Asterisk is; it is kept as long as it waits, and goes once it is over."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, delete, update

from handlers.onboarding import inbox
from handlers.onboarding.command import hr_command
from handlers.onboarding.context import OnboardingContext
from handlers.slack.command_text import Arguments
from models import outbox
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx.publish import publish
from tests.asterisk_bed import Asterisk
from tests.handlers.onboarding.admin_actions import fill_in, mark_all_live, press
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.slack_stand_in import as_text

DONE, FAILED, IGNORED, NEEDS_DETAILS = (
    DeliveryState.DONE,
    DeliveryState.FAILED,
    DeliveryState.IGNORED,
    DeliveryState.NEEDS_DETAILS,
)


def shown(context: OnboardingContext) -> str:
    """The newest line of `/ext hr`."""
    return as_text({"blocks": hr_command(context.services, Arguments((), {})).blocks}).splitlines()[1]


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
    publish(context.services)
    kept = f"extension 100 is locked out, and kept until {_in_days(30)}"
    assert shown(context).endswith(f"done {kept}")
    assert hr_driver.state(number) == (DONE, kept)


def age_everything(hr_driver: HrDriver) -> None:
    """Make all that is there old, and prune it."""
    weeks = timedelta(days=30)
    with hr_driver.context.services.database.session() as session:
        session.exec(update(OutboxMessage).values(updated_at=now() - weeks, due=False))
        session.exec(update(HrDelivery).values(received_at=now() - weeks))
        session.exec(
            update(HrDelivery).where(col(HrDelivery.done_at).is_not(None)).values(done_at=now() - weeks)
        )
    prune(hr_driver)


def prune(hr_driver: HrDriver) -> None:
    inbox.prune(hr_driver.context.services.database)
    outbox.prune(hr_driver.context.services.database, inbox.QUESTION)


def test_a_question_is_remembered_as_long_as_it_waits(hr_driver: HrDriver, failed: int) -> None:
    age_everything(hr_driver)
    press(hr_driver, "Ignore")
    assert "Ignored." in hr_driver.texts()[0]


def test_an_answer_is_remembered_until_asterisk_has_followed_and_no_longer(
    hr_driver: HrDriver, failed: int
) -> None:
    press(hr_driver, "Next free number")
    age_everything(hr_driver)
    assert hr_driver.state(failed) == (DONE, "extension 100 is to be made")
    mark_all_live(hr_driver)
    assert hr_driver.texts()[0].splitlines()[1] == "Extension 100."
    prune(hr_driver)
    assert hr_driver.state(failed) == (DONE, "extension 100")  # for a week
    age_everything(hr_driver)
    assert (hr_driver.rows(), hr_driver.texts()) == ([], [])


def test_a_question_about_a_delivery_that_is_no_more_goes_as_all_messages_do(
    hr_driver: HrDriver, failed: int
) -> None:
    with hr_driver.context.services.database.session() as session:
        session.exec(delete(HrDelivery))
    age_everything(hr_driver)
    assert hr_driver.texts() == []


def test_finished_deliveries_are_pruned_after_a_week_and_waiting_ones_stay(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1", name="Alice"))
    hr_driver.deliver(changed("e2"))
    hr_driver.deliver(joined("e3"))
    hr_driver.deliver(joined("e4", name="Bob", wanted_number="100"))
    mark_all_live(hr_driver)
    assert _after(hr_driver, timedelta(days=6, hours=23)) == [DONE, IGNORED, NEEDS_DETAILS, FAILED]
    assert _after(hr_driver, timedelta(hours=2)) == [NEEDS_DETAILS, FAILED]


def test_a_delivery_that_waited_long_is_shown_for_a_week_after_it_is_done(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined("e1"))
    assert _after(hr_driver, timedelta(days=30)) == [NEEDS_DETAILS]
    fill_in(hr_driver)
    assert _after(hr_driver, timedelta(days=1)) == [DONE]


def _after(hr_driver: HrDriver, time: timedelta) -> list[DeliveryState]:
    """The states of what is left when so much more time has gone by."""
    with hr_driver.context.services.database.session() as session:
        for row in map(session.merge, hr_driver.rows()):
            _make_older(row, time)
    inbox.prune(hr_driver.context.services.database)
    return [row.state for row in hr_driver.rows()]


def _make_older(row: HrDelivery, time: timedelta) -> None:
    row.received_at -= time
    row.done_at = row.done_at and row.done_at - time
