"""An extension to show, and a message as people see it."""

from __future__ import annotations

from handlers.slack.blocks import SlackMessage
from models.extension import Extension, State
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_message


def extension(
    number: int = 101, name: str = "Alice", state: State = State.LIVE, reason: str | None = None
) -> Extension:
    return Extension(
        number=str(number),
        name=name,
        encrypted_secret="encrypted",
        codecs=["ulaw"],
        state=state,
        reason=reason,
    )


def shown(message: SlackMessage) -> str:
    body = {"text": message.text, "blocks": message.blocks}
    check_message(body)
    return as_text(body)
