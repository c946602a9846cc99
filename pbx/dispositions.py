"""Pure: why nobody answered a call, by what Asterisk says of the dialling and by the cause of the hangup (Q.850)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from pbx.facts import Disposition

UNAVAILABLE = (1, 3, 20, 27)  # unallocated, no route, subscriber absent, destination out of order
BUSY = (17, 21)  # busy, rejected
NO_ANSWER = (18, 19)


def reaches_nobody(cause: int) -> bool:
    """Return whether the cause is that there was nobody to talk to."""
    return cause in UNAVAILABLE + BUSY


def unanswered(statuses: AbstractSet[str], cause: int, *, rang: bool) -> Disposition:
    """Return why. `statuses`: DialStatus of the legs that were dialled; `rang`: one of them did."""
    if "NOANSWER" in statuses:
        return "no answer" if rang else "unavailable"
    if "BUSY" in statuses or cause in BUSY:
        return "busy"
    if "CANCEL" in statuses:
        return "cancelled"
    if "CHANUNAVAIL" in statuses or cause in UNAVAILABLE:
        return "unavailable"
    return "no answer" if cause in NO_ANSWER else "failed"
