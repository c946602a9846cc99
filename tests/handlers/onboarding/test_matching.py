"""Whether an extension may be somebody's, by what HR tells of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.onboarding import matching
from handlers.onboarding.matching import Person, person_of
from models.employee import Employee, Stage
from models.extension import Extension
from tests.handlers.onboarding.events import event

CAROL = Person(("Carol Jones",), frozenset({"carol@example.com"}), "U0CAROL01")


def extension(name: str = "Carol Jones", **more: Any) -> Extension:
    return Extension(number="105", name=name, encrypted_secret="", **more)


def test_a_person_is_what_was_known_and_what_the_event_says() -> None:
    known = Employee(
        source="standard",
        external_id="e1",
        name="Carol",
        email="Carol@Example.com",
        slack_user_id="U0CAROL01",
        stage=Stage.READY,
        extension_snapshot={"name": "Desk"},
    )
    now = event("changed", name="Carol Jones", email="CAROL.JONES@example.com")
    assert person_of(known, now) == Person(
        ("Carol", "Carol Jones"),
        frozenset({"carol@example.com", "carol.jones@example.com"}),
        "U0CAROL01",
        {"name": "Desk"},
    )
    assert person_of(None, event("left", name=None, email=None)) == Person((), frozenset())


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"email": "bob@example.com"}, "105 has the e-mail address bob@example.com by now"),
        ({"slack_user_id": "U0BOB0001"}, "105 is set as another Slack user’s by now"),
        ({"name": "Bob"}, "105 is named Bob by now"),
        ({"email": "CAROL@example.com", "slack_user_id": "U0CAROL01"}, None),
        ({"name": "Jones, Carol"}, None),
    ],
)
def test_another_address_user_or_name_says_that_it_was_given_away(
    values: dict[str, Any], why: str | None
) -> None:
    assert matching.reassigned(CAROL, extension(**values)) == why


def test_unknown_details_do_not_make_an_extension_reassigned() -> None:
    unknown = Person((), frozenset())
    other = extension("Bob", email="bob@example.com", slack_user_id="U0BOB0001")
    assert matching.reassigned(unknown, other) is None


def test_settings_made_when_it_became_theirs_do_not_make_it_reassigned() -> None:
    snapshot = {"name": "Front desk", "email": "Desk@example.com", "slack_user_id": "U0DESK001"}
    desk = extension("Front desk", email="desk@example.com", slack_user_id="U0DESK001")
    assert matching.reassigned(replace(CAROL, extension_snapshot=snapshot), desk) is None
    assert matching.reassigned(CAROL, desk) is not None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"employee_ref": "deel:c7"}, "105 was made for another employee"),
        ({"email": "bob@example.com"}, "105 is set as their Slack user’s, but has the e-mail address bob@"),
        ({"email": "carol@example.com", "slack_user_id": "U0BOB0001"}, "is set as another Slack user’s"),
        ({"email": "carol@example.com", "name": "Bob"}, "or Slack user, but is named Bob"),
    ],
)
def test_a_mismatch_is_named_with_its_reason(values: dict[str, Any], why: str) -> None:
    assert why in str(matching.mismatch(CAROL, extension(**values)))


def test_a_shared_address_is_nobodys_alone() -> None:
    reception = Person(("Carol Jones",), frozenset({"reception@example.com"}))
    why = matching.mismatch(reception, extension(email="Reception@example.com"))
    assert why == "Reception@example.com looks like an address that several people share"


def test_an_extension_with_their_address_and_name_is_surely_theirs() -> None:
    assert matching.mismatch(CAROL, extension(email="carol@example.com")) is None
    assert matching.mismatch(replace(CAROL, names=()), extension("Bob", slack_user_id="U0CAROL01")) is None
    assert matching.mismatch(replace(CAROL, slack_user_id=None), extension(slack_user_id="U0X")) is None


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("front-desk@example.com", True),
        ("IT@example.com", True),
        ("help.desk@example.com", True),
        ("it.smith@example.com", False),
        ("carol@office.com", False),
    ],
)
def test_addresses_that_several_people_read(address: str, shared: bool) -> None:
    assert matching.is_shared(address) is shared


def test_a_namesake_with_somebody_elses_address_needs_the_whole_name() -> None:
    assert matching.is_namesake(CAROL, extension("Carol"))
    assert matching.is_namesake(CAROL, extension("Carol Jones", email="cj@example.com"))
    assert not matching.is_namesake(CAROL, extension("Carol", email="carol.smith@example.com"))
    assert not matching.is_namesake(CAROL, extension("Carol", slack_user_id="U0OTHER01"))
    assert matching.is_namesake(CAROL, extension("Carol", email="reception@example.com"))
    assert matching.is_namesake(
        CAROL, extension("Carol", email="reception@example.com", slack_user_id="U0CAROL01")
    )


def test_an_identity_is_an_address_or_a_slack_user() -> None:
    assert matching.matches_identity(CAROL, extension("Bob", email="Carol@example.com"))
    assert matching.matches_identity(CAROL, extension("Bob", slack_user_id="U0CAROL01"))
    assert not matching.matches_identity(CAROL, extension(slack_user_id="U0BOB0001"))
    assert not matching.matches_identity(replace(CAROL, slack_user_id=None), extension())


def test_an_extension_not_ruled_out_shares_a_word_or_nothing_is_known() -> None:
    assert matching.is_possible(CAROL, extension("Jim Jones"))
    assert not matching.is_possible(CAROL, extension("Bob"))
    assert not matching.is_possible(CAROL, extension("Carol", email="other@example.com"))
    assert matching.is_possible(Person((), frozenset()), extension("Bob"))
    refused = replace(CAROL, slack_user_id=None, slack_refuses=True)
    assert matching.is_possible(refused, extension("Bob", slack_user_id="U0X"))
    assert not matching.is_possible(refused, extension("Bob"))
