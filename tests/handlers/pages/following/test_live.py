"""GET /extensions/live on a real gunicorn: who may, and what ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from app import create_app
from handlers.pages.following.change_feed import MAX_OF_PERSON
from handlers.streams.hub import HUB
from models import web_session
from models.actor import Actor
from models.database import Database
from models.types import now
from models.web_session import WebSession
from pbx.services import Services
from tests.event_streams import Crowd, StreamClient, page_client
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.waiting import wait_for

STREAMS = 200
AT_ONCE = 50  # requests that one web process may get, and does not refuse
COMMANDS = 40  # more than two web processes have threads


def cookie_of(user: PageUser) -> str:
    return str(user.browser.cookies["switchhook"])


def sessions(database_url: str, count: int) -> list[str]:
    """Sign so many people in; return their cookies."""
    database = Database(database_url)
    with database.session() as session:
        people = (Actor("cli", f"root{number}") for number in range(count))
        found = [web_session.begin(session, each, "root") for each in people]
    database.close()
    return found


def test_a_change_made_in_slack_is_told_to_every_page(
    switchhook: Switchhook, admin: PageUser, colleague: PageUser, in_slack: SlackUser
) -> None:
    clients = [page_client(switchhook.port, cookie_of(user)) for user in (admin, colleague)]
    with Crowd(clients) as crowd:
        crowd.read_until(lambda each: each.last_id)
        in_slack.command("/ext", "create 171 Carla")
        crowd.read_until(lambda each: any("171" in event.data for event in each.received))


def test_who_is_not_signed_in_gets_no_stream(switchhook: Switchhook) -> None:
    with Crowd([page_client(switchhook.port, "nonsense")]) as crowd:
        crowd.read_until(lambda each: each.status == 303)


def test_who_signs_out_in_another_tab_loses_the_stream(switchhook: Switchhook, database_url: str) -> None:
    user = PageUser.of_root(switchhook.url, database_url)
    client = page_client(switchhook.port, cookie_of(user))
    with Crowd([client]) as crowd:
        crowd.read_until(lambda each: each.last_id)
        user.post("/sign-out")
        wait_for(lambda: not client.read())


def test_a_person_has_so_many_pages_however_often_they_are_signed_in_and_others_theirs(
    switchhook: Switchhook, database_url: str, admin: PageUser, colleague: PageUser
) -> None:
    """Two web processes have MAX_OF_PERSON each."""
    cookies = [cookie_of(admin), cookie_of(PageUser(switchhook.url, database_url, admin.actor, "Alice"))]
    clients = [page_client(switchhook.port, cookies[at % 2]) for at in range(2 * MAX_OF_PERSON + 1)]
    with Crowd(clients) as crowd:
        crowd.read_until(lambda each: each.status)
        assert {each.status for each in clients} == {200, 503}
        with Crowd([page_client(switchhook.port, cookie_of(colleague))]) as others:
            others.read_until(lambda each: each.last_id)


def test_two_hundred_pages_are_told_while_commands_are_acknowledged(
    switchhook: Switchhook, database_url: str, in_slack: SlackUser
) -> None:
    clients: list[StreamClient] = []
    cookies = sessions(database_url, STREAMS)
    with Crowd(clients) as crowd, ThreadPoolExecutor(COMMANDS) as pool:
        for begin in range(0, STREAMS, AT_ONCE):
            clients += [page_client(switchhook.port, each) for each in cookies[begin : begin + AT_ONCE]]
            crowd.read_until(lambda each: each.last_id)
        answers = [pool.submit(in_slack.command, "/ext", "help") for _ in range(COMMANDS)]
        in_slack.command("/ext", "create 172 Dora")
        assert [each.result().status for each in answers] == [200] * COMMANDS
        crowd.read_until(lambda each: any("172" in event.data for event in each.received))


def test_a_process_without_the_worker_says_that_it_has_no_live_updates(
    switchhook: Switchhook, quiet: Services
) -> None:
    """As `flask run`."""
    app = create_app(quiet.settings)
    assert not app.extensions[HUB].is_running
    with quiet.database.session() as session:
        token = web_session.begin(session, Actor("cli", "root"), "root")
    client = app.test_client()
    client.set_cookie("switchhook", token)
    answer = client.get("/extensions/live")
    assert answer.status_code == 501
    assert "gunicorn app:app" in answer.text
    assert 'data-stream=""' in client.get("/extensions").text


def test_a_page_that_fetches_itself_does_not_keep_anybody_signed_in(
    switchhook: Switchhook, database_url: str
) -> None:
    user = PageUser.of_root(switchhook.url, database_url)
    database, long_ago = Database(database_url), now() - timedelta(hours=11)
    this = col(WebSession.token_hash) == web_session.hashed(cookie_of(user))

    def seen_at() -> datetime:
        with database.session() as session:
            return session.exec(select(WebSession.seen_at).where(this)).one()

    with database.session() as session:
        session.exec(update(WebSession).where(this).values(seen_at=long_ago))
    user.get(headers={"X-Requested-With": "live"})
    with Crowd([page_client(switchhook.port, cookie_of(user))]) as crowd:
        crowd.read_until(lambda each: each.last_id)
    assert seen_at() == long_ago
    wait_for(lambda: user.get() and seen_at() > long_ago)  # it is noted unless others write for long
    database.close()
