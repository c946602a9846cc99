"""Whether one's Slack status follows one's phone, as a part of App Home and below the status of one's own extension."""

from __future__ import annotations

from handlers.oncall import messages
from handlers.slack import oauth
from handlers.slack.blocks import Block
from models import status_connection
from pbx.services import Services


def blocks(services: Services, user_id: str) -> list[Block]:
    """Return the part; nothing for who is not connected and could not be. Raises SQLAlchemyError."""
    with services.database.session() as session:
        row = status_connection.find(session, user_id)
        has_phone = bool(status_connection.numbers_of(session, user_id))
    if row is None and (oauth.missing(services.settings) or not has_phone):
        return []
    return [messages.section(row.connected_at if row else None)]
