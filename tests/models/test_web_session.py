"""Sessions of the page, and the links that begin one: how long they last, and whose ends what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from models import login_link, web_session
from models.actor import Actor
from models.database import Database
from models.login_link import LoginLink
from models.types import now
from models.web_session import WebSession

ALICE, BOB = Actor.slack("U0ALICE01"), Actor.slack("U0BOB0001")


def begin(database: Database, actor: Actor = ALICE, name: str = "Alice") -> str:
    with database.session() as session:
        return web_session.begin(session, actor, name)


def is_live(database: Database, token: str) -> bool:
    with database.session() as session:
        return web_session.find(session, token) is not None


def rows(database: Database) -> list[WebSession]:
    with database.session() as session:
        return list(session.exec(select(WebSession)))


def links(database: Database) -> list[LoginLink]:
    with database.session() as session:
        return list(session.exec(select(LoginLink)))


@pytest.mark.parametrize(
    ("seen", "created", "lives"),
    [
        (timedelta(hours=11), timedelta(days=6), True),
        (timedelta(hours=13), timedelta(hours=13), False),
        (timedelta(0), timedelta(days=8), False),
    ],
)
def test_a_session_lasts_twelve_hours_without_a_visit_and_seven_days_at_most(
    database: Database, seen: timedelta, created: timedelta, lives: bool
) -> None:
    token = begin(database)
    with database.session() as session:
        row = session.exec(select(WebSession)).one()
        row.seen_at, row.created_at = now() - seen, now() - created
        session.add(row)
    assert is_live(database, token) is lives
    web_session.prune(database)
    assert bool(rows(database)) is lives


def test_neither_cookie_nor_link_is_in_the_database(database: Database) -> None:
    token = begin(database)
    with database.session() as session:
        link = login_link.make(session, ALICE, "Alice")
    kept = f"{[row.model_dump() for row in (*rows(database), *links(database))]}"
    assert token not in kept
    assert link not in kept
    assert not is_live(database, rows(database)[0].token_hash)


def test_signing_out_everywhere_leaves_others_alone(database: Database) -> None:
    mine = [begin(database), begin(database)]
    other = begin(database, BOB, "Bob")
    with database.session() as session:
        login_link.make(session, ALICE, "Alice")
        login_link.make(session, BOB, "Bob")
        assert web_session.count(session, ALICE) == 2
        assert login_link.end_all(session, ALICE) == 2
    assert [is_live(database, token) for token in (*mine, other)] == [False, False, True]
    assert [row.actor for row in links(database)] == [str(BOB)]
    with database.session() as session:
        assert login_link.end_all(session, None) == 1
    assert rows(database) == []
    assert links(database) == []


def test_of_many_sessions_of_one_person_those_seen_last_go_on(database: Database) -> None:
    other, begun = begin(database, BOB, "Bob"), [begin(database) for _ in range(web_session.MOST)]
    with database.session() as session:
        first = web_session.find(session, begun[0])
        assert first
        first.seen_at = now() + timedelta(minutes=1)
        session.add(first)
    begun += [begin(database), begin(database)]
    assert [is_live(database, token) for token in (other, *begun[:4])] == [True, True, False, False, True]
    assert len(rows(database)) == web_session.MOST + 1


def test_of_many_links_of_one_person_the_newest_are_good(database: Database) -> None:
    def make(actor: Actor) -> str:
        with database.session() as session:
            return login_link.make(session, actor, "somebody")

    other, made = make(BOB), [make(ALICE) for _ in range(20)]
    with database.session() as session:
        good = [token for token in (other, *made) if login_link.find(session, token)]
    assert good == [other, *made[-login_link.MOST :]]


def test_a_link_is_good_for_ten_minutes(database: Database) -> None:
    with database.session() as session:
        token = login_link.make(session, ALICE, "Alice")
    with database.session() as session:
        row = login_link.find(session, token)
        assert row
        assert timedelta(minutes=9) < row.expires_at - now() <= timedelta(minutes=10)
        row.expires_at = now()
        session.add(row)
    with database.session() as session:
        assert login_link.find(session, token) is None
    login_link.prune(database)
    assert links(database) == []
