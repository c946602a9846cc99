"""Every route of the page against what must not get through: refused with a page that says what to do, and nothing done."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from handlers.pages import routes, security
from handlers.slack.roles import Role
from models import web_session
from models.actor import Actor
from tests.handlers.pages.attack_bed import Bed, bed, everything
from tests.handlers.pages.local_page import (
    ALICE,
    COOKIE,
    PUBLIC_URL,
    a_browser,
    app,
    csrf_of,
    fault,
    offered,
    shared_app,
    signed_in,
    system,
)

__all__ = ["app", "bed", "offered", "shared_app", "system"]
HOST = "phones.example.com"
VALUES: dict[str, object] = {"number": "101", "token": "x" * 43}
EVERYBODYS = {
    "",
    "/",
    "/1",
    "/101",
    "/mine",
    "/start",
    "/live",
    "/sign-out",
    "/sign-out/everywhere",
}  # /1: there is nothing
OWNERS = {"/101/password/show", "/101/password/new", "/101/voicemail/1", "/101/voicemail/1/heard"}
FORM = {"name": "Mallory", "external_media_address": "203.0.113.7", "channel": "C0EVIL", "password": "evil"}


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


def test_all_but_these_is_for_admins(bed: Bed) -> None:
    declared = [(path, role) for method in ("GET", "POST") for path, role in rules(bed.app, method)]
    assert {
        path.removeprefix("/extensions") for path, role in declared if role is Role.EVERYBODY
    } == EVERYBODYS
    assert {path.removeprefix("/extensions") for path, role in declared if role is Role.OWNER} == OWNERS
    assert {path.split("/")[2] for path, role in declared if role is None} == {"sign-in"}


def test_the_menu_has_what_one_may_open(bed: Bed) -> None:
    titles = [
        re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+)<', each.get("/extensions").text)
        for each in (bed.bob, bed.alice)
    ]
    assert titles[0] == ["Extensions", "My phone"]
    assert {"Reports", "Events", "HR", "Alerts", "NAT", "Audit", "Health"} < set(titles[1])


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


def test_what_is_no_address_at_all_has_the_headers_of_a_page(bed: Bed) -> None:
    for path in ("/extensions/101%0a", "/extensions//sign-in", "/extensions/%0d%0ax"):
        assert_guarded(bed.alice.open(path), path)


def test_a_slash_at_its_end_leads_to_the_list(bed: Bed) -> None:
    answer = bed.alice.open("/extensions/?q=ali")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/extensions?q=ali")


def assert_guarded(answer: TestResponse, path: str) -> None:
    """Every answer says what browsers are to keep to."""
    headers = {name: answer.headers.get(name) for name in security.HEADERS}
    assert headers == security.HEADERS, path
    assert "unsafe" not in security.HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in security.HEADERS["Content-Security-Policy"]
