"""Pure: AMI messages → facts about phones and calls. No socket, no clock, no database, no thread.

Feed every message to a Translator in the order in which it came, call tick() about twice a second, and resync()
after a connection was lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pbx.calls import Call, Leg
from pbx.facts import Fact, LoginFailed, LoginReason, OpenCall, PhoneRegistered
from pbx.registrations import Registrations

Headers = Mapping[str, str]
Handler = Callable[[Headers, float], Sequence[Fact]]

LOGIN_REASONS: dict[str, LoginReason] = {
    "ChallengeResponseFailed": "wrong secret",
    "InvalidAccountID": "unknown account",
    "FailedACL": "address not allowed",
}
# For the action Filter. NewConnectedLine is how a channel's new Linkedid shows after a transfer, HangupRequest how
# a caller who gives up differs from a dialplan that ends, SuccessfulAuth how a logout differs from an expiry.
EVENTS_WANTED = (
    "ContactStatus",
    "SuccessfulAuth",
    *LOGIN_REASONS,
    "Newchannel",
    "Newstate",
    "NewConnectedLine",
    "DialEnd",
    "HangupRequest",
    "Hangup",
)
RING, RINGING, UP = "4", "5", "6"  # ChannelState: a call that came in; its phone rings; answered
HELPERS = frozenset(("Local", "AsyncGoto", "Surrogate", "Message", "Snoop", "Announcer", "Recorder"))
DIAL_STATUSES = frozenset(("ANSWER", "BUSY", "NOANSWER", "CANCEL", "CHANUNAVAIL", "CONGESTION"))
ATTEMPT_SECONDS = 1.0  # one login makes up to two events of a kind, milliseconds apart
MOST_OPEN = 20_000  # channels; beyond, the oldest is taken for one whose Hangup was lost
MOST_GONE = 5_000  # channels remembered after their end, so that a late message does not revive them
MOST_ATTEMPTS = 1_000
LONGEST = 255  # characters kept of any value
LAST_SECOND = 253_402_300_800.0  # the year 10000


class Translator:
    """What is known of phones and calls; feed() says what is new. Times are epoch seconds.

    `is_managed` says whether a number is one of our extensions: calls without one, and other phones, give no facts.
    A message's `Timestamp` counts, if Asterisk sends one; the `at` of the listener is then put right by the
    difference.
    """

    def __init__(self, is_managed: Callable[[str], bool]) -> None:
        self._is_managed = is_managed
        self._registrations = Registrations(is_managed)
        self._calls: dict[str, Call] = {}  # by Linkedid
        self._legs: dict[str, Leg] = {}  # by Uniqueid
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._attempts: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._ahead = 0.0  # Asterisk's clock before the listener's
        self._handlers: dict[str | None, Handler] = {
            "Newchannel": self._channel,
            "Newstate": self._channel,
            "NewConnectedLine": self._channel,
            "DialEnd": self._dial_end,
            "HangupRequest": self._hangup_request,
            "Hangup": self._hangup,
            "ContactStatus": self._registrations.contact_status,
            "SuccessfulAuth": self._registrations.authenticated,
            **dict.fromkeys(LOGIN_REASONS, self._login_failed),
        }

    def feed(self, message: Headers, at: float) -> list[Fact]:
        """The facts of one message that came at `at`. Never raises, whatever is in it."""
        handler = self._handlers.get(message.get("Event"))
        if handler is None:
            return []
        return list(handler(message, self._time(message, at)))

    def tick(self, at: float) -> list[Fact]:
        """The facts that had to wait for what might have come after them."""
        return [*self._registrations.tick(at + self._ahead)]

    def adopt(self, phones: Iterable[PhoneRegistered] = (), calls: Iterable[OpenCall] = ()) -> None:
        """Takes them as known and told, say from the database after a restart; resync() next."""
        self._registrations.adopt(phones)
        self._calls |= {known.linkedid: Call.restored(known) for known in calls}

    def registered(self) -> list[PhoneRegistered]:
        return self._registrations.online()

    def open_calls(self) -> list[OpenCall]:
        return [call.snapshot() for call in self._calls.values() if call.managed]

    def forget(self, number: str) -> None:
        """The extension was deleted: its phones are no longer of interest."""
        self._registrations.forget(number)

    def lock_out(self, number: str, at: float) -> None:
        """Asterisk was made to forget its phones at that moment, by the listener's clock."""
        self._registrations.lock_out(number, at + self._ahead)

    def resync(self, contacts: Iterable[Headers], channels: Iterable[Headers], at: float) -> list[Fact]:
        """What was missed, from PJSIPShowContacts' ContactList and CoreShowChannels' CoreShowChannel events.

        `at`: when these were asked for. What feed() has learnt since then stands.
        """
        at += self._ahead
        return [*self._registrations.resync(contacts, at), *self._resync_calls(list(channels), at)]

    def _time(self, message: Headers, at: float) -> float:
        stamp = message.get("Timestamp")
        if stamp is None:
            return at
        try:
            known = float(stamp[:32])
        except ValueError:
            return at
        if not 0 < known < LAST_SECOND:  # nor is nan
            return at
        self._ahead = known - at
        return known

    def _resync_calls(self, channels: list[Headers], at: float) -> list[Fact]:
        facts: list[Fact] = []
        there = {message.get("Uniqueid") for message in channels}
        for message in sorted(channels, key=lambda each: each.get("Uniqueid") != each.get("Linkedid")):
            known = message.get("Uniqueid") in self._legs
            facts += self._channel(message, at if known else at - _age(message))
        for leg in [each for each in self._legs.values() if each.joined < at and each.uniqueid not in there]:
            facts += self._end_leg(leg, at)
        for call in [each for each in self._calls.values() if not each.legs]:
            facts += self._calls.pop(call.linkedid).end(at)
        return facts

    def _channel(self, message: Headers, at: float) -> list[Fact]:
        """Newchannel, Newstate, NewConnectedLine and CoreShowChannel have the same headers."""
        leg = self._legs.get(message.get("Uniqueid", "")) or self._new_leg(message, at)
        if leg is None:
            return []
        facts = self._follow(leg, message, at)
        state = message.get("ChannelState")
        if state == RINGING:
            facts += leg.call.ring(leg, at)
        elif state == UP:
            facts += leg.call.answer(leg, at)
        return facts

    def _new_leg(self, message: Headers, at: float) -> Leg | None:
        uniqueid, linkedid = message.get("Uniqueid", "")[:LONGEST], message.get("Linkedid", "")[:LONGEST]
        if not uniqueid or not linkedid or uniqueid in self._gone:
            return None
        if len(self._legs) >= MOST_OPEN:
            self._end_leg(next(iter(self._legs.values())), at)
        call = self._calls.setdefault(linkedid, Call(linkedid))
        leg = Leg(uniqueid, message.get("Channel", "")[:LONGEST], call, at, is_caller=uniqueid == linkedid)
        self._identify(leg, message)
        call.join(leg)
        self._legs[uniqueid] = leg
        return leg

    def _identify(self, leg: Leg, message: Headers) -> None:
        """An extension by the name of its endpoint; others, who share a trunk's, by the number they have or got."""
        technology, _, rest = leg.channel.partition("/")
        endpoint, call = rest.rpartition("-")[0], leg.call
        if leg.is_caller:
            call.dialled = _said(message, "Exten")
            call.caller_name = _said(message, "CallerIDName")
            call.originated = message.get("ChannelState") not in (RING, UP)
        if technology in HELPERS:
            return
        managed = self._is_managed(endpoint)
        call.managed = call.managed or managed
        number = _said(message, "CallerIDNum") if leg.is_caller else call.dialled
        leg.party = endpoint if managed else number or endpoint

    def _follow(self, leg: Leg, message: Headers, at: float) -> list[Fact]:
        """When calls are joined, Asterisk gives the channels of one the Linkedid of the other."""
        target = self._calls.get(message.get("Linkedid", ""))
        return [] if target is None or target is leg.call else self._pass_to(target, leg, at)

    def _pass_to(self, target: Call, leg: Leg, at: float) -> list[Fact]:
        source = leg.call
        facts = target.take_over(leg, at)
        if not source.legs:
            del self._calls[source.linkedid]
        return [*facts]

    def _dial_end(self, message: Headers, at: float) -> Sequence[Fact]:
        leg, status = self._legs.get(message.get("DestUniqueid", "")), message.get("DialStatus", "")
        if leg is None or status not in DIAL_STATUSES:
            return []
        caller = self._legs.get(message.get("Uniqueid", ""))
        if status == "ANSWER" and caller and caller.call is not leg.call:
            return self._pick_up(caller.call, leg, at)
        leg.call.dial_ended(leg, status, at)
        return []

    def _pick_up(self, call: Call, leg: Leg, at: float) -> Sequence[Fact]:
        """A phone took a call that rang elsewhere: the call it made for that, to `*8`, is none to tell."""
        self._pass_to(call, leg, at)
        return call.answer(leg, at)

    def _hangup_request(self, message: Headers, _at: float) -> list[Fact]:
        leg = self._legs.get(message.get("Uniqueid", ""))
        if leg and leg.is_caller:
            leg.call.caller_gives_up()
        return []

    def _hangup(self, message: Headers, at: float) -> list[Fact]:
        uniqueid = message.get("Uniqueid", "")[:LONGEST]
        _remember(self._gone, uniqueid, None, MOST_GONE)
        leg = self._legs.get(uniqueid)
        if leg is None:
            return []
        facts, call = self._follow(leg, message, at), leg.call
        if leg.is_caller and call.shown is None and self._is_managed(_said(message, "Exten")):
            call.dialled, call.managed = _said(message, "Exten"), True  # where the dialplan had led to
        return facts + self._end_leg(leg, at, _cause(message), message.get("Cause-txt", "")[:LONGEST])

    def _end_leg(self, leg: Leg, at: float, cause: int = 0, cause_text: str = "") -> list[Fact]:
        del self._legs[leg.uniqueid]
        call = leg.call
        facts = call.hang_up(leg, at, cause, cause_text)
        if not call.legs:
            self._calls.pop(call.linkedid, None)
        return [*facts]

    def _login_failed(self, message: Headers, at: float) -> list[Fact]:
        """AMI logins fail with the same events, of another Service; <unknown> repeats one that names the account."""
        account, reason = message.get("AccountID", "")[:LONGEST], LOGIN_REASONS[message["Event"]]
        if message.get("Service") != "PJSIP" or account in ("", "<unknown>"):
            return []
        attempt = (message.get("SessionID", "")[:LONGEST], reason)
        if abs(at - self._attempts.get(attempt, -ATTEMPT_SECONDS)) < ATTEMPT_SECONDS:
            return []
        _remember(self._attempts, attempt, at, MOST_ATTEMPTS)
        return [LoginFailed(at=at, account=account, address=_address(message), reason=reason)]


def _remember(memory: OrderedDict[Any, Any], key: object, value: object, most: int) -> None:
    memory[key] = value
    if len(memory) > most:
        memory.popitem(last=False)


def _said(message: Headers, name: str) -> str:
    value = message.get(name, "")[:LONGEST]
    return "" if value == "<unknown>" else value


def _cause(message: Headers) -> int:
    cause = message.get("Cause", "")
    return int(cause) if cause.isdecimal() and len(cause) < 4 else 0


def _age(message: Headers) -> float:
    """The seconds of a CoreShowChannel's `Duration: 00:01:05`."""
    parts = message.get("Duration", "").split(":")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts):
        return 0.0
    hours, minutes, seconds = map(int, parts)
    return hours * 3600.0 + minutes * 60 + seconds


def _address(message: Headers) -> str:
    """From `IPV4/UDP/192.0.2.7/5060`."""
    parts = message.get("RemoteAddress", "")[:LONGEST].split("/")
    return parts[2] if len(parts) > 2 else ""
