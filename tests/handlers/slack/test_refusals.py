"""What people read of what they may not do."""

from __future__ import annotations

import pytest

from handlers.slack import refusals
from handlers.slack.command_buttons import parse_value
from pbx.errors import Refusal

WORDS = "Only phone admins can create extensions"


def test_it_says_whom_to_ask_and_no_member_id() -> None:
    asked = refusals.not_permitted("create extensions", ["<@U0ALICE01>", "<!subteam^S0PHONES>"], "U0BOB0001")
    assert str(asked) == "only phone admins can create extensions"
    assert refusals.shown(asked).text == f"🔒 {WORDS}. Ask <@U0ALICE01> or <!subteam^S0PHONES>."


def test_of_many_admins_three_are_named() -> None:
    admins = [f"<@U0ADMIN0{number}>" for number in range(9)]
    text = refusals.locked(WORDS, admins, "U0BOB0001").text
    assert text.endswith("Ask <@U0ADMIN00>, <@U0ADMIN01> or <@U0ADMIN02>.")


def test_only_where_nobody_is_an_admin_it_has_the_member_id() -> None:
    text = refusals.locked(WORDS, [], "U0BOB0001").text
    assert text.endswith(
        "Nobody is a phone admin yet: whoever runs Switchhook makes you one by your member ID in SLACK_ADMINS, `U0BOB0001`."
    )


def test_what_an_owner_may_says_so() -> None:
    refused = refusals.not_permitted("give an extension a new password", ["<@U0ADMIN01>"], "U1", owned="101")
    assert refusals.shown(refused).text == (
        "🔒 Only phone admins and the owner of 101 can give an extension a new password. Ask <@U0ADMIN01>."
    )


def test_any_other_failure_is_a_sentence() -> None:
    assert refusals.shown(Refusal("there is no extension 101")).text == "⚠️ There is no extension 101."


def looks(words: str) -> list[str]:
    """Return the commands of the buttons below a refusal of these words."""
    last = refusals.with_look_up(Refusal(words)).blocks[-1]
    return [each["value"] for each in last["elements"]] if last["type"] == "actions" else []


def test_where_a_refusal_says_to_look_there_is_a_button() -> None:
    words = "there is no extension 120: see /ext list, or make it with /ext create 120 Name"
    assert looks(words) == [":list"]
    assert refusals.with_look_up(Refusal(words)).text == refusals.shown(Refusal(words)).text
    assert looks("101 is taken by Alice: see /ext status 101, or leave the number out") == [":status 101"]
    assert looks("7 is still not live; /ext status 77 says why") == [":status 77"]
    assert looks("that button is of another version: see /ext hr, or /ext hr retry 7") == [":hr"]


def test_an_example_and_what_changes_something_have_no_button() -> None:
    for words in (
        "say first what to do with 101, such as /ext status 101",
        "it may be theirs: /ext disable 101",
        "phones are written by hand: /ext adopt all shows which",
        "see /ext statuses",
        "see /ext delete 101",
    ):
        assert looks(words) == []


CREATE = "create <number> <name> [@user] [key=value …]", "a new extension; `create 101 Alice`"


def test_a_slip_is_asked_about_with_a_button_that_runs_the_whole_command_corrected() -> None:
    command = "create 101 “Bob &amp; Co” <@U0BOB0001|bob>"
    message = refusals.did_you_mean("creat", *CREATE, command)
    assert message.text == "⚠️ There is no `/ext creat`. Did you mean *create*?"
    hint = "For example `/ext create 101 Alice`"
    assert message.blocks[1]["elements"][0]["text"].endswith(hint)
    (button,) = message.blocks[-1]["elements"]
    assert button["text"]["text"] == "/ext create 101 “Bob & Co” @bob"
    assert parse_value(button["value"]) == (command, None, None)
    assert button["confirm"]["text"]["text"] == "/ext create 101 “Bob & Co” @bob"


@pytest.mark.parametrize("typed", ["secret=Another-Secret", "Secret = Another-Secret"])
def test_a_typed_password_is_in_no_part_of_the_answer(typed: str) -> None:
    message = refusals.did_you_mean("creat", *CREATE, f"create 101 Bob {typed}")
    assert "Another-Secret" not in str(message)
    assert [block["type"] for block in message.blocks] == ["section", "context"]


@pytest.mark.parametrize("command", ["disable 101", "enable 101", "steps on", "adopt 101", "nat clear"])
def test_a_guess_that_changes_something_is_asked_about_once_more(command: str) -> None:
    message = refusals.did_you_mean("slip", command, "it changes something", command)
    assert message.blocks[-1]["elements"][0]["confirm"]["text"]["text"] == f"/ext {command}"


@pytest.mark.parametrize("command", ["status 101", "list ali", "help create", "delete 101"])
def test_a_guess_that_only_looks_or_asks_itself_is_run_at_once(command: str) -> None:
    message = refusals.did_you_mean("slip", command, "it looks", command)
    assert "confirm" not in message.blocks[-1]["elements"][0]


def test_what_is_near_to_nothing_may_be_somebodys_name() -> None:
    message = refusals.no_such_command("zoe", "zoe zimmer")
    assert message.text == "⚠️ There is no `/ext zoe`. `/ext help` lists what there is."
    assert [parse_value(each["value"]) for each in message.blocks[-1]["elements"]] == [
        ("list zoe zimmer", None, None),
        ("help", None, None),
    ]
