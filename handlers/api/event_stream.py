"""GET /api/events/stream: events as they come, as server-sent events, for as long as the client listens."""

from __future__ import annotations

import re

from flask import Response, current_app, request
from sqlmodel import Session

from handlers.api.authentication import current_token
from handlers.api.event_feed import EventFeed, EventStream
from handlers.api.event_filters import EVENT_ID, StreamQuery, kinds_of
from handlers.api.event_queries import Wanted
from handlers.api.problems import RETRY_AFTER, Problem
from handlers.api.routes import Group
from handlers.streams import response, server_sent
from handlers.streams.hub import HUB, StreamHub, StreamsFull
from models.api_token import Scope
from pbx import history
from pbx.services import Services

NO_HUB = (
    "this web process cannot serve streams: that needs gunicorn with Switchhook's own settings, gunicorn app:app, "
    "and not flask run. GET /api/events has the same events in pages"
)
UNKNOWN = "there is no event of that id: the database was put back to an earlier state. What is new follows"


def add_route(events: Group, services: Services) -> None:
    feed = EventFeed()

    @events.get(
        "/events/stream",
        Scope.READ,
        answers={200: response.MEDIA_TYPE},
        takes=("Last-Event-ID",),
        problems=(501,),
    )
    def stream_events(query: StreamQuery) -> Response:
        """Follow events as they are stored.

        Server-sent events: each has its `id`, its `type` as the event's name, and as data the same JSON as
        /api/events has. With the header Last-Event-ID it begins after that event, otherwise with what is new. An event
        named `gap` says that events are not kept any more which would have come here.
        """
        hub: StreamHub = current_app.extensions[HUB]
        if not hub.is_running:
            raise Problem(501, NO_HUB)
        with services.database.session() as session:
            position, beginning = _begin(session, _last_event_id(query))
        wanted = Wanted(kinds_of(query.kind), query.extension or "")
        token = current_token().jti
        stream = EventStream(feed, token, wanted, position, is_chunked=response.is_chunked())
        try:
            return response.begin(hub, stream, beginning)
        except StreamsFull as error:
            status, detail = 429 if error.is_of_holder else 503, f"{error}, and no more can be: close some"
            raise Problem(status, detail, headers=RETRY_AFTER) from None


def _last_event_id(query: StreamQuery) -> int | None:
    """Return after which event to begin. Raises Problem. A client that comes back sends the header, which is newer."""
    header = request.headers.get("Last-Event-ID", "")
    if header and not re.match(EVENT_ID, header):
        raise Problem(422, "Last-Event-ID is the id of an event, such as 4711")
    given = header or query.last_event_id
    return int(given) if given else None


def _begin(session: Session, last_event_id: int | None) -> tuple[int, bytes]:
    """Return the position of a new stream, and its first lines."""
    latest = history.latest_id(session)
    if last_event_id is None:
        return latest, server_sent.beginning(latest)
    if last_event_id > latest:
        gap = server_sent.gap(latest, last_event_id, UNKNOWN)
        return latest, server_sent.beginning(latest) + gap
    return last_event_id, server_sent.beginning(last_event_id)
