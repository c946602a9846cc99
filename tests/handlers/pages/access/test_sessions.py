"""Sessions of the page end: when their people have left Slack's workspace, and when they say so."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from models import login_link
from models.actor import Actor
from models.web_session import WebSession
from pbx.services import Services
from tests.handlers.pages.local_page import (
    ALICE,
    BOB,
    a_browser,
    an_app,
    app,
    browser,
    fault,
    offered,
    permitted,
    sessions,
    shared_app,
    signed_in,
    system,
)
from tests.slack_stand_in import SlackStandIn

LINK = "/extensions/sign-in/link/"
__all__ = ["app", "browser", "offered", "shared_app", "system"]


def test_who_has_left_is_signed_out_everywhere_within_a_quarter_of_an_hour(
    offered: Services, slack: SlackStandIn
) -> None:
    app = an_app(offered)
    browser, another = a_browser(app), a_browser(app)
    for each in (browser, another):
        each.get(permitted(each))
    slack.workspace.users[ALICE]["deleted"] = True
    assert browser.get("/extensions").status_code == 200
    _sign_in_earlier(offered)
    assert browser.get("/extensions").status_code == 303
    assert sessions(offered) == []
    assert another.get("/extensions").status_code == 303


def test_a_link_of_who_has_left_signs_nobody_in_and_ends_what_they_had(
    app: Flask, offered: Services, slack: SlackStandIn
) -> None:
    browser = signed_in(a_browser(app), offered, Actor.slack(BOB), "Bob")
    with offered.database.session() as session:
        paths = [f"{LINK}{login_link.make(session, Actor.slack(BOB), 'Bob')}" for _ in range(2)]
    slack.workspace.users[BOB]["deleted"] = True
    answer = a_browser(app).post(paths[0])
    assert (answer.status_code, fault(answer)) == (
        403,
        "Your account is deactivated in Slack, so this page is not for it. Your phone admins can tell you more.",
    )
    assert a_browser(app).post(paths[1]).status_code == 404
    assert browser.get("/extensions").status_code == 303


def test_a_link_works_while_slack_is_away(app: Flask, offered: Services, slack: SlackStandIn) -> None:
    slack.fail_next("users.info", status=503)
    assert signed_in(a_browser(app), offered, Actor.slack(BOB)).get("/extensions").status_code == 200


def test_while_slack_is_away_whoever_is_signed_in_goes_on(offered: Services, slack: SlackStandIn) -> None:
    browser = a_browser(an_app(offered))
    browser.get(permitted(browser))
    _sign_in_earlier(offered)
    asked = len(slack.called("users.info"))
    slack.fail_next("users.info", status=503)
    assert [browser.get("/extensions").status_code for _ in range(3)] == [200] * 3
    assert len(slack.called("users.info")) == asked + 1


def _sign_in_earlier(services: Services) -> None:
    """Have all sessions begun twenty minutes ago."""
    with services.database.session() as session:
        for row in session.exec(select(WebSession)):
            row.created_at -= timedelta(minutes=20)
            session.add(row)


def test_signing_out_everywhere_ends_all_sessions_and_links_of_one_person(
    app: Flask, browser: FlaskClient, offered: Services
) -> None:
    alice, bob = Actor.slack(ALICE), Actor.slack(BOB)
    first = signed_in(browser, offered, alice)
    signed_in(a_browser(app), offered, alice)
    other = signed_in(a_browser(app), offered, bob, "Bob")
    page = first.get("/extensions/sign-out").text
    assert "in 2 browsers in all" in page
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    assert first.post("/extensions/sign-out/everywhere", data={"csrf": csrf}).status_code == 303
    assert [row.actor for row in sessions(offered)] == [str(bob)]
    assert other.get("/extensions").status_code == 200
