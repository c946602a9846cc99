"""The extension table: what should be, and whether Asterisk has it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, and_, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.fields import default_of
from models.types import EnumText, UtcDateTime, now


class State(StrEnum):
    """Where a row stands between the database and Asterisk."""

    PENDING = "pending"  # saved; Asterisk does not have it yet
    LIVE = "live"  # Asterisk showed every value of this revision
    FAILED = "failed"  # Asterisk refused this revision; `reason` says why
    DELETING = "deleting"  # deleted as soon as Asterisk does not have it any more


class Extension(SQLModel, table=True):
    """One phone extension, as somebody asked for it."""

    __table_args__ = {"sqlite_autoincrement": True}  # a button of Slack names the row by its id

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=20, unique=True, index=True)
    name: str = Field(max_length=80)
    encrypted_secret: str = Field(repr=False)
    enabled: bool = default_of("enabled")
    context: str = Field(default=default_of("context"), max_length=79)
    transport: str = Field(default=default_of("transport"), max_length=8)
    codecs: list[str] = Field(
        default_factory=lambda: list(default_of("codecs")), sa_column=Column(JSON, nullable=False)
    )
    max_contacts: int = default_of("max_contacts")
    qualify_frequency: int = default_of("qualify_frequency")  # seconds; 0: never
    direct_media: bool = default_of("direct_media")
    voicemail_enabled: bool = default_of("voicemail_enabled")
    caller_id: str | None = Field(default=default_of("caller_id"), max_length=80)
    email: str | None = Field(default=None, max_length=254)
    slack_user_id: str | None = Field(default=None, max_length=32, index=True)
    notes: str | None = Field(default=None, max_length=1000)

    # `source:id` of an employee of HR's
    employee_ref: str | None = Field(default=None, max_length=300, unique=True, index=True)

    # Of a phone that was written by hand once: the options that no field holds, as StoredOptions; None: of no such phone.
    adopted_options: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True)), repr=False
    )
    # Its lines are on their way between the administrator's files and Switchhook's: those that are there count.
    moving: bool = False

    revision: int = 1  # grows with every change, so that a result never counts for a newer revision
    state: State = Field(default=State.PENDING, sa_column=Column(EnumText(State), nullable=False))
    reason: str | None = None  # why it is not live yet; of a live one, what to know besides
    # The rendered fields that Asterisk last showed: what a refused change falls back to. None: nothing is there.
    last_verified: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True)), repr=False
    )
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    # Raised by each UPDATE, of whatever column: in the database, so that an object that was written does not know it
    version: int = Field(default=0, sa_column_kwargs={"onupdate": text("version + 1")})

    @property
    def has_phones(self) -> bool:
        """Return whether Asterisk last showed it: a phone of its number is somebody else's otherwise."""
        return has_phones(self.last_verified)

    @property
    def has_voicemail(self) -> bool:
        """Return whether Asterisk took it with a mailbox, which it had as long as it was enabled."""
        return bool(self.last_verified and self.last_verified.get("voicemail_enabled", False))

    @property
    def is_answered_by_hand(self) -> bool:
        """Return whether steps of the administrator's answer calls to it, as far as is known."""
        return self.state is State.LIVE and self.reason is not None

    def has_phones_in(self, context: str) -> bool:
        """Return whether Asterisk last showed it in this context."""
        return (
            self.has_phones
            and self.last_verified is not None
            and self.last_verified.get("context") == context
        )


def has_phones(last_verified: dict[str, Any] | None) -> bool:
    """Return whether Asterisk showed an endpoint then."""
    return bool(last_verified and last_verified.get("enabled", True))


BY_NUMBER = func.length(col(Extension.number)), col(Extension.number)  # as number.by_size sorts


def is_of(user_id: str) -> ColumnElement[bool]:
    """Return the condition for the extensions that are a Slack user's; one that is being deleted is nobody's any more."""
    return and_(col(Extension.slack_user_id) == user_id, col(Extension.state) != State.DELETING)


def stamp(session: Session) -> tuple[int, int, int]:
    """Return what changes with any row, be it committed in whatever order: a hundred times as fast as reading them all."""
    count, ids, versions = func.count(), func.sum(col(Extension.id)), func.sum(col(Extension.version))
    rows, id_sum, version_sum = session.exec(select(count, ids, versions)).one()
    return rows, id_sum or 0, version_sum or 0
