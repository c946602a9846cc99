"""A page in a real browser follows what changes, without a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.asterisk_bed import Asterisk, Phone
from tests.browser_bed import Complaints, check_accessible
from tests.forgetful_network import forgetful_network
from tests.handlers.pages.signing_in import PageUser
from tests.handlers.pages.tabs import (
    SignedIn,
    add_form,
    come_back,
    flask,
    give_cookie,
    is_not_reloaded,
    never,
    open_tab,
    pass_time,
    row,
    see,
    streams,
    without_stream,
)
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser

SECRET = "SecurePass123"
INTERRUPTED = "Live updates are interrupted"
GONE_SERVER = "net::ERR_"  # what a browser says of a server that is not there
NO_STREAM = "has a MIME type"  # what it says of a page in the place of a stream


@pytest.fixture(scope="module", autouse=True)
def extensions(switchhook: Switchhook) -> None:
    switchhook.listen()
    for number in ("101", "102"):
        flask(switchhook, "ext", "create", number, "--name=Alice", f"--secret={SECRET}")


def test_a_phone_that_comes_and_goes_changes_its_badge(
    signed_in: SignedIn, admin: PageUser, asterisk: Asterisk
) -> None:
    tab = open_tab(signed_in(admin), admin)
    expect(row(tab, "101")).to_contain_text("⚫ Offline")
    with Phone("101", SECRET, asterisk.sip_domain) as phone:
        phone.register()
        expect(row(tab, "101")).to_contain_text("🟢 Registered")
    expect(row(tab, "101")).to_contain_text("⚫ Offline")
    assert is_not_reloaded(tab)


def test_what_is_changed_in_slack_and_on_the_command_line_is_shown(
    signed_in: SignedIn, colleague: PageUser, in_slack: SlackUser, switchhook: Switchhook
) -> None:
    tab = open_tab(signed_in(colleague), colleague)
    in_slack.command("/ext", "set 101 name=Alicia")
    expect(row(tab, "101")).to_contain_text("Alicia")
    flask(switchhook, "ext", "create", "103", "--name=Carla")
    expect(row(tab, "103")).to_contain_text("Carla")
    flask(switchhook, "ext", "delete", "103")
    expect(row(tab, "103")).to_have_count(0)
    assert is_not_reloaded(tab)


def test_what_is_deleted_in_one_tab_is_gone_in_the_others(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook, complaints: Complaints
) -> None:
    complaints.expect("status of 404")
    flask(switchhook, "ext", "create", "104", "--name=Dora")
    context = signed_in(admin)
    listing, shown, deleting = open_tab(context, admin), context.new_page(), context.new_page()
    shown.goto(f"{admin.url}/104")
    expect(row(listing, "104")).to_be_visible()
    deleting.goto(f"{admin.url}/104/delete")
    deleting.get_by_role("button", name="Delete 104").click()
    expect(row(listing, "104")).to_have_count(0)
    expect(shown.get_by_role("heading", name="Not Found")).to_be_visible()
    assert is_not_reloaded(listing)


def test_each_tab_in_sight_follows_and_one_behind_catches_up_when_somebody_comes_back(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    context = signed_in(admin)
    asked = streams(context)
    tabs = first, second, hidden = [open_tab(context, admin) for _ in range(3)]
    assert len(asked) == len(tabs)
    see(hidden, is_seen=False)
    flask(switchhook, "ext", "set", "102", "--name=Quinn")
    for tab in (first, second):
        expect(row(tab, "102")).to_contain_text("Quinn")
    assert "Quinn" not in row(hidden, "102").inner_text()
    see(hidden, is_seen=True)
    expect(row(hidden, "102")).to_contain_text("Quinn")
    assert len(asked) == len(tabs) + 1


def test_focus_and_what_is_being_typed_are_kept(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    tab = open_tab(signed_in(admin), admin)
    add_form(tab)
    tab.locator("#typed").fill("half a na")
    tab.locator("#q").focus()
    with tab.expect_response(lambda answer: "Paula" in answer.text()):
        flask(switchhook, "ext", "set", "102", "--name=Paula")
    expect(tab.locator("#typed")).to_have_value("half a na")
    tab.locator("#typed").fill("")
    tab.locator("#q").focus()
    pass_time(tab, 5)
    expect(row(tab, "102")).to_contain_text("Paula")
    expect(tab.locator("#q")).to_be_focused()


def test_where_there_are_no_live_updates_the_page_says_so(signed_in: SignedIn, admin: PageUser) -> None:
    """As under `flask run`."""
    context = signed_in(admin)
    without_stream(context, admin)
    tab = open_tab(context, admin)
    expect(tab.get_by_text("Live updates are not available here")).to_be_visible()
    check_accessible(tab)


def test_who_signs_out_in_one_tab_is_led_to_signing_in_in_all(
    signed_in: SignedIn, switchhook: Switchhook, database_url: str, complaints: Complaints
) -> None:
    complaints.expect(NO_STREAM)
    complaints.expect(GONE_SERVER)
    user = PageUser.of_root(switchhook.url, database_url)
    context = signed_in(user)
    first, second = open_tab(context, user), open_tab(context, user)
    second.get_by_role("button", name="Sign out").click()
    expect(first).to_have_url(re.compile(r"/extensions/sign-in\?"))
    expect(first.get_by_text("You were signed out")).to_be_visible()


def test_what_was_typed_before_signing_out_is_still_there_after_signing_in_again(
    signed_in: SignedIn, switchhook: Switchhook, database_url: str, complaints: Complaints
) -> None:
    complaints.expect(NO_STREAM)
    complaints.expect(GONE_SERVER)
    user = PageUser.of_root(switchhook.url, database_url)
    context = signed_in(user)
    tab, other = open_tab(context, user), open_tab(context, user)
    add_form(tab)
    tab.locator("#typed").fill("half a na")
    before = tab.locator("[name=csrf]").first.input_value()
    other.get_by_role("button", name="Sign out").click()
    come_back(tab)
    expect(tab.get_by_text("What you typed is still here")).to_be_visible()
    again = PageUser.of_root(switchhook.url, database_url)
    give_cookie(context, again)
    pass_time(tab, 5)
    come_back(tab)
    expect(tab.get_by_text("What you typed is still here")).to_have_count(0)
    expect(tab.locator("#typed")).to_have_value("half a na")
    assert tab.locator("[name=csrf]").first.input_value() != before


def test_a_page_recovers_from_a_restart_by_itself(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook, complaints: Complaints
) -> None:
    complaints.expect(GONE_SERVER)
    tab = open_tab(signed_in(admin), admin)
    with tab.expect_event("requestfailed"):
        switchhook.kill()
    pass_time(tab, 5)
    expect(tab.get_by_text(INTERRUPTED)).to_be_visible()
    flask(switchhook, "ext", "set", "102", "--name=Rosa")
    switchhook.start()
    expect(row(tab, "102")).to_contain_text("Rosa")
    expect(tab.get_by_text(INTERRUPTED)).to_have_count(0)
    assert is_not_reloaded(tab)


@pytest.mark.parametrize("notices", ["after a while", "when the network is back"])
def test_a_stream_that_died_in_silence_is_opened_anew(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook, notices: str
) -> None:
    context = signed_in(admin)
    with forgetful_network(switchhook.port) as network:
        with context.expect_event("response", lambda answer: answer.url.endswith("/live")):
            tab = open_tab(context, admin, port=network.port)
        network.forget()
        flask(switchhook, "ext", "set", "102", f"--name=Sara {notices}")
        if notices == "after a while":
            pass_time(tab, 60)
        else:
            tab.evaluate("window.dispatchEvent(new Event('online'))")
        expect(row(tab, "102")).to_contain_text(f"Sara {notices}")
        tab.close()


def test_a_stream_that_says_nothing_is_no_live_update(signed_in: SignedIn, admin: PageUser) -> None:
    """As behind something that keeps back what it says, until it is much."""
    context = signed_in(admin)
    context.route("**/extensions/live", never)
    with context.expect_event("request", lambda asked: asked.url.endswith("/live")):
        tab = open_tab(context, admin)
    pass_time(tab, 60, 5)
    expect(tab.get_by_text(INTERRUPTED)).to_be_visible()


def test_a_page_that_is_asked_for_in_vain_is_asked_for_again(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    context = signed_in(admin)
    with context.expect_event("response", lambda answer: answer.url.endswith("/live")):
        tab = open_tab(context, admin)
    context.route("**/extensions", never, times=1)
    with tab.expect_request(lambda asked: asked.headers.get("x-requested-with") == "live"):
        flask(switchhook, "ext", "set", "102", "--name=Tilda")
    pass_time(tab, 15, 30)
    expect(row(tab, "102")).to_contain_text("Tilda")
