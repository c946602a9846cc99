"""Pure: a call in Asterisk's CDR → facts about it, as the listener would have told them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pbx.cdr.grouping import RecordedCall
from pbx.cdr.record import Record
from pbx.channels import HELPERS, endpoint_of
from pbx.facts import CallAnswered, CallEnded, CallFact, CallRinging, Disposition

IsNumber = Callable[[str], bool]
SILENT = ("FAILED", "CONGESTION")  # of a phone that did not even ring
# As pbx/dispositions.py orders them. Asterisk writes NO ANSWER of callers who gave up, too, unless
# canceldispositionenabled=yes.
UNANSWERED: tuple[tuple[str, Disposition], ...] = (
    ("NO ANSWER", "no answer"),
    ("BUSY", "busy"),
    ("CANCEL", "cancelled"),
    ("FAILED", "unavailable"),
)


class _Reading:
    """What the records of one call say."""

    def __init__(self, call: RecordedCall, is_managed: IsNumber, has_voicemail: IsNumber) -> None:
        self._is_managed = is_managed
        self._has_voicemail = has_voicemail
        self.call = call
        self.first = next(self._caller_first(), call.records[0])
        self.dialled = self.first.dst
        self.legs = [each for each in call.records if self._phone_called(each)]
        self.answered = min((each for each in self.legs if each.is_answered), key=_answer, default=None)
        self.recorded = None if self.answered else self._taken_by_mailbox()

    def _caller_first(self) -> Iterator[Record]:
        """Return the records of the caller's channel, or of any phone's where it has none."""
        records = self.call.records
        yield from (each for each in records if each.uniqueid == self.call.linkedid)
        yield from (each for each in records if _is_phone(each.channel) and each.lastapp != "AppDial")

    def _phone_called(self, record: Record) -> str:
        """Return the channel that was dialled, if it has a phone or a trunk at its end."""
        channel = record.dstchannel
        return channel if _is_phone(channel) and channel != self.first.channel else ""

    def _taken_by_mailbox(self) -> Record | None:
        led = [each for each in self.call.records if each.is_answered and each.lastapp == "VoiceMail"]
        return next((each for each in led if self._has_voicemail(each.dst)), None)

    @property
    def is_ours(self) -> bool:
        """Return whether one of our extensions takes part, and does not listen to its own messages."""
        if self.recorded and not self.legs and self.party(self.first.channel) == self.recorded.dst:
            return False
        endpoints = {endpoint_of(each)[1] for each in self.call.channels}
        return any(map(self._is_managed, (*endpoints, self.dialled)))

    def party(self, channel: str) -> str:
        """Return who is at the end of a channel: an extension by its endpoint, others, who share a trunk's, by number."""
        _, endpoint = endpoint_of(channel)
        number = self.first.src if channel == self.first.channel else self.dialled
        return endpoint if self._is_managed(endpoint) else number or endpoint

    @property
    def caller(self) -> str:
        return self.party(self.first.channel) if _is_phone(self.first.channel) else self.first.src

    @property
    def disposition(self) -> Disposition:
        if self.answered or (not self.legs and self.first.is_answered and not self.recorded):
            return "answered"
        if self.recorded:
            return "voicemail"
        said = {each.disposition for each in self.legs or self.call.records}
        return next((how for word, how in UNANSWERED if word in said), "failed")


def facts(call: RecordedCall, is_managed: IsNumber, has_voicemail: IsNumber) -> list[CallFact]:
    """Return what happened, in order; nothing of a call that is none of our extensions'."""
    reading = _Reading(call, is_managed, has_voicemail)
    if not reading.is_ours:
        return []
    return [*_ringing(reading), *_answered(reading), _ended(reading)]


def _ringing(reading: _Reading) -> list[CallRinging]:
    """Return that each phone rang, once: a queue rings them again and again."""
    rang: dict[str, Record] = {}
    for each in reading.legs:
        if each.disposition not in SILENT:
            rang.setdefault(reading.party(each.dstchannel), each)
    return [
        CallRinging(
            at=each.start,
            linkedid=reading.call.linkedid,
            caller=reading.caller,
            caller_name=_name(reading.first.clid),
            callee=party,
            channel=each.dstchannel,
        )
        for party, each in rang.items()
    ]


def _answered(reading: _Reading) -> list[CallAnswered]:
    leg = reading.answered
    if leg is None:
        return []
    return [
        CallAnswered(
            at=_answer(leg),
            linkedid=reading.call.linkedid,
            caller=reading.caller,
            callee=reading.party(leg.dstchannel),
            channel=leg.dstchannel,
            rang=_rang(reading),
        )
    ]


def _ended(reading: _Reading) -> CallEnded:
    leg = reading.answered or (reading.legs[0] if reading.legs and not reading.recorded else None)
    channel = leg.dstchannel if leg else (reading.recorded or reading.first).channel
    return CallEnded(
        at=reading.call.end,
        linkedid=reading.call.linkedid,
        caller=reading.caller,
        callee=reading.recorded.dst
        if reading.recorded
        else reading.party(channel)
        if leg
        else reading.dialled,
        channel=channel,
        disposition=reading.disposition,
        cause=0,
        cause_text="",
        rang=_rang(reading),
        talked=_talked(reading),
    )


def _rang(reading: _Reading) -> float:
    """Return the seconds from the first phone that rang to the answer, or to when the last stopped."""
    if not reading.legs:
        return 0.0
    until = _answer(reading.answered) if reading.answered else max(each.end for each in reading.legs)
    return max(0.0, until - min(each.start for each in reading.legs))


def _talked(reading: _Reading) -> float:
    if reading.disposition != "answered":
        return 0.0
    if reading.answered is None:
        return reading.call.end - _answer(reading.first)
    until = max(each.end for each in reading.legs if each.is_answered)
    return max(0.0, until - _answer(reading.answered))


def _answer(record: Record) -> float:
    """Return when it was answered; a channel that was up before another one was dialled has an answer earlier than its start."""
    return max(record.start, record.answer or record.start)


def _is_phone(channel: str) -> bool:
    technology, endpoint = endpoint_of(channel)
    return bool(endpoint) and technology not in HELPERS


def _name(clid: str) -> str:
    """Return the name in `"Alice" <101>`."""
    name = clid.rpartition("<")[0].strip()
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
