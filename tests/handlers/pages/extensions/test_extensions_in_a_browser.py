"""The guide's walk in a real browser: add 101 in the form, a phone registers, edit, the password, delete; and two tabs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from models.actor import Actor
from pbx import extensions
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.browser_bed import Complaints, NewPage, check_accessible, screenshot
from tests.handlers.pages.signing_in import PageUser
from tests.handlers.pages.tabs import give_cookie
from tests.server import Switchhook

SECRET = "SecurePass123"
HOSTILE = "<b>Carol</b> שלום " + "😀" * 60


@pytest.fixture(scope="module", autouse=True)
def listener(switchhook: Switchhook) -> None:
    switchhook.listen()


@pytest.fixture
def tab(new_page: NewPage, admin: PageUser) -> Page:
    page = new_page()
    give_cookie(page.context, admin)
    return page


def fill_in(tab: Page, url: str, **typed: str) -> None:
    tab.goto(url)
    for label, text in typed.items():
        tab.get_by_label(label.replace("_", " "), exact=True).fill(text)


def test_the_guides_walk(tab: Page, admin: PageUser, asterisk: Asterisk) -> None:
    tab.goto(f"{admin.url}/mine")
    expect(tab.get_by_text("No extension is noted as yours")).to_be_visible()
    check_accessible(tab)
    tab.get_by_role("link", name="All extensions").click()
    tab.get_by_role("link", name="Add extension").click()
    check_accessible(tab)
    screenshot(tab, "extension-new")
    fill_in(tab, tab.url, Extension_Number="101", Name="Alice", Password=SECRET)
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("Extension 101 (Alice) is created and verified in Asterisk.")).to_be_visible()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Offline")
    with Phone("101", SECRET, asterisk.sip_domain) as phone:
        phone.register()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("🟢 Registered")
        expect(tab.locator("#extension")).to_contain_text("baresip")
        check_accessible(tab)
        screenshot(tab, "extension")
    tab.get_by_role("link", name="Edit").click()
    check_accessible(tab)
    tab.get_by_label("Name", exact=True).fill("Alice Archer")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".notice.done")).to_contain_text("name Alice → Alice Archer")
    tab.get_by_role("button", name="Show password").click()
    expect(tab.locator("#password")).to_have_text(SECRET)
    check_accessible(tab)
    screenshot(tab, "extension-password")
    tab.get_by_role("button", name="Copy password").click()
    expect(tab.get_by_role("button", name=re.compile("^(Copied|Marked)"))).to_be_visible()
    tab.get_by_role("link", name="Done").click()
    tab.get_by_role("link", name="Delete …").click()
    check_accessible(tab)
    screenshot(tab, "extension-delete")
    tab.get_by_role("button", name="Delete 101").click()
    expect(tab.get_by_text("Extension 101 is gone from Asterisk")).to_be_visible()
    check_accessible(tab)


def test_the_form_is_filled_in_by_keyboard_and_the_first_wrong_field_has_the_focus(
    tab: Page, admin: PageUser, services: Services, complaints: Complaints
) -> None:
    complaints.expect("status of 422")
    tab.goto(f"{admin.url}/new")
    tab.get_by_label("Extension Number").focus()
    for text in ("102", "Bob", "short"):
        tab.keyboard.press("ControlOrMeta+a")
        tab.keyboard.type(text)
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")  # in the field of the context
    expect(tab.locator("#secret")).to_be_focused()
    expect(tab.locator("#secret-error")).to_contain_text("8 to 128 characters")
    check_accessible(tab)
    screenshot(tab, "extension-new-wrong")
    tab.keyboard.type(SECRET)
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Extension 102 (Bob) is created")).to_be_visible()
    assert (
        services.cipher.decrypt(extensions.get(services, "102").encrypted_secret).get_secret_value() == SECRET
    )


def test_what_one_tab_deletes_the_other_reads_of_and_what_was_typed_there_stays(
    tab: Page, admin: PageUser, complaints: Complaints
) -> None:
    complaints.expect("status of 404")
    fill_in(tab, f"{admin.url}/new", Extension_Number="103", Name=HOSTILE)
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    check_accessible(tab)
    shown, editing = tab.context.new_page(), tab.context.new_page()
    shown.goto(f"{admin.url}/103")
    editing.goto(f"{admin.url}/103/edit")
    editing.get_by_label("Name", exact=True).fill("Carola")
    tab.goto(f"{admin.url}/103/delete")
    tab.get_by_role("button", name="Delete 103").click()
    expect(
        shown.get_by_text("Extension 103 is gone already: Alice Admin (U0ADMIN01) deleted it")
    ).to_be_visible()
    expect(shown.get_by_role("link", name="To the extensions")).to_be_visible()
    editing.get_by_role("button", name="Save").click()
    expect(editing.get_by_text("Extension 103 is gone already")).to_be_visible()
    expect(editing.get_by_label("Name", exact=True)).to_have_value("Carola")


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    new_page: NewPage, switchhook: Switchhook, database_url: str
) -> None:
    user = PageUser(switchhook.url, database_url, Actor.slack(switchhook.admin_id), "Alice Admin")
    page = new_page()
    give_cookie(page.context, user)
    fill_in(page, f"{user.url}/new", Extension_Number="104", Name="Dave")
    user.post("/sign-out")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are signed out. What you typed is still here")).to_be_visible()
    again = PageUser(switchhook.url, database_url, Actor.slack(switchhook.admin_id), "Alice Admin")
    give_cookie(page.context, again)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Extension 104 (Dave) is created")).to_be_visible()
