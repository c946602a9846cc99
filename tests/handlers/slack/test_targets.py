"""Which extension is meant by a number, a name, @user, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.slack import command_text, refusals
from handlers.slack.command_buttons import parse_value
from handlers.slack.command_text import Arguments
from handlers.slack.refusals import RefusalWithMessage
from handlers.slack.targets import Target, resolve
from pbx.errors import Refusal
from pbx.services import Services
from tests.factories import insert_extension

ALICE, BOB, CAROL = "U0ALICE01", "U0BOB0001", "U0CAROL01"


@pytest.fixture
def services(quiet: Services) -> Services:
    for number, name, user in (
        ("101", "Alice", ALICE),
        ("102", "Bob Smith", BOB),
        ("103", "Bob Jones", BOB),
        ("104", "bobby", None),
        ("105", "Night", None),
    ):
        insert_extension(quiet, number, name=name, slack_user_id=user)
    return quiet


def resolved(
    services: Services, typed: str, name: str = "status", target: Target = Target.SEEN, by: str = CAROL
) -> Arguments:
    given = command_text.arguments(command_text.split(typed), asked_by=by)
    return resolve(services, given, name, target)


@pytest.mark.parametrize("typed", ["101", "alice", "ALI", "“Alice”", f"<@{ALICE}|alice>"])
def test_an_extension_that_is_looked_at_is_found_by_any_of_them(services: Services, typed: str) -> None:
    given = resolved(services, typed)
    assert (given.words, given.slack_user_id) == (("101",), None)


@pytest.mark.parametrize("typed", ["101", "alice", f"<@{ALICE}>"])
def test_one_that_is_changed_is_found_by_its_whole_name(services: Services, typed: str) -> None:
    assert resolved(services, typed, "disable", Target.CHANGED).words == ("101",)


def test_a_part_of_a_name_changes_nothing_and_is_asked_about(services: Services) -> None:
    with pytest.raises(
        RefusalWithMessage, match="No extension is called “ali”, and /ext disable takes"
    ) as no:
        resolved(services, "ali", "disable", Target.CHANGED)
    (button,) = no.value.message.blocks[-1]["elements"]
    assert button["text"]["text"] == "101 Alice"
    assert parse_value(button["value"]) == ("disable 101", 1, ALICE)
    assert button["confirm"]["title"]["text"] == "Disable 101?"


def test_of_several_each_is_shown_with_its_number_and_a_button(services: Services) -> None:
    with pytest.raises(
        RefusalWithMessage, match="3 extensions have “bob” in their name: 102, 103, 104"
    ) as no:
        resolved(services, "bob")
    message = refusals.shown(no.value)
    assert "103 · Bob Jones" in message.text
    assert [block["type"] for block in message.blocks] == ["section", "actions"]
    pressed = [each["value"] for each in message.blocks[-1]["elements"]]
    assert pressed == [f"2@{BOB}:status 102", f"3@{BOB}:status 103", "4:status 104"]


def test_of_several_of_one_person_the_number_is_asked_for(services: Services) -> None:
    with pytest.raises(Refusal, match="2 extensions are noted for that person: 102, 103"):
        resolved(services, f"<@{BOB}>", "disable", Target.CHANGED)


def test_the_only_one_that_it_can_be_is_offered_with_all_that_was_typed(services: Services) -> None:
    with pytest.raises(RefusalWithMessage) as no:
        resolved(services, f"nigh <@{CAROL}|carol> name=“Q &amp; A x” notes=", "set", Target.CHANGED)
    message = no.value.message
    assert "Is it this one?" in message.text
    (button,) = message.blocks[-1]["elements"]
    assert "Q & A" in button["confirm"]["text"]["text"]
    pressed = parse_value(button["value"])
    assert pressed
    given = resolved(services, pressed.command.removeprefix("set "), "set", Target.CHANGED)
    assert (given.words, given.slack_user_id) == (("105",), CAROL)
    assert given.settings == {"name": "Q & A x", "notes": ""}


def test_a_password_is_not_put_into_a_button(services: Services) -> None:
    insert_extension(services, "106", name="Alice")
    with pytest.raises(RefusalWithMessage) as no:
        resolved(services, "alice secret=another-secret", "set", Target.CHANGED)
    message = no.value.message
    assert message.blocks[-1]["elements"][0]["text"] == (
        "Type it once more with the number in place of the name: `/ext set 101 …`"
    )
    assert "another-secret" not in str(message)


def test_set_takes_a_person_behind_a_name_as_whose_it_becomes(services: Services) -> None:
    given = resolved(services, f"alice <@{CAROL}>", "set", Target.CHANGED)
    assert (given.words, given.slack_user_id) == (("101",), CAROL)
    given = resolved(services, f"<@{ALICE}> name=Bob", "set", Target.CHANGED)
    assert (given.words, given.slack_user_id, given.settings) == (("101",), None, {"name": "Bob"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nobody", "no extension is called “nobody”"),
        (f"<@{CAROL}>", "no extension is noted for that person"),
        (f"101 <@{BOB}>", "takes one extension, by its number, a name or @user"),
        (f"<@{ALICE}> <@{BOB}>", "two people are mentioned"),
    ],
)
def test_what_names_none_or_two_is_refused(services: Services, typed: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        resolved(services, typed)


def test_without_any_an_owner_means_their_own(services: Services) -> None:
    secret: dict[str, Any] = {"name": "secret", "target": Target.CHANGED}
    assert resolved(services, "", by=ALICE, **secret).words == ("101",)
    with pytest.raises(Refusal, match="2 extensions are yours: 102, 103"):
        resolved(services, "", by=BOB, **secret)
    with pytest.raises(Refusal, match="no extension is noted as yours"):
        resolved(services, "", by=CAROL, **secret)
    assert resolved(services, "", by=ALICE).words == ()


def test_a_hint_may_be_a_word_and_a_whole_name_is_an_extension(services: Services) -> None:
    assert resolved(services, "parking", "presence", Target.HINT).words == ("parking",)
    assert resolved(services, "bob", "presence", Target.HINT).words == ("bob",)
    assert resolved(services, "night", "presence", Target.HINT).words == ("105",)
