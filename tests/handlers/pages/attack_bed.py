"""The page with somebody of each kind, and all that is in its database."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, select

from models.actor import Actor
from models.web_session import WebSession
from pbx.services import Services
from tests.factories import insert_extension
from tests.handlers.pages.local_page import ALICE, BOB, a_browser, signed_in


class Bed(NamedTuple):
    """Alice is an admin and owns 101, Bob owns nothing; both are signed in, and Mallory is nobody."""

    app: Flask
    services: Services
    alice: FlaskClient
    bob: FlaskClient
    stranger: FlaskClient


@pytest.fixture
def bed(app: Flask, offered: Services) -> Bed:
    insert_extension(offered, "101", slack_user_id=ALICE)
    alice = signed_in(a_browser(app), offered, Actor.slack(ALICE))
    bob = signed_in(a_browser(app), offered, Actor.slack(BOB), "Bob")
    return Bed(app, offered, alice, bob, a_browser(app))


def everything(services: Services) -> dict[str, list[Any]]:
    """All rows of all tables; when somebody was last seen, and who asks Asterisk now, is no deed."""
    with services.database.session() as session:
        rows = {
            table.name: sorted(map(repr, session.execute(table.select())))
            for table in SQLModel.metadata.tables.values()
            if table.name not in ("web_session", "lease")
        }
        return rows | {"sessions": list(session.exec(select(WebSession.token_hash)))}
