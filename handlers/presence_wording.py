"""Pure: hints and who watches them in plain words, for Slack and the command line alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from models.words import some
from pbx.hint_states import Hint, HintState, Presence

MAX_WATCHERS = 10  # of one hint among many
MAX_WATCHERS_ALONE = 60
EMOJI = {
    HintState.IDLE: "🟢",
    HintState.RINGING: "🔔",
    HintState.IN_USE: "🔴",
    HintState.RINGING_IN_USE: "🔔",
    HintState.BUSY: "🔴",
    HintState.ON_HOLD: "⏸️",
    HintState.UNAVAILABLE: "⚫",
    HintState.UNKNOWN: "❔",
}


def lamp(hint: Hint, most: int = MAX_WATCHERS) -> str:
    """Return `🟢 idle, watched by 102, 103` and its like, with so many watchers at most."""
    return f"{EMOJI[hint.state]} {hint.state}, watched by {some(hint.watchers, most) or 'nobody'}"


def headline(found: Presence) -> str:
    """Return `5 hints: 3 idle, 2 unavailable; 1 watched`."""
    if not found.hints:
        return "Asterisk has no hint, so busy lamps (BLF) show nothing"
    states = Counter(hint.state for hint in found.hints)
    counts = ", ".join(f"{states[state]} {state}" for state in HintState if states[state])
    watched = sum(bool(hint.watchers) for hint in found.hints)
    hints = "1 hint" if len(found.hints) == 1 else f"{len(found.hints)} hints"
    return f"{hints}: {counts}; {watched} watched"


def lines(found: Presence, number: str | None, *, with_devices: bool = True) -> list[str]:
    """Return `102 (Bob): 🟢 idle, watched by 103 · PJSIP/102 in from-internal` and its like, one for each hint.

    Of one number all who watch it are named, and what its own phones watch. `with_devices`: with what its state comes
    from, and the context, which are the administrator's dialplan.
    """
    most = MAX_WATCHERS_ALONE if number else MAX_WATCHERS
    hints = [
        f"{_label(hint, found.names)}: {lamp(hint, most)}{_place(hint) if with_devices else ''}"
        for hint in found.hints
    ]
    return [*hints, _watched(found, number)] if number else hints


def _place(hint: Hint) -> str:
    return f" · {hint.devices} in {hint.context}"


def _watched(found: Presence, number: str) -> str:
    watched = some([_label(hint, found.names) for hint in found.watched], MAX_WATCHERS_ALONE)
    return f"The phones of {number} watch {watched or 'nothing'}."


def _label(hint: Hint, names: Mapping[str, str]) -> str:
    return f"{hint.number} ({names[hint.number]})" if hint.number in names else hint.number
