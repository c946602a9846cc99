"""Every route of the page against what must not get through: refused with a page that says what to do, and nothing done."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from handlers.pages import routes, security
from handlers.slack.roles import Role
from models import login_link, web_session
from models.actor import Actor
from models.web_session import WebSession, hashed
from pbx.services import Services
from tests.factories import insert_extension
from tests.handlers.pages.local_page import (
    ALICE,
    BOB,
    COOKIE,
    PUBLIC_URL,
    a_browser,
    app,
    browser,
    csrf_of,
    fault,
    offered,
    shared_app,
    signed_in,
    system,
)

__all__ = ["app", "browser", "offered", "shared_app", "system"]
HOST = "phones.example.com"
VALUES: dict[str, object] = {"number": "101", "token": "x" * 43}
FORM = {"name": "Mallory", "external_media_address": "203.0.113.7", "channel": "C0EVIL", "password": "evil"}


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


def rules(app: Flask, method: str) -> Iterator[tuple[str, Role | None]]:
    """Each path that takes this method, with who may."""
    adapter = app.url_map.bind(HOST)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "pages.nothing_is_done":
            continue
        if (
            method in (rule.methods or ())
            and rule.endpoint.startswith("pages.")
            and "static" not in rule.endpoint
        ):
            path = adapter.build(
                rule.endpoint, {name: VALUES.get(name, 1) for name in rule.arguments}, method
            )
            yield path, _role(app, rule)


def _role(app: Flask, rule: Rule) -> Role | None:
    role: Role | None = inspect.getclosurevars(app.view_functions[rule.endpoint]).nonlocals["role"]
    return role


def everything(services: Services) -> dict[str, list[Any]]:
    """All rows of all tables; when somebody was last seen, and who asks Asterisk now, is no deed."""
    with services.database.session() as session:
        rows = {
            table.name: sorted(map(repr, session.execute(table.select())))
            for table in SQLModel.metadata.tables.values()
            if table.name not in ("web_session", "lease")
        }
        return rows | {"sessions": list(session.exec(select(WebSession.token_hash)))}


def form(browser: FlaskClient, **more: str) -> dict[str, Any]:
    return {"data": {security.CSRF_FIELD: csrf_of(browser), **FORM, **more}}


def ended(bed: Bed) -> str:
    """The token of Alice's forms in a session that is over."""
    other = signed_in(a_browser(bed.app), bed.services, Actor.slack(ALICE))
    token, cookie = csrf_of(other), other.get_cookie(COOKIE, HOST)
    assert cookie
    with bed.services.database.session() as session:
        row = web_session.find(session, cookie.value)
        assert row
        web_session.end(session, row.id or 0)
    return token


Attack = Callable[[Bed], dict[str, Any]]
# What an admin's own browser is made to send.
ATTACKS: dict[str, Attack] = {
    "no token": lambda _bed: {"data": FORM},
    "an empty token": lambda bed: form(bed.alice, **{security.CSRF_FIELD: ""}),
    "a token of another session": lambda bed: form(bed.bob),
    "a token of an ended session": lambda bed: form(bed.alice, **{security.CSRF_FIELD: ended(bed)}),
    "junk for a token": lambda bed: form(bed.alice, **{security.CSRF_FIELD: "ä\x00" * 40}),
    "the token in the address": lambda bed: {
        "data": FORM,
        "query_string": {security.CSRF_FIELD: csrf_of(bed.alice)},
    },
    "another origin": lambda bed: {**form(bed.alice), "headers": {"Origin": "https://evil.example"}},
    "another port": lambda bed: {**form(bed.alice), "headers": {"Origin": f"{PUBLIC_URL}:8443"}},
    "without TLS": lambda bed: {**form(bed.alice), "headers": {"Origin": f"http://{HOST}"}},
    "no origin that it would say": lambda bed: {**form(bed.alice), "headers": {"Origin": "null"}},
    "another site": lambda bed: {**form(bed.alice), "headers": {"Sec-Fetch-Site": "cross-site"}},
    "a neighbour": lambda bed: {**form(bed.alice), "headers": {"Sec-Fetch-Site": "same-site"}},
    "JSON": lambda bed: {"json": {security.CSRF_FIELD: csrf_of(bed.alice), **FORM}},
    "plain text": lambda bed: {
        "data": f"{security.CSRF_FIELD}={csrf_of(bed.alice)}",
        "content_type": "text/plain",
    },
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_form_but_ones_own_does_anything(bed: Bed, attack: Attack) -> None:
    sent = attack(bed)
    before = everything(bed.services)
    found = dict(rules(bed.app, "POST"))
    assert len(found) > 5
    for path, role in found.items():
        answer = bed.alice.post(path, **sent)
        if role is None:  # who is not signed in has no session: the link's own token is what counts
            assert answer.status_code in (403, 404), path
        else:
            assert (answer.status_code, fault(answer).replace("&#39;", "'")) == (403, f"{routes.FOREIGN}."), (
                path
            )
        assert_guarded(answer, path)
        assert everything(bed.services) == before, path


def test_who_is_not_signed_in_does_nothing(bed: Bed) -> None:
    before = everything(bed.services)
    for path, role in rules(bed.app, "POST"):
        answer = bed.stranger.post(path, **form(bed.alice))
        if role is None:
            assert answer.status_code == 404, path
        else:
            led_to = answer.headers["Location"].partition("?")[0]
            assert (answer.status_code, led_to) == (303, "/extensions/sign-in"), path
        assert_guarded(answer, path)
    assert everything(bed.services) == before


def test_whose_role_is_too_low_does_nothing(bed: Bed) -> None:
    before = everything(bed.services)
    for path, role in rules(bed.app, "POST"):
        if role is not None and role > Role.EVERYBODY:
            assert bed.bob.post(path, **form(bed.bob)).status_code == 403, path
    assert everything(bed.services) == before


def test_every_page_is_for_those_alone_who_may_see_it(bed: Bed) -> None:
    before = everything(bed.services)
    for path, role in rules(bed.app, "GET"):
        if role is None:
            continue
        answer = bed.stranger.get(path)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (
            303,
            "/extensions/sign-in",
        )
        assert_guarded(answer, path)
        if role > Role.EVERYBODY:
            refused = bed.bob.get(path)
            assert (refused.status_code, bool(fault(refused))) == (403, True), path
            assert_guarded(refused, path)
    assert everything(bed.services) == before


def test_looking_changes_nothing(bed: Bed) -> None:
    for method in ("GET", "HEAD"):
        for path, _ in rules(bed.app, method):
            before = everything(bed.services)
            answer = bed.alice.open(path, method=method)
            assert answer.status_code in (200, 303, 400, 404, 501), path
            assert_guarded(answer, path)
            assert everything(bed.services) == before, path


def test_every_other_method_is_a_page_that_says_so(bed: Bed) -> None:
    before = everything(bed.services)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path in ("/extensions", "/extensions/101/nothing", "/extensions/nothing", "/extensions/events"):
            answer = bed.alice.open(path, method=method, **form(bed.alice))
            assert answer.status_code in (200, 404, 405), (method, path)
            assert_guarded(answer, path)
    assert everything(bed.services) == before


def assert_guarded(answer: TestResponse, path: str) -> None:
    """Every answer says what browsers are to keep to."""
    headers = {name: answer.headers.get(name) for name in security.HEADERS}
    assert headers == security.HEADERS, path
    assert "unsafe" not in security.HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in security.HEADERS["Content-Security-Policy"]


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
