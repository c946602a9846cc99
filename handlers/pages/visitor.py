"""Who is signed in: a cookie's session, and what they are by now."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from handlers.pages import security
from handlers.slack.admins import Admins
from handlers.slack.roles import Asker, Role, role_of
from models import failure, web_session
from models.actor import Actor
from models.extension import Extension
from models.patience import BRIEF
from models.types import now
from models.web_session import LONGEST, WebSession
from pbx.services import Services

log = logging.getLogger("switchhook.pages")

COOKIE, SECURE_COOKIE = "switchhook", "__Host-switchhook"
NOTE_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Visitor:
    """One person in one browser. `actor`: of Slack, or of the server's shell."""

    session_id: int
    actor: Actor
    name: str
    is_admin: bool
    since: datetime

    @property
    def user_id(self) -> str:
        """Return their ID in Slack; empty: they came by a link that was made on the server."""
        return self.actor.id if self.actor.kind == "slack" else ""

    @property
    def asker(self) -> Asker:
        return Asker(self.user_id, self.is_admin)

    def role(self, extension: Extension | None = None) -> Role:
        """Return what they are to this extension; without one, whether they are an admin."""
        return role_of(self.asker, extension)


def find(services: Services, admins: Admins) -> Visitor | None:
    """Return who the request's cookie says it is. Raises SQLAlchemyError."""
    token = cookie_token(services)
    if not token:
        return None
    with services.database.session() as session:
        row = web_session.find(session, token)
    if row is None:
        return None
    if now() - row.seen_at > NOTE_SEEN_EVERY and not _is_automatic():
        _note_seen(services, row.id or 0)
    return _visitor(row, admins)


def _note_seen(services: Services, session_id: int) -> None:
    """Note that somebody is there. While the database cannot be written, they read all the same."""
    try:
        with services.database.session(BRIEF) as session:
            web_session.note_seen(session, session_id)
    except SQLAlchemyError as error:
        log.warning("it is not noted who is there", extra={"reason": failure.cause(error)})


def _visitor(row: WebSession, admins: Admins) -> Visitor:
    actor = Actor.parse(row.actor)
    is_admin = actor.kind == "cli" or (actor.kind == "slack" and actor.id in admins)
    return Visitor(row.id or 0, actor, row.name, is_admin, row.created_at)


def _is_automatic() -> bool:
    """Return whether the page asks by itself: nobody need be there who reads it."""
    return request.headers.get("X-Requested-With") == "live" or request.endpoint == "pages.live"


def current() -> Visitor:
    """Return who is signed in, in a route that needs somebody."""
    visitor: Visitor = g.visitor
    return visitor


def notice(services: Services, kind: str, sentence: str) -> None:
    """Have the next page say it. `kind`: done, warning or fault; empty: none of these."""
    with services.database.session() as session:
        web_session.add_notice(session, current().session_id, kind, sentence)


def take_notices(services: Services) -> list[tuple[str, str]]:
    """Return what is to be said on this page, once. While the database cannot be written, it is said once more later."""
    session_id = current().session_id
    kept: list[tuple[str, str]] = []
    with suppress(SQLAlchemyError):
        with services.database.session() as session:
            kept = web_session.notices(session, session_id)
        if kept:
            with services.database.session(BRIEF) as session:
                kept = web_session.take_notices(session, session_id)
    return kept


def is_secure(services: Services) -> bool:
    """Return whether this browser reaches the page over TLS, so that its cookie may be for that alone.

    gunicorn believes X-Forwarded-Proto from this machine alone. A web server elsewhere, or one that does not say it, is
    known by PUBLIC_URL.
    """
    public = services.settings.public_url or ""
    return request.is_secure or (public.startswith("https://") and request.host == urlsplit(public).netloc)


def is_exposed(services: Services) -> bool:
    """Return whether what goes to and fro may be read on its way: it is not over TLS, and not within this machine."""
    host = urlsplit(f"//{request.host}").hostname
    is_here = host in ("127.0.0.1", "localhost", "::1") and "X-Forwarded-For" not in request.headers
    return not is_secure(services) and not is_here


def cookie_token(services: Services) -> str:
    return request.cookies.get(SECURE_COOKIE if is_secure(services) else COOKIE, "")


def origins(services: Services) -> set[str]:
    """Return where our own pages may be: where the world reaches them, and where this request came to."""
    public = urlsplit(services.settings.public_url or "")
    own = {f"{'https' if is_secure(services) else 'http'}://{request.host}"}
    return own | ({f"{public.scheme}://{public.netloc}"} if public.netloc else set())


def set_cookie(services: Services, response: Response, token: str) -> None:
    secure = is_secure(services)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def delete_cookie(services: Services, response: Response) -> None:
    secure = is_secure(services)
    response.delete_cookie(
        SECURE_COOKIE if secure else COOKIE, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def is_form_own(services: Services) -> bool:
    """Return whether the form that was sent is one of this session's."""
    given = request.form.get(security.CSRF_FIELD, "")
    return security.is_csrf_token(cookie_token(services), given)
