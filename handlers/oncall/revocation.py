"""When Slack has taken a token back: the connection goes, and its owner is told once.

https://docs.slack.dev/reference/events/tokens_revoked
"""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, select

from handlers.oncall.messages import StatusDisconnected
from handlers.oncall.slack_profile import SlackProfile
from handlers.slack.errors import SLACK_AWAY, TOKEN_REFUSED, name_of
from handlers.slack.replies import acknowledge
from models import outbox, status_connection
from models.errors import SecretUnreadable
from models.status_connection import StatusConnection
from pbx.services import Services

log = logging.getLogger("switchhook.oncall")

UNKNOWN_TOKEN = "invalid_auth"  # noqa: S105 (Slack's word): or Slack refuses the address that it is asked from
GONE = TOKEN_REFUSED
UNINSTALLED = "app_uninstalled"


def is_final(name: str, client: WebClient) -> bool:
    """Return whether Slack refuses this token for good, and not whatever comes from here. `client`: the bot's."""
    return name in GONE and (name != UNKNOWN_TOKEN or _refusal(client) == "")


def _refusal(client: WebClient) -> str | None:
    """Return why Slack refuses the bot; empty: it does not; None: it cannot be asked."""
    try:
        client.auth_test()
    except SlackApiError as error:
        return name_of(error)
    except SLACK_AWAY:
        return None
    return ""


def forget(session: Session, row: StatusConnection, reason: str) -> None:
    """Delete a connection that Slack has ended, and tell its owner, unless they wanted just that."""
    if not status_connection.forget(session, row):
        return
    log.warning("Slack has ended a connection", extra={"user": row.slack_user_id, "reason": reason})
    if not row.is_ending:
        until = max(row.expirations, default=0) if row.is_shown else 0
        content = StatusDisconnected(reason=reason, shown_until=until)
        outbox.enqueue(session, row.slack_user_id, "status-disconnected", content.as_json(), open=False)


def register(bolt: App, services: Services, client: WebClient) -> None:
    """Have Bolt take the events. Each is news to look at, and no proof: who connected again stays connected."""

    def tokens_revoked(event: dict[str, Any]) -> None:
        for user_id in event["tokens"].get("oauth") or ():
            with services.database.session() as session:
                row = session.get(StatusConnection, user_id)
            reason = _reason(services, row, client) if row else None
            if row and reason:
                with services.database.session() as session:
                    forget(session, row, reason)

    def app_uninstalled() -> None:
        if _refusal(client) not in GONE:
            return
        with services.database.session() as session:
            for row in session.exec(select(StatusConnection)).all():
                forget(session, row, UNINSTALLED)

    bolt.event("tokens_revoked")(ack=acknowledge, lazy=[tokens_revoked])
    bolt.event("app_uninstalled")(ack=acknowledge, lazy=[app_uninstalled])


def _reason(services: Services, row: StatusConnection, client: WebClient) -> str | None:
    """Return why Slack refuses somebody's token; None: it does not, or cannot be asked."""
    try:
        SlackProfile(services.settings, services.cipher.decrypt(row.encrypted_token)).check()
    except SlackApiError as error:
        return name if is_final(name := name_of(error), client) else None
    except (*SLACK_AWAY, SecretUnreadable):
        return None
    return None
