"""Who has left is locked out, and their number is free after a while; who has not, or works with it, keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import actions, activation, event_order, records, retention
from handlers.onboarding.context import OnboardingContext
from handlers.slack.admins import Admins
from models.employee import Stage
from models.hr_delivery import DeliveryState
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.handlers.onboarding.admin_actions import (
    CAROL,
    buttons,
    change,
    create,
    enabled,
    get,
    mark_all_live,
    press,
    register,
)
from tests.handlers.onboarding.events import advance_clock, apply, employee, event, extension, shown_secret
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn
from tests.slash_commands import TESTER


def test_who_leaves_is_locked_out_at_once_and_the_number_is_free_after_a_while(
    context: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(context, event("joined"))
    activation.send_welcomes(context)
    with Phone("100", shown_secret(context), fresh_asterisk.sip_domain) as phone:
        phone.register()
        apply(context, event("left"))
        assert "No objects found" in fresh_asterisk.cli("pjsip show contacts")
        with pytest.raises(RegistrationFailed):
            phone.register()
    assert retention.release_numbers(context) == 0
    advance_clock(monkeypatch, days=31)
    assert retention.release_numbers(context) == 1
    assert extension(context) is None
    assert employee(context).stage is Stage.RELEASED


DONE, NEEDS_CHOICE = DeliveryState.DONE, DeliveryState.NEEDS_CHOICE


def release_after(hr_driver: HrDriver, days: int) -> None:
    """So long ago have they left."""
    hr_driver.context.save(employee(hr_driver.context), left_at=now() - timedelta(days=days))


def test_a_contractor_who_became_an_employee_keeps_phone_and_number(hr_driver: HrDriver) -> None:
    deel = HrDriver(hr_driver.context, "deel")
    deel.deliver(joined("c7", **CAROL))
    hr_driver.deliver(joined(**CAROL))
    press(hr_driver, "It is 100 (Carol Jones)")
    number = deel.deliver(left("c7"))
    assert deel.state(number)[0] is NEEDS_CHOICE
    assert "is also that of employee e1 of standard" in hr_driver.texts()[-1]
    assert (enabled(hr_driver), get(hr_driver, "100").employee_ref) == (["100"], "standard:e1")
    press(hr_driver, "Leave them")
    change(hr_driver, "100", enabled=False)
    assert extensions.enable(hr_driver.context.services, "100", by=TESTER).warnings == ()
    contractor = hr_driver.context.find("deel", "c7")
    assert contractor is not None
    hr_driver.context.save(contractor, left_at=now() - timedelta(days=99))
    retention.release_numbers(hr_driver.context)
    assert enabled(hr_driver) == ["100"]
    hr_driver.deliver(left())
    assert enabled(hr_driver) == []


def test_a_successor_who_shares_a_word_of_the_name_is_somebody_else(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="Jan van Dijk"))
    hr_driver.deliver(left())
    change(hr_driver, "100", name="Piet van Gogh", enabled=True)
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (NEEDS_CHOICE, ["100"])
    release_after(hr_driver, 99)
    retention.release_numbers(hr_driver.context)
    assert enabled(hr_driver) == ["100"]


def test_a_successor_of_somebody_without_a_name_is_somebody_else(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", "Bert", email="bert@example.com")
    hr_driver.deliver(left(email="bert@example.com"))
    assert enabled(hr_driver) == []
    change(hr_driver, "105", name="Zoe Zander")
    hr_driver.deliver(left())
    release_after(hr_driver, 99)
    retention.release_numbers(hr_driver.context)
    assert get(hr_driver, "105").name == "Zoe Zander"


@pytest.mark.parametrize(
    ("user_id", "state", "still_enabled"), [("U0ZOE0001", NEEDS_CHOICE, ["105"]), ("U0CAROL01", DONE, [])]
)
def test_of_whom_only_the_slack_user_is_set_since_is_asked_about_unless_it_is_theirs(
    hr_driver: HrDriver,
    fresh_slack: SlackStandIn,
    user_id: str,
    state: DeliveryState,
    still_enabled: list[str],
) -> None:
    fresh_slack.add_user("U0CAROL01", "carol", "carol@example.com")
    create(hr_driver, "105", email="carol@example.com")
    register(hr_driver, "105")
    hr_driver.deliver(joined(**CAROL))
    change(hr_driver, "105", slack_user_id=user_id)
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (state, still_enabled)


def test_the_same_leaving_again_does_not_lock_out_whom_an_admin_has_let_in_since(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    change(hr_driver, "100", enabled=True)
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (NEEDS_CHOICE, ["100"])
    assert "100 has been let in again since they left" in hr_driver.texts()[-1]
    press(hr_driver, "Lock out 100 (Carol Jones)")
    assert enabled(hr_driver) == []


def test_a_number_is_kept_as_long_as_was_said_however_late_the_admins_have_decided(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "105", name="Dave", email="carol@example.com")
    number = hr_driver.deliver(left(**CAROL))
    release_after(hr_driver, 99)
    press(hr_driver, "Lock out 105 (Dave)")
    mark_all_live(hr_driver)
    until = (now() + timedelta(days=30)).astimezone().date()
    assert hr_driver.state(number) == (DONE, f"extension 105 is locked out, and kept until {until}")
    assert retention.release_numbers(hr_driver.context) == 0
    hr_driver.context.save(employee(hr_driver.context), locked_at=now() - timedelta(days=31))
    assert retention.release_numbers(hr_driver.context) == 1


def test_of_several_that_are_locked_out_one_number_is_kept_and_the_delivery_is_done(
    hr_driver: HrDriver,
) -> None:
    for number in ("105", "106"):
        create(hr_driver, number, email="carol@example.com")
    delivery = hr_driver.deliver(left(**CAROL))
    press(hr_driver, "Lock out all of them")
    mark_all_live(hr_driver)
    assert enabled(hr_driver) == []
    state, words = hr_driver.state(delivery)
    assert state is DONE
    assert str(words).startswith("extension 105 is locked out, and kept until ")
    assert str(words).endswith("; extension 106 is locked out")
    assert [get(hr_driver, each).employee_ref for each in ("105", "106")] == ["standard:e1", None]


def test_a_leaver_whose_own_extension_was_reassigned_is_locked_out_of_the_other_one_alone(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**CAROL))
    change(hr_driver, "100", name="Max Moll", email="max@example.com")
    create(hr_driver, "150", "Carol Jones", email="carol@example.com")
    number = hr_driver.deliver(left())
    mark_all_live(hr_driver)
    assert hr_driver.state(number) == (DONE, "extension 150 is locked out")
    assert (enabled(hr_driver), hr_driver.texts()) == (["100"], [])


def test_an_old_question_about_a_leaving_is_over_once_they_are_back(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", name="Dave", email="carol@example.com")
    asked = hr_driver.deliver(left(**CAROL))
    old = buttons(hr_driver)["Lock out 105 (Dave)"]
    hr_driver.deliver(joined(**CAROL, start_date=records.today() + timedelta(days=1)))
    press(hr_driver, "Make a new one")
    assert hr_driver.state(asked) == (DeliveryState.IGNORED, "overtaken by later news of the same person")
    assert "Lock out" not in str(hr_driver.forms())
    with pytest.raises(Refusal, match="does not wait for an answer any more"):
        actions.answer_pressed(
            hr_driver.context.services, Admins((ADMIN_ID,), hr_driver.context.client), ADMIN_ID, *old
        )
    assert enabled(hr_driver) == ["105"]


def test_an_open_question_about_a_leaving_stays_when_the_joining_is_an_older_one(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", name="Dave", email="carol@example.com")
    asked = hr_driver.deliver(left(**CAROL))
    hr_driver.deliver(joined(**CAROL))
    assert hr_driver.state(asked)[0] is NEEDS_CHOICE


def test_nobody_gets_a_number_who_left_before_it_was_found(hr_driver: HrDriver) -> None:
    create(hr_driver, "150", "Bob")
    day = records.today() + timedelta(days=9)
    failed = hr_driver.deliver(joined(**CAROL, wanted_number="150", start_date=day))
    assert hr_driver.state(failed)[0] is DeliveryState.FAILED
    hr_driver.deliver(left())
    assert hr_driver.state(failed)[0] is DeliveryState.IGNORED
    assert "Next free number" not in str(hr_driver.forms())
    context = hr_driver.context
    late = EmployeeEvent.model_validate(joined(**CAROL, start_date=day))
    assert event_order.is_overtaken(late.as_received(now() - timedelta(minutes=1)), employee(context))


def test_another_first_day_does_not_lock_out_what_an_admin_has_made(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="carol@example.com")
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(changed(start_date=records.today() + timedelta(days=9)))
    assert (enabled(hr_driver), employee(hr_driver.context).stage) == (["105"], Stage.RESERVED)


def test_an_admins_notes_stay_when_a_leaver_returns_or_changes_the_department(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**CAROL, department="Sales"))
    hr_driver.deliver(changed(department="Support"))
    assert get(hr_driver, "100").notes == "Department: Support"
    change(hr_driver, "100", name="Carol (window)", notes="Desk at the window, key 7")
    hr_driver.deliver(left())
    hr_driver.deliver(joined(**CAROL, department="Export", start_date=records.today() + timedelta(days=1)))
    assert (get(hr_driver, "100").name, get(hr_driver, "100").notes) == (
        "Carol (window)",
        "Desk at the window, key 7",
    )
