"""What Slack is given to show."""

from __future__ import annotations

from handlers.slack import messages
from handlers.slack.blocks import SlackMessage, plain_context, section
from tests.handlers.slack.samples import extension


def test_delete_asks_with_the_row_in_the_button_and_offers_to_disable_instead() -> None:
    row = extension()
    row.id = 7
    message = messages.confirm_delete(row)
    assert message.text.startswith("🗑️ *Delete 101 · Alice?* Its phone stops working at once")
    offered = {each["text"]["text"]: each for each in message.blocks[-1]["elements"]}
    assert list(offered) == ["Delete 101", "Disable instead", "Cancel"]
    assert (offered["Delete 101"]["value"], offered["Delete 101"]["style"]) == ("101:7:", "danger")
    assert (offered["Disable instead"]["action_id"], offered["Disable instead"]["value"]) == (
        "ext_replace_disable_101",
        "7:disable 101",
    )


def test_what_is_disabled_is_not_offered_to_be() -> None:
    row = extension()
    row.enabled = False
    offered = [each["text"]["text"] for each in messages.confirm_delete(row).blocks[-1]["elements"]]
    assert offered == ["Delete 101", "Cancel"]


def test_what_is_wrong_as_a_whole_is_reported_below_any_message() -> None:
    message = SlackMessage("a", [section("a")])
    warning = "⚠️ &lt;twice&gt;\n⚠️ once"
    assert messages.warned(message, ["<twice>", "once"]) == SlackMessage(
        f"a\n{warning}", [section("a"), plain_context("⚠️ <twice>\n⚠️ once")]
    )
    assert messages.warned(message, []) is message


def test_a_refusal_is_a_sentence() -> None:
    assert messages.refusal("no such number").text == "⚠️ No such number."
    assert messages.refusal("No such number.").text == "⚠️ No such number."
    assert messages.refusal("Is it running?").text == "⚠️ Is it running?"
