"""An extension is changed in a window: what was changed there, and nothing that somebody else has changed meanwhile."""

from __future__ import annotations

import json

import pytest

from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.records import Json
from tests.slack_windows import now, opened, result
from tests.slash_commands import say


def edit_window(admin: SlackUser, number: str) -> Json:
    return opened(admin, f"set {number}", "More settings", number)


def with_more(admin: SlackUser, number: str, **typed: str) -> Json:
    view = edit_window(admin, number)
    admin.click(view, "ext_show_more", typed=typed)
    return now(admin.stand_in, view, "Codecs")


def test_what_was_changed_is_written_and_said(admin: SlackUser) -> None:
    say(admin, "create 175 Alice email=alice@example.com notes=desk")
    shown = result(admin, edit_window(admin, "175"), "✅", name="Alice Smith")
    assert "name Alice → Alice Smith" in as_text(shown)
    assert all(each not in as_text(shown) for each in ("email", "notes", "codecs"))


def test_a_field_is_emptied_and_a_switch_turned(admin: SlackUser) -> None:
    say(admin, "create 176 Bob email=bob@example.com notes=desk codecs=g722,ulaw")
    view = with_more(admin, "176", email="")
    shown = as_text(result(admin, view, "✅", email="", switches=["voicemail_enabled"], notes=None))
    assert "email bob@example.com → nothing" in shown
    assert "notes desk → nothing" in shown
    assert "voicemail_enabled no → yes" in shown
    assert all(each not in shown for each in ("codecs", "direct_media", "transport", "max_contacts"))


def test_what_is_wrong_stands_at_its_input(admin: SlackUser) -> None:
    say(admin, "create 177 Carol")
    view = with_more(admin, "177")
    refused = json.loads(admin.submit(view, {"qualify_frequency": "often", "name": "x" * 81}).body)["errors"]
    assert refused == {
        "qualify_frequency": "qualify_frequency (in seconds) is a number from 0 to 3600",
        "name": "a name is 1 to 80 characters, such as Alice or “Alice Smith”",
    }


def test_who_was_slower_hears_of_it_and_overwrites_nothing(admin: SlackUser) -> None:
    say(admin, "create 178 Dora")
    view = edit_window(admin, "178")
    say(admin, "set 178 name=Dorothy notes=moved")
    shown = result(admin, view, "Somebody else has changed extension 178", name="Dolly")
    assert "name Dora → Dorothy" in as_text(shown)
    assert "Dolly" not in say(admin, "status 178")
    admin.click(shown, "ext_run_set_178")
    again = now(admin.stand_in, shown, "More settings")
    assert (
        next(each for each in again["blocks"] if each.get("block_id") == "name")["element"]["initial_value"]
        == "Dorothy"
    )
    assert "Dolly" in as_text(result(admin, again, "✅", name="Dolly"))


def test_more_settings_do_not_forget_which_revision_was_seen(admin: SlackUser) -> None:
    say(admin, "create 179 Erin")
    view = edit_window(admin, "179")
    say(admin, "set 179 notes=moved")
    admin.click(view, "ext_show_more")
    late = now(admin.stand_in, view, "Codecs")
    assert "notes moved" in as_text(
        result(admin, late, "Somebody else has changed extension 179", name="Eve")
    )


def test_a_window_of_a_number_that_is_somebody_elses_by_now_changes_nothing(admin: SlackUser) -> None:
    say(admin, "create 180 Frank")
    view = edit_window(admin, "180")
    admin.replies(admin.click(admin.replies(admin.command("/ext", "delete 180"))[0], "ext_delete"))
    say(admin, "create 180 Grace")
    result(admin, view, "is gone", name="Mallory")
    assert "Mallory" not in say(admin, "status 180")


def test_nothing_is_written_where_nothing_was_changed(admin: SlackUser) -> None:
    say(admin, "create 181 Heidi")
    result(admin, with_more(admin, "181"), "Nothing was changed: extension 181 is as it was")


def test_a_slack_user_whose_account_is_gone_keeps_no_window_shut(
    admin: SlackUser, slack: SlackStandIn
) -> None:
    say(admin, "create 182 Ivan <@U0GONE01>")
    slack.fail_next("views.update", error="invalid_arguments")
    view = edit_window(admin, "182")
    user = next(each for each in view["blocks"] if each.get("block_id") == "slack_user_id")
    assert "initial_user" not in user["element"]
    shown = as_text(result(admin, view, "✅", name="Ivo"))
    assert "Slack user" not in shown


def test_a_bot_gets_no_phone_and_what_was_typed_stays(admin: SlackUser, slack: SlackStandIn) -> None:
    say(admin, "create 184 Judy")
    slack.add_user("U0BOT", "bot")
    slack.workspace.users["U0BOT"]["is_bot"] = True
    shown = as_text(result(admin, edit_window(admin, "184"), "U0BOT", name="Jude", slack_user_id="U0BOT"))
    assert "⚠️ @U0BOT is a bot, and could read nothing" in shown
    assert "⚠️ @U0BOT is a bot, and could read nothing" in say(admin, "set 184 <@U0BOT|bot> name=Jude")
    assert "Judy" in say(admin, "status 184")


def test_there_is_no_window_of_a_number_that_nobody_has(admin: SlackUser, guest: SlackUser) -> None:
    opened(admin, "set 199", "There is no extension 199")
    assert "🔒" in say(guest, "set 181")


@pytest.mark.parametrize("metadata", ["", "181", "181 5", "x 1 1", "181 -1 1"])
def test_a_window_of_another_version_is_refused(admin: SlackUser, metadata: str) -> None:
    view = edit_window(admin, "181") | {"private_metadata": metadata}
    assert "That window is of another version" in as_text(result(admin, view, "another version", name="x"))
