"""The slack_request table: the requests of Slack that were handled, so that none is handled twice."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import UtcDateTime, now


class SlackRequest(SQLModel, table=True):
    """Slack signs body and time together; a retry has the same body with a newer time.

    Beside inbox_request, which knows a body for a day: sign-ins and permissions have no row there and are used once, too, and a
    version before, which runs beside this one while it is deployed, knows by this table alone what came.
    """

    __tablename__ = "slack_request"

    body_hash: str = Field(primary_key=True, max_length=64)  # SHA-256, in hexadecimal
    timestamp: str = Field(primary_key=True, max_length=20)
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
