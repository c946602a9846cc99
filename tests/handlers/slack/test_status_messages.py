"""How one extension is, as Slack is given it to show."""

from __future__ import annotations

from handlers.slack import list_messages, status_messages
from handlers.slack.blocks import context, section
from models.extension import State
from pbx.answers import Status
from pbx.contact_status import Contact
from tests.handlers.slack.samples import extension, shown


def test_a_hundred_phones_are_a_few_and_a_count() -> None:
    phones = [Contact("192.0.2.7", port, "Snom", "Reachable", 12.4) for port in range(100)]
    text = shown(status_messages.status(Status(extension(), phones)))
    assert "192.0.2.7:4 and 95 more" in text
    assert text.endswith("… and 80 more phones")


def test_who_is_no_admin_reads_no_reason() -> None:
    row = extension(state=State.PENDING, reason="/etc/asterisk/x.conf:5 has exten => 7")
    (seen,) = status_messages.without_reasons([Status(row)])
    assert "saved, not live yet: an admin sees why with /ext doctor 101" in shown(
        status_messages.status(seen)
    )
    (live,) = status_messages.without_reasons([Status(extension(reason="steps are written by hand at /x:5"))])
    assert "/x:5" not in shown(list_messages.listing([live], ""))
    assert row.reason == "/etc/asterisk/x.conf:5 has exten => 7"


def test_a_status_has_the_fields_the_phones_and_why_asterisk_could_not_be_asked() -> None:
    row = extension()
    row.slack_user_id = "U0ALICE"
    message = status_messages.status(Status(row, [Contact("192.0.2.7", 5062, "<b>", "Reachable", 12.4)]))
    assert message.text == "101 (Alice): 🟢 Registered at 192.0.2.7:5062"
    assert message.blocks[0] == section("*101 (Alice): 🟢 Registered at 192.0.2.7:5062*")
    assert [each["text"] for each in message.blocks[1]["fields"]][:2] == [
        "*Slack user*\n<@U0ALICE>",
        "*Configuration*\nlive, verified in Asterisk",
    ]
    assert message.blocks[2:] == [context("&lt;b&gt; at 192.0.2.7:5062, answers in 12 ms")]
    unknown = status_messages.status(Status(extension(), error="<away>"))
    assert unknown.blocks[-1] == context("⚠️ &lt;away&gt;")
    assert len(unknown.blocks) == 3


def test_twenty_phones_are_all_named() -> None:
    phones = [Contact("192.0.2.7", port, "Snom", "Reachable", None) for port in range(20)]
    assert "more phones" not in shown(status_messages.status(Status(extension(), phones)))
