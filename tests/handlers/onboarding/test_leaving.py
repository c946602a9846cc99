"""Who leaves is locked out of all that is theirs; of what may be theirs, the admins are asked, once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import update

from handlers.command_text import Arguments
from handlers.onboarding import actions, decisions
from models.hr_delivery import DeliveryState, HrDelivery
from tests.handlers.onboarding.admins import ADMIN, buttons, create, enabled, get, press
from tests.handlers.onboarding.clerk import Clerk, joined, left
from tests.running import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text

DONE, IGNORED, NEEDS_CHOICE = DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.NEEDS_CHOICE
FRANK = {"name": "Frank Fuchs", "email": "frank@example.com"}


def lock_out(clerk: Clerk, number: str) -> None:
    """By the button of the last message."""
    (label,) = (each for each in buttons(clerk) if each.startswith(f"Lock out {number} "))
    press(clerk, label)


def delete(clerk: Clerk, number: str) -> None:
    """As if there was an Asterisk that let go of it."""
    row = get(clerk, number)
    with clerk.office.system.database.session() as session:
        session.delete(row)


NOT_FOUND: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no Slack account has the address by now": ({"slack_user_id": "U0FRANK01"}, FRANK),
    "the address is a mailbox of several": ({"email": "reception@example.com"}, FRANK),
    "no name is told": ({}, {"email": "frank@example.com"}),
    "the id alone is told": ({"email": "frank@example.com"}, {}),
    "the name is another by now": ({"name": "Frank Fischer"}, FRANK),
}


@pytest.mark.parametrize("case", NOT_FOUND)
def test_who_leaves_and_is_not_found_is_asked_about_while_a_phone_may_be_theirs(
    clerk: Clerk, case: str
) -> None:
    phone, told = NOT_FOUND[case]
    create(clerk, "130", **({"name": "Frank Fuchs"} | phone))
    number = clerk.hand_in(left(**told))
    assert (clerk.state(number)[0], enabled(clerk)) == (NEEDS_CHOICE, ["130"])
    assert len(clerk.told()) == 1
    lock_out(clerk, "130")
    assert (clerk.state(number)[0], enabled(clerk)) == (DONE, [])


def test_a_slack_that_refuses_to_say_who_has_an_address_leaves_a_doubt(
    clerk: Clerk, fresh_slack: SlackStandIn
) -> None:
    create(clerk, "173", name="Sales desk", slack_user_id="U0VERA001")
    fresh_slack.fail_next("users.lookupByEmail", error="missing_scope", n=9)
    clerk.hand_in(left(name="Vera Vogt", email="vera@example.com"))
    assert list(buttons(clerk)) == ["Lock out 173 (Sales desk)", "Leave them"]


def test_who_leaves_without_a_phone_is_not_asked_about_when_all_are_somebody_elses(clerk: Clerk) -> None:
    create(clerk, "130", name="Erin Ems", email="erin@example.com")
    create(clerk, "131", name="Lobby")
    clerk.hand_in(joined("e9", name="Dora", email="dora@example.com"))
    number = clerk.hand_in(left(**FRANK))
    assert (clerk.state(number), clerk.told()) == ((DONE, "noted; had no phone"), [])


def test_of_many_that_may_be_theirs_none_is_offered_and_the_admins_hear_where_to_look(clerk: Clerk) -> None:
    for number in range(130, 141):
        create(clerk, str(number), name=f"Phone {number}")
    clerk.hand_in(left("4711"))
    assert list(buttons(clerk)) == ["Leave them"]
    assert "employee 4711" in clerk.told()[0]
    assert "11 are known to be nobody else’s: see /ext list" in clerk.told()[0]


def test_who_has_two_phones_is_locked_out_of_the_one_and_asked_about_the_other(clerk: Clerk) -> None:
    create(clerk, "106", name="Erin", email="erin@example.com")
    create(clerk, "107", name="Erin", email="erin@example.com")
    clerk.hand_in(joined(name="Erin Ems", email="erin@example.com"))
    press(clerk, "It is 106 (Erin)")
    number = clerk.hand_in(left())
    assert (enabled(clerk), clerk.state(number)[0]) == (["107"], NEEDS_CHOICE)
    assert list(buttons(clerk)) == ["Lock out 107 (Erin)", "Leave them"]
    lock_out(clerk, "107")
    assert (enabled(clerk), clerk.state(number)[0]) == ([], DONE)


@pytest.mark.parametrize("more", [{"email": "frank@example.com"}, {}])
def test_a_second_phone_that_an_admin_has_made_is_asked_about(clerk: Clerk, more: dict[str, str]) -> None:
    clerk.hand_in(joined(**FRANK))
    create(clerk, "173", name="Frank Fuchs (mobile)", **more)
    clerk.hand_in(left())
    assert enabled(clerk) == ["173"]
    assert list(buttons(clerk)) == ["Lock out 173 (Frank Fuchs (mobile))", "Leave them"]


def test_a_leaving_that_is_told_once_more_is_not_asked_about_once_more(clerk: Clerk) -> None:
    clerk.hand_in(joined(**FRANK))
    create(clerk, "173", name="Frank Fuchs")
    clerk.hand_in(left())
    press(clerk, "Leave them")
    clerk.hand_in(left())
    assert (enabled(clerk), len(clerk.told())) == (["173"], 1)


def test_who_joins_is_asked_about_where_a_phone_has_their_name(clerk: Clerk) -> None:
    create(clerk, "161", name="Gus Gabel")
    create(clerk, "162", name="Gus", email="gus.geyer@example.com")
    clerk.hand_in(joined(name="Gus Gabel", email="gus@example.com"))
    assert list(buttons(clerk)) == ["It is 161 (Gus Gabel)", "Make a new one", "Ignore"]
    press(clerk, "It is 161 (Gus Gabel)")
    clerk.hand_in(left())
    assert enabled(clerk) == ["162"]


def test_who_leaves_while_their_joining_waits_for_an_answer_is_found_by_what_was_told_of_them(
    clerk: Clerk,
) -> None:
    for each in ("188", "189"):
        create(clerk, each, name="Bo Berg", email="bo@example.com")
    asked = clerk.hand_in(joined(name="Bo Berg", email="bo@example.com"))
    number = clerk.hand_in(left())
    assert clerk.state(asked) == (IGNORED, "left meanwhile")
    assert clerk.state(number)[0] is NEEDS_CHOICE
    press(clerk, "Lock out all of them")
    assert (enabled(clerk), clerk.state(number)[0]) == ([], DONE)
    assert [text for text in clerk.told() if "[" in text] == []  # no button is left


def test_what_was_chosen_and_deleted_since_is_asked_anew_of_the_others(clerk: Clerk) -> None:
    for each in ("162", "163"):
        create(clerk, each, name="Anke", email="anke@example.com")
    number = clerk.hand_in(left(name="Anke Abt", email="anke@example.com"))
    label, answer = "Lock out 162 (Anke)", buttons(clerk)
    delete(clerk, "162")
    press(clerk, label)
    assert clerk.state(number)[0] is NEEDS_CHOICE
    assert clerk.told()[-1].startswith("🚨")
    assert list(buttons(clerk)) == ["Lock out 163 (Anke)", "Leave them"]
    assert answer != buttons(clerk)
    lock_out(clerk, "163")
    assert enabled(clerk) == []


def test_all_that_were_chosen_are_locked_out_though_one_is_deleted_since(clerk: Clerk) -> None:
    for each in ("162", "163"):
        create(clerk, each, name="Anke", email="anke@example.com")
    clerk.hand_in(left(name="Anke Abt", email="anke@example.com"))
    delete(clerk, "162")
    press(clerk, "Lock out all of them")
    assert enabled(clerk) == []


def test_who_joins_and_whose_chosen_extension_is_deleted_since_can_have_a_new_one(clerk: Clerk) -> None:
    create(clerk, "162", name="Otto", email="anke@example.com")
    number = clerk.hand_in(joined(name="Anke Abt", email="anke@example.com"))
    delete(clerk, "162")
    press(clerk, "It is 162 (Otto)")
    assert clerk.state(number)[0] is NEEDS_CHOICE
    press(clerk, "Make a new one")
    assert enabled(clerk) == ["100"]


def test_what_is_tried_again_begins_with_what_hr_has_said(clerk: Clerk) -> None:
    create(clerk, "162", name="Otto", email="anke@example.com")
    number = clerk.hand_in(left(name="Anke Abt", email="anke@example.com"))
    lock_out(clerk, "162")
    with clerk.office.system.database.session() as session:
        session.exec(update(HrDelivery).values(state=DeliveryState.FAILED))  # for whatever reason
    decisions.retry(clerk.office.system, number, ADMIN)
    assert clerk.rows()[0].events[0]["choice"] is None


def test_an_address_is_enough_to_lock_somebody_out_while_slack_does_not_answer(
    clerk: Clerk, fresh_slack: SlackStandIn
) -> None:
    create(clerk, "130", name="Frank", email="frank@example.com")
    create(clerk, "131", name="Mobile", slack_user_id="U0FRANK01")
    fresh_slack.fail_next("users.lookupByEmail", status=500, n=9)
    number = clerk.hand_in(left(**FRANK))
    assert enabled(clerk) == ["131"]
    state, reason = clerk.state(number)
    assert (state, str(reason).partition(" (")[0]) == (
        DeliveryState.WAITING,
        "Slack does not say who has which address",
    )


def test_who_has_the_number_of_a_leaver_by_hr_is_not_said_to_have_it_by_hand(clerk: Clerk) -> None:
    clerk.hand_in(joined(**FRANK))
    clerk.hand_in(left())
    delete(clerk, "100")
    clerk.hand_in(joined("e2", name="Uwe", email="uwe@example.com"))
    clerk.hand_in(left())
    assert (get(clerk, "100").made_for, clerk.told()) == ("standard:e2", [])


def test_a_question_names_who_is_told_of_by_their_id_alone(clerk: Clerk) -> None:
    clerk.hand_in(joined(**FRANK))
    create(clerk, "173", name="Frank Fuchs")
    clerk.hand_in(left())
    assert "Frank Fuchs (frank@example.com) left" in clerk.told()[-1]
    listed = actions.command(clerk.office.system, Arguments((), {}, asked_by=ADMIN_ID))
    assert "standard: Frank Fuchs left · needs choice" in as_text({"blocks": listed.blocks})
