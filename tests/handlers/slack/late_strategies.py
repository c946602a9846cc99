"""Answers that come by direct message, of hostile words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from handlers.slack import asked, list_messages, messages
from handlers.slack.stored_answer import StoredAnswer
from tests.handlers.slack.row_strategies import REASON, STATUSES, many, words

PAYLOADS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict, command=st.just("/ext"), text=words(4000)
) | words(300, 1).map(lambda label: {"actions": [{"text": {"text": label}}]})
LATE = st.builds(
    lambda payload, at, shown: StoredAnswer(
        user_id="U0ADA", head=asked.answer_to(payload, at), text=shown.text, blocks=shown.blocks
    ),
    PAYLOADS,
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.builds(list_messages.listing, many(STATUSES, 30), words(4000)) | REASON.map(messages.refusal),
)
