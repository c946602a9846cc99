"""What open pages are told, with real sockets and a real database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlmodel import col, delete, select, update

from handlers.pages.access.members import CHECK_SECONDS
from handlers.pages.following import change_feed
from handlers.pages.following.change_feed import ChangeFeed, PageStream, seen
from handlers.pages.following.changes import EVERYTHING
from handlers.streams import loop
from models import audit, web_session
from models.actor import SWITCHHOOK, Actor
from models.extension import Extension, State
from models.incident import Incident
from models.types import now
from models.voicemail_message import VoicemailMessage
from models.web_session import IDLE, LONGEST, WebSession
from pbx.services import Services
from tests.factories import insert_extension, registered, store
from tests.stream_bed import Client, Served, hurry
from tests.waiting import wait_for

ALICE = Actor.slack("U0Alice")


class Pages(Served):
    """Streams of pages, of sessions 1 and 2."""

    def __init__(self, services: Services, stack: ExitStack) -> None:
        super().__init__(services, stack)
        self.feed = ChangeFeed()

    def open(self, session_id: int = 1) -> Client:
        """Open a page that has been told how things stand."""
        client = self.serve(PageStream(self.feed, ALICE, session_id, is_chunked=False))
        client.read_until(lambda: client.received)
        assert client.received.pop().name == "now"
        return client


@pytest.fixture
def pages(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    hurry(monkeypatch)
    with quiet.database.session() as session:
        for name in ("Alice", "Bob"):
            web_session.begin(session, Actor.slack(f"U0{name}"), name)
    for number in ("101", "102", "103"):
        insert_extension(quiet, number)
    with ExitStack() as stack:
        yield Pages(quiet, stack)


def heard(client: Client, count: int = 1) -> list[list[str]]:
    """Read until that many changes are there; return their numbers."""
    client.read_until(lambda: len(client.received) >= count)
    assert {each.name for each in client.received} == {"changed"}
    return [each.data for each in client.received]


def test_all_pages_are_told_the_numbers_of_what_happened(quiet: Services, pages: Pages) -> None:
    clients = [pages.open(1), pages.open(1), pages.open(2)]
    store(quiet, registered("101"))
    assert [heard(each) for each in clients] == [[["101"]]] * 3


def test_a_page_is_told_of_extensions_that_are_made_changed_and_deleted(
    quiet: Services, pages: Pages
) -> None:
    client = pages.open()
    insert_extension(quiet, "104")
    assert heard(client) == [["104"]]
    with quiet.database.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == "102").values(state=State.LIVE))
    assert heard(client, 2)[1:] == [["102"]]
    with quiet.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number) == "103"))
    assert heard(client, 3)[2:] == [["103"]]


def test_what_is_of_no_extension_is_told_without_a_number(quiet: Services, pages: Pages) -> None:
    client = pages.open()
    with quiet.database.session() as session:
        audit.record(session, SWITCHHOOK, "changed NAT")
    assert heard(client) == [[]]


def test_a_page_is_told_whose_mailbox_has_a_new_recording(quiet: Services, pages: Pages) -> None:
    client = pages.open()
    with quiet.database.session() as session:
        its_id = session.exec(select(Extension.id).where(Extension.number == "102")).one()
        session.add(
            VoicemailMessage(mailbox="102", message_id="1", extension_id=its_id or 0, recorded_at=now())
        )
    assert heard(client) == [["102"]]


def test_that_no_listener_runs_concerns_every_page(quiet: Services, pages: Pages) -> None:
    client = pages.open()
    with quiet.database.session() as session:
        session.add(Incident(subject="listener", resolved=False))
    assert heard(client) == [["*"]]
    with quiet.database.session() as session:
        session.exec(update(Incident).values(resolved=True))
    assert heard(client, 2)[1:] == [["*"]]


def test_many_changes_at_once_are_one_message(quiet: Services, pages: Pages) -> None:
    numbers = [str(number) for number in range(1000, 1300)]
    for number in numbers:
        insert_extension(quiet, number)
    client = pages.open()
    store(quiet, *map(registered, numbers))
    assert heard(client) == [["*"]]


def test_the_more_pages_are_open_the_longer_is_gathered(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them fetch themselves after each message."""
    feed = ChangeFeed()
    with quiet.database.session() as session:
        feed.read(session)
    feed.streams = 200

    def told_at_once(pace: float) -> list[bool]:
        monkeypatch.setattr(change_feed, "PACE", pace)
        stream = PageStream(feed, ALICE, 1, is_chunked=False)
        stream.next_text()
        told = []
        for number in ("101", "102"):
            feed.note(frozenset({number}))
            told.append(number.encode() in stream.next_text())
        return told

    assert told_at_once(0.0) == [True, True]
    assert told_at_once(1e6) == [True, False]


def test_each_message_brings_the_stamp_of_a_page_that_is_read_then(quiet: Services, pages: Pages) -> None:
    before = seen(quiet, ChangeFeed())
    client = pages.open()
    assert client.reader.last_id == before
    store(quiet, registered("101"))
    heard(client)
    assert client.reader.last_id == seen(quiet, ChangeFeed()) == seen(quiet, pages.feed) != before


def test_a_page_that_took_nothing_for_long_is_told_that_everything_changed() -> None:
    feed = ChangeFeed()
    for number in range(change_feed.KEPT + 10):
        feed.note(frozenset({str(number)}))
    assert feed.since(feed.latest) is None
    assert feed.since(feed.latest - 2) == frozenset({str(change_feed.KEPT + 8), str(change_feed.KEPT + 9)})
    assert feed.since(10) != EVERYTHING
    assert feed.since(9) == EVERYTHING


@pytest.mark.parametrize("how", ["ended", "idle", "expired"])
def test_the_streams_of_a_session_end_with_it_and_others_go_on(
    quiet: Services, pages: Pages, how: str
) -> None:
    ending, other = pages.open(2), pages.open(1)
    with quiet.database.session() as session:
        this = col(WebSession.id) == 2
        match how:
            case "ended":
                web_session.end(session, 2)
            case "idle":
                session.exec(update(WebSession).where(this).values(seen_at=now() - IDLE))
            case _:
                session.exec(update(WebSession).where(this).values(created_at=now() - LONGEST))
    assert ending.ends()
    store(quiet, registered("101"))
    assert heard(other) == [["101"]]


def test_a_page_comes_back_in_time_for_it_to_be_seen_who_has_left(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = pages.open()
    monkeypatch.setattr(change_feed, "CHECK_SECONDS", 0.0)
    assert 0 < going_on.stream.ends_at - time.monotonic() <= CHECK_SECONDS
    assert pages.serve(PageStream(pages.feed, ALICE, 1, is_chunked=False)).ends()


def test_pages_wait_for_a_database_that_is_away(
    quiet: Services, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.feed, "max_away_seconds", 60.0)
    client = pages.open()
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO away"))
    store(quiet, registered("101"))
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO audit_entry"))
    assert heard(client) == [["101"]]


def test_pages_are_let_go_when_the_database_is_away_for_longer(
    quiet: Services, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come back, are refused, and say that they may be out of date."""
    monkeypatch.setattr(pages.feed, "max_away_seconds", 0.1)
    client = pages.open()
    with quiet.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO away"))
    assert client.ends()


def test_a_page_hears_signs_of_life(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    client = pages.open()
    stamp = client.reader.last_id
    monkeypatch.setattr(loop, "HEARTBEAT_SECONDS", 0.02)  # not before: it has been told how things stand
    client.read_until(lambda: client.received)
    assert (client.received[0].name, client.reader.last_id) == ("beat", stamp)


def test_while_nobody_looks_nothing_is_kept(quiet: Services, pages: Pages) -> None:
    pages.open().socket.close()
    wait_for(lambda: pages.feed.stamp is None)
    store(quiet, registered("101"))
    pages.open()
    assert pages.feed.latest == 0
