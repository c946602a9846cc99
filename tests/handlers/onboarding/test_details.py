"""Employees of whom HR does not tell the name: who waits, who is asked, and what goes on once it is known."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from handlers.admins import Admins
from handlers.command_text import Arguments
from handlers.onboarding import actions, decisions, details, inbox, messages
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.errors import Refusal
from tests.handlers.onboarding.admins import asterisk_has_all
from tests.handlers.onboarding.clerk import Clerk, changed, joined, left
from tests.running import ADMIN_ID
from tests.shared import TESTER
from tests.slack_stand_in import as_text

DONE, FAILED = DeliveryState.DONE, DeliveryState.FAILED
IGNORED, NEEDS_DETAILS = DeliveryState.IGNORED, DeliveryState.NEEDS_DETAILS
MORNING = now()
NOON = MORNING + timedelta(hours=4)


def fill_in(clerk: Clerk, external_id: str = "e1", name: str = "Alice", **more: str) -> None:
    details.fill_in(clerk.office.system, clerk.source, external_id, {"name": name, **more}, by=TESTER)
    clerk.work()


def asked_for(clerk: Clerk) -> list[str]:
    """The employees whose name the admins were asked for, in that order."""
    return [text.split("employee ")[1].split(",")[0] for text in clerk.told() if "not their name" in text]


def test_who_has_a_name_does_not_wait_for_who_has_none(clerk: Clerk) -> None:
    number = clerk.hand_in(joined("e1", name="Alice"), joined("e2"), left("e3"))
    assert clerk.names() == ["Alice"]
    (row,) = clerk.rows()
    assert (row.state, [event["external_id"] for event in row.events]) == (NEEDS_DETAILS, ["e2"])
    clerk.ask()
    fill_in(clerk, "e2", "Bob")
    assert clerk.names() == ["Alice", "Bob"]
    assert clerk.state(number) == (DONE, "extension 101 is to be made")


def test_several_without_a_name_are_each_waited_for_alone(clerk: Clerk) -> None:
    number = clerk.hand_in(joined("e1"), joined("e2"), joined("e3", name="Carol"))
    clerk.ask()
    clerk.ask()
    assert asked_for(clerk) == ["e1", "e2"]
    fill_in(clerk, "e2", "Bob")
    assert clerk.names() == ["Carol", "Bob"]
    assert [row.state for row in clerk.rows()] == [NEEDS_DETAILS, DONE]
    fill_in(clerk, "e1", "Alice")
    assert clerk.names() == ["Carol", "Bob", "Alice"]
    assert clerk.state(number)[0] is DONE


def test_the_admins_are_asked_once_for_each_person_not_for_each_delivery(clerk: Clerk) -> None:
    first = clerk.hand_in(joined())
    clerk.ask()
    second = clerk.hand_in(joined())
    clerk.ask()
    assert asked_for(clerk) == ["e1"]
    fill_in(clerk)
    assert clerk.names() == ["Alice"]
    assert [clerk.state(number)[0] for number in (first, second)] == [DONE, DONE]


def test_what_is_told_before_the_name_is_not_lost(clerk: Clerk) -> None:
    number = clerk.hand_in(joined())
    clerk.ask()
    clerk.hand_in(changed(email="alice@example.com", department="Sales"))
    clerk.ask()
    assert asked_for(clerk) == ["e1"]
    fill_in(clerk)
    assert clerk.state(number)[0] is DONE
    found = clerk.office.find("standard", "e1")
    assert found is not None
    assert (found.email, found.department) == ("alice@example.com", "Sales")


def test_one_that_is_refused_does_not_hold_up_one_that_lacks_its_name(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1", name="Alice", wanted_number="150"))
    clerk.hand_in(joined("e2", name="Bob", wanted_number="150"), joined("e3"))
    clerk.ask()
    assert asked_for(clerk) == ["e3"]
    fill_in(clerk, "e3", "Carol")
    assert "Carol" in clerk.names()
    assert [(row.state, row.events[0]["external_id"]) for row in clerk.rows()[1:]] == [
        (DONE, "e3"),
        (FAILED, "e2"),
    ]
    assert len([text for text in clerk.told() if "150 is taken by Alice" in text]) == 1


def test_who_comes_back_is_asked_for_and_not_taken_for_who_they_were(clerk: Clerk) -> None:
    clerk.hand_in(joined(name="Alice", occurred_at=MORNING), left(occurred_at=NOON))
    number = clerk.hand_in(joined(occurred_at=NOON + timedelta(hours=1)))
    assert clerk.state(number)[0] is NEEDS_DETAILS


def test_who_comes_back_by_an_id_alone_and_nobody_says_when_is_asked_for(clerk: Clerk) -> None:
    clerk.hand_in(joined(name="Alice"), left())
    number = clerk.hand_in(joined())
    clerk.ask()
    assert asked_for(clerk) == ["e1"]
    fill_in(clerk, name="Alice Jones")
    assert clerk.state(number) == (DONE, "extension 100 is to be made")
    assert clerk.names() == ["Alice Jones"]


def test_the_same_id_in_two_hr_systems_is_two_persons(clerk: Clerk) -> None:
    clerk.hand_in(joined())
    Clerk(clerk.office, "token").hand_in(joined())
    clerk.ask()
    assert asked_for(clerk) == ["e1", "e1"]
    fill_in(clerk)
    assert [row.state for row in clerk.rows()] == [DONE, NEEDS_DETAILS]


def test_a_later_change_that_tells_the_name_completes_the_joining(clerk: Clerk) -> None:
    joining = clerk.hand_in(joined())
    change = clerk.hand_in(changed(name="Alice", email="alice@example.com"))
    assert clerk.state(change) == (DONE, "not known yet; the joining will tell all")
    assert clerk.state(joining) == (DONE, "extension 100 is to be made")
    clerk.ask()
    assert clerk.told() == []
    found = clerk.office.find("standard", "e1")
    assert found is not None
    assert (found.name, found.email) == ("Alice", "alice@example.com")


def test_a_later_joining_with_a_name_completes_the_one_without(clerk: Clerk) -> None:
    first = clerk.hand_in(joined())
    clerk.hand_in(joined(name="Alice"))
    assert clerk.state(first) == (DONE, "extension 100 is to follow")
    assert clerk.names() == ["Alice"]


def test_who_is_known_already_is_not_asked_for_again(clerk: Clerk) -> None:
    clerk.hand_in(joined(name="Alice"))
    assert clerk.state(clerk.hand_in(joined())) == (DONE, "extension 100 is to follow")
    assert clerk.names() == ["Alice"]


def test_who_left_meanwhile_is_waited_for_no_more(clerk: Clerk) -> None:
    joining = clerk.hand_in(joined(occurred_at=MORNING))
    clerk.hand_in(left(occurred_at=NOON))
    assert clerk.state(joining) == (IGNORED, "left meanwhile")
    clerk.ask()
    assert clerk.told() == []
    with pytest.raises(Refusal, match="e1 has been filled in already, or has left meanwhile"):
        fill_in(clerk)


def test_who_left_meanwhile_does_not_end_the_waiting_of_others(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1"), joined("e2"))
    clerk.ask()
    clerk.hand_in(left("e1"))
    clerk.ask()
    assert asked_for(clerk) == ["e1", "e2"]
    assert [row.state for row in clerk.rows()] == [IGNORED, NEEDS_DETAILS, DONE]


def test_who_joined_again_after_leaving_is_waited_for(clerk: Clerk) -> None:
    joining = clerk.hand_in(joined(occurred_at=NOON))
    clerk.hand_in(left(occurred_at=MORNING))
    assert clerk.state(joining)[0] is NEEDS_DETAILS
    fill_in(clerk)
    assert clerk.names() == ["Alice"]


def test_who_left_before_the_news_of_the_joining_came_is_not_asked_for(clerk: Clerk) -> None:
    clerk.hand_in(left(occurred_at=NOON))
    joining = clerk.hand_in(joined(occurred_at=MORNING))
    clerk.ask()
    assert clerk.told() == []
    assert clerk.state(joining)[0] is DONE
    assert clerk.names() == []


def test_of_two_admins_at_the_same_time_the_second_hears_that_it_is_done(clerk: Clerk) -> None:
    for number in range(20):
        clerk.hand_in(joined(f"e{number}"))
        clerk.hand_in(joined(f"e{number}"))
    together = threading.Barrier(2)

    def submit(number: int, name: str) -> str:
        together.wait(10)
        try:
            details.fill_in(clerk.office.system, "standard", f"e{number}", {"name": name}, by=TESTER)
        except Refusal as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(2) as admins:
        for number in range(20):
            answers = list(admins.map(submit, (number, number), ("Alice", "Alicia")))
            assert sorted(bool(answer) for answer in answers) == [False, True]
            assert "has been filled in already" in "".join(answers)


BAD = {
    "start_date": {"name": "Alice", "start_date": "tomorrow"},
    "name": {"name": ""},
    "email": {"name": "Alice", "email": "nonsense"},
    "department": {"name": "Alice", "department": "d" * 81},
}


@pytest.mark.parametrize("field", BAD)
def test_what_cannot_be_read_is_refused_by_its_field(clerk: Clerk, field: str) -> None:
    number = clerk.hand_in(joined())
    with pytest.raises(Refusal, match=f"^{field}: "):
        details.fill_in(clerk.office.system, "standard", "e1", BAD[field], by=TESTER)
    assert clerk.state(number)[0] is NEEDS_DETAILS


def test_one_that_is_refused_does_not_hold_up_the_others_and_alone_is_tried_again(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1", name="Alice", wanted_number="150"))
    number = clerk.hand_in(joined("e2", name="Bob", wanted_number="150"), joined("e3", name="Carol"))
    assert clerk.names() == ["Carol", "Alice"]
    assert clerk.state(number)[0] is FAILED
    assert [event["external_id"] for event in clerk.rows()[1].events] == ["e2"]
    assert "150 is taken by Alice" in clerk.told()[0]
    with pytest.raises(Refusal, match="is done; only what has not been carried out"):
        decisions.retry(clerk.office.system, 1, by=TESTER)


def test_a_change_that_does_not_say_what_is_ignored(clerk: Clerk) -> None:
    number = clerk.hand_in(changed(), changed("e2"))
    assert clerk.state(number) == (IGNORED, "it says that something changed, but not what")


def test_a_delivery_that_waits_for_details_can_be_tried_again_and_asks_again(clerk: Clerk) -> None:
    number = clerk.hand_in(joined())
    clerk.ask()
    answer = actions.command(clerk.office.system, Arguments(("retry", str(number)), {}))
    assert "is tried again" in answer.text
    clerk.work()
    clerk.ask()
    assert asked_for(clerk) == ["e1", "e1"]


def test_the_list_of_deliveries_says_who_needs_details(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1", name="Alice"), joined("e2"))
    shown = as_text({"blocks": actions.command(clerk.office.system, Arguments((), {})).blocks})
    assert "standard: e2 joined · needs details" in shown


def test_who_waits_is_shown_first_however_old(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1"))
    for number in range(actions.SHOWN + 1):
        clerk.hand_in(changed(f"c{number}"))
    shown = as_text({"blocks": actions.command(clerk.office.system, Arguments((), {})).blocks})
    assert "standard: e1 joined · needs details" in shown.splitlines()[1]


@pytest.mark.parametrize("value", ["", "17", "a b c", "9" * 30, "²"])
def test_a_value_that_is_not_ours_is_no_traceback(clerk: Clerk, value: str) -> None:
    """Slack signs what it sends; buttons of another version say something else, too."""
    assert actions.secret_view(clerk.office.system, "U0ALICE01", value) is None
    assert messages.details_modal(value)["private_metadata"] == value
    said: dict[str, Any] = {}
    state = {"values": {"name": {"name": {"value": "Alice"}}}}
    body = {"user": {"id": ADMIN_ID}, "view": {"private_metadata": value, "state": state}}
    admins = Admins((ADMIN_ID,), clerk.office.client)
    actions.save_details(clerk.office.system, admins, lambda **more: said.update(more), body)
    assert "has been filled in already" in said["errors"]["name"]


def test_what_is_finished_goes_after_a_week_and_what_waits_stays(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1", name="Alice"))
    clerk.hand_in(changed("e2"))
    clerk.hand_in(joined("e3"))
    clerk.hand_in(joined("e4", name="Bob", wanted_number="100"))
    asterisk_has_all(clerk)
    assert _after(clerk, timedelta(days=6, hours=23)) == [DONE, IGNORED, NEEDS_DETAILS, FAILED]
    assert _after(clerk, timedelta(hours=2)) == [NEEDS_DETAILS, FAILED]


def test_what_waited_for_long_is_shown_for_a_week_after_it_is_done(clerk: Clerk) -> None:
    clerk.hand_in(joined("e1"))
    assert _after(clerk, timedelta(days=30)) == [NEEDS_DETAILS]
    fill_in(clerk)
    assert _after(clerk, timedelta(days=1)) == [DONE]


def _after(clerk: Clerk, time: timedelta) -> list[DeliveryState]:
    """The states of what is left when so much more time has gone by."""
    with clerk.office.system.database.session() as session:
        for row in map(session.merge, clerk.rows()):
            _make_older(row, time)
    inbox.prune(clerk.office.system.database)
    return [row.state for row in clerk.rows()]


def _make_older(row: HrDelivery, time: timedelta) -> None:
    row.received_at -= time
    row.done_at = row.done_at and row.done_at - time
