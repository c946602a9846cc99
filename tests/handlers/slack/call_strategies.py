"""Calls that somebody asks for, as hostile as they come."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.calls.messages import CallAsked
from models.event import EventKind
from tests.handlers.slack.row_strategies import NUMBERS, words

STATES = (EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)
ASKED = st.builds(
    CallAsked,
    number=NUMBERS,
    exten=words(40, 1),
    name=words(80),
    state=st.sampled_from(STATES),
    is_mine=st.booleans(),
    at=st.floats(1.7e9, 1.9e9),
    disposition=words(32),
    talked_seconds=st.floats(0, 1e6),
)
