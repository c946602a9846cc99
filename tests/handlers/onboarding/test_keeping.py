"""Who has not left is not locked out, and the number of who works with it is not given away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import update

from handlers.admins import Admins
from handlers.hr.employee import EmployeeEvent
from handlers.onboarding import actions, decisions, employees, first_day, timeline
from models.employee import Stage
from models.extension import Extension
from models.hr_delivery import DeliveryState
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from tests.handlers.onboarding.admins import CAROL, buttons, change, create, enabled, get, press, register
from tests.handlers.onboarding.clerk import Clerk, changed, joined, left
from tests.handlers.onboarding.hiring import employee
from tests.running import ADMIN_ID
from tests.shared import TESTER
from tests.slack_stand_in import SlackStandIn

DONE, NEEDS_CHOICE = DeliveryState.DONE, DeliveryState.NEEDS_CHOICE


def after(clerk: Clerk, days: int) -> None:
    """So long ago have they left."""
    clerk.office.save(employee(clerk.office), left_at=now() - timedelta(days=days))


def test_a_contractor_who_became_an_employee_keeps_phone_and_number(clerk: Clerk) -> None:
    deel = Clerk(clerk.office, "deel")
    deel.hand_in(joined("c7", **CAROL))
    clerk.hand_in(joined(**CAROL))
    press(clerk, "It is 100 (Carol Jones)")
    number = deel.hand_in(left("c7"))
    assert deel.state(number)[0] is NEEDS_CHOICE
    assert "is also that of employee e1 of standard" in clerk.told()[-1]
    assert (enabled(clerk), get(clerk, "100").made_for) == (["100"], "standard:e1")
    press(clerk, "Leave them")
    change(clerk, "100", enabled=False)
    assert extensions.enable(clerk.office.system, "100", by=TESTER).warnings == ()
    contractor = clerk.office.find("deel", "c7")
    assert contractor is not None
    clerk.office.save(contractor, left_at=now() - timedelta(days=99))
    first_day.free_numbers(clerk.office)
    assert enabled(clerk) == ["100"]
    clerk.hand_in(left())
    assert enabled(clerk) == []


SUCCESSORS = [("Jan van Dijk", "Piet van Gogh"), ("Eva Müller", "Paul Müller")]


@pytest.mark.parametrize(("leaver", "successor"), SUCCESSORS)
def test_a_successor_who_shares_a_word_of_the_name_is_somebody_else(
    clerk: Clerk, leaver: str, successor: str
) -> None:
    clerk.hand_in(joined(name=leaver))
    clerk.hand_in(left())
    change(clerk, "100", name=successor, enabled=True)
    number = clerk.hand_in(left())
    assert (clerk.state(number)[0], enabled(clerk)) == (NEEDS_CHOICE, ["100"])
    after(clerk, 99)
    first_day.free_numbers(clerk.office)
    assert enabled(clerk) == ["100"]


def test_a_successor_of_somebody_whose_name_hr_never_told_is_somebody_else(clerk: Clerk) -> None:
    create(clerk, "105", "Bert", email="bert@example.com")
    clerk.hand_in(left(email="bert@example.com"))
    assert enabled(clerk) == []
    change(clerk, "105", name="Zoe Zander")
    clerk.hand_in(left())
    after(clerk, 99)
    first_day.free_numbers(clerk.office)
    assert get(clerk, "105").name == "Zoe Zander"


def test_a_successor_of_whom_only_the_slack_user_is_set_is_asked_about(
    clerk: Clerk, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.add_user("U0CAROL01", "carol", "carol@example.com")
    create(clerk, "105", email="carol@example.com")
    register(clerk, "105")
    clerk.hand_in(joined(**CAROL))
    change(clerk, "105", slack_user_id="U0ZOE0001")
    number = clerk.hand_in(left())
    assert (clerk.state(number)[0], enabled(clerk)) == (NEEDS_CHOICE, ["105"])


def test_who_is_set_as_themselves_in_slack_is_locked_out(clerk: Clerk, fresh_slack: SlackStandIn) -> None:
    fresh_slack.add_user("U0CAROL01", "carol", "carol@example.com")
    create(clerk, "105", email="carol@example.com")
    register(clerk, "105")
    clerk.hand_in(joined(**CAROL))
    change(clerk, "105", slack_user_id="U0CAROL01")
    clerk.hand_in(left())
    assert enabled(clerk) == []


def test_the_same_leaving_again_does_not_lock_out_whom_an_admin_has_let_in_since(clerk: Clerk) -> None:
    clerk.hand_in(joined(**CAROL))
    clerk.hand_in(left())
    change(clerk, "100", enabled=True)
    number = clerk.hand_in(left())
    assert (clerk.state(number)[0], enabled(clerk)) == (NEEDS_CHOICE, ["100"])
    assert "100 has been let in again since they left" in clerk.told()[-1]
    press(clerk, "Lock out 100 (Carol Jones)")
    assert enabled(clerk) == []


def follow(clerk: Clerk) -> None:
    """As if Asterisk had followed."""
    with clerk.office.system.database.session() as session:
        session.exec(update(Extension).values(state="live"))
    decisions.follow(clerk.office.system)


def test_a_number_is_kept_as_long_as_was_said_however_late_the_admins_have_decided(clerk: Clerk) -> None:
    create(clerk, "105", name="Dave", email="carol@example.com")
    number = clerk.hand_in(left(**CAROL))
    after(clerk, 99)
    press(clerk, "Lock out 105 (Dave)")
    follow(clerk)
    until = (now() + timedelta(days=30)).astimezone().date()
    assert clerk.state(number) == (DONE, f"extension 105 is locked out, and kept until {until}")
    assert first_day.free_numbers(clerk.office) == 0
    clerk.office.save(employee(clerk.office), locked_at=now() - timedelta(days=31))
    assert first_day.free_numbers(clerk.office) == 1


def test_of_several_that_are_locked_out_one_number_is_kept_and_the_delivery_is_done(clerk: Clerk) -> None:
    for number in ("105", "106"):
        create(clerk, number, email="carol@example.com")
    delivery = clerk.hand_in(left(**CAROL))
    press(clerk, "Lock out all of them")
    follow(clerk)
    assert enabled(clerk) == []
    state, words = clerk.state(delivery)
    assert state is DONE
    assert str(words).startswith("extension 105 is locked out, and kept until ")
    assert str(words).endswith("; extension 106 is locked out")
    assert [get(clerk, each).made_for for each in ("105", "106")] == ["standard:e1", None]


def test_who_has_handed_on_what_was_made_for_them_is_locked_out_of_their_other_one_alone(
    clerk: Clerk,
) -> None:
    clerk.hand_in(joined(**CAROL))
    change(clerk, "100", name="Max Moll", email="max@example.com")
    create(clerk, "150", "Carol Jones", email="carol@example.com")
    number = clerk.hand_in(left())
    follow(clerk)
    assert clerk.state(number) == (DONE, "extension 150 is locked out")
    assert (enabled(clerk), clerk.told()) == (["100"], [])


def test_an_old_question_about_a_leaving_is_over_once_they_are_back(clerk: Clerk) -> None:
    create(clerk, "105", name="Dave", email="carol@example.com")
    asked = clerk.hand_in(left(**CAROL))
    old = buttons(clerk)["Lock out 105 (Dave)"]
    clerk.hand_in(joined(**CAROL, start_date=employees._today() + timedelta(days=1)))
    press(clerk, "Make a new one")
    assert clerk.state(asked) == (DeliveryState.IGNORED, "overtaken by later news of the same person")
    assert "Lock out" not in str(clerk.forms())
    with pytest.raises(Refusal, match="does not wait for an answer any more"):
        actions.answer_pressed(clerk.office.system, Admins((ADMIN_ID,), clerk.office.client), ADMIN_ID, *old)
    assert enabled(clerk) == ["105"]


def test_an_open_question_about_a_leaving_stays_when_the_joining_is_an_older_one(clerk: Clerk) -> None:
    create(clerk, "105", name="Dave", email="carol@example.com")
    asked = clerk.hand_in(left(**CAROL))
    clerk.hand_in(joined(**CAROL))
    assert clerk.state(asked)[0] is NEEDS_CHOICE


def test_nobody_gets_a_number_who_left_before_it_was_found(clerk: Clerk) -> None:
    create(clerk, "150", "Bob")
    day = employees._today() + timedelta(days=9)
    failed = clerk.hand_in(joined(**CAROL, wanted_number="150", start_date=day))
    assert clerk.state(failed)[0] is DeliveryState.FAILED
    clerk.hand_in(left())
    assert clerk.state(failed)[0] is DeliveryState.IGNORED
    assert "Next free number" not in str(clerk.forms())
    office = clerk.office
    late = EmployeeEvent.model_validate(joined(**CAROL, start_date=day))
    assert timeline.is_overtaken(late.as_heard(now() - timedelta(minutes=1)), employee(office))


def test_another_first_day_does_not_lock_out_what_an_admin_has_made(clerk: Clerk) -> None:
    create(clerk, "105", email="carol@example.com")
    clerk.hand_in(joined(**CAROL))
    clerk.hand_in(changed(start_date=employees._today() + timedelta(days=9)))
    assert (enabled(clerk), employee(clerk.office).stage) == (["105"], Stage.RESERVED)


def test_what_an_admin_has_noted_stays_when_they_come_back_or_change_the_department(clerk: Clerk) -> None:
    clerk.hand_in(joined(**CAROL, department="Sales"))
    clerk.hand_in(changed(department="Support"))
    assert get(clerk, "100").notes == "Department: Support"
    change(clerk, "100", name="Carol (window)", notes="Desk at the window, key 7")
    clerk.hand_in(left())
    clerk.hand_in(joined(**CAROL, department="Export", start_date=employees._today() + timedelta(days=1)))
    assert (get(clerk, "100").name, get(clerk, "100").notes) == (
        "Carol (window)",
        "Desk at the window, key 7",
    )
