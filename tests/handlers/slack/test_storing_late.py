"""A database that says nothing in time: who waits reads what is true, and what is stored later is not done in secret."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from handlers.slack import storing, unstored
from handlers.slack.deduplication import Again, Fingerprint
from handlers.slack.storing import Store, Unstored
from models.database import Database
from models.inbox import Claim, InboxRequest
from pbx.services import Services
from tests.database_lock import write_locked
from tests.waiting import SECONDS, wait_for

TYPED: dict[str, Any] = {"command": "/ext", "text": "create 101 Alice", "user_id": "U1"}


@pytest.fixture
def services(quiet: Services, migrated_postgresql: str) -> Iterator[Services]:
    opened = Database(migrated_postgresql)
    yield replace(quiet, database=opened)
    with opened.session() as session:
        for row in session.exec(select(InboxRequest)):
            session.delete(row)
    opened.close()


def asked(name: str) -> Fingerprint:
    return Fingerprint.of(name.encode(), "socket", is_retry=True)


def stored(services: Services) -> list[InboxRequest]:
    with services.database.session() as session:
        return list(session.exec(select(InboxRequest)))


def connection_of(services: Services) -> int:
    """The process of the server that answers the only connection there is."""
    with services.database.session() as session:
        return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


def give_up_after(is_time: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a request to be stored waits until it is so, and no longer."""

    class Awaited(Future[Claim]):
        def result(self, timeout: float | None = None) -> Claim:
            if timeout is None:
                return super().result()
            wait_for(is_time)
            return super().result(0)

    monkeypatch.setattr(storing, "Future", Awaited)


def test_from_a_database_that_says_nothing_who_waits_reads_that_nothing_was_saved_and_so_it_is(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_TIME", 0.5)
    store, process = Store(services), connection_of(services)
    os.kill(process, signal.SIGSTOP)
    try:
        found = store.store(TYPED, asked("frozen"), is_look=False)
    finally:
        os.kill(process, signal.SIGCONT)
    assert found == Unstored(storing.TOOK_TOO_LONG, is_certain=True)
    assert unstored.sentence(TYPED, found).startswith("nothing was saved, and nothing done")
    monkeypatch.setattr(storing, "IN_TIME", SECONDS)
    assert isinstance(store.store(TYPED, asked("another"), is_look=False), Claim)  # behind it, in its turn
    assert [row.body_hash for row in stored(services)] == [asked("another").body_hash]


@pytest.mark.parametrize("is_look", [False, True])
def test_what_is_committed_late_is_left_to_be_carried_out_unless_it_was_only_a_look(
    services: Services, monkeypatch: pytest.MonkeyPatch, is_look: bool
) -> None:
    store, commits, go_on = Store(services), list[object](), threading.Event()
    give_up_after(lambda: commits, monkeypatch)
    event.listen(services.database.engine, "commit", commits.append)
    event.listen(services.database.engine, "commit", lambda _: go_on.wait(), once=True)
    try:
        found = store.store(TYPED, asked(f"late {is_look}"), is_look=is_look)
    finally:
        go_on.set()
    assert isinstance(found, Unstored)
    assert not found.is_certain
    assert "its answer comes within a minute; if none comes, nothing was done" in unstored.sentence(
        TYPED, found
    )
    wait_for(lambda: [row.claim == "" or row.sealed is None for row in stored(services)] == [True])
    (row,) = stored(services)
    assert (row.sealed is None) is is_look


def test_of_many_at_one_moment_those_that_came_before_are_told_so_and_the_others_are_stored(
    services: Services,
) -> None:
    store = Store(services)
    store.store(TYPED, asked("before"), is_look=False)
    names = ["before", "one", "two", "one"]
    batch = [storing._Attempt(TYPED, asked(name), is_look=False) for name in names]
    store._waiting.extend(batch)
    store._write_waiting()
    assert [isinstance(each.stored.exception(), Again) for each in batch] == [True, False, False, True]
    assert len(stored(services)) == 3


def test_those_that_somebody_else_stored_cost_no_transaction(quiet: Services) -> None:
    begun = list[object]()
    event.listen(quiet.database.engine, "begin", begun.append)
    store = Store(quiet)
    store._waiting.append(storing._Attempt(TYPED, asked("one"), is_look=False))
    for _ in range(3):
        store._write_waiting()
    assert len(begun) == 1


def test_what_comes_while_the_database_is_locked_is_stored_as_one_as_soon_as_it_is_free(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_TIME", SECONDS)
    store, locked, commits, engine = (
        Store(quiet),
        threading.Semaphore(0),
        list[object](),
        quiet.database.engine,
    )
    event.listen(engine, "handle_error", lambda _: locked.release())
    later = storing._Attempt(TYPED, asked("later"), is_look=False)
    with ThreadPoolExecutor(1) as crowd, write_locked(quiet):  # the crowd is waited for last
        first = crowd.submit(store.store, TYPED, asked("first"), is_look=False)
        assert locked.acquire(timeout=60)
        store._waiting.append(later)
        wait_for(lambda: not store._waiting)
        event.listen(engine, "commit", commits.append)
    assert all(isinstance(each.result(), Claim) for each in (first, later.stored))
    assert len(commits) == 1


def test_who_is_not_stored_as_others_write_reads_so_and_what_to_do(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = list[object]()
    give_up_after(lambda: len(locked) > 1, monkeypatch)  # by the second time the first is noted
    event.listen(quiet.database.engine, "handle_error", locked.append)
    with write_locked(quiet):
        found = Store(quiet).store(TYPED, asked("locked"), is_look=False)
    assert isinstance(found, Unstored)
    words = unstored.sentence(TYPED, found)
    assert words.startswith(
        "nothing was saved, and nothing done: the database cannot be written: Switchhook has very much"
    )
    assert words.endswith("left open. Type it once more, and tell your phone admins if it stays so")
