"""The pages that people reach from Slack, and the API's, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from handlers.onboarding import provisioning
from models.employee import Employee, Stage
from models.extension import Extension
from pbx.services import Services
from tests import status_bed
from tests.asterisk_bed import Asterisk
from tests.browser_bed import NewPage, Page, check_accessible, expect, screenshot
from tests.server import Switchhook, migrate, settings_in
from tests.slack_stand_in import SlackStandIn

# What it makes of headings, landmarks and links inside buttons is its own; colours and targets are ours.
SWAGGER_UI = ("heading-order", "nested-interactive", "region")


@pytest.fixture(scope="module")
def switchhook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switchhook]:
    """Nobody has started its Asterisk: what is asked for here needs none."""
    folder = tmp_path_factory.mktemp("web")
    url = f"sqlite:///{folder / 'it.db'}"
    migrate(url)
    with SlackStandIn() as slack:
        more = status_bed.environment(slack)
        with Switchhook(Asterisk(folder / "pbx"), slack, url, more) as running:
            yield running


@pytest.fixture(scope="module")
def phone_url(switchhook: Switchhook) -> str:
    """The address that Alice's QR code leads a camera to; she has extension 101."""
    alice = Employee(source="standard", external_id="e1", name="Alice", number="101", stage=Stage.WELCOMED)
    services = Services.of(settings_in(switchhook.environment))
    with closing(services.database):
        extension = Extension(
            number="101",
            name="Alice",
            encrypted_secret=services.cipher.encrypt(SecretStr("s3cret-of-alice")),
            codecs=["ulaw"],
            employee_ref="standard:e1",
        )
        with services.database.session() as session:
            session.add_all([alice, extension])
        ticket = provisioning.ticket_for(services.settings, alice, extension)
        assert ticket
        return switchhook.url + urlsplit(provisioning.link(services.settings, ticket)).path


def test_everybody_can_use_the_page_that_a_camera_opens(page: Page, phone_url: str) -> None:
    page.goto(phone_url)
    expect(page.get_by_role("heading")).to_have_text("Your phone, extension 101")
    check_accessible(page)
    screenshot(page, "phone")


def test_everybody_can_use_the_page_that_slack_sends_people_back_to(
    page: Page, switchhook: Switchhook
) -> None:
    page.goto(f"{switchhook.url}/slack/oauth")
    expect(page.get_by_role("heading")).to_have_text("This link is not good any more")
    check_accessible(page)
    screenshot(page, "slack-status")


def test_everybody_can_use_the_description_of_the_api(page: Page, switchhook: Switchhook) -> None:
    page.goto(f"{switchhook.url}/api/docs")
    expect(page.locator("[data-path='/api/extensions/{id}']").first).to_be_visible()
    check_accessible(page, SWAGGER_UI)
    screenshot(page, "api")


def test_without_javascript_it_says_where_the_same_is_for_machines(
    new_page: NewPage, switchhook: Switchhook
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{switchhook.url}/api/docs")
    expect(page.get_by_role("link")).to_have_attribute("href", "openapi.json")
