"""A page in a real browser follows what changes, without a reload."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.asterisk_bed import Asterisk, Phone
from tests.browser_bed import Complaints, NewPage
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser

SECRET = "SecurePass123"
INTERRUPTED = "Live updates are interrupted"
GONE_SERVER = "net::ERR_"  # what a browser says of a server that is not there
NO_STREAM = "has a MIME type"  # what it says of a page in the place of a stream
SignedIn = Callable[[PageUser], BrowserContext]


@pytest.fixture(scope="module")
def in_slack(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")


@pytest.fixture(scope="module", autouse=True)
def extensions(switchhook: Switchhook) -> None:
    switchhook.listen()
    for number in ("101", "102"):
        flask(switchhook, "ext", "create", number, "--name=Alice", f"--secret={SECRET}")


@pytest.fixture
def signed_in(new_page: NewPage) -> SignedIn:
    """Give a browser somebody's session; tabs are opened by open_tab()."""

    def sign_in(user: PageUser) -> BrowserContext:
        context = new_page().context
        cookie = {"name": "switchhook", "value": str(user.browser.cookies["switchhook"])}
        context.add_cookies([{**cookie, "url": user.url}])  # type: ignore[typeddict-item] # a cookie's two forms
        return context

    return sign_in


def open_tab(context: BrowserContext, user: PageUser) -> Page:
    """Open the list, and wait until changes are followed."""
    tab = context.new_page()
    tab.goto(user.url)
    expect(row(tab, "101")).to_be_visible()
    tab.evaluate("window.isNotReloaded = true")
    return tab


def flask(switchhook: Switchhook, *arguments: str) -> None:
    done = switchhook.flask(*arguments)
    assert done.returncode == 0, done.stderr


def row(tab: Page, number: str) -> Locator:
    return tab.locator(f"#extension-{number}")


def is_not_reloaded(tab: Page) -> bool:
    return bool(tab.evaluate("window.isNotReloaded === true"))


def streams(context: BrowserContext) -> list[Request]:
    """The streams that are asked for from now on."""
    found: list[Request] = []
    context.on("request", lambda each: found.append(each) if each.url.endswith("/extensions/live") else None)
    return found


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


def test_nine_tabs_share_one_stream_and_another_goes_on_with_it(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    context = signed_in(admin)
    asked = streams(context)
    tabs = [open_tab(context, admin) for _ in range(9)]
    flask(switchhook, "ext", "set", "102", "--name=Nina")
    for tab in tabs:
        expect(row(tab, "102")).to_contain_text("Nina")
    assert len(asked) == 1
    tabs[0].close()
    flask(switchhook, "ext", "set", "102", "--name=Nora")
    for tab in tabs[1:]:
        expect(row(tab, "102")).to_contain_text("Nora")
    assert len(asked) == 2


def test_a_tab_that_nobody_sees_leaves_the_stream_to_another_and_catches_up_later(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    context = signed_in(admin)
    hidden = open_tab(context, admin)
    hidden.clock.install()
    see(hidden, is_seen=False)
    seen = context.new_page()
    seen.goto(admin.url)
    with seen.expect_request("**/extensions/live"):
        hidden.clock.fast_forward(61_000)
    flask(switchhook, "ext", "set", "102", "--name=Olga")
    expect(row(seen, "102")).to_contain_text("Olga")
    assert "Olga" not in row(hidden, "102").inner_text()
    see(hidden, is_seen=True)
    hidden.clock.resume()
    expect(row(hidden, "102")).to_contain_text("Olga")


def see(tab: Page, *, is_seen: bool) -> None:
    """Have the page believe that somebody sees it, or not: a headless browser shows all of them."""
    tab.evaluate(
        "isHidden => { Object.defineProperty(document, 'hidden', {value: isHidden, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        not is_seen,
    )


def test_focus_and_what_is_being_typed_are_kept(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook
) -> None:
    tab = open_tab(signed_in(admin), admin)
    tab.evaluate(
        "document.querySelector('#list').insertAdjacentHTML('beforeend',"
        ' \'<form method="post"><input id="typed"></form>\')'
    )
    tab.locator("#typed").fill("half a na")
    tab.locator("#q").focus()
    flask(switchhook, "ext", "set", "102", "--name=Paula")
    with tab.expect_response(lambda answer: "Paula" in answer.text()):
        pass
    expect(tab.locator("#typed")).to_have_value("half a na")
    tab.locator("#typed").fill("")
    tab.locator("#q").focus()
    expect(row(tab, "102")).to_contain_text("Paula")
    expect(tab.locator("#q")).to_be_focused()


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


def test_a_page_recovers_from_a_restart_by_itself(
    signed_in: SignedIn, admin: PageUser, switchhook: Switchhook, complaints: Complaints
) -> None:
    complaints.expect(GONE_SERVER)
    tab = open_tab(signed_in(admin), admin)
    switchhook.kill()
    expect(tab.get_by_text(INTERRUPTED)).to_be_visible()
    flask(switchhook, "ext", "set", "102", "--name=Rosa")
    switchhook.start()
    expect(row(tab, "102")).to_contain_text("Rosa")
    expect(tab.get_by_text(INTERRUPTED)).to_have_count(0)
    assert is_not_reloaded(tab)
