"""Pure: what may be asked about events, in the address of a request."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, WithJsonSchema

from models.event import EventKind

MAX_PAGE = 500  # events
EVENT_ID = "^[0-9]{1,18}$"
RFC_3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
ONE_KIND = "|".join(EventKind)


def _kinds(text: str) -> str:
    unknown = [each for each in text.split(",") if each not in set(EventKind)]
    if unknown:
        raise ValueError(f"there is no kind “{unknown[0]}”; the kinds are {', '.join(EventKind)}")
    return text


def _rfc_3339(given: Any) -> Any:
    """Refuse what pydantic would take besides, such as numbers."""
    if not re.fullmatch(RFC_3339, str(given), re.ASCII):
        raise ValueError("write a time as 2027-01-15T08:00:00Z; a + in an address is written %2B")
    return given


Kinds = Annotated[
    str,
    AfterValidator(_kinds),
    WithJsonSchema({"type": "string", "pattern": f"^({ONE_KIND})(,({ONE_KIND}))*$"}),
]
# Wider than an extension's number: a failed login is about whatever a stranger took for an account.
Account = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,255}$")]
Since = Annotated[AwareDatetime, BeforeValidator(_rfc_3339)]
EventId = Annotated[str, Field(pattern=EVENT_ID)]


class OfKind(BaseModel, extra="forbid"):
    kind: Kinds | None = Field(
        None, description="Only these kinds, with commas between.", examples=["registered,unregistered"]
    )


class OfExtension(BaseModel, extra="forbid"):
    extension: Account | None = Field(
        None, description="Only what is about this extension, calls that it makes included.", examples=["101"]
    )


class PageQuery(OfExtension):
    """Which page of events of some kinds."""

    since: Since | None = Field(
        None, description="Only what happened since this time, RFC 3339.", examples=["2027-01-15T08:00:00Z"]
    )
    limit: int = Field(100, description="How many at most.", examples=[100], ge=1, le=MAX_PAGE)
    cursor: EventId | None = Field(
        None, description="`next_cursor` of a page: what happened before it.", examples=["4711"]
    )


class EventQuery(PageQuery, OfKind):
    """Which page of events of all kinds."""


class StreamQuery(OfKind, OfExtension):
    """Which events a stream has, and after which it begins."""

    last_event_id: EventId | None = Field(
        None,
        description="Go on behind this event, where Last-Event-ID cannot be sent; the header counts more.",
        examples=["4711"],
    )


def kinds_of(given: str | None) -> frozenset[str]:
    return frozenset(given.split(",")) if given else frozenset()
