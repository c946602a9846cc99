"""Pure: what happens to the legs of a call → facts about the call.

The legs of a call are the channels with one Linkedid. The first, whose Uniqueid is that Linkedid, is the caller's; the
others were dialled for it. Channels without a person at the end (Local and the like) hold a call together, but are
no parties of it. A call ends when its last channel hangs up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.asked_calls import is_asked
from pbx.dispositions import reaches_nobody, unanswered
from pbx.facts import CallAnswered, CallEnded, CallFact, CallRinging, Disposition, OpenCall


@dataclass(slots=True)
class Leg:
    """One channel. `party`: the number of who is at its end, "" for a helper. `joined`: epoch seconds."""

    uniqueid: str
    channel: str
    call: Call
    joined: float
    party: str = ""
    is_caller: bool = False
    pending: bool = False  # being called, without result yet
    rang: bool = False
    answered: bool = False
    is_up: bool = False  # as Asterisk shows it, whoever is at the other end
    cause: int = 0
    cause_text: str = ""


@dataclass(slots=True)
class Call:
    """Times are epoch seconds. `managed`: one of our extensions takes part; other calls are not reported."""

    linkedid: str
    legs: dict[str, Leg] = field(default_factory=dict)  # by Uniqueid, those that have not hung up
    managed: bool = False
    originated: bool = False  # Asterisk rang the caller's own phone first
    caller: str = ""
    caller_name: str = ""
    dialled: str = ""
    first: Leg | None = None  # the caller's
    shown: Leg | None = None  # the callee's
    rang_at: float | None = None
    rang_until: float | None = None
    answered_at: float | None = None
    left_at: float | None = None  # when the last phone that had answered hung up
    up_at: float | None = None  # when the caller's channel was answered, by whomever
    cancelled: bool = False
    mailbox: str = ""  # the number whose mailbox took the call
    recorded: Leg | None = None  # what was led to it
    statuses: set[str] = field(default_factory=set)  # DialStatus of the legs that were dialled
    # Phones reported as ringing: a queue rings them again and again.
    rung: set[str] = field(default_factory=set)

    @classmethod
    def restored(cls, known: OpenCall) -> Call:
        call = cls(known.linkedid, managed=True, caller=known.caller, caller_name=known.caller_name)
        call.dialled, call.rang_at, call.answered_at = known.callee, known.rang_at, known.answered_at
        if known.channel:
            rang, answered = known.rang_at is not None, known.answered_at is not None
            call.shown = Leg("", known.channel, call, 0.0, known.callee, rang=rang, answered=answered)
        return call

    def snapshot(self) -> OpenCall:
        return OpenCall(
            linkedid=self.linkedid,
            caller=self.caller,
            caller_name=self.caller_name,
            callee=self.callee,
            channel=self.shown.channel if self.shown else "",
            rang_at=self.rang_at,
            answered_at=self.answered_at,
        )

    @property
    def callee(self) -> str:
        if self.reached_mailbox:
            return self.mailbox
        if self.shown:
            return self.shown.party
        if self.is_asked and self.up_at is not None:
            return self.dialled
        return self.first.party if self.first and self.originated else self.dialled

    @property
    def is_asked(self) -> bool:
        return is_asked(self.linkedid)

    @property
    def reached_mailbox(self) -> bool:
        return bool(self.mailbox) and self.answered_at is None

    @property
    def taken_at(self) -> float | None:
        """When the call was answered: by a phone if one was dialled, else by a machine."""
        return self.answered_at if self.shown else self.up_at

    def join(self, leg: Leg) -> None:
        self.legs[leg.uniqueid] = leg
        if leg.is_caller:
            self.first, self.caller = leg, leg.party or self.caller
        elif leg.party:
            leg.pending = True
            self._show_first(leg)

    def _show_first(self, leg: Leg) -> None:
        if self.shown is None:
            self.shown = leg
        elif self.shown.channel == leg.channel:  # of a restored call: what it did is reported already
            leg.rang, leg.answered = self.shown.rang, self.shown.answered
            self.shown = leg

    def ring(self, leg: Leg, at: float) -> list[CallFact]:
        if leg.rang or leg.answered or not leg.party:
            return []
        leg.rang = True
        if not leg.is_caller:
            self.rang_at = at if self.rang_at is None else self.rang_at
            if self.shown is None or not (self.shown.rang or self.shown.answered):
                self.shown = leg
        if not self.managed or leg.party in self.rung:
            return []
        self.rung.add(leg.party)
        return [self._ringing(leg, at)]

    def _ringing(self, leg: Leg, at: float) -> CallRinging:
        """Name no caller for the caller's own phone, which rings first in a call that Asterisk originates.

        Of a call that they asked for themselves, they are it.
        """
        is_nobodys = leg.is_caller and not self.is_asked
        caller, name = ("", "") if is_nobodys else (self.caller, self.caller_name)
        return CallRinging(
            at=at,
            linkedid=self.linkedid,
            caller=caller,
            caller_name=name,
            callee=leg.party,
            channel=leg.channel,
        )

    def answer(self, leg: Leg, at: float) -> list[CallFact]:
        leg.pending = False
        if leg.is_caller:
            self.up_at = at if self.up_at is None else self.up_at
        elif leg.party and not leg.answered:
            leg.answered, self.left_at = True, None
            if self.answered_at is None:  # else the call was passed on
                self.answered_at, self.shown = at, leg
                return [self._answered(leg, at)] if self.managed else []
        return []

    def _answered(self, leg: Leg, at: float) -> CallAnswered:
        return CallAnswered(
            at=at,
            linkedid=self.linkedid,
            caller=self.caller,
            callee=leg.party,
            channel=leg.channel,
            rang=self._rang(at),
        )

    def dial_ended(self, leg: Leg, status: str, at: float) -> None:
        self.statuses.add(status)
        self._stop_calling(leg, at)

    def caller_gives_up(self) -> None:
        """Count the call as cancelled if somebody is being called; later, it has failed already."""
        if self.is_asked and self.up_at is None:
            return  # their own phone, which rings, refuses
        calling = any(leg.pending for leg in self.legs.values())
        if self.taken_at is None and (calling or not self.statuses):
            self.cancelled = True

    def reach_mailbox(self, leg: Leg, number: str) -> None:
        """Note that an answered channel ends at the dialplan of a number with a mailbox. What is called has no dialplan."""
        if self.answered_at is None and not self.cancelled and (leg.is_caller or not leg.party):
            self.mailbox, self.recorded = number, leg

    def hang_up(self, leg: Leg, at: float, cause: int, cause_text: str) -> list[CallFact]:
        leg.cause, leg.cause_text = cause, cause_text
        self._stop_calling(leg, at)
        return self.leave(leg, at)

    def leave(self, leg: Leg, at: float) -> list[CallFact]:
        """Remove a leg that has hung up or belongs to another call now."""
        self.legs.pop(leg.uniqueid, None)
        if leg.answered and not any(each.answered for each in self.legs.values()):
            self.left_at = at
        return [] if self.legs else self.end(at)

    def take_over(self, leg: Leg, at: float) -> list[CallFact]:
        """Add a leg of another call, which ends if it was the last of it."""
        other, leg.call, leg.is_caller = leg.call, self, False
        self.legs[leg.uniqueid] = leg
        self.managed = self.managed or other.managed
        if leg.answered:
            self.left_at = None
        return other.leave(leg, at)

    def end(self, at: float) -> list[CallFact]:
        leg = self.recorded if self.reached_mailbox else self.shown
        return [self._ended(at, leg or self.first)] if self.managed else []

    def _stop_calling(self, leg: Leg, at: float) -> None:
        if leg.pending and leg.rang:
            self.rang_until = at
        leg.pending = False

    def _rang(self, until: float) -> float:
        return 0.0 if self.rang_at is None else _seconds(self.rang_at, until)

    def _ended(self, at: float, leg: Leg | None) -> CallEnded:
        last = leg if leg and leg.call is self else self.first  # the callee may talk on in another call
        return CallEnded(
            at=at,
            linkedid=self.linkedid,
            caller=self.caller if self.shown or self.is_asked or not self.originated else "",
            callee=self.callee,
            channel=leg.channel if leg else "",
            disposition=self._disposition(last.cause if last else 0),
            cause=last.cause if last else 0,
            cause_text=last.cause_text if last else "",
            rang=self._rang(self.answered_at or self.rang_until or at),
            talked=0.0
            if self.taken_at is None or self.reached_mailbox
            else _seconds(self.taken_at, self.left_at or at),
        )

    def _disposition(self, cause: int) -> Disposition:
        if self.reached_mailbox:
            return "voicemail"
        # A call that was asked for is up before anybody is called.
        is_nobodys = self.is_asked and self.shown is None and reaches_nobody(cause)
        if self.taken_at is not None and not is_nobodys:
            return "answered"
        return (
            "cancelled" if self.cancelled else unanswered(self.statuses, cause, rang=self.rang_at is not None)
        )


def _seconds(since: float, until: float) -> float:
    """Return seconds rounded to milliseconds; 0 when messages came out of order."""
    return round(max(0.0, until - since), 3)
