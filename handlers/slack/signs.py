"""Pure: the sign of an extension's state, the same in lists, answers and App Home."""

from __future__ import annotations

from models.extension import State
from pbx.answers import Status

SIGNS = {
    "🟢": "registered",
    "⚫": "offline",
    "❔": "not known right now",
    "🚫": "disabled",
    "🕓": "not live yet",
    "❌": "refused",
}

# A sign is never alone where a person reads it on a page: what a screen reader says, and who sees no colours.
WORDS = {
    "🟢": "Registered",
    "⚫": "Offline",
    "📞": "In a call",
    "❔": "Not known right now",
    "🚫": "Disabled",
    "🕓": "Not live yet",
    "❌": "Refused",
}


def sign(
    enabled: bool, state: State, *, is_known: bool, is_registered: bool, is_talking: bool = False
) -> str:
    """Return the sign that says most; what Asterisk does not have as it should be comes first.

    `is_known`: whether what follows is. A phone that was disabled may still be let in until Asterisk follows.
    """
    if state is not State.LIVE:
        return "❌" if state is State.FAILED else "🕓"
    if not enabled:
        return "🚫"
    if not is_known:
        return "❔"
    if is_talking:
        return "📞"
    return "🟢" if is_registered else "⚫"


def light(found: Status) -> str:
    """Return the sign of an extension's state, as far as Asterisk says."""
    row = found.extension
    return sign(row.enabled, row.state, is_known=not found.error, is_registered=found.registered)
