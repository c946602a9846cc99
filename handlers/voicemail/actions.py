"""The button below a voicemail in Slack, for its owner alone."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.slack import blocks, done_copies
from handlers.slack.blocks import SlackMessage
from handlers.slack.done import already
from handlers.slack.replies import acknowledge, reply_to
from handlers.voicemail.delivery import subject
from handlers.voicemail.messages import HEARD
from models.actor import Actor
from models.extension import Extension
from models.voicemail_message import VoicemailMessage
from pbx import heard_messages
from pbx.errors import Refusal
from pbx.services import Services

MARKED = "Marked as heard: your phone's message lamp goes out if there are no others."


def register(bolt: App, services: Services) -> None:
    """Register the button with Bolt."""

    def press(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        reply_to(client, body, lambda: heard(services, body["user"]["id"], action["value"]))

    bolt.action(HEARD)(ack=acknowledge, lazy=[press])


def heard(services: Services, user_id: str, row_id: str) -> SlackMessage:
    """Mark a message as heard, and return what its owner reads. Raises as mark_heard()."""
    mark_heard(services, user_id, row_id)
    return blocks.plain(MARKED)


def mark_heard(services: Services, user_id: str, row_id: str) -> None:
    """Mark a user's message as heard, in Slack, too. Raises Refusal, AsteriskUnavailable, SQLAlchemyError."""
    row, number = _message_of(services, user_id, row_id)
    with services.database.session() as session:
        if done := done_copies.who_did(session, subject(row.id)):
            raise already("that message is marked as heard already", done)
    heard_messages.mark_heard(services.settings, row.mailbox, row.message_id, number)
    with services.database.session() as session:
        done_copies.settle(
            session, subject(row.id), done_copies.done_by(Actor.slack(user_id), "marked as heard")
        )


def _message_of(services: Services, user_id: str, row_id: str) -> tuple[VoicemailMessage, str]:
    """Return a user's own message and the number that it was left at. Raises Refusal."""
    with services.database.session() as session:
        row = session.get(VoicemailMessage, int(row_id)) if re.fullmatch("[0-9]{1,9}", row_id) else None
        if row is None or row.slack_user_id != user_id:
            raise Refusal("that message is not known any more: hear your messages on the phone")
        extension = session.get(Extension, row.extension_id)
        if extension is None:
            raise Refusal("its extension was deleted, and the mailbox with it")
        if not extension.voicemail_enabled:
            raise Refusal(f"{extension.number} has no voicemail any more, and no message lamp for it")
    return row, extension.number
