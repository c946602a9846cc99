"""The menu, NAT and alert routes, from the command to what comes of it."""

from __future__ import annotations

import json

import pytest

from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_windows import now, opened, result
from tests.slash_commands import say


def test_ext_alone_opens_the_menu_and_its_buttons_open_windows(admin: SlackUser, slack: SlackStandIn) -> None:
    menu = opened(admin, "", "Look up an extension", "New extension")
    admin.click(menu, "ext_run_create")
    made = result(admin, now(slack, menu, "More settings"), "Password", name="Olivia", number="190")
    assert "190" in as_text(made)


def test_the_menu_of_who_is_no_admin_has_less_and_looks_up(guest: SlackUser, admin: SlackUser) -> None:
    say(admin, "create 191 Peggy")
    menu = opened(guest, "", "Look up an extension")
    assert "New extension" not in as_text(menu)
    assert "191" in as_text(result(guest, menu, "Peggy", whom="Peggy"))


def test_what_is_looked_up_in_vain_is_refused_as_it_is_typed(guest: SlackUser) -> None:
    menu = opened(guest, "", "Look up an extension")
    assert "⚠️" in as_text(result(guest, menu, "No extension is called", whom="Nobody at all"))


def test_without_a_window_the_menu_is_the_help(guest: SlackUser, slack: SlackStandIn) -> None:
    slack.fail_next("views.open", error="expired_trigger_id")
    assert say(guest, "") == say(guest, "help")


def test_nat_is_set_changed_and_forgotten_in_its_window(admin: SlackUser, slack: SlackStandIn) -> None:
    view = opened(admin, "nat set", "Address that the world sees")
    faults = json.loads(admin.submit(view, {"media": "203.0.113.7:5060"}).body)["errors"]
    assert faults == {"media": "without a port: type 203.0.113.7"}
    done = as_text(result(admin, view, "NAT is set", media="203.0.113.7", local="192.168.1.0/24"))
    assert "192.168.1.0/24" in done
    again = opened(admin, "nat set", "Forget the addresses")
    result(admin, again, "Nothing was changed: NAT is as it was")
    last = opened(admin, "nat set", "Forget the addresses")
    admin.click(last, "ext_run_nat_clear")
    now(slack, last, "No external address is set")


def test_who_was_slower_with_nat_sees_how_it_is_now(admin: SlackUser) -> None:
    view = opened(admin, "nat set", "Address that the world sees")
    say(admin, "nat set media=203.0.113.9")
    late = result(admin, view, "Somebody else has changed NAT", media="203.0.113.10")
    shown = next(
        each["element"]["initial_value"] for each in late["blocks"] if each.get("block_id") == "media"
    )
    assert shown == "203.0.113.9"
    assert "203.0.113.11" in as_text(result(admin, late, "NAT is set", media="203.0.113.11"))
    say(admin, "nat clear")


def test_who_was_slower_with_nat_and_has_mistyped_sees_how_it_is_now(admin: SlackUser) -> None:
    view = opened(admin, "nat set", "Address that the world sees")
    say(admin, "nat set media=203.0.113.9")
    result(admin, view, "Somebody else has changed NAT", media="203.0.113.7:5060")
    say(admin, "nat clear")


@pytest.mark.parametrize("callback_id", ["ext_create", "ext_nat", "ext_alerts", "ext_menu"])
def test_a_window_of_another_version_is_refused_in_words(admin: SlackUser, callback_id: str) -> None:
    view = {"type": "modal", "id": "V0OLD", "callback_id": callback_id, "private_metadata": "", "blocks": []}
    admin.stand_in.workspace.views["V0OLD"] = {"type": "modal", "id": "V0OLD", "blocks": []}
    answer = admin.submit(view, {})
    assert answer.status == 200
    assert "went wrong inside" not in answer.body


def test_alerts_are_routed_in_a_window(admin: SlackUser) -> None:
    view = opened(admin, "alerts set", "Which alerts")
    assert "channel" in json.loads(admin.submit(view, {"channel": None}).body)["errors"]
    done = as_text(result(admin, view, "Done", topic="calls", numbers="100-149", channel="C0SALES"))
    assert "calls of 100-149 go to #C0SALES" in done
    off = opened(admin, "alerts set", "Which alerts")
    assert "security of every extension go nowhere" in as_text(
        result(admin, off, "Done", topic="security", off=["nowhere"])
    )


def test_no_window_of_the_phone_system_is_for_who_is_no_admin(admin: SlackUser, guest: SlackUser) -> None:
    assert "🔒" in say(guest, "nat set")
    assert "🔒" in say(guest, "alerts set")
    result(guest, opened(admin, "nat set", "Address"), "Only phone admins", media="203.0.113.66")
    result(guest, opened(admin, "alerts set", "Which alerts"), "Only phone admins", channel="C0EVIL")
    assert "203.0.113.66" not in say(admin, "nat show")
    assert "C0EVIL" not in say(admin, "alerts show")
