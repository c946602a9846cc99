"""The voicemail_message table: which recordings were found, and whose each was. What was said is nowhere in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, UniqueConstraint, col

from models import pruning
from models.database import Database
from models.types import UtcDateTime, now

NEW_FOR = timedelta(days=30)  # what is older when it is found is not sent any more
KEEP = timedelta(days=60)  # longer than NEW_FOR, or a recording would be found once more


class VoicemailMessage(SQLModel, table=True):
    """One recording, sent once. `message_id` is Asterisk's: the names of its files change when others are deleted."""

    __tablename__ = "voicemail_message"
    __table_args__ = (UniqueConstraint("mailbox", "message_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str = Field(max_length=64)
    message_id: str = Field(max_length=64)
    extension_id: int = Field(index=True)
    # Whose it was when it was recorded; None: nobody was named
    slack_user_id: str | None = Field(default=None, max_length=32)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    found_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


def prune(database: Database) -> None:
    """Delete what was recorded and found before KEEP."""
    before = now() - KEEP
    old = col(VoicemailMessage.found_at) < before, col(VoicemailMessage.recorded_at) < before
    pruning.prune(database, VoicemailMessage, *old)
