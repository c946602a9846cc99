"""Messages as people see them."""

from __future__ import annotations

from datetime import datetime

from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent
from tests.factories import NOON
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_length, check_message

EVIL = "<!channel> & <https://evil.example|Bob>" * 6  # 234 characters; the longest name has 255
NOON_SHOWN = f"<!date^{NOON:.0f}^{{time}}|{datetime.fromtimestamp(NOON):%H:%M}>"


def seen(content: MessageContent) -> str:
    """Return what people see, after Slack has found nothing wrong with it."""
    return seen_message(content.render())


def seen_message(message: SlackMessage) -> str:
    check_message({"text": message.text, "blocks": message.blocks})
    check_length(message.blocks)
    return as_text({"text": message.text, "blocks": message.blocks})


def assert_harmless(content: MessageContent) -> None:
    """EVIL is shown, and not obeyed."""
    message = content.render()
    seen_message(message)
    sources = [message.text, *(text["text"] for block in message.blocks for text in _texts(block))]
    assert any("&lt;!channel&gt; &amp; &lt;https:" in source for source in sources)
    assert not any("<!channel>" in source or "<https:" in source for source in sources)


def _texts(block: dict[str, object]) -> list[dict[str, str]]:
    return block.get("elements") or [block["text"]]  # type: ignore[return-value]
