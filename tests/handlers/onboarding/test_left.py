"""Who leaves is locked out of all that is theirs; of what may be theirs, the admins are asked, once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import update

from handlers.onboarding import decisions
from handlers.onboarding.command import hr_command
from handlers.slack.command_text import Arguments
from models import login_link, web_session
from models.actor import Actor
from models.hr_delivery import DeliveryState, HrDelivery
from tests.handlers.onboarding.admin_actions import ADMIN, buttons, create, enabled, get, press
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text

DONE, IGNORED, NEEDS_CHOICE = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_CHOICE
FRANK = {"name": "Frank Fuchs", "email": "frank@example.com"}


def lock_out(hr_driver: HrDriver, number: str) -> None:
    """By the button of the last message."""
    (label,) = (each for each in buttons(hr_driver) if each.startswith(f"Lock out {number} "))
    press(hr_driver, label)


def delete(hr_driver: HrDriver, number: str) -> None:
    """As if there was an Asterisk that let go of it."""
    row = get(hr_driver, number)
    with hr_driver.context.services.database.session() as session:
        session.delete(row)


NOT_FOUND: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no Slack account has the address by now": ({"slack_user_id": "U0FRANK01"}, FRANK),
    "the address is a mailbox of several": ({"email": "reception@example.com"}, FRANK),
    "no name is known": ({}, {"email": "frank@example.com"}),
    "the id alone is known": ({"email": "frank@example.com"}, {}),
    "the name is another by now": ({"name": "Frank Fischer"}, FRANK),
}


@pytest.mark.parametrize("case", NOT_FOUND)
def test_who_leaves_and_is_not_found_is_asked_about_while_a_phone_may_be_theirs(
    hr_driver: HrDriver, case: str
) -> None:
    phone, details = NOT_FOUND[case]
    create(hr_driver, "130", **({"name": "Frank Fuchs"} | phone))
    number = hr_driver.deliver(left(**details))
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (NEEDS_CHOICE, ["130"])
    assert len(hr_driver.texts()) == 1
    lock_out(hr_driver, "130")
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (DONE, [])


def test_a_slack_that_refuses_to_say_who_has_an_address_leaves_a_doubt(
    hr_driver: HrDriver, fresh_slack: SlackStandIn
) -> None:
    create(hr_driver, "173", name="Sales desk", slack_user_id="U0VERA001")
    fresh_slack.fail_next("users.lookupByEmail", error="missing_scope", n=9)
    hr_driver.deliver(left(name="Vera Vogt", email="vera@example.com"))
    assert list(buttons(hr_driver)) == ["Lock out 173 (Sales desk)", "Leave them"]


def test_who_leaves_without_a_phone_is_not_asked_about_when_all_are_somebody_elses(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "130", name="Erin Ems", email="erin@example.com")
    create(hr_driver, "131", name="Lobby")
    hr_driver.deliver(joined("e9", name="Dora", email="dora@example.com"))
    number = hr_driver.deliver(left(**FRANK))
    assert (hr_driver.state(number), hr_driver.texts()) == ((DONE, "noted; had no phone"), [])


def test_of_many_that_may_be_theirs_none_is_offered_and_the_admins_hear_where_to_look(
    hr_driver: HrDriver,
) -> None:
    for number in range(130, 141):
        create(hr_driver, str(number), name=f"Phone {number}")
    hr_driver.deliver(left("4711"))
    assert list(buttons(hr_driver)) == ["Leave them"]
    assert "employee 4711" in hr_driver.texts()[0]
    assert "11 are known to be nobody else’s: see /ext list" in hr_driver.texts()[0]


def test_who_has_two_phones_is_locked_out_of_the_one_and_asked_about_the_other(hr_driver: HrDriver) -> None:
    create(hr_driver, "106", name="Erin", email="erin@example.com")
    create(hr_driver, "107", name="Erin", email="erin@example.com")
    hr_driver.deliver(joined(name="Erin Ems", email="erin@example.com"))
    press(hr_driver, "It is 106 (Erin)")
    number = hr_driver.deliver(left())
    assert (enabled(hr_driver), hr_driver.state(number)[0]) == (["107"], NEEDS_CHOICE)
    assert list(buttons(hr_driver)) == ["Lock out 107 (Erin)", "Leave them"]
    lock_out(hr_driver, "107")
    assert (enabled(hr_driver), hr_driver.state(number)[0]) == ([], DONE)


@pytest.mark.parametrize("more", [{"email": "frank@example.com"}, {}])
def test_a_second_phone_that_an_admin_has_made_is_asked_about(
    hr_driver: HrDriver, more: dict[str, str]
) -> None:
    hr_driver.deliver(joined(**FRANK))
    create(hr_driver, "173", name="Frank Fuchs (mobile)", **more)
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["173"]
    assert list(buttons(hr_driver)) == ["Lock out 173 (Frank Fuchs (mobile))", "Leave them"]


def test_a_leaving_that_is_delivered_again_is_not_asked_about_again(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**FRANK))
    create(hr_driver, "173", name="Frank Fuchs")
    hr_driver.deliver(left())
    press(hr_driver, "Leave them")
    hr_driver.deliver(left())
    assert (enabled(hr_driver), len(hr_driver.texts())) == (["173"], 1)


def test_who_joins_is_asked_about_where_a_phone_has_their_name(hr_driver: HrDriver) -> None:
    create(hr_driver, "161", name="Gus Gabel")
    create(hr_driver, "162", name="Gus", email="gus.geyer@example.com")
    hr_driver.deliver(joined(name="Gus Gabel", email="gus@example.com"))
    assert list(buttons(hr_driver)) == ["It is 161 (Gus Gabel)", "Make a new one", "Ignore"]
    press(hr_driver, "It is 161 (Gus Gabel)")
    hr_driver.deliver(left())
    assert enabled(hr_driver) == ["162"]


def test_a_leaver_whose_joining_waits_for_an_answer_is_found_by_its_details(
    hr_driver: HrDriver,
) -> None:
    for each in ("188", "189"):
        create(hr_driver, each, name="Bo Berg", email="bo@example.com")
    asked = hr_driver.deliver(joined(name="Bo Berg", email="bo@example.com"))
    number = hr_driver.deliver(left())
    assert hr_driver.state(asked) == (IGNORED, "left meanwhile")
    assert hr_driver.state(number)[0] is NEEDS_CHOICE
    press(hr_driver, "Lock out all of them")
    assert (enabled(hr_driver), hr_driver.state(number)[0]) == ([], DONE)
    assert [text for text in hr_driver.texts() if "[" in text] == []  # no button is left


def test_a_chosen_extension_that_was_deleted_since_makes_the_question_be_asked_anew(
    hr_driver: HrDriver,
) -> None:
    for each in ("162", "163"):
        create(hr_driver, each, name="Anke", email="anke@example.com")
    number = hr_driver.deliver(left(name="Anke Abt", email="anke@example.com"))
    label, answer = "Lock out 162 (Anke)", buttons(hr_driver)
    delete(hr_driver, "162")
    press(hr_driver, label)
    assert hr_driver.state(number)[0] is NEEDS_CHOICE
    assert hr_driver.texts()[-1].startswith("🚨")
    assert list(buttons(hr_driver)) == ["Lock out 163 (Anke)", "Leave them"]
    assert answer != buttons(hr_driver)
    lock_out(hr_driver, "163")
    assert enabled(hr_driver) == []


def test_all_that_were_chosen_are_locked_out_though_one_is_deleted_since(hr_driver: HrDriver) -> None:
    for each in ("162", "163"):
        create(hr_driver, each, name="Anke", email="anke@example.com")
    hr_driver.deliver(left(name="Anke Abt", email="anke@example.com"))
    delete(hr_driver, "162")
    press(hr_driver, "Lock out all of them")
    assert enabled(hr_driver) == []


def test_who_joins_and_whose_chosen_extension_is_deleted_since_can_have_a_new_one(
    hr_driver: HrDriver,
) -> None:
    create(hr_driver, "162", name="Otto", email="anke@example.com")
    number = hr_driver.deliver(joined(name="Anke Abt", email="anke@example.com"))
    delete(hr_driver, "162")
    press(hr_driver, "It is 162 (Otto)")
    assert hr_driver.state(number)[0] is NEEDS_CHOICE
    press(hr_driver, "Make a new one")
    assert enabled(hr_driver) == ["100"]


def test_a_retry_begins_without_the_earlier_choice(hr_driver: HrDriver) -> None:
    create(hr_driver, "162", name="Otto", email="anke@example.com")
    number = hr_driver.deliver(left(name="Anke Abt", email="anke@example.com"))
    lock_out(hr_driver, "162")
    with hr_driver.context.services.database.session() as session:
        session.exec(update(HrDelivery).values(state=DeliveryState.FAILED))  # for whatever reason
    decisions.retry(hr_driver.context.services, number, ADMIN)
    assert hr_driver.rows()[0].events[0]["choice"] is None


def test_an_address_is_enough_to_lock_somebody_out_while_slack_does_not_answer(
    hr_driver: HrDriver, fresh_slack: SlackStandIn
) -> None:
    create(hr_driver, "130", name="Frank", email="frank@example.com")
    create(hr_driver, "131", name="Mobile", slack_user_id="U0FRANK01")
    fresh_slack.fail_next("users.lookupByEmail", status=500, n=9)
    number = hr_driver.deliver(left(**FRANK))
    assert enabled(hr_driver) == ["131"]
    state, reason = hr_driver.state(number)
    assert (state, str(reason).partition(" (")[0]) == (
        DeliveryState.WAITING,
        "Slack does not say who has which address",
    )


def test_who_has_the_number_of_a_leaver_by_hr_is_not_said_to_have_it_by_hand(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**FRANK))
    hr_driver.deliver(left())
    delete(hr_driver, "100")
    hr_driver.deliver(joined("e2", name="Uwe", email="uwe@example.com"))
    hr_driver.deliver(left())
    assert (get(hr_driver, "100").employee_ref, hr_driver.texts()) == ("standard:e2", [])


def test_a_question_about_an_id_alone_names_the_known_person(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(**FRANK))
    create(hr_driver, "173", name="Frank Fuchs")
    hr_driver.deliver(left())
    assert "Frank Fuchs (frank@example.com) left" in hr_driver.texts()[-1]
    listed = hr_command(hr_driver.context.services, Arguments((), {}, asked_by=ADMIN_ID))
    assert "standard: Frank Fuchs left · needs choice" in as_text({"blocks": listed.blocks})


def test_who_leaves_is_signed_out_of_the_page_and_nobody_else_is(hr_driver: HrDriver) -> None:
    create(hr_driver, "130", name="Frank Fuchs", email="frank@example.com", slack_user_id="U0FRANK01")
    frank, other = Actor.slack("U0FRANK01"), Actor.slack("U0OTHER01")
    database = hr_driver.context.services.database
    with database.session() as session:
        for actor in (frank, other):
            web_session.begin(session, actor, "somebody")
        link = login_link.make(session, frank, "Frank")
    hr_driver.deliver(left(**FRANK))
    with database.session() as session:
        assert [web_session.count(session, actor) for actor in (frank, other)] == [0, 1]
        assert login_link.find(session, link) is None
