"""Connecting, looking and the news that a permission is gone, over HTTP and over Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlmodel import select

from models.database import Database
from models.extension import Extension
from models.outbox import OutboxMessage
from models.status_connection import StatusConnection
from tests import one_server
from tests.handlers.oncall.conftest import ALICE
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say
from tests.status_bed import environment, link_in, visit
from tests.waiting import wait_for

way, slack = one_server.both_ways, one_server.slack


@pytest.fixture(scope="module")
def more_environment(slack: SlackStandIn) -> dict[str, str]:
    return environment(slack)


@pytest.fixture
def rows(database_url: str) -> Iterator[Database]:
    """The database of the running Switchhook; Alice's is 101."""
    with closing(Database(database_url)) as database:
        with database.session() as session:
            session.add(
                Extension(
                    number="101", name="Alice", codecs=["ulaw"], encrypted_secret="x", slack_user_id=ALICE
                )
            )
        yield database


def count(rows: Database, table: type[StatusConnection] | type[OutboxMessage]) -> int:
    with rows.session() as session:
        return len(session.exec(select(table)).all())


def test_alice_connects_and_takes_the_permission_back_at_slack(
    slack: SlackStandIn, switchhook: Switchhook, rows: Database
) -> None:
    alice = SlackUser(slack, switchhook.url, user_id=ALICE, user_name="alice")
    slack.oauth.signed_in = ALICE
    [reply] = alice.replies(alice.command("/ext", "mystatus connect"))[:1]
    pressed = alice.click(reply, "mystatus_open")
    assert pressed.status == 200
    assert visit(link_in(reply), switchhook.url).status_code == 200
    assert "follows extension 101" in say(alice, "mystatus")
    slack.oauth.spoil(ALICE)
    alice.event({"type": "tokens_revoked", "tokens": {"oauth": [ALICE], "bot": []}})
    wait_for(lambda: count(rows, StatusConnection) == 0)
    assert count(rows, OutboxMessage) == 1
    assert "does not follow your phone" in say(alice, "mystatus show")
