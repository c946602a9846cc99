"""The password_handover table: extensions made for somebody in Slack, who alone is to see the password."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col

from models import pruning
from models.database import Database
from models.types import UtcDateTime, now

KEEP = timedelta(days=60)
# Before the Slack user whose extension it was when its password was shown on the page; with nobody behind: nobody's.
ON_PAGE = "@"


class PasswordHandover(SQLModel, table=True):
    """One extension and its owner, from the creation until the password has been seen, once.

    Or, with ON_PAGE before the owner, from when the page shows the password until a phone has set itself up by the code.
    """

    __tablename__ = "password_handover"
    __table_args__ = {"sqlite_autoincrement": True}  # a button of Slack names the row by its id

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int
    slack_user_id: str = Field(max_length=32)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    # When the message with the way to the password was enqueued; None: the extension is not live yet
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    secret_shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def holder_on_page(slack_user_id: str | None) -> str:
    """Return what stands in the place of the Slack user for who was shown the password on the page."""
    return f"{ON_PAGE}{slack_user_id or ''}"


def prune(database: Database) -> None:
    """Delete what was begun before KEEP."""
    pruning.prune(database, PasswordHandover, col(PasswordHandover.created_at) < now() - KEEP)
