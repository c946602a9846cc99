"""Requests of Slack's are rows before they are acknowledged, and who sends one reads at once where that is not so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from handlers.onboarding.modals import details_modal
from handlers.slack import messages
from handlers.slack.blocks import actions, button
from models.database import Database
from models.inbox import InboxRequest, InboxState
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say
from tests.waiting import wait_for

way, slack, admin = one_server.both_ways, one_server.slack, one_server.admin
STEP = {
    "type": "function_executed",
    "function": {"callback_id": "create_extension"},
    "inputs": {},
    "function_execution_id": "Fx1",
}
NOT_SAVED = (
    "Nothing was saved, and nothing done: the database cannot be written: Switchhook has very much to save"
)


@pytest.fixture(scope="module")
def file(way: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "it.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def switchhook(file: Path, slack: SlackStandIn) -> Iterator[Switchhook]:
    """Nobody has started its Asterisk: what is created is saved."""
    with Switchhook(Asterisk(file.parent / "pbx"), slack, f"sqlite:///{file}") as running:
        yield running


@pytest.fixture(scope="module")
def database(file: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


def newest(database: Database, kind: str) -> InboxRequest:
    query = select(InboxRequest).where(InboxRequest.kind == kind).order_by(col(InboxRequest.id).desc())
    with database.session() as session:
        return session.exec(query).all()[0]


def is_forgotten(database: Database, kind: str) -> bool:
    row = newest(database, kind)
    return (row.state, row.sealed) == (InboxState.DONE, None)


def rows(database: Database) -> int:
    with database.session() as session:
        return len(session.exec(select(InboxRequest)).all())


def test_what_is_acknowledged_is_a_row_and_nothing_of_it_is_kept_when_it_is_done(
    admin: SlackUser, database: Database
) -> None:
    say(admin, "create 101 Alice secret=typed-by-hand-1")
    question = admin.replies(admin.command("/ext", "delete 101"))[0]
    admin.click(question, messages.KEEP_ACTION)
    admin.submit(details_modal("standard 1"))
    admin.open_home()
    for kind in ("command", "block_actions", "view_submission", "event_callback"):
        wait_for(partial(is_forgotten, database, kind))


def test_the_same_request_again_is_the_same_row(admin: SlackUser, database: Database) -> None:
    first = admin.command("/ext", "list")
    before = rows(database)
    assert admin.replay(first).status == 200
    assert rows(database) == before


def test_of_what_a_listener_does_not_know_nothing_stays_to_be_done(
    admin: SlackUser, database: Database
) -> None:
    delete = button("Delete 199", "ext_unknown", "199")
    admin.click({"text": "?", "blocks": [actions(delete)]}, "ext_unknown")
    wait_for(lambda: newest(database, "block_actions").state is InboxState.DONE)


def test_while_the_database_is_locked_who_sends_something_reads_that_nothing_was_saved(
    admin: SlackUser, file: Path, database: Database
) -> None:
    say(admin, "create 104 Dora")
    question = admin.replies(admin.command("/ext", "delete 104"))[0]
    before = rows(database)
    asked = (
        lambda: admin.command("/ext", "create 105 Eve"),
        lambda: admin.submit(details_modal("standard 1")),
        lambda: admin.click(question, messages.DELETE_ACTION),
        lambda: admin.event(STEP),
    )
    with closing(sqlite3.connect(file, timeout=60)) as other, ThreadPoolExecutor(len(asked)) as crowd:
        other.execute("BEGIN IMMEDIATE")
        typed, submitted, pressed, started = (each.result() for each in [crowd.submit(it) for it in asked])
        other.rollback()
    print(f"acknowledged in {typed.seconds:.3f} s, the form in {submitted.seconds:.3f} s")
    assert NOT_SAVED in as_text(admin.replies(typed)[0])
    assert "Type it once more" in as_text(admin.replies(typed)[0])
    assert NOT_SAVED in submitted.body
    assert '"response_action": "errors"' in submitted.body
    assert NOT_SAVED in as_text(admin.replies(pressed)[0])
    assert started.status in (0, 503)  # Slack sends it again
    assert rows(database) == before
    assert "There is no extension 105" in say(admin, "status 105")
    assert "Extension 105 for Eve is saved" in say(admin, "create 105 Eve")


def test_while_the_database_is_locked_looks_are_answered(admin: SlackUser, file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "/ext create" in say(admin, "help")
        assert "keeps it locked" in say(admin, "doctor")
        other.rollback()
