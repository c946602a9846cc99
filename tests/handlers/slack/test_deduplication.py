"""Requests of Slack's that come more than once: from an attacker, or from Slack itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.onboarding.modals import details_modal
from handlers.slack import deduplication
from handlers.slack.deduplication import Fingerprint, is_first
from models import pruning
from models.database import Database
from models.slack_request import SlackRequest
from models.types import now
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say, secret_in
from tests.waiting import wait_for

MANY = 12  # more than gunicorn has workers
NOT_AGAIN = "a request came once more"
way, slack, admin = one_server.both_ways, one_server.slack, one_server.admin


@pytest.fixture(scope="module")
def file(way: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("once") / "it.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def switchhook(file: Path, slack: SlackStandIn) -> Iterator[Switchhook]:
    """Nobody has started its Asterisk: what is created is saved."""
    with Switchhook(Asterisk(file.parent / "pbx"), slack, f"sqlite:///{file}") as running:
        yield running


@pytest.fixture
def refused(switchhook: Switchhook) -> Callable[[int], None]:
    """Waits until so many more requests than before the test were not worked on again."""
    before = switchhook.log_text().count(NOT_AGAIN)

    def wait(count: int) -> None:
        wait_for(lambda: switchhook.log_text().count(NOT_AGAIN) >= before + count, switchhook.log_text)

    return wait


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/it.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
    migrate(url)
    opened = Database(url)
    yield opened
    opened.close()


def test_a_command_that_is_replayed_is_acknowledged_and_runs_once(
    admin: SlackUser, refused: Callable[[int], None]
) -> None:
    first = admin.command("/ext", "create 101 Alice")
    with ThreadPoolExecutor(MANY) as crowd:
        again = list(crowd.map(lambda _: admin.replay(first), range(MANY)))
    assert [each.status for each in again] == [200] * MANY
    refused(MANY)
    assert "Extension 101 for Alice is saved" in as_text(admin.replies(first)[0])
    assert len(admin.replies(first)) == 1


def test_a_replayed_rotation_leaves_the_new_secret_as_it_is(
    admin: SlackUser, refused: Callable[[int], None]
) -> None:
    say(admin, "create 102 Bob")
    rotated = admin.command("/ext", "secret 102")
    assert secret_in(as_text(admin.replies(rotated)[0]))
    admin.replay(rotated)
    refused(1)
    assert len(admin.replies(rotated)) == 1


def test_a_button_that_is_replayed_acts_once(admin: SlackUser, refused: Callable[[int], None]) -> None:
    say(admin, "create 103 Carol")
    question = admin.replies(admin.command("/ext", "delete 103"))[0]
    kept = admin.click(question, "ext_keep")
    assert "stays as it is" in as_text(admin.replies(kept)[0])
    assert admin.replay(kept).status == 200
    refused(1)
    assert len(admin.replies(kept)) == 1


def test_a_form_that_is_replayed_is_taken_once(admin: SlackUser) -> None:
    refused = admin.submit(details_modal("standard 1"))
    assert "errors" in refused.body
    again = admin.replay(refused)
    assert (again.status, again.body) == (200, "")


def test_the_same_words_typed_twice_are_two_commands(admin: SlackUser) -> None:
    assert say(admin, "list Nobody") == say(admin, "list Nobody")


def test_a_request_is_known_again_by_its_body_and_time(database: Database) -> None:
    first = Fingerprint.of(b"a body", "1000", is_retry=False)
    assert is_first(database, first)
    assert not is_first(database, first)
    assert is_first(database, Fingerprint.of(b"another body", "1000", is_retry=False))
    assert is_first(database, Fingerprint.of(b"a body", "1001", is_retry=False))


def test_a_retry_of_slacks_is_known_by_its_body_whenever_it_was_signed(database: Database) -> None:
    assert is_first(database, Fingerprint.of(b"an event", "1000", is_retry=True))  # the first never arrived
    assert not is_first(database, Fingerprint.of(b"an event", "1060", is_retry=True))


def test_requests_are_remembered_for_as_long_as_their_signature_counts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_first(database, Fingerprint.of(b"old", "1000", is_retry=False))
    with monkeypatch.context() as later:
        later.setattr(deduplication, "now", lambda: now() + timedelta(minutes=10))
        deduplication.prune(database)
        assert not is_first(database, Fingerprint.of(b"old", "1000", is_retry=False))
        later.setattr(deduplication, "now", lambda: now() + timedelta(minutes=12))
        deduplication.prune(database)
    with database.session() as session:
        assert session.exec(select(SlackRequest)).all() == []


def test_of_many_old_requests_only_the_old_ones_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH_SIZE", 2)
    with database.session() as session:
        for second in range(5):
            seen_at = now() - timedelta(minutes=12)
            session.add(SlackRequest(body_hash="same", timestamp=str(second), seen_at=seen_at))
        session.add(SlackRequest(body_hash="same", timestamp="1700"))
    deduplication.prune(database)
    with database.session() as session:
        assert [row.timestamp for row in session.exec(select(SlackRequest))] == ["1700"]


def test_without_tables_a_request_counts_as_the_first(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    assert is_first(empty, Fingerprint.of(b"a body", "1000", is_retry=False))
    empty.close()
