"""GET /extensions/live: the numbers of extensions for which something has changed, for as long as a page is open."""

from __future__ import annotations

from flask import Response, current_app, url_for
from werkzeug.exceptions import NotImplemented as HasNoHub
from werkzeug.exceptions import ServiceUnavailable

from handlers.pages import visitor
from handlers.pages.following.change_feed import PageStream
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from handlers.streams import response, server_sent
from handlers.streams.hub import HUB, StreamHub, StreamsFull

NO_HUB = (
    "This web process has no live updates: they need gunicorn with Switchhook's own settings, gunicorn app:app, and not "
    "flask run. Reload a page to see what is new"
)
FULL = "So many pages are open that no more can follow what changes. Reload a page to see what is new"


def add_routes(pages: Pages) -> None:
    @pages.get("/live", Role.EVERYBODY, is_page=False)
    def live() -> Response:
        if not _hub().is_running:
            raise HasNoHub(NO_HUB)
        who = visitor.current()
        stream = PageStream(pages.feed, who.actor, who.session_id, is_chunked=response.is_chunked())
        try:
            return response.begin(_hub(), stream, server_sent.beginning())
        except StreamsFull:
            raise ServiceUnavailable(FULL) from None


def address() -> str:
    """Return where a page finds its stream; empty where this process has none."""
    return url_for("pages.live") if _hub().is_running else ""


def _hub() -> StreamHub:
    hub: StreamHub = current_app.extensions[HUB]
    return hub
