"""Every refusal that can be made of hostile words, by its name."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.slack import messages, refusals
from handlers.slack.blocks import SlackMessage
from pbx.errors import Refusal
from tests.handlers.slack.row_strategies import EXTENSIONS, MENTIONS, REASON, USERS, words

REFUSALS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "refusals.did_you_mean": st.builds(
        refusals.did_you_mean,
        words(4000, 1),
        st.just("create <number> <name>"),
        st.just("a new extension; `create 101 Alice`"),
        st.none() | words(4000, 1).map("create {}".format),
    ),
    "refusals.no_such_command": st.builds(refusals.no_such_command, words(4000, 1), words(4000, 1)),
    "messages.refusal": REASON.map(messages.refusal),
    "refusals.shown": REASON.map(Refusal).map(refusals.shown),
    "refusals.with_look_up": REASON.map("{}: see /ext list".format).map(Refusal).map(refusals.with_look_up),
    "refusals.choices": st.builds(
        refusals.choices,
        REASON,
        st.lists(EXTENSIONS, min_size=1, max_size=30, unique_by=lambda row: row.number),
        st.sampled_from(("status", "disable")),
        words(2500),
    ),
    "refusals.without_extension": USERS.map(refusals.without_extension),
    "refusals.unreachable": st.builds(refusals.unreachable, USERS, st.just("is a bot")),
    "refusals.locked": st.builds(refusals.locked, REASON, st.lists(MENTIONS, max_size=9), USERS),
}
