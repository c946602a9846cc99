"""Signing in and out. A link only shows a button: what looks at links before they are followed uses nothing up."""

from __future__ import annotations

import logging

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from handlers.pages import visitor
from handlers.pages.access.members import NOT_WELCOME
from handlers.pages.routes import PREFIX, Pages
from handlers.slack import openid
from handlers.slack.roles import Role
from models import login_link, web_session
from models.actor import Actor
from models.login_link import LoginLink
from pbx.services import Services
from settings import Settings

log = logging.getLogger("switchhook.pages")

MAX_PATH_LENGTH = 1000  # characters: it goes into a cookie on the way to Slack and back
NOT_GOOD = "This link is not good, or not any more: it works once, for ten minutes. Make a new one"


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/sign-in", None)
    def sign_in() -> str:
        wanted = own_path(request.args.get("next", ""))
        return page(services.settings, wanted)

    @pages.get("/sign-in/link/<token>", None)
    def link(token: str) -> str:
        return render_template("pages/sign_in_link.html", whose=_link(services, token).name)

    @pages.post("/sign-in/link/<token>", None)
    def use_link(token: str) -> Response:
        row = _link(services, token)
        actor = Actor.parse(row.actor)
        _must_be_welcome(pages, actor)
        return begin(services, actor, row.name, link=row)

    _add_sign_out(pages, services)


def _add_sign_out(pages: Pages, services: Services) -> None:
    @pages.get("/sign-out", Role.EVERYBODY)
    def signing_out() -> str:
        with services.database.session() as session:
            browsers = web_session.count(session, visitor.current().actor)
        return render_template("pages/sign_out.html", browsers=browsers)

    @pages.post("/sign-out", Role.EVERYBODY)
    def sign_out() -> Response:
        try:
            with services.database.session() as session:
                web_session.end(session, visitor.current().session_id)
        except SQLAlchemyError as error:  # its cookie goes in any case, and nobody else has that
            log.warning("a session is not ended", extra={"reason": type(error).__name__})
        return _signed_out(services)

    @pages.post("/sign-out/everywhere", Role.EVERYBODY)
    def sign_out_everywhere() -> Response:
        with services.database.session() as session:
            login_link.end_all(session, visitor.current().actor)
        return _signed_out(services)


def _must_be_welcome(pages: Pages, actor: Actor) -> None:
    """Raise Forbidden for who has left the workspace since their link was made; it is worthless then."""
    if actor.kind == "slack" and (fault := pages.members.refusal_of(actor.id)):
        with pages.services.database.session() as session:
            login_link.end_all(session, actor)
        raise Forbidden(NOT_WELCOME.format(fault))


def page(settings: Settings, wanted: str, fault: str = "") -> str:
    """Return the page with all ways to sign in. `fault`: why one has not led there."""
    return render_template(
        "pages/sign_in.html",
        wanted=wanted,
        fault=fault,
        slack=openid.offered_at(settings),
        has_address=bool(settings.public_url),
    )


def begin(
    services: Services, actor: Actor, name: str, wanted: str = "", link: LoginLink | None = None
) -> Response:
    """Sign somebody in, and lead them to where they wanted to go. The session that this browser had is over.

    `link`: by which they come; raises NotFound if it is used up. That is one transaction with the session's beginning:
    who ends all sessions and links meanwhile ends one of the two.
    """
    with services.database.session() as session:
        if link and not login_link.use_up(session, link):
            raise NotFound(NOT_GOOD)
        if g.visitor:
            web_session.end(session, g.visitor.session_id)
        token = web_session.begin(session, actor, name)
    log.info("somebody has signed in on the page", extra={"actor": str(actor)})
    response = redirect(own_path(wanted) or url_for("pages.start"), 303)
    visitor.set_cookie(services, response, token)
    return response


def _signed_out(services: Services) -> Response:
    response = redirect(url_for("pages.sign_in"), 303)
    visitor.delete_cookie(services, response)
    return response


def own_path(wanted: str) -> str:
    """Return a path of our own to go to; empty: it is none."""
    is_own = wanted == PREFIX or wanted.startswith((f"{PREFIX}/", f"{PREFIX}?"))
    is_plain = wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    return wanted if is_own and is_plain and len(wanted) <= MAX_PATH_LENGTH else ""


def _link(services: Services, token: str) -> LoginLink:
    """Return a link that is good. Raises NotFound."""
    with services.database.session() as session:
        row = login_link.find(session, token)
    if row is None:
        raise NotFound(NOT_GOOD)
    return row
