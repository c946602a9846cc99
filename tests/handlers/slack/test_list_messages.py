"""Many extensions at a glance, as Slack is given them to show."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.slack import list_messages
from handlers.slack.blocks import SlackMessage, context, plain_context, section
from models.extension import State
from pbx.answers import Status
from pbx.contact_status import Contact
from tests.handlers.slack.samples import extension, shown
from tests.slack_stand_in.block_kit import check_length

HERE = Contact("192.0.2.7", 5062, "Snom", "Reachable", 12.4)


def many(count: int, first: int = 1000) -> list[Status]:
    return [Status(extension(number), [HERE] * (number % 3 > 0)) for number in range(first, first + count)]


def buttons(message: SlackMessage) -> dict[str, tuple[str, str]]:
    """Return action and command of each button, by its label."""
    found = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
    return {
        each["text"]["text"]: (each["action_id"].split("_list")[0], each["value"].removeprefix(":"))
        for each in found
    }


def test_a_list_has_the_counts_first_and_a_line_for_each_with_its_light() -> None:
    row = extension(102, "<Bob>")
    row.slack_user_id = "U0BOB"
    off = extension(104, "Dan")
    off.enabled = False
    headline = "*4 extensions* · 🟢 1 registered · ⚫ 1 offline · 🚫 1 disabled · ❌ 1 refused"
    found = [
        Status(extension(), [HERE]),
        Status(row),
        Status(extension(103, "Carol", State.FAILED, "<twice>")),
        Status(off),
    ]
    assert list_messages.listing(found, "") == SlackMessage(
        headline,
        [
            section(headline),
            section(
                "🟢 101 · Alice\n⚫ 102 · &lt;Bob&gt; <@U0BOB>\n❌ 103 · Carol · refused: &lt;twice&gt;\n🚫 104 · Dan"
            ),
        ],
    )


def test_what_waits_is_not_counted_among_the_registered() -> None:
    waiting = [Status(extension(state=state), [HERE]) for state in (State.PENDING, State.DELETING)]
    assert list_messages.counts(waiting) == "*2 extensions* · 🕓 2 not live yet"
    assert list_messages.counts([Status(extension(), [HERE])]) == "*1 extension* · 🟢 1 registered"


def test_nothing_found_says_what_was_looked_for() -> None:
    assert list_messages.listing([], "").text == "No extensions yet."
    assert (
        list_messages.listing([], "zz").text == "No extension has “zz” in its number, name, e-mail or notes."
    )
    assert len(list_messages.listing([], "").blocks) == 1


def test_where_nothing_is_found_who_may_can_make_one() -> None:
    for text in ("", "zz"):
        message = list_messages.listing([], text, may_create=True)
        assert message.text.endswith(". Make one with /ext create 101 Alice")
        (create,) = message.blocks[-1]["elements"]
        assert (create["text"]["text"], create["value"]) == ("Create an extension", ":create")


def test_what_is_wrong_with_the_phone_system_is_told_once_at_the_end() -> None:
    found = [Status(extension(number), error="Asterisk is away") for number in range(101, 104)]
    message = list_messages.listing(found, "")
    assert message.text == "*3 extensions* · ❔ 3 not known right now"
    assert shown(message).count("Asterisk is away") == 1
    assert message.blocks[-1] == plain_context("⚠️ Asterisk is away.")
    assert list_messages.overview(found).blocks[-1] == plain_context("⚠️ Asterisk is away.")


def test_a_long_list_is_paged_and_each_page_has_its_ranges() -> None:
    message = list_messages.listing(many(100), "", page=2)
    text = shown(message)
    assert "1000–1049\n⚫ 1041" not in text
    assert "1000–1049\n" in text
    assert "1050–1099\n" in text
    assert ("1039 ·" in text, "1040 ·" in text, "1079 ·" in text, "1080 ·" in text) == (
        False,
        True,
        True,
        False,
    )
    assert "Page 2 of 3" in text
    assert buttons(message) == {
        "◀ Previous": ("ext_replace", "list page=1"),
        "Next ▶": ("ext_replace", "list page=3"),
    }
    assert list(buttons(list_messages.listing(many(100), ""))) == ["Next ▶"]
    assert list_messages.listing(many(100), "", page=99) == list_messages.listing(many(100), "", page=3)
    assert buttons(list_messages.listing(many(40), "")) == {}


def test_paging_goes_on_with_what_was_looked_for() -> None:
    assert buttons(list_messages.listing(many(100), 'a "b" \\c')) == {
        "Next ▶": ("ext_replace", 'list page=2 "a \\"b\\" \\\\c"')
    }
    assert buttons(list_messages.listing(many(100), "x" * 1001)) == {}


@pytest.mark.parametrize("count", [1, 100, 5000])
def test_every_page_is_within_slacks_limits(count: int) -> None:
    found: list[Any] = many(count)
    for each in found:
        each.extension.name = "&" * 80
        each.extension.slack_user_id = "U" + "0" * 31
        each.extension.state, each.extension.reason = State.FAILED, "<" * 500
    for page in (1, -(-count // list_messages.PAGE_SIZE)):
        message = list_messages.listing(found, "", page)
        shown(message)
        check_length(message.blocks)
    shown(list_messages.overview(found))
    check_length(list_messages.overview(found).blocks)


def test_an_overview_has_the_totals_and_what_is_not_live() -> None:
    found = [Status(extension()), Status(extension(102, "Bob", State.FAILED, "<twice>"))]
    headline = "*2 extensions* · ⚫ 1 offline · ❌ 1 refused"
    message = list_messages.overview(found)
    assert message.text == headline
    assert message.blocks[:-1] == [
        section(headline),
        section("❌ 102 · Bob · refused: &lt;twice&gt;"),
        context("`/ext status 101`, a name or @user shows one of them"),
    ]
    assert buttons(message) == {"Show all": ("ext_run", "list")}
    assert buttons(list_messages.overview([])) == {}
    failed = [Status(extension(number, state=State.FAILED)) for number in range(100, 145)]
    assert "… and 5 more" in shown(list_messages.overview(failed))


def test_a_list_of_anything_is_cut_and_says_so() -> None:
    blocks = list_messages.listed([str(number) for number in range(203)], more=": `/ext list`")
    assert blocks[-1] == context("… and 3 more: `/ext list`")
    assert len(list_messages.listed(["x"])) == 1
