"""What Slack is given to show."""

from __future__ import annotations

from pydantic import SecretStr

from handlers.slack import messages
from handlers.slack.blocks import SlackMessage, button, context, preformatted, section
from models.extension import Extension, State
from pbx.answers import ChangeResult, Status
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


def test_the_secret_is_shown_exactly_and_not_in_the_fallback() -> None:
    done = ChangeResult(extension(), SecretStr("a`*_<&>~b"))
    message = messages.outcome(done, "created", "101", "pbx.example")
    assert "a`*_<&>~b" in str(message.blocks)
    assert "a`*_<&>~b" not in message.text


def test_a_hundred_phones_are_a_few_and_a_count() -> None:
    phones = [Contact("192.0.2.7", port, "Snom", "Reachable", 12.4) for port in range(100)]
    text = shown(messages.status(Status(extension(), phones)))
    assert "192.0.2.7:4 and 95 more" in text
    assert text.endswith("… and 80 more phones")


def test_a_new_secret_is_shown_once_with_all_that_a_phone_asks_for() -> None:
    done = ChangeResult(extension(), SecretStr("secret12"))
    text = "✅ Extension 101 (Alice) is created and verified in Asterisk."
    assert messages.outcome(done, "created", "101", "pbx.example") == SlackMessage(
        text,
        [
            section(text),
            preformatted("Server     pbx.example\nUser       101\nSecret     secret12\nTransport  udp"),
            context(
                "Only you see this, and only now. Type it into the phone; a new secret comes with `/ext secret 101`"
            ),
        ],
    )
    assert messages.outcome(ChangeResult(extension()), "created", "101", "pbx.example").blocks == [
        section(text)
    ]


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
        [section(f"*{headline}*"), section("101  Alice · ⚫ Offline\n102  &lt;Bob&gt; · ⚫ Offline")],
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


def test_a_deletion_is_asked_for_with_the_row_in_the_button() -> None:
    row = extension()
    row.id = 7
    question = (
        "Delete extension 101 (Alice)? Its phone stops working at once. To keep the number and settings, use "
        "/ext disable 101 instead."
    )
    buttons = [button("Delete", "ext_delete", "101:7", style="danger"), button("Keep", "ext_keep", "101")]
    assert messages.confirm_delete(row) == SlackMessage(
        question, [section(question), {"type": "actions", "elements": buttons}]
    )


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
        f"a\n{warning}", [section("a"), context(warning)]
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
