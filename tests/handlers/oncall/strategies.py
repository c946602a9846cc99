"""Every message about a Slack status that can be made of hostile rows, by its name."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from handlers.oncall import messages
from handlers.oncall.messages import StatusDisconnected
from handlers.slack.blocks import SlackMessage
from handlers.slack.message_content import MessageContent
from tests.handlers.slack.row_strategies import NUMBERS, words

MOMENTS = st.floats(1.7e9, 1.9e9).map(lambda at: datetime.fromtimestamp(at, UTC))
STATUS_CONTENTS: dict[str, st.SearchStrategy[MessageContent]] = {
    "status_disconnected": st.builds(StatusDisconnected, reason=words(100), shown_until=st.integers(1, 2**31))
}
STATUS_ANSWERS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "messages.ask": words(600).map(messages.ask),
    "messages.shown": st.builds(
        messages.shown, st.none() | MOMENTS, st.lists(NUMBERS, max_size=30), st.booleans()
    ),
    "messages.disconnected": st.booleans().map(messages.disconnected),
    "messages.disconnecting": st.builds(messages.disconnecting),
}
