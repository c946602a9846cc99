"""What admins do on pages of their own, as they see it; and all of these pages as pictures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session

from models import audit
from models.actor import Actor
from models.event import Event, EventKind
from models.hr_delivery import DeliveryState, HrDelivery
from models.types import now
from pbx.services import Services
from tests.browser_bed import NewPage, check_accessible, screenshot
from tests.handlers.onboarding.hr_driver import joined, left
from tests.handlers.pages.administration.test_reports import YESTERDAY, busy_yesterday
from tests.handlers.pages.signing_in import PageUser
from tests.handlers.pages.tabs import give_cookie
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn

PAGES = ("events", "deliveries", "deliveries/2", "deliveries/3", "audit", "health?run=1")


@pytest.fixture(scope="module", autouse=True)
def a_day(switchhook: Switchhook, slack: SlackStandIn, services: Services) -> None:
    """What has happened by then."""
    slack.add_channel("C0SALES", "sales")
    for number, name in (("101", "Alice"), ("102", "Bob Baker")):
        switchhook.flask("ext", "create", number, f"--name={name}")
    with services.database.session() as session:
        _add_events(session)
        _add_deliveries(session)
        audit.record(
            session, Actor("api", "hr-sync"), "changed", "101", {"name": ["Al", "Alice"], "secret": None}
        )


def _add_events(session: Session) -> None:
    at = now()
    session.add_all(
        [
            Event(at=at, kind=EventKind.REGISTERED, number="101", address="192.0.2.7", port=5060, user_agent="Snom"),
            Event(at=at, kind=EventKind.RINGING, number="102", peer="101"),
            Event(at=at, kind=EventKind.ENDED, number="102", peer="101", channel="PJSIP/102-00000001", cause_text="Normal Clearing"),
            Event(at=at, kind=EventKind.LOGIN_FAILED, number="1000", reason="InvalidAccountID", address="198.51.100.9", count=37, accounts=["1000", "admin"]),
            Event(at=at, kind=EventKind.UNREGISTERED, number="101", reason="expired", backfilled=True),
        ]
    )  # fmt: skip


def _add_deliveries(session: Session) -> None:
    for key, state, event, reason in (
        ("1", DeliveryState.DONE, joined("e7", name="Dana Doe"), "extension 103"),
        ("2", DeliveryState.FAILED, joined("e8", name="Evan Early"), "no number is free in 100-199"),
        ("3", DeliveryState.NEEDS_DETAILS, joined("e9"), None),
        ("4", DeliveryState.NEEDS_CHOICE, left("e10", name="Bob Baker"), "the name alone fits"),
    ):
        session.add(
            HrDelivery(
                source="standard", key=key, received_at=now(), events=[event], state=state, reason=reason
            )
        )


@pytest.fixture
def tab(new_page: NewPage, admin: PageUser) -> Page:
    page = new_page()
    give_cookie(page.context, admin)
    page.goto(admin.url)
    return page


def test_nat_is_set_with_the_keyboard_from_the_menu_on(tab: Page) -> None:
    more = tab.get_by_role("navigation", name="Pages").locator("summary", has_text="More")
    more.focus()
    tab.keyboard.press("Enter")
    check_accessible(tab)
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("link", name="NAT", exact=True)).to_be_hidden()
    expect(more).to_be_focused()
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="NAT", exact=True).press("Enter")
    expect(tab.get_by_role("heading", name="NAT")).to_be_visible()
    tab.get_by_label("Address that the world sees").fill("203.0.113.7:5060")
    tab.keyboard.press("Enter")
    expect(tab.locator("#media-error")).to_have_text("without a port: type 203.0.113.7")
    check_accessible(tab)
    tab.get_by_label("Address that the world sees").fill("203.0.113.7")
    tab.get_by_label("Networks of its own").fill("192.168.1.0/24")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("status").first).to_contain_text("NAT is set")
    expect(tab.locator("tr", has_text="transport-udp")).to_contain_text("Verified in Asterisk")
    check_accessible(tab)
    screenshot(tab, "nat")
    tab.get_by_role("link", name="Forget the addresses").click()
    check_accessible(tab)
    tab.get_by_role("button", name="Forget them").click()
    expect(tab.get_by_role("status").first).to_contain_text("NAT is cleared")


def test_a_route_is_added_and_changed(tab: Page, admin: PageUser) -> None:
    tab.goto(f"{admin.url}/alerts")
    tab.get_by_label("Which alerts").select_option("Calls")
    tab.get_by_label("Of which extensions").fill("100-149")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("choose a channel, or tick")).to_be_visible()
    check_accessible(tab)
    tab.get_by_label("Go to", exact=True).select_option("#sales")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("tr", has_text="100-149")).to_contain_text("#sales")
    check_accessible(tab)
    screenshot(tab, "alert-routes")
    tab.get_by_role("link", name="Change Calls of 100-149").click()
    tab.get_by_label("Nowhere").check()
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("tr", has_text="100-149")).to_contain_text("nowhere")


def test_a_list_is_searched_while_it_is_typed(tab: Page, admin: PageUser) -> None:
    tab.goto(f"{admin.url}/events")
    expect(tab.locator("#events tbody tr")).to_have_count(5)
    tab.get_by_label("What", exact=True).select_option("Failed logins")
    expect(tab.locator("#events tbody tr")).to_have_count(1)
    tab.get_by_label("What", exact=True).select_option("Everything")
    tab.get_by_label("Extension").fill("102")
    expect(tab.locator("#events tbody tr")).to_have_count(2)


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_the_page(tab: Page, admin: PageUser, path: str) -> None:
    tab.goto(f"{admin.url}/{path}")
    expect(tab.locator("h1")).to_be_visible()
    check_accessible(tab)
    screenshot(tab, path.partition("?")[0].replace("/", "-"))


def test_everybody_can_use_a_report(tab: Page, admin: PageUser, services: Services) -> None:
    busy_yesterday(services)
    tab.goto(f"{admin.url}/reports?day={YESTERDAY}")
    expect(tab.get_by_role("img")).to_have_count(1)  # of both pictures, the one that fits
    expect(tab.get_by_role("img")).to_have_accessible_name(re.compile("27 calls: 24 answered, 3 missed"))
    tab.get_by_text("In numbers").click()
    expect(tab.get_by_role("row")).to_have_count(26)
    check_accessible(tab)
    screenshot(tab, "reports")
