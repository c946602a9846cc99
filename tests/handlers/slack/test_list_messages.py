"""Many extensions at a glance, as Slack is given them to show."""

from __future__ import annotations

from handlers.slack import list_messages
from handlers.slack.blocks import SlackMessage, context, plain_section, section
from models.extension import State
from pbx.answers import Status
from tests.handlers.slack.samples import extension, shown


def test_a_list_has_a_line_for_each_and_says_what_was_not_found() -> None:
    headline = "2 extensions, 0 registered"
    both = list_messages.listing([Status(extension()), Status(extension(102, "<Bob>"))], "")
    assert both == SlackMessage(
        headline,
        [section(f"*{headline}*"), plain_section("101  Alice · ⚫ Offline\n102  <Bob> · ⚫ Offline")],
    )
    assert list_messages.listing([], "").text == "No extensions yet. Make one with /ext create 101 Alice"
    assert list_messages.listing([], "zz").text == (
        "No extension has “zz” in its number, name, e-mail or notes. Make one with /ext create 101 Alice"
    )
    statuses = [Status(extension(number)) for number in range(100, 301)]
    assert shown(list_messages.listing(statuses, "")).endswith(
        "… and 1 more: narrow it down with /ext list <text>"
    )
    assert "narrow" not in shown(list_messages.listing(statuses[:200], ""))


def test_an_overview_has_the_totals_and_what_is_not_live() -> None:
    message = list_messages.overview(
        [Status(extension()), Status(extension(102, "Bob", State.FAILED, "<twice>"))]
    )
    headline = "2 extensions, 0 registered, 1 not live"
    assert message == SlackMessage(
        headline,
        [
            section(f"*{headline}*"),
            section("102  Bob · ⚫ Offline · refused: &lt;twice&gt;"),
            context("`/ext list` shows all, `/ext status 101` one of them"),
        ],
    )
