"""Pure: what people read who may not do what they asked for, or asked in a way that needs an answer of its own."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.slack import messages
from handlers.slack.blocks import SlackMessage, escape, section
from pbx.errors import Refusal, SwitchhookError

MOST_NAMED = 3  # admins whom a refusal names


class RefusalWithMessage(Refusal):
    """A refusal that is shown as this message; its words alone stand where a sentence fits only, such as at a field."""

    def __init__(self, words: str, message: SlackMessage) -> None:
        super().__init__(words)
        self.message = message


def shown(error: SwitchhookError) -> SlackMessage:
    """Return how a failure is shown."""
    return error.message if isinstance(error, RefusalWithMessage) else messages.refusal(str(error))


def not_permitted(
    deed: str, admins: Sequence[str], user_id: str, *, owned: str | None = None
) -> RefusalWithMessage:
    """Return the refusal of `deed`, such as “create extensions”. `owned`: the number whose owner may do it, too."""
    who = f"phone admins and the owner of {owned}" if owned else "phone admins"
    words = f"Only {who} can {deed}"
    return RefusalWithMessage(words[0].lower() + words[1:], locked(words, admins, user_id))


def locked(words: str, admins: Sequence[str], user_id: str) -> SlackMessage:
    """Say who may do it, and whom to ask; `admins`: mentions. Where there are none, what makes somebody an admin."""
    if admins:
        *others, last = admins[:MOST_NAMED]
        ask = f"Ask {', '.join(others)} or {last}." if others else f"Ask {last}."
    else:
        ask = (
            "Nobody is one yet: whoever runs Switchhook makes you one by your member ID in SLACK_ADMINS, "
            f"`{escape(user_id)}`."
        )
    text = f"🔒 {escape(words)}. {ask}"
    return SlackMessage(text, [section(text)])
