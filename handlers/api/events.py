"""/api/events: what happened, in pages; and what is known of one extension's phone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from handlers.api import event_stream
from handlers.api.event_filters import EventQuery, PageQuery, kinds_of
from handlers.api.event_queries import Wanted, before
from handlers.api.event_schemas import EventList, ExtensionEvents, contact_uri, event_out
from handlers.api.paging import next_page
from handlers.api.routes import Answer, Api, Group
from models.api_token import Scope
from models.event import CALLS, REGISTRATIONS
from models.number import NUMBER
from models.phone import Phone
from pbx import presence
from pbx.contact_status import Contact
from pbx.contacts import contacts_of
from pbx.errors import AsteriskUnavailable
from pbx.services import Services

DESCRIPTION = "What happens on the phone system: phones that come and go, calls, failed logins."
LATEST = 20  # events of an extension

Number = Annotated[str, Field(description="The extension's number.", pattern=f"^{NUMBER}$", examples=["101"])]


def add_routes(api: Api, services: Services) -> None:
    group = api.group("Events", DESCRIPTION)
    _add_pages(group, services)
    _add_of_extension(group, services)
    event_stream.add_route(group, services)


def _add_pages(group: Group, services: Services) -> None:
    @group.get("/events", Scope.READ, answers={200: EventList}, sends=("Link",))
    def list_events(query: EventQuery) -> Answer:
        """List the latest events.

        In the order of time. `next_cursor` leads to what happened before.
        """
        return _page(services, query, kinds_of(query.kind))

    @group.get("/events/registrations", Scope.READ, answers={200: EventList}, sends=("Link",))
    def list_registrations(query: PageQuery) -> Answer:
        """List registrations.

        Phones that came, went or moved to another address.
        """
        return _page(services, query, frozenset(REGISTRATIONS))

    @group.get("/events/calls", Scope.READ, answers={200: EventList}, sends=("Link",))
    def list_calls(query: PageQuery) -> Answer:
        """List what happened to calls.

        Each rings, may be answered, and ends; `call` is the same in all events of one.
        """
        return _page(services, query, frozenset(CALLS))


def _add_of_extension(group: Group, services: Services) -> None:
    @group.get("/events/extension/<number>", Scope.READ, answers={200: ExtensionEvents})
    def show_extension_events(number: Number) -> ExtensionEvents:
        """Tell whether an extension's phone is registered.

        As Asterisk has it now, or as it was when last heard of if Asterisk cannot be asked; with the latest events.
        """
        return _of_extension(services, number)


def _page(services: Services, query: PageQuery, kinds: frozenset[str]) -> Answer:
    wanted, cursor = Wanted(kinds, query.extension or ""), int(query.cursor) if query.cursor else None
    with services.database.session() as session:
        rows = before(session, wanted, cursor, query.since, query.limit + 1)
    shown = [event_out(row) for row in reversed(rows[: query.limit])]
    next_cursor = str(shown[0].id) if len(rows) > query.limit else None
    page = EventList(events=shown, count=len(shown), next_cursor=next_cursor)
    return Answer(page, headers=next_page(next_cursor))


def _of_extension(services: Services, number: str) -> ExtensionEvents:
    with services.database.session() as session:
        rows = before(session, Wanted(extension=number), None, None, LATEST)
        phone = presence.last_phone(session, number)
    try:
        contacts, error = contacts_of(services.settings, number), None
    except AsteriskUnavailable as unavailable:
        contacts, error = [], str(unavailable)
    registered, status, uri = registration(number, contacts, phone, is_known=error is None)
    shown = [event_out(row) for row in reversed(rows)]
    return ExtensionEvents(
        extension=number,
        registered=registered,
        status=status,
        uri=uri,
        timestamp=phone.since if phone else None,
        events=shown,
        count=len(shown),
        asterisk_error=error,
    )


def registration(
    number: str, contacts: list[Contact], phone: Phone | None, *, is_known: bool
) -> tuple[bool | None, str, str | None]:
    """Return whether it is registered, Asterisk's word for that, and the phone's URI. `is_known`: Asterisk was asked."""
    if contacts:
        best = max(contacts, key=lambda each: each.reachable)
        return best.reachable, best.status, best.uri
    if phone is None:
        return (False, "Not Registered", None) if is_known else (None, "Unknown", None)
    registered = phone.registered and not is_known
    return (
        registered,
        "Reachable" if registered else "Removed",
        contact_uri(number, phone.address, phone.port),
    )
