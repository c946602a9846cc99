"""Pure: the facts that events are translated into. Times are epoch seconds.

Each is frozen and complete: nobody needs to look up what it refers to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.event import EventKind

Reason = Literal["left", "expired", "unreachable", "locked out"]
Disposition = Literal["answered", "voicemail", "no answer", "busy", "cancelled", "unavailable", "failed"]
LoginReason = Literal["wrong secret", "unknown account", "address not allowed"]


@dataclass(frozen=True, kw_only=True)
class PhoneFact:
    """`at`: when it happened, epoch seconds; it may be reported a little later."""

    at: float
    number: str
    address: str
    port: int


@dataclass(frozen=True, kw_only=True)
class PhoneRegistered(PhoneFact):
    """Asterisk's events have no user agent: it is "" unless Asterisk was asked."""

    user_agent: str = ""
    round_trip_ms: float | None = None


@dataclass(frozen=True, kw_only=True)
class PhoneUnregistered(PhoneFact):
    """`left`: it logged out, or was gone at a resync, which does not show why.

    `locked out`: its extension was disabled or deleted, or has a new secret.
    """

    reason: Reason


@dataclass(frozen=True, kw_only=True)
class PhoneMoved(PhoneFact):
    """The phone of an extension logged in from elsewhere, in place of the old one."""

    user_agent: str = ""
    old_address: str
    old_port: int


RegistrationFact = PhoneRegistered | PhoneUnregistered | PhoneMoved


@dataclass(frozen=True, kw_only=True)
class CallRinging:
    """A phone rings; reported once per call. `channel`: the leg that rings. `at`: epoch seconds, here as below."""

    at: float
    linkedid: str
    caller: str
    caller_name: str
    callee: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class CallAnswered:
    """The first phone to take a call. `rang`: seconds since the first phone rang."""

    at: float
    linkedid: str
    caller: str
    callee: str
    channel: str
    rang: float


@dataclass(frozen=True, kw_only=True)
class CallEnded:
    """`callee` answered, or was rung first, or is the dialled number; `channel`, `cause` and its text are that leg's.

    `rang` and `talked` are seconds. A machine that takes a call (an announcement, say) counts as an answer only if no
    phone was dialled, and is not reported as CallAnswered. `voicemail`: no phone took it, and the mailbox of an
    extension did; `callee` and `channel` are then of who has the mailbox, and of the channel that was led to it.
    """

    at: float
    linkedid: str
    caller: str
    callee: str
    channel: str
    disposition: Disposition
    cause: int
    cause_text: str
    rang: float
    talked: float


CallFact = CallRinging | CallAnswered | CallEnded


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """A call that has not ended, with all that is needed to adopt it after a restart. Times are epoch seconds."""

    linkedid: str
    caller: str
    caller_name: str = ""
    callee: str = ""
    channel: str = ""
    rang_at: float | None = None
    answered_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class LoginFailed:
    """One attempt. `account` is what the other side claimed to be. `at`: epoch seconds."""

    at: float
    account: str
    address: str
    reason: LoginReason


Fact = CallFact | RegistrationFact | LoginFailed

# The kinds of their rows
KINDS: dict[type, EventKind] = {
    PhoneRegistered: EventKind.REGISTERED,
    PhoneUnregistered: EventKind.UNREGISTERED,
    PhoneMoved: EventKind.MOVED,
    CallRinging: EventKind.RINGING,
    CallAnswered: EventKind.ANSWERED,
    CallEnded: EventKind.ENDED,
    LoginFailed: EventKind.LOGIN_FAILED,
}
