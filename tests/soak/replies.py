"""What people read through response_urls, and which of it they may take for something new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from handlers.slack.late_answers import AGAIN
from tests.slack_stand_in import SlackStandIn, as_text


def read_from(slack: SlackStandIn) -> dict[str, list[str]]:
    """Return what came through each response_url; the same again in place of a message is one."""
    found = defaultdict[str, list[str]](list)
    for call in slack.called("response_url"):
        if call.error:
            continue
        body, said = call.arguments["body"], found[call.arguments["id"]]
        text = as_text(body)
        if not (body.get("replace_original") and said[-1:] == [text]):
            said.append(text)
    return dict(found)


def new(said: Sequence[str]) -> list[str]:
    """Return the answers that do not say that they may have been read before."""
    return [text for text in said if AGAIN not in text]
