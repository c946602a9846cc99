"""Calls made of legs, and the facts that are expected of them."""

from __future__ import annotations

from typing import Any

from pbx.calls import Call, Leg
from pbx.facts import CallAnswered, CallEnded, CallRinging, Disposition

ALICE, BOB, CAROL = "PJSIP/101-0a", "PJSIP/102-0b", "PJSIP/103-0c"


def leg(call: Call, channel: str, party: str = "", *, is_caller: bool = False, at: float = 0) -> Leg:
    made = Leg(channel, channel, call, at, party, is_caller)
    call.join(made)
    return made


def dialled() -> Call:
    """Return a call of 101 (Alice), who has dialled 102."""
    made = Call("1.0", managed=True, caller_name="Alice", dialled="102")
    leg(made, ALICE, "101", is_caller=True)
    return made


def ringing(at: float, channel: str = BOB, callee: str = "102") -> CallRinging:
    return CallRinging(
        at=at, linkedid="1.0", caller="101", caller_name="Alice", callee=callee, channel=channel
    )


def answered(at: float, rang: float) -> CallAnswered:
    return CallAnswered(at=at, linkedid="1.0", caller="101", callee="102", channel=BOB, rang=rang)


def ended(at: float, disposition: Disposition = "failed", **more: Any) -> CallEnded:
    values: dict[str, Any] = {
        "caller": "101", "callee": "102", "channel": BOB, "cause": 0, "cause_text": "", "rang": 0.0, "talked": 0.0,
    }  # fmt: skip
    return CallEnded(at=at, linkedid="1.0", disposition=disposition, **values | more)


def end(call: Call, at: float, cause: int = 0) -> CallEnded:
    """Everybody hangs up."""
    facts = [fact for each in list(call.legs.values()) for fact in call.hang_up(each, at, cause, "why")]
    (fact,) = facts
    assert isinstance(fact, CallEnded)
    return fact
