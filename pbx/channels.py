"""Pure: AMI messages about channels → facts about calls.

Asterisk has no calls, only channels. Each has a Uniqueid; the channels of one call have the same Linkedid, which is
the Uniqueid of the first of them, the caller's. When calls are joined, say by a transfer, the channels of one get the
Linkedid of the other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from pbx.ami_messages import Headers, value_of
from pbx.calls import Call, Leg
from pbx.facts import CallFact, OpenCall

RING, RINGING, UP = "4", "5", "6"  # ChannelState: a call that came in; its phone rings; answered
# Technologies of channels without a person at the end.
HELPERS = frozenset(("Local", "AsyncGoto", "Surrogate", "Message", "Snoop", "Announcer", "Recorder"))
DIAL_STATUSES = frozenset(("ANSWER", "BUSY", "NOANSWER", "CANCEL", "CHANUNAVAIL", "CONGESTION"))
MAX_CHANNELS = 20_000  # beyond, the Hangup of the oldest is taken for lost
MAX_ENDED = 5_000  # channels remembered after their end, so that a late message does not revive them


class Channels:
    """The channels that are up, and the calls they make. `at`: epoch seconds."""

    def __init__(self, is_managed: Callable[[str], bool], has_voicemail: Callable[[str], bool]) -> None:
        self._is_managed = is_managed
        self._has_voicemail = has_voicemail
        self._calls: dict[str, Call] = {}  # by Linkedid
        self._legs: dict[str, Leg] = {}  # by Uniqueid
        self._ended: OrderedDict[str, None] = OrderedDict()  # Uniqueids

    def adopt(self, calls: Iterable[OpenCall]) -> None:
        """Take calls as known, with what was reported of them. What is known already of a call stands."""
        self._calls = {known.linkedid: Call.restored(known) for known in calls} | self._calls

    def open_calls(self) -> list[OpenCall]:
        return [call.snapshot() for call in self._calls.values() if call.managed]

    def talking(self) -> frozenset[str]:
        """Return the endpoints whose channels are up: their calls were answered, by a person or a machine."""
        up = (endpoint_of(leg.channel) for leg in self._legs.values() if leg.is_up)
        return frozenset(endpoint for technology, endpoint in up if technology == "PJSIP")

    def resync(self, channels: Iterable[Headers], at: float) -> list[CallFact]:
        """Compare with the CoreShowChannel events of CoreShowChannels, asked for at `at`. Later news stands."""
        shown, facts = list(channels), list[CallFact]()
        uniqueids = {message.get("Uniqueid") for message in shown}
        for message in sorted(shown, key=lambda each: each.get("Uniqueid") != each.get("Linkedid")):
            known = message.get("Uniqueid") in self._legs
            facts += self.update(message, at if known else at - _age(message))
        for leg in list(self._legs.values()):
            if leg.joined < at and leg.uniqueid not in uniqueids:
                facts += self._end_leg(leg, at)
        for call in [each for each in self._calls.values() if not each.legs]:
            facts += self._calls.pop(call.linkedid).end(at)
        return facts

    def update(self, message: Headers, at: float) -> list[CallFact]:
        """Apply a Newchannel, Newstate, NewConnectedLine or CoreShowChannel, which have the same headers."""
        leg = self._legs.get(value_of(message, "Uniqueid")) or self._new_leg(message, at)
        if leg is None:
            return []
        facts = self._relink(leg, message, at)
        state = message.get("ChannelState")
        if state == RINGING:
            facts += leg.call.ring(leg, at)
        elif state == UP:
            leg.is_up = True
            facts += leg.call.answer(leg, at)
        return facts

    def dial_end(self, message: Headers, at: float) -> list[CallFact]:
        leg, status = self._legs.get(message.get("DestUniqueid", "")), message.get("DialStatus", "")
        if leg is None or status not in DIAL_STATUSES:
            return []
        caller = self._legs.get(message.get("Uniqueid", ""))
        if status == "ANSWER" and caller and caller.call is not leg.call:
            return self._pick_up(caller.call, leg, at)
        leg.call.dial_ended(leg, status, at)
        return []

    def hangup_request(self, message: Headers, _at: float) -> list[CallFact]:
        leg = self._legs.get(message.get("Uniqueid", ""))
        if leg and leg.is_caller:
            leg.call.caller_gives_up()
        return []

    def hangup(self, message: Headers, at: float) -> list[CallFact]:
        uniqueid = value_of(message, "Uniqueid")
        self._remember_ended(uniqueid)
        leg = self._legs.get(uniqueid)
        if leg is None:
            return []
        facts, call, exten = self._relink(leg, message, at), leg.call, value_of(message, "Exten")
        if leg.is_caller and call.shown is None and (self._is_managed(exten) or call.is_asked):
            call.dialled, call.managed = exten, True  # where the dialplan had led to
        if message.get("ChannelState") == UP and self._has_voicemail(exten):
            self._reach_mailbox(leg, exten)
        return facts + self._end_leg(leg, at, _cause(message), value_of(message, "Cause-txt"))

    def _reach_mailbox(self, leg: Leg, number: str) -> None:
        """Listening to one's own messages is no call: who does has the number's own phone, whatever number others claim."""
        is_untold = leg.is_caller and leg.call.shown is None and not leg.rang
        if is_untold and endpoint_of(leg.channel) == ("PJSIP", number):
            leg.call.managed = False
        leg.call.reach_mailbox(leg, number)

    def _new_leg(self, message: Headers, at: float) -> Leg | None:
        uniqueid, linkedid = value_of(message, "Uniqueid"), value_of(message, "Linkedid")
        if not uniqueid or not linkedid or uniqueid in self._ended:
            return None
        if len(self._legs) >= MAX_CHANNELS:
            self._end_leg(next(iter(self._legs.values())), at)
        call = self._calls.setdefault(linkedid, Call(linkedid))
        leg = Leg(uniqueid, value_of(message, "Channel"), call, at, is_caller=uniqueid == linkedid)
        self._identify(leg, message)
        call.join(leg)
        self._legs[uniqueid] = leg
        return leg

    def _identify(self, leg: Leg, message: Headers) -> None:
        """Name who is at the end of a leg: an extension by its endpoint, others, who share a trunk's, by number."""
        (technology, endpoint), call = endpoint_of(leg.channel), leg.call
        if leg.is_caller:
            call.dialled = value_of(message, "Exten")
            call.caller_name = value_of(message, "CallerIDName")
            call.originated = message.get("ChannelState") not in (RING, UP)
        if technology in HELPERS:
            return
        managed = self._is_managed(endpoint)
        call.managed = call.managed or managed
        number = value_of(message, "CallerIDNum") if leg.is_caller else call.dialled
        leg.party = endpoint if managed else number or endpoint

    def _relink(self, leg: Leg, message: Headers, at: float) -> list[CallFact]:
        """Move a channel whose Linkedid has changed to the call of that Linkedid."""
        target = self._calls.get(message.get("Linkedid", ""))
        return [] if target is None or target is leg.call else self._move(leg, target, at)

    def _move(self, leg: Leg, target: Call, at: float) -> list[CallFact]:
        source = leg.call
        facts = target.take_over(leg, at)
        if not source.legs:
            del self._calls[source.linkedid]
        return facts

    def _pick_up(self, call: Call, leg: Leg, at: float) -> list[CallFact]:
        """Add to a call the leg of a phone that took it from elsewhere. The call it made for that, to `*8`, is not reported."""
        self._move(leg, call, at)
        return call.answer(leg, at)

    def _remember_ended(self, uniqueid: str) -> None:
        self._ended[uniqueid] = None
        if len(self._ended) > MAX_ENDED:
            self._ended.popitem(last=False)

    def _end_leg(self, leg: Leg, at: float, cause: int = 0, cause_text: str = "") -> list[CallFact]:
        del self._legs[leg.uniqueid]
        call = leg.call
        facts = call.hang_up(leg, at, cause, cause_text)
        if not call.legs:
            self._calls.pop(call.linkedid, None)
        return facts


def endpoint_of(channel: str) -> tuple[str, str]:
    """Return technology and endpoint of a channel's name."""
    technology, _, rest = channel.partition("/")
    return technology, rest.rpartition("-")[0]


def _cause(message: Headers) -> int:
    """Return the Q.850 cause of a Hangup; 0 without one."""
    cause = message.get("Cause", "")
    return int(cause) if cause.isdecimal() and len(cause) < 4 else 0


def _age(message: Headers) -> float:
    """Return the seconds of a CoreShowChannel's `Duration: 00:01:05`."""
    parts = message.get("Duration", "").split(":")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts):
        return 0.0
    hours, minutes, seconds = map(int, parts)
    return hours * 3600.0 + minutes * 60 + seconds
