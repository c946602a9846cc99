"""Whose extension it is: handed over to who joins, locked out for who leaves; not what an admin has given to somebody else."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from handlers.onboarding import activation, records, retention
from models.employee import Stage
from models.extension import Extension
from models.hr_delivery import DeliveryState
from models.types import now
from pbx import directory, extensions
from tests.handlers.onboarding.admin_actions import ADMIN, CAROL, change, create, enabled, get, register
from tests.handlers.onboarding.events import employee
from tests.handlers.onboarding.hr_driver import HrDriver, changed, joined, left
from tests.slack_stand_in import SlackStandIn

DONE = DeliveryState.DONE


def test_who_joins_has_the_extension_that_an_admin_has_made_with_their_address(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", name="Carol (desk)", email="carol@example.com", notes="Window")
    number = hr_driver.deliver(joined(**CAROL))
    assert hr_driver.state(number)[1] == "extension 105, which was there before, is to be theirs"
    found = get(hr_driver, "105")
    assert (found.employee_ref, found.name, found.notes) == ("standard:e1", "Carol (desk)", "Window")
    assert len(directory.listing(hr_driver.context.services)) == 1
    assert employee(hr_driver.context).stage is Stage.READY  # nobody has registered: they are told of it


def test_who_has_registered_a_phone_already_is_neither_locked_out_nor_messaged(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="carol@example.com")
    register(hr_driver, "105")
    later = records.today() + timedelta(days=9)
    hr_driver.deliver(joined(**CAROL, start_date=later))
    hr_driver.deliver(changed(start_date=later + timedelta(days=1)))
    assert (get(hr_driver, "105").enabled, employee(hr_driver.context).stage) == (True, Stage.WELCOMED)


def test_an_extension_without_phones_stays_enabled_and_is_welcomed_on_the_first_day(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "105", email="carol@example.com")
    hr_driver.deliver(joined(**CAROL, start_date=records.today() + timedelta(days=9)))
    assert (get(hr_driver, "105").enabled, employee(hr_driver.context).stage) == (True, Stage.RESERVED)


def test_who_joins_has_the_extension_that_is_set_as_their_slack_users(
    hr_driver: HrDriver, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.add_user("U0CAROL01", "carol", "carol@example.com")
    create(hr_driver, "105", slack_user_id="U0CAROL01")
    hr_driver.deliver(joined(**CAROL))
    assert (get(hr_driver, "105").employee_ref, get(hr_driver, "105").email) == (
        "standard:e1",
        "Carol@Example.com",
    )


def test_a_leaver_is_locked_out_though_hr_never_reported_their_joining(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="carol@example.com")
    create(hr_driver, "106", name="Dave", email="dave@example.com")
    number = hr_driver.deliver(left(**CAROL))
    assert hr_driver.state(number) == (DONE, "extension 105 is to be locked out")
    assert enabled(hr_driver) == ["106"]


def test_an_employee_row_without_a_number_is_no_reason_not_to_look(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    person = employee(hr_driver.context)
    extensions.delete(hr_driver.context.services, "100", by=ADMIN)
    with hr_driver.context.services.database.session() as session:
        session.delete(session.exec(select(Extension)).one())
    hr_driver.context.save(person, number=None)
    create(hr_driver, "105", email="carol@example.com")
    hr_driver.deliver(left())
    assert enabled(hr_driver) == []


def test_a_change_of_somebody_unknown_notes_whose_it_is_for_a_leaving_by_id_alone(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "105", email="carol@example.com")
    hr_driver.deliver(changed(**CAROL))
    hr_driver.deliver(left())
    assert (enabled(hr_driver), hr_driver.texts()) == ([], [])


def test_who_left_long_ago_is_not_looked_for_by_an_old_address(hr_driver: HrDriver) -> None:
    hr_driver.deliver(left(**CAROL))
    create(hr_driver, "105", name="Carol King", email="carol@example.com")
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["105"]


def test_slack_that_does_not_answer_is_asked_again_and_nothing_is_guessed(
    hr_driver: HrDriver, fresh_slack: SlackStandIn
) -> None:
    create(hr_driver, "105", slack_user_id="U0CAROL01")
    fresh_slack.add_user("U0CAROL01", "carol", "carol@example.com")
    fresh_slack.fail_next("users.lookupByEmail", status=500)
    number = hr_driver.deliver(left(**CAROL))
    assert hr_driver.state(number)[0] is DeliveryState.WAITING
    hr_driver.make_due()
    hr_driver.process_all()
    assert enabled(hr_driver) == []


def test_an_address_of_another_case_is_the_same_in_every_script(hr_driver: HrDriver) -> None:
    create(hr_driver, "105", email="CARÖL@example.com")
    hr_driver.deliver(left(name="Carol", email="caröl@example.com"))
    assert enabled(hr_driver) == []


NEEDS_CHOICE = DeliveryState.NEEDS_CHOICE


def test_an_extension_reassigned_by_an_admin_is_not_locked_out_when_its_former_holder_leaves(
    hr_driver: HrDriver,
) -> None:
    hr_driver.deliver(joined(**CAROL))
    change(hr_driver, "100", name="Bob", email="bob@example.com")
    hr_driver.deliver(changed(name="Carol Smith"))
    assert get(hr_driver, "100").name != "Carol Smith"
    number = hr_driver.deliver(left())
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (NEEDS_CHOICE, ["100"])
    assert "🚨" in hr_driver.texts()[-1]


def test_a_number_that_was_given_to_somebody_since_is_never_freed(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    change(
        hr_driver, "100", name="Bob", email="bob@example.com"
    )  # who starts next week: it stays disabled until then
    hr_driver.context.save(employee(hr_driver.context), left_at=now() - timedelta(days=99))
    assert retention.release_numbers(hr_driver.context) == 1
    assert (get(hr_driver, "100").employee_ref, employee(hr_driver.context).stage) == (None, Stage.RELEASED)


def test_a_returner_does_not_get_a_reassigned_extension(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(left())
    change(hr_driver, "100", name="Bob", email="bob@example.com", enabled=True)
    hr_driver.deliver(joined(**CAROL, start_date=records.today() + timedelta(days=1)))
    assert (get(hr_driver, "100").name, get(hr_driver, "100").enabled) == ("Bob", True)
    assert get(hr_driver, "101").employee_ref == "standard:e1"


def test_an_address_that_somebody_else_has_by_now_is_theirs(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**CAROL))
    hr_driver.deliver(changed(email="carol.jones@example.com"))
    hr_driver.deliver(joined("e2", name="Carol King", email="carol@example.com"))
    assert [get(hr_driver, each).name for each in ("100", "101")] == ["Carol Jones", "Carol King"]
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["101"]


def test_of_a_new_phone_that_was_given_to_somebody_else_the_admins_hear_once(hr_driver: HrDriver) -> None:
    day = records.today() + timedelta(days=1)
    hr_driver.deliver(joined(**CAROL, start_date=day))
    change(hr_driver, "100", name="Bob", email="bob@example.com")
    person = employee(hr_driver.context)
    person.start_date = records.today()
    hr_driver.context.save(person)
    for _ in range(3):
        assert activation.activate_due(hr_driver.context) == 0
    assert enabled(hr_driver) == []
    assert len(hr_driver.texts()) == 1
    assert "Carol Jones is not told of extension 100" in hr_driver.texts()[0]
