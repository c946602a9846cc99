"""What Slack is given to show."""

from __future__ import annotations

from handlers.slack import messages
from handlers.slack.blocks import SlackMessage, context, plain_context, plain_section, section
from models.extension import Extension, State
from pbx.answers import Status
from pbx.contact_status import Contact
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_message


def extension(
    number: int = 101, name: str = "Alice", state: State = State.LIVE, reason: str | None = None
) -> Extension:
    return Extension(
        number=str(number),
        name=name,
        encrypted_secret="encrypted",
        codecs=["ulaw"],
        state=state,
        reason=reason,
    )


def shown(message: SlackMessage) -> str:
    body = {"text": message.text, "blocks": message.blocks}
    check_message(body)
    return as_text(body)


def test_a_hundred_phones_are_a_few_and_a_count() -> None:
    phones = [Contact("192.0.2.7", port, "Snom", "Reachable", 12.4) for port in range(100)]
    text = shown(messages.status(Status(extension(), phones)))
    assert "192.0.2.7:4 and 95 more" in text
    assert text.endswith("… and 80 more phones")


def test_who_is_no_admin_reads_no_reason() -> None:
    row = extension(state=State.PENDING, reason="/etc/asterisk/x.conf:5 has exten => 7")
    (seen,) = messages.without_reasons([Status(row)])
    assert "saved, not live yet: an admin sees why with /ext doctor 101" in shown(messages.status(seen))
    (live,) = messages.without_reasons([Status(extension(reason="steps are written by hand at /x:5"))])
    assert "/x:5" not in shown(messages.listing([live], ""))
    assert row.reason == "/etc/asterisk/x.conf:5 has exten => 7"


def test_a_status_has_the_fields_the_phones_and_why_asterisk_could_not_be_asked() -> None:
    row = extension()
    row.slack_user_id = "U0ALICE"
    message = messages.status(Status(row, [Contact("192.0.2.7", 5062, "<b>", "Reachable", 12.4)]))
    assert message.text == "101 (Alice): 🟢 Registered at 192.0.2.7:5062"
    assert message.blocks[0] == section("*101 (Alice): 🟢 Registered at 192.0.2.7:5062*")
    assert [each["text"] for each in message.blocks[1]["fields"]][:2] == [
        "*Slack user*\n<@U0ALICE>",
        "*Configuration*\nlive, verified in Asterisk",
    ]
    assert message.blocks[2:] == [context("&lt;b&gt; at 192.0.2.7:5062, answers in 12 ms")]
    unknown = messages.status(Status(extension(), error="<away>"))
    assert unknown.blocks[-1] == context("⚠️ &lt;away&gt;")
    assert len(unknown.blocks) == 3


def test_twenty_phones_are_all_named() -> None:
    phones = [Contact("192.0.2.7", port, "Snom", "Reachable", None) for port in range(20)]
    assert "more phones" not in shown(messages.status(Status(extension(), phones)))


def test_a_list_has_a_line_for_each_and_says_what_was_not_found() -> None:
    headline = "2 extensions, 0 registered"
    both = messages.listing([Status(extension()), Status(extension(102, "<Bob>"))], "")
    assert both == SlackMessage(
        headline,
        [section(f"*{headline}*"), plain_section("101  Alice · ⚫ Offline\n102  <Bob> · ⚫ Offline")],
    )
    assert messages.listing([], "").text == "No extensions yet. Make one with /ext create 101 Alice"
    assert messages.listing([], "zz").text == (
        "No extension has “zz” in its number, name, e-mail or notes. Make one with /ext create 101 Alice"
    )
    statuses = [Status(extension(number)) for number in range(100, 301)]
    assert shown(messages.listing(statuses, "")).endswith(
        "… and 1 more: narrow it down with /ext list <text>"
    )
    assert "narrow" not in shown(messages.listing(statuses[:200], ""))


def test_delete_asks_with_the_row_in_the_button_and_offers_to_disable_instead() -> None:
    row = extension()
    row.id = 7
    message = messages.confirm_delete(row)
    assert message.text.startswith("🗑️ *Delete 101 · Alice?* Its phone stops working at once")
    offered = {each["text"]["text"]: each for each in message.blocks[-1]["elements"]}
    assert list(offered) == ["Delete 101", "Disable instead", "Cancel"]
    assert (offered["Delete 101"]["value"], offered["Delete 101"]["style"]) == ("101:7", "danger")
    assert (offered["Disable instead"]["action_id"], offered["Disable instead"]["value"]) == (
        "ext_replace_disable_101",
        "7:disable 101",
    )


def test_what_is_disabled_is_not_offered_to_be() -> None:
    row = extension()
    row.enabled = False
    offered = [each["text"]["text"] for each in messages.confirm_delete(row).blocks[-1]["elements"]]
    assert offered == ["Delete 101", "Cancel"]


def test_an_overview_has_the_totals_and_what_is_not_live() -> None:
    message = messages.overview([Status(extension()), Status(extension(102, "Bob", State.FAILED, "<twice>"))])
    headline = "2 extensions, 0 registered, 1 not live"
    assert message == SlackMessage(
        headline,
        [
            section(f"*{headline}*"),
            section("102  Bob · ⚫ Offline · refused: &lt;twice&gt;"),
            context("`/ext list` shows all, `/ext status 101` one of them"),
        ],
    )


def test_what_is_wrong_as_a_whole_is_reported_below_any_message() -> None:
    message = SlackMessage("a", [section("a")])
    warning = "⚠️ &lt;twice&gt;\n⚠️ once"
    assert messages.warned(message, ["<twice>", "once"]) == SlackMessage(
        f"a\n{warning}", [section("a"), plain_context("⚠️ <twice>\n⚠️ once")]
    )
    assert messages.warned(message, []) is message


def test_help_lists_the_subcommands() -> None:
    assert messages.help_text([("status <number>", "How it is")]) == SlackMessage(
        "How to use /ext", [section("*How to use /ext*"), section("`/ext status &lt;number&gt;`\nHow it is")]
    )


def test_a_refusal_is_a_sentence() -> None:
    assert messages.refusal("no such number").text == "⚠️ No such number."
    assert messages.refusal("No such number.").text == "⚠️ No such number."
    assert messages.refusal("").text == "⚠️ ."
