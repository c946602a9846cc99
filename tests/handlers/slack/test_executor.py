"""The threads that carry out requests of Slack's."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError

from handlers.slack.blocks import SlackMessage
from handlers.slack.executor import WORKERS, RequestExecutor
from handlers.slack.replies import outcome_of
from models import inbox
from models.errors import ClaimLost
from models.inbox import Claim, InboxRequest, InboxState
from pbx.services import Services
from tests.waiting import wait_for


def stored(services: Services, name: str) -> Claim:
    row = InboxRequest(body_hash=name, kind="command", request_id="r", claim="p")
    with services.database.session() as session:
        return inbox.add(session, services.cipher, row, "{}")


def test_who_looks_does_not_wait_behind_somebodys_many_changes(quiet: Services) -> None:
    executor, is_over, has_looked = RequestExecutor(quiet.database), threading.Event(), threading.Event()
    try:
        with executor.working(stored(quiet, "changes")):
            for _ in range(WORKERS + 1):
                executor.submit(is_over.wait)
        with executor.working(stored(quiet, "look"), is_look=True):
            executor.submit(has_looked.set)
        wait_for(has_looked.is_set)
    finally:
        is_over.set()
        executor.shutdown()


@pytest.mark.parametrize(("saves", "state"), [(False, InboxState.DONE), (True, InboxState.COMMITTED)])
def test_where_the_database_fails_in_the_middle_another_try_tells_of_what_was_saved(
    quiet: Services, saves: bool, state: InboxState
) -> None:
    def act() -> SlackMessage:
        if saves:
            with quiet.database.session() as session:
                inbox.fence(session)
        raise OperationalError("UPDATE", None, Exception("database or disk is full"))

    claim, executor, told = stored(quiet, "secret"), RequestExecutor(quiet.database), list[str]()
    with executor.working(claim):
        executor.submit(lambda: told.append(outcome_of(act).text))
    executor.shutdown()
    assert "is full or broken" in told[0]
    with quiet.database.session() as session:
        assert session.get_one(InboxRequest, claim.id).state is state


def test_who_has_read_that_the_database_failed_does_not_read_it_at_each_try(quiet: Services) -> None:
    def fail() -> SlackMessage:
        raise OperationalError("UPDATE", None, Exception("database or disk is full"))

    executor = RequestExecutor(quiet.database)
    with executor.working(stored(quiet, "secret"), instead=fail):
        failed = executor.submit(outcome_of, fail)
    executor.shutdown()
    with pytest.raises(ClaimLost):
        failed.result()
