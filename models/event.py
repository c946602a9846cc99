"""The event table: what happened on the phone system, a row for each fact."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ColumnElement, Index, func
from sqlmodel import Field, Session, SQLModel, col, select

from models.types import EnumText, UtcDateTime


class EventKind(StrEnum):
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    MOVED = "moved"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    LOGIN_FAILED = "login_failed"


REGISTRATIONS = (EventKind.REGISTERED, EventKind.UNREGISTERED, EventKind.MOVED)
CALLS = (EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)


class Event(SQLModel, table=True):
    """One fact, or all failed logins of an address in one minute. Which columns are filled depends on the kind.

    `number` is the extension it happened to: the phone's, the called one's, the account of a failed login.
    `peer` is the caller. The indexes end in id, so that queries for the latest rows read only these.
    """

    __table_args__ = (
        Index("ix_event_number_id", "number", "id"),
        Index("ix_event_peer_id", "peer", "id"),
        Index("ix_event_kind_id", "kind", "id"),
        Index("ix_event_linkedid", "linkedid", "kind"),
        {"sqlite_autoincrement": True},  # an id that a bookmark has passed must not be reused
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: EventKind = Field(sa_column=Column(EnumText(EventKind), nullable=False))
    backfilled: bool = False  # found by a resync: it happened while no listener ran
    number: str = Field(default="", max_length=255)
    peer: str = Field(default="", max_length=255)
    peer_name: str = Field(default="", max_length=255)
    linkedid: str | None = Field(default=None, max_length=255)
    channel: str = Field(default="", max_length=255)
    address: str = Field(default="", max_length=255)
    port: int = 0
    user_agent: str = Field(default="", max_length=255)
    round_trip_ms: float | None = None
    reason: str = Field(default="", max_length=32)  # why it went, or how the call went: its disposition
    cause: int = 0
    cause_text: str = Field(default="", max_length=255)
    rang: float | None = None  # seconds
    talked: float | None = None  # seconds
    count: int = 1  # failed logins of the address in that minute
    gap: int | None = None  # the listening_gap whose call it was, as Asterisk's own records have it
    accounts: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # they tried


def not_before(moment: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return conditions for rows since the moment. The id bounds what other indexes read, as ids roughly follow time.

    Without the `+ 0`, databases would look for the least id by walking the rows from the oldest on.
    """
    first = select(func.min(col(Event.id) + 0)).where(col(Event.at) >= moment).scalar_subquery()
    return col(Event.id) >= first, col(Event.at) >= moment


def first_since(session: Session, moment: datetime) -> int | None:
    """Return the least id of the rows since the moment, below which are those before it; None: there are none."""
    return session.exec(select(func.min(col(Event.id) + 0)).where(col(Event.at) >= moment)).one()
