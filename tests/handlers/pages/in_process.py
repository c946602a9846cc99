"""People signed in on the page in this process, for modules that need neither a web server nor Asterisk."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.actor import Actor
from pbx.services import Services
from tests.handlers.pages.local_page import ALICE, BOB, a_browser, csrf_of, shared_app, signed_in, system

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
def services(system: Services) -> Services:
    return system


@pytest.fixture(scope="module")
def admin(shared_app: Flask, system: Services) -> LocalUser:
    return LocalUser(shared_app, system, ALICE, "Alice Admin")


@pytest.fixture(scope="module")
def colleague(shared_app: Flask, system: Services) -> LocalUser:
    """Somebody of the workspace who is no admin."""
    return LocalUser(shared_app, system, BOB, "Bob")
