"""People signed in on the page in this process, for modules that need neither a web server nor Asterisk."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.actor import Actor
from pbx.services import Services
from tests.handlers.pages.local_page import ALICE, BOB, a_browser, csrf_of, shared_app, signed_in, system
from tests.slack_stand_in import SlackStandIn

__all__ = ["admin", "colleague", "services", "shared_app", "system"]


class LocalUser:
    """One person in one browser. Paths are those below /extensions, as PageUser has them."""

    def __init__(self, app: Flask, services: Services, user_id: str, name: str) -> None:
        self.browser = signed_in(a_browser(app), services, Actor.slack(user_id), name)

    def get(self, path: str = "") -> TestResponse:
        return self.browser.get(f"/extensions{path}")

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form, and follow to where its answer leads."""
        data = {"csrf": csrf_of(self.browser)} | fields
        return self.browser.post(f"/extensions{path}", data=data, follow_redirects=True)


@pytest.fixture(scope="module")
def services(system: Services, slack: SlackStandIn) -> Services:
    """The phone system, of a workspace that has these two."""
    for user_id, name in ((ALICE, "alice"), (BOB, "bob")):
        slack.add_user(user_id, name)
    return system


@pytest.fixture(scope="module")
def admin(shared_app: Flask, services: Services) -> LocalUser:
    return LocalUser(shared_app, services, ALICE, "Alice Admin")


@pytest.fixture(scope="module")
def colleague(shared_app: Flask, services: Services) -> LocalUser:
    """Somebody of the workspace who is no admin."""
    return LocalUser(shared_app, services, BOB, "Bob")
