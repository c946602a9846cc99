"""Messages as people see them."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent
from tests.factories import NOON
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_length, check_message
from tests.slack_stand_in.obeyed import obeyed

EVIL = (
    "<!channel> & <https://evil.example|Bob> *evil* _evil_ :evil: `evil`" * 3
)  # the longest name has 255 characters
NOON_SHOWN = f"<!date^{NOON:.0f}^{{time}}|{datetime.fromtimestamp(NOON):%H:%M}>"


def seen(content: MessageContent) -> str:
    """Return what people see, after Slack has found nothing wrong with it."""
    return seen_message(content.as_posted())


def seen_message(message: SlackMessage) -> str:
    check_message({"text": message.text, "blocks": message.blocks})
    check_length(message.blocks)
    return as_text({"text": message.text, "blocks": message.blocks})


def assert_harmless(content: MessageContent) -> None:
    """EVIL is shown, and not obeyed."""
    message = content.as_posted()
    assert "<!channel> & <https:" in seen_message(message)
    done = obeyed({"text": message.text, "blocks": message.blocks, "parse": "none"})
    assert [each for each in done if re.match("!channel|https:|[*_~`:]evil", each)] == []
