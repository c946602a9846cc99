"""The poster's requests to Slack. Each raises SlackApiError, or what is in SLACK_AWAY."""

from __future__ import annotations

import copy

from slack_sdk import WebClient

from handlers.slack.blocks import SlackFile, SlackMessage
from models.outbox import OutboxMessage

AS_WRITTEN = "none"  # an edit's default is "client", which makes links and mentions of plain words
EVENT_TYPE = "switchhook_alert"
SEARCHED = 200  # of the latest messages of a channel
UPLOAD_SECONDS = 60  # how long the bytes of a file may take


def conversation_of(client: WebClient, channel: str) -> str:
    """Return the ID to post to: of a person, that of the direct message with them."""
    if channel[:1] not in ("U", "W"):
        return channel
    return str(client.conversations_open(users=channel)["channel"]["id"])


def post(client: WebClient, row: OutboxMessage, conversation: str, message: SlackMessage) -> tuple[str, str]:
    """Post a message, and return Slack's names for the channel and the message."""
    if message.file:
        return conversation, _upload(client, conversation, message.file)
    answer = client.chat_postMessage(
        channel=conversation,
        text=message.text,
        blocks=message.blocks,
        parse=AS_WRITTEN,
        metadata=_metadata(row),
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(answer["channel"]), str(answer["ts"])


def _upload(client: WebClient, conversation: str, file: SlackFile) -> str:
    """Upload a file, and return Slack's name for it; the message that shows it comes a little later."""
    patient = copy.copy(client)
    patient.timeout = UPLOAD_SECONDS
    answer = patient.files_upload_v2(
        channel=conversation,
        filename=file.name,
        title=file.title,
        file=file.content,
        alt_txt=file.alt_text,
    )
    return str(answer["files"][0]["id"])


def update(client: WebClient, channel: str, ts: str, message: SlackMessage) -> tuple[str, str]:
    """Edit a message, and return Slack's names for the channel and the message."""
    client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks, parse=AS_WRITTEN)
    return channel, ts


def find(client: WebClient, row: OutboxMessage, conversation: str, file: SlackFile | None) -> str | None:
    """Return the `ts` of the row's message, if Slack has it among the latest; of an upload, the file's id."""
    answer = client.conversations_history(channel=conversation, limit=SEARCHED, include_all_metadata=True)
    if file:
        shared = (each for message in answer["messages"] for each in message.get("files") or [])
        return next((str(each["id"]) for each in shared if each.get("name") == file.name), None)
    wanted = _metadata(row)
    return next((each["ts"] for each in answer["messages"] if each.get("metadata") == wanted), None)


def _metadata(row: OutboxMessage) -> dict[str, object]:
    """Return what the message is found by; another database may have posted there under the same id."""
    payload = {"delivery": row.id, "made_at": row.created_at.isoformat()}
    return {"event_type": EVENT_TYPE, "event_payload": payload}
