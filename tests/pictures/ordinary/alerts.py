"""What the alerts' channel and the owners read on an ordinary day, by kind of message."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.alerts.channel_messages import ChannelBroken, GroupGone, UploadRefused
from handlers.alerts.drift_messages import DriftFound
from handlers.alerts.gap_messages import GapCall, MissedWhileAway, RecordsMissing, WhileAway
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.login_messages import AddressAttack, FailedLogins, LoginFlood
from handlers.alerts.phone_messages import Flapping, FlappingEnded, RegistrationBurst
from handlers.alerts.put_back_messages import Settling
from handlers.calls.messages import CallAsked
from handlers.owner_messages import OwnerNews
from handlers.reports.messages import ReportInWords, ReportPicture
from handlers.voicemail.messages import VoicemailReceived, VoicemailRecording, VoicemailWithoutOwner
from models.event import Event, EventKind
from pbx.cdr.sources import LOAD
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import NOW, event
from tests.reporting import a_report

AT = NOW.timestamp()
NAMES = {"101": "Alice", "102": "Bob"}
WEEK = a_report("week", calls={day: (40 + day, 4, 1) for day in range(5)}, phones=lambda _: 24)


def call(*kinds: EventKind) -> CallMessage:
    """Return the message of a call from 101 to 102 after these events."""
    happened = [
        event(
            kind, "102", peer="101", peer_name="Alice", rang=4.0, talked=185.0, reason="answered",
            channel="PJSIP/102-00000001", cause_text="Normal Clearing",
        )
        for kind in kinds
    ]  # fmt: skip
    first = CallMessage.begin(happened[0], NAMES)
    return reduce(lambda known, each: known.after(each, NAMES), happened[1:], first)


def missed() -> Event:
    return event(EventKind.ENDED, "102", peer="101", reason="no answer", channel="PJSIP/102-00000002")


def registrations(*numbers: str) -> RegistrationBurst:
    happened = [
        event(EventKind.REGISTERED, each, address="192.0.2.17", user_agent="Yealink SIP-T54W 96.86.0.70")
        for each in numbers
    ]
    burst = RegistrationBurst.begin(happened[0])
    for each in happened:
        burst.add(each, NAMES.get(each.number, ""))
    return burst


def failed_logins(kind: type[FailedLogins], *addresses: str) -> FailedLogins:
    happened = [
        event(
            EventKind.LOGIN_FAILED, "101", address=each, reason="wrong password", count=40, accounts=["100", "101", "admin"]
        )
        for each in addresses
    ]  # fmt: skip
    return reduce(kind.after, happened[1:], kind.begin(happened[0]))


ALERTS: ByKind = {
    "call": lambda: call(EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED),
    "call_asked": lambda: CallAsked(number="102", exten="101", name="Alice"),
    "missed": lambda: MissedCall.of(missed(), "Alice"),
    "while_away": lambda: WhileAway(
        since=AT - 420,
        until=AT,
        calls=(GapCall(at=AT - 300, call=call(EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)),),
        count=1,
    ),
    "missed_while_away": lambda: MissedWhileAway(
        since=AT - 420,
        until=AT,
        calls=(MissedCall.of(missed(), "Alice"), MissedCall.of(missed(), "Alice")),
        count=2,
    ),
    "nothing_known": lambda: RecordsMissing(
        since=AT - 420, until=AT, problem=f"Asterisk writes no file of its calls, as cdr_csv is not loaded: {LOAD}"
    ),
    "registrations": lambda: registrations("101"),
    "flapping": lambda: Flapping(number="104", name="Meeting room Lovelace", changes=8),
    "settled": lambda: FlappingEnded(number="104", name="Meeting room Lovelace", changes=11, registered=True),
    "security": lambda: failed_logins(AddressAttack, "203.0.113.9"),
    "flood": lambda: failed_logins(LoginFlood, "203.0.113.9", "203.0.113.77", "198.51.100.4"),
    "broken": lambda: ChannelBroken(channel="C0FRONTDESK", error="not_in_channel"),
    "group_gone": lambda: GroupGone(group="S0ADMINS", error="no_such_subteam"),
    "upload_refused": lambda: UploadRefused(error="missing_scope"),
    "trouble": lambda: IncidentOpened(
        subject="not_live",
        since=AT,
        times=1,
        lines=("Extension 110 (Warehouse): the codec opus is not installed in Asterisk",),
        count=1,
    ),
    "settling": lambda: Settling(decision="phones stay as Asterisk has them", by="cli:anna"),
    "trouble_over": lambda: IncidentResolved(
        subject="asterisk", lasted=timedelta(minutes=12).total_seconds(), times=1
    ),
    "report": lambda: ReportInWords(report=WEEK),
    "report_picture": lambda: ReportPicture(report=WEEK, name="week", png=b"PNG"),
    "drift": lambda: DriftFound(
        lines=("extension 103 has other lines in pjsip.conf than the database: put them back with /ext verify 103",),
        count=1,
    ),
    "voicemail": lambda: VoicemailReceived(
        message=1, number="102", caller="101", caller_name="Alice", at=AT, seconds=23
    ),
    "recording": lambda: VoicemailRecording(
        mailbox="102", message_id="1", number="102", caller="101", caller_name="Alice", at=AT
    ),
    "owner_news": lambda: OwnerNews(number="102", deed="new_secret", by="U0ADA00001"),
    "voicemail_unowned": lambda: VoicemailWithoutOwner(number="104", name="Meeting room Lovelace"),
}  # fmt: skip
