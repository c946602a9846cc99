"""Cookies and links of others, guessed, chosen or lured out of people: they let nobody in, and sign in nobody unasked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlmodel import select

from models import login_link
from models.actor import Actor
from models.web_session import WebSession, hashed
from pbx.services import Services
from tests.handlers.pages.attack_bed import Bed, bed, everything
from tests.handlers.pages.local_page import (
    BOB,
    COOKIE,
    PUBLIC_URL,
    a_browser,
    app,
    offered,
    shared_app,
    signed_in,
    system,
)

__all__ = ["app", "bed", "offered", "shared_app", "system"]
HOST = "phones.example.com"


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "x" * 5000, "%00", "..", '"', "a;b", "0", "\u2603".encode().decode("latin-1"), "=" * 50],
)
def test_junk_for_a_cookie_is_nobody(bed: Bed, cookie: str) -> None:
    answer = bed.app.test_client().get(
        "/extensions", base_url=PUBLIC_URL, headers={"Cookie": f"{COOKIE}={cookie}"}
    )
    assert answer.status_code == 303


def test_a_cookie_that_came_without_tls_counts_for_nothing_over_it(bed: Bed) -> None:
    cookie = bed.alice.get_cookie(COOKIE, HOST)
    assert cookie
    for name in ("switchhook", "__host-switchhook"):
        headers = {"Cookie": f"{name}={cookie.value}"}
        assert (
            bed.app.test_client().get("/extensions", base_url=PUBLIC_URL, headers=headers).status_code == 303
        )


def test_a_cookie_that_somebody_has_set_before_is_not_the_sessions(bed: Bed) -> None:
    """Nobody can sign in with a session that another one has chosen."""
    victim = a_browser(bed.app)
    victim.set_cookie(COOKIE, "chosen", domain=HOST, secure=True)
    signed_in(victim, bed.services, Actor.slack(BOB), "Bob")
    cookie = victim.get_cookie(COOKIE, HOST)
    assert cookie
    assert cookie.value != "chosen"
    with bed.services.database.session() as session:
        assert hashed("chosen") not in session.exec(select(WebSession.token_hash)).all()


def test_a_link_of_another_is_used_by_nobody_unasked(bed: Bed) -> None:
    """A page of Mallory's can neither sign somebody in as Mallory, nor hide whom a link signs in."""
    with bed.services.database.session() as session:
        token = login_link.make(session, Actor.slack(BOB), "Mallory")
    path = f"/extensions/sign-in/link/{token}"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert bed.alice.post(path, headers=headers).status_code == 403
    shown = bed.alice.get(path)
    assert "Sign in as Mallory?" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]


def test_of_many_who_follow_a_link_at_once_one_is_signed_in(bed: Bed) -> None:
    with bed.services.database.session() as session:
        token = login_link.make(session, Actor.slack(BOB), "Bob")
    before = len(everything(bed.services)["sessions"])

    def follow(_number: int) -> int:
        return a_browser(bed.app).post(f"/extensions/sign-in/link/{token}").status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(follow, range(8)))
    assert statuses == [303] + [404] * 7
    assert len(everything(bed.services)["sessions"]) == before + 1


def test_a_link_is_used_up_by_the_session_that_it_begins_and_by_nothing_else(bed: Bed) -> None:
    """In one transaction: signing out everywhere finds the link or the session."""
    with bed.services.database.session() as session:
        path = f"/extensions/sign-in/link/{login_link.make(session, Actor.slack(BOB), 'Bob')}"
    with broken(bed.services, "INSERT ON web_session"):
        assert bed.stranger.post(path).status_code == 503
    assert bed.stranger.post(path).status_code == 303
    assert bed.stranger.post(path).status_code == 404


@contextmanager
def broken(services: Services, deed: str) -> Iterator[None]:
    """A database that refuses to do this."""
    with services.database.engine.begin() as connection:
        connection.execute(text(f"CREATE TRIGGER broken BEFORE {deed} BEGIN SELECT RAISE(ABORT, 'no'); END"))
    yield
    with services.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER broken"))


def test_many_guesses_at_links_let_nobody_in(bed: Bed, caplog: pytest.LogCaptureFixture) -> None:
    for guess in (*(f"{number:043d}" for number in range(50)), "", "x" * 9000, "%00", "..", "'--"):
        path = f"/extensions/sign-in/link/{guess}"
        assert bed.stranger.post(path).status_code in (404, 405), guess
        assert bed.stranger.get(path).status_code in (303, 404), guess
    assert f"{7:043d}" not in caplog.text


def test_where_one_wanted_to_go_is_a_place_of_ours(bed: Bed) -> None:
    for wanted in (
        "https://evil.example",
        "//evil.example",
        "/extensions\r\nX-Evil: 1",
        "/extensions/../api",
    ):
        page = bed.stranger.get("/extensions/sign-in", query_string={"next": wanted})
        assert page.status_code == 200
        assert "evil" not in page.text.lower()
        assert "X-Evil" not in page.headers
