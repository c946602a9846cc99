"""What people read of what they may not do."""

from __future__ import annotations

from handlers.slack import refusals
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
        "Nobody is one yet: whoever runs Switchhook makes you one by your member ID in SLACK_ADMINS, `U0BOB0001`."
    )


def test_what_an_owner_may_says_so() -> None:
    refused = refusals.not_permitted("give an extension a new password", ["<@U0ADMIN01>"], "U1", owned="101")
    assert refusals.shown(refused).text == (
        "🔒 Only phone admins and the owner of 101 can give an extension a new password. Ask <@U0ADMIN01>."
    )


def test_any_other_failure_is_a_sentence() -> None:
    assert refusals.shown(Refusal("there is no extension 101")).text == "⚠️ There is no extension 101."
