"""Extensions page by page, in order of number, with what Asterisk has of their phones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from models.extension import BY_NUMBER, Extension, State, has_phones
from pbx.directory import mentions
from pbx.endpoints import Endpoint, all_endpoints
from pbx.errors import AsteriskUnavailable
from pbx.services import Services


@dataclass(frozen=True)
class Wanted:
    """Which extensions: those with all of it, behind the number `after`, at most `limit`. None: whatever."""

    text: str = ""  # in number, name, e-mail or notes
    enabled: bool | None = None
    state: State | None = None
    registered: bool | None = None
    after: str = ""
    limit: int | None = None


@dataclass(frozen=True)
class Page:
    """Extensions, and the endpoints of Asterisk by name; `error` says why it could not be asked for them."""

    extensions: list[Extension]
    has_more: bool
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    error: str | None = None

    def endpoint(self, row: Extension) -> Endpoint | None:
        """Return its endpoint; None if what Asterisk has of that name is not the extension's."""
        return self.endpoints.get(row.number) if row.has_phones else None


def page(services: Services, wanted: Wanted) -> Page:
    """Return them. Raises AsteriskUnavailable where only Asterisk could tell which are wanted."""
    endpoints: Mapping[str, Endpoint] = {}
    error = None
    try:
        endpoints = all_endpoints(services.settings)
    except AsteriskUnavailable as why:
        if wanted.registered is not None:
            raise
        error = str(why)
    found = Page([], has_more=False, endpoints=endpoints, error=error)
    rows = [row for row in _rows(services, wanted) if _is_wanted(found, row, wanted)]
    first = list(islice(rows, wanted.limit))
    return Page(first, len(rows) > len(first), endpoints, error)


def _is_wanted(found: Page, row: Extension, wanted: Wanted) -> bool:
    if wanted.text and not mentions(row, wanted.text.casefold()):
        return False
    endpoint = found.endpoint(row)
    return wanted.registered in (None, endpoint is not None and endpoint.registered)


def _rows(services: Services, wanted: Wanted) -> Iterable[Extension]:
    """Return those that the database can tell; of these all where it cannot tell the rest, else one more than asked."""
    query = select(Extension).order_by(*BY_NUMBER)
    if wanted.enabled is not None:
        query = query.where(col(Extension.enabled) == wanted.enabled)
    if wanted.state is not None:
        query = query.where(col(Extension.state) == wanted.state)
    if wanted.after:
        length, number = BY_NUMBER
        behind = and_(length == len(wanted.after), number > wanted.after)
        query = query.where(or_(func.length(number) > len(wanted.after), behind))
    if wanted.limit is not None and not wanted.text and wanted.registered is None:
        query = query.limit(wanted.limit + 1)
    with services.database.session() as session:
        return session.exec(query).all()


def managed_endpoints(services: Services) -> set[str]:
    """Return the names of the endpoints in Asterisk that are extensions of ours."""
    query = select(col(Extension.number), col(Extension.last_verified))
    with services.database.session() as session:
        return {number for number, verified in session.exec(query) if has_phones(verified)}
