"""Signed in on the page without a browser, as after a link."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

import requests

from handlers.pages.visitor import COOKIE
from models import login_link, web_session
from models.actor import Actor
from models.database import Database

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
ROW = re.compile(r'name="row" value="([0-9]+)"')


class PageUser:
    """One person in one browser that runs no scripts. Paths are those below /extensions."""

    def __init__(self, url: str, database_url: str, actor: Actor, name: str) -> None:
        self.url = f"{url}/extensions"
        self.actor = actor
        self.browser = requests.Session()
        host = urlsplit(url).hostname or ""
        self.browser.cookies.set(COOKIE, begin_session(database_url, actor, name), domain=host)

    @classmethod
    def of_root(cls, url: str, database_url: str) -> Self:
        """Sign in as whoever keeps the server."""
        return cls(url, database_url, Actor("cli", "root"), "root")

    def get(self, path: str = "", **more: object) -> requests.Response:
        return self.browser.get(f"{self.url}{path}", **more)  # type: ignore[arg-type] # requests' own

    def csrf(self) -> str:
        """Return what the forms of this session carry."""
        found = CSRF.search(self.get().text)
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form, and follow to where its answer leads."""
        return self.browser.post(f"{self.url}{path}", data={"csrf": self.csrf()} | fields)


def begin_session(database_url: str, actor: Actor, name: str) -> str:
    """Return the token of a new session."""
    database = Database(database_url)
    with database.session() as session:
        token = web_session.begin(session, actor, name)
    database.close()
    return token


def make_link(database_url: str, actor: Actor, name: str) -> str:
    """Return the token of a new link."""
    database = Database(database_url)
    with database.session() as session:
        token = login_link.make(session, actor, name)
    database.close()
    return token


def row_id(admin: PageUser, number: str) -> str:
    """Return which row the forms of an extension's page are about."""
    found = ROW.search(admin.get(f"/{number}").text)
    assert found
    return found[1]
