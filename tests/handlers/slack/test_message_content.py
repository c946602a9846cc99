"""What all kinds of messages have in common."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import ValidationError

from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MESSAGE_FAULTS, MessageContent


class Note(MessageContent):
    kind: ClassVar[str] = "note"
    words: str
    times: int = 1

    def render(self) -> SlackMessage:
        return SlackMessage(self.words)


def test_the_outbox_keeps_the_kind_and_the_fields_that_are_set() -> None:
    assert Note(words="hi").as_json() == {"kind": "note", "words": "hi"}
    assert Note(words="hi", times=2, text_alone=True).as_json() == {
        "kind": "note", "words": "hi", "times": 2, "text_alone": True,
    }  # fmt: skip


def test_a_message_that_slack_refuses_goes_on_as_text_alone_and_then_no_more() -> None:
    simpler, reason = Note(words="hi").simpler("invalid_blocks") or (None, "")
    assert simpler == Note(words="hi", text_alone=True)
    assert reason == "Slack refused a message's blocks (invalid_blocks)"
    assert Note(words="hi", text_alone=True).simpler("invalid_blocks") is None


def test_invalid_content_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        Note.model_validate({"words": ["secret"]})
    assert "secret" not in str(caught.value)


def test_the_names_of_faults_are_slacks() -> None:
    """As https://docs.slack.dev/reference/methods/chat.postMessage has them."""
    assert sorted(MESSAGE_FAULTS) == [
        "invalid_arguments", "invalid_blocks", "invalid_blocks_format", "invalid_metadata_format", "metadata_too_large",
        "msg_blocks_too_long", "msg_too_long", "no_text",
    ]  # fmt: skip
