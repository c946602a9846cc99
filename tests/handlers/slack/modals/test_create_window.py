"""An extension is made in a window, as it is with a command."""

from __future__ import annotations

import json

from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.records import Json
from tests.slack_windows import now, opened, result
from tests.slash_commands import say, secret_in


def new_window(admin: SlackUser) -> Json:
    return opened(admin, "create", "Name", "More settings")


def test_an_extension_is_made_with_the_next_free_number_and_its_password_shown_once(admin: SlackUser) -> None:
    view = new_window(admin)
    shown = result(admin, view, "Password", name="Alice")
    assert secret_in(as_text(shown))
    assert "Alice" in say(admin, "list alice")


def test_the_number_that_is_free_stands_in_the_window(admin: SlackUser) -> None:
    say(admin, "create 171 Alice")
    view = new_window(admin)
    number = next(block for block in view["blocks"] if block.get("block_id") == "number")
    free = number["element"]["placeholder"]["text"]
    assert number["hint"]["text"] == f"Leave it empty for the next free one, which is {free} now."
    result(admin, view, "Password", f"{free}", name="Bob")


def test_what_is_wrong_stands_at_its_input_in_the_words_of_the_command(admin: SlackUser) -> None:
    say(admin, "create 172 Alice")
    view = new_window(admin)
    refused = admin.submit(view, {"name": "\u202e", "number": "1"})
    assert json.loads(refused.body) == {
        "response_action": "errors",
        "errors": {
            "name": "has an invisible character (U+202E); type it on one line",
            "number": "an extension number is 2 to 20 digits, such as 101",
        },
    }
    taken = json.loads(admin.submit(view, {"name": "Bob", "number": "172"}).body)["errors"]
    assert taken == {"number": "172 is taken by Alice: leave it empty, and the next free one is taken"}


def test_more_settings_keep_what_was_typed_and_count(admin: SlackUser, slack: SlackStandIn) -> None:
    view = new_window(admin)
    admin.click(view, "ext_show_more", typed={"name": "Carol", "number": "173"})
    view = now(slack, view, "Codecs")
    values: dict[str, str | list[str] | None] = {
        "codecs": ["g722", "alaw"],
        "max_contacts": "3",
        "switches": ["voicemail_enabled"],
        "notes": "desk",
    }
    result(admin, view, "Password", "173", **values)
    status = say(admin, "status 173")
    assert all(each in status for each in ("Carol", "g722, alaw", "desk"))


def test_a_setting_that_cannot_be_so_is_refused_at_its_input(admin: SlackUser, slack: SlackStandIn) -> None:
    view = new_window(admin)
    admin.click(view, "ext_show_more", typed={"name": "Dora"})
    view = now(slack, view, "Codecs")
    refused = json.loads(admin.submit(view, {"max_contacts": "many", "context": "a b"}).body)
    assert refused["errors"] == {
        "max_contacts": "max_contacts is a number from 1 to 100",
        "context": "a context is letters, digits, - _ and ., such as from-internal",
    }


def test_what_asterisk_has_already_is_said_above_what_was_typed(admin: SlackUser) -> None:
    view = result(admin, new_window(admin), "⚠️", name="Erin", number="112")
    assert view["callback_id"] == "ext_create"
    assert [block["element"].get("initial_value") for block in view["blocks"] if block["type"] == "input"][
        :2
    ] == [
        "Erin",
        "112",
    ]


def test_who_is_no_admin_gets_no_window_and_can_submit_none(admin: SlackUser, guest: SlackUser) -> None:
    assert "🔒" in say(guest, "create")
    view = new_window(admin)
    assert "🔒" in as_text(result(guest, view, "Only phone admins", name="Mallory"))
    assert "No extension has “Mallory”" in say(admin, "list Mallory")


def test_without_a_window_the_command_says_what_to_type(admin: SlackUser, slack: SlackStandIn) -> None:
    slack.fail_next("views.open", error="expired_trigger_id")
    assert "Who is it for? Type a name" in say(admin, "create")


def test_who_closes_the_window_too_early_hears_how_to_have_another_password(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    view = new_window(admin)
    slack.fail_until_cleared("views.update", error="not_found")
    admin.submit(view, {"name": "Frank", "number": "174"})
    told = slack.wait_until(lambda: slack.messages(f"D{admin.user_id[1:]}"))[-1]
    slack.clear_faults()
    assert "174" in told.text
    assert "`/ext secret 174`" in told.text


def test_who_closes_the_window_before_a_refusal_hears_that_nothing_was_done(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    view = new_window(admin)
    before = len(slack.messages(f"D{admin.user_id[1:]}"))
    slack.fail_until_cleared("views.update", error="not_found")
    admin.submit(view, {"name": "Gina", "number": "112"})
    told = slack.wait_until(lambda: slack.messages(f"D{admin.user_id[1:]}")[before:])[-1]
    slack.clear_faults()
    assert "What you submitted was not taken" in told.text
