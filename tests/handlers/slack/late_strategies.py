"""Answers that come by direct message, of hostile words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from handlers.slack import asked, late_answers, list_messages, messages, windows
from handlers.slack.blocks import SlackMessage
from handlers.slack.late_answers import LateAnswer
from handlers.slack.message_content import MessageContent
from handlers.slack.stored_answer import StoredAnswer
from tests.handlers.slack.row_strategies import IDS, REASON, STATUSES, TIMES, many, words

PAYLOADS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict, command=st.just("/ext"), text=words(4000)
) | words(300, 1).map(lambda label: {"actions": [{"text": {"text": label}}]})
STORED = st.builds(
    lambda payload, shown: StoredAnswer(
        user_id="U0ADA", asked=asked.answer_to(payload), text=shown.text, blocks=shown.blocks
    ),
    PAYLOADS,
    st.builds(list_messages.listing, many(STATUSES, 30), words(4000)) | REASON.map(messages.refusal),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
LATE_CONTENTS: dict[str, st.SearchStrategy[MessageContent]] = {
    "late_answer": st.builds(
        LateAnswer,
        request=IDS,
        at=TIMES,
        why=st.sampled_from(("", windows.CLOSED, windows.UNSHOWN)),
        is_again=st.booleans(),
        answer=st.none() | STORED,
    )
}
LATE_ANSWERS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "late_answers.by_direct_message": st.builds(late_answers.by_direct_message, STORED, MOMENTS),
    "late_answers.as_of_then": st.builds(late_answers.as_of_then, STORED, MOMENTS),
    "late_answers.once_more": STORED.map(lambda each: late_answers.once_more(each.message)),
    "late_answers.of_gone": STORED.map(lambda each: late_answers.of_gone(each).message),
}
