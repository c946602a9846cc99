"""GET /api/events/stream: events as they come, as server-sent events, for as long as the client listens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from flask import Response, current_app, request
from sqlmodel import Session

from hand_over import HandOver
from handlers.api import server_sent
from handlers.api.authentication import current_token
from handlers.api.event_filters import EVENT_ID, StreamQuery, kinds_of
from handlers.api.event_hub import HUB, EventHub, StreamsFull
from handlers.api.event_queries import Wanted
from handlers.api.open_stream import OpenStream
from handlers.api.problems import RETRY_AFTER, Problem
from handlers.api.routes import Group
from models.api_token import Scope
from pbx import history
from pbx.services import Services

MEDIA_TYPE = "text/event-stream"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx: pass on at once
}
NO_HUB = (
    "this web process cannot serve streams: that needs gunicorn with Switchhook's own settings, gunicorn app:app, "
    "and not flask run. GET /api/events has the same events in pages"
)
UNKNOWN = "there is no event of that id: the database was put back to an earlier state. What is new follows"


class StreamBody(Iterator[bytes]):
    """The first lines of a stream; then the socket goes to the hub. What is admitted and not begun is released."""

    def __init__(self, hub: EventHub, stream: OpenStream, beginning: bytes) -> None:
        hub.admit(stream)
        self._hub = hub
        self._stream = stream
        self._beginning = beginning
        self._is_handed_over = False

    def __next__(self) -> bytes:
        beginning, self._beginning = self._beginning, b""
        if beginning:
            return beginning
        self._is_handed_over = True
        raise HandOver(partial(self._hub.take, self._stream))

    def close(self) -> None:
        if not self._is_handed_over:
            self._hub.release(self._stream)


def add_route(events: Group, services: Services) -> None:
    @events.get(
        "/events/stream", Scope.READ, answers={200: MEDIA_TYPE}, takes=("Last-Event-ID",), problems=(501,)
    )
    def stream_events(query: StreamQuery) -> Response:
        """Follow events as they are stored.

        Server-sent events: each has its `id`, its `type` as the event's name, and as data the same JSON as
        /api/events has. With the header Last-Event-ID it begins after that event, otherwise with what is new. An event
        named `gap` says that events are not kept any more which would have come here.
        """
        hub: EventHub = current_app.extensions[HUB]
        if not hub.is_running:
            raise Problem(501, NO_HUB)
        with services.database.session() as session:
            position, beginning = _begin(session, _last_event_id(query))
        wanted = Wanted(kinds_of(query.kind), query.extension or "")
        is_chunked = request.environ["SERVER_PROTOCOL"] != "HTTP/1.0"
        stream = OpenStream(current_token().jti, wanted, position, is_chunked)
        try:
            return Response(StreamBody(hub, stream, beginning), headers=HEADERS, mimetype=MEDIA_TYPE)
        except StreamsFull as error:
            status, detail = 429 if error.is_of_token else 503, f"{error}, and no more can be: close some"
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
