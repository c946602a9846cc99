"""Pure: AMI messages → facts about phones, calls and logins.

Feed every message to a Translator in the order in which it came, call tick() about twice a second, and resync()
after a connection was lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from pbx.ami_messages import Headers, Message, value_of
from pbx.channels import Channels
from pbx.facts import Fact, LoginFailed, LoginReason, OpenCall, PhoneRegistered
from pbx.registrations import Registrations

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
UNKNOWN, UNREADABLE = "<unknown>", "an unreadable name"
# Of a failed login, in this order. Asterisk cuts an account to 36 bytes, too few to forge all three and an end.
AFTER_ACCOUNT = ("SessionID", "LocalAddress", "RemoteAddress")
CHANNEL_VARIABLE = "ChanVariable"  # there may be several
ATTEMPT_SECONDS = 1.0  # one login makes up to two events of a kind, milliseconds apart
MAX_ATTEMPTS = 1_000  # logins remembered, to recognise such events
END_OF_TIME = 253_402_300_800.0  # epoch seconds of the year 10000


class Translator:
    """What is known of phones and calls; feed() says what is new. Times are epoch seconds.

    `is_managed` says whether a number is one of our extensions: calls without one, and other phones, give no facts.
    `has_voicemail`: whether it has a mailbox, which takes calls that its phones do not.
    A message's `Timestamp` counts, if Asterisk sends one; the `at` of the listener is then put right by the
    difference.
    """

    def __init__(
        self, is_managed: Callable[[str], bool], has_voicemail: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._registrations = Registrations(is_managed)
        self._channels = Channels(is_managed, has_voicemail)
        self._logins = _FailedLogins()
        self._ahead = 0.0  # seconds by which Asterisk's clock is ahead of the listener's
        self._handlers: dict[str | None, Handler] = {
            "Newchannel": self._channels.update,
            "Newstate": self._channels.update,
            "NewConnectedLine": self._channels.update,
            "DialEnd": self._channels.dial_end,
            "HangupRequest": self._channels.hangup_request,
            "Hangup": self._channels.hangup,
            "ContactStatus": self._registrations.contact_status,
            "SuccessfulAuth": self._registrations.authenticated,
            **dict.fromkeys(LOGIN_REASONS, self._logins.failed),
        }

    def feed(self, message: Headers, at: float) -> list[Fact]:
        """Return the facts of one message that came at `at`. Never raises, whatever is in it."""
        handler = self._handlers.get(message.get("Event"))
        if handler is None or _is_forged(message):
            return []
        return list(handler(message, self._time(message, at)))

    def tick(self, at: float) -> list[Fact]:
        """Return the facts that had to wait for what might have come after them."""
        return [*self._registrations.tick(at + self._ahead)]

    def adopt(self, phones: Iterable[PhoneRegistered], calls: Iterable[OpenCall]) -> None:
        """Take phones, and no others, and calls as known and reported, say from the database; resync() next."""
        self._registrations.adopt(phones)
        self._channels.adopt(calls)

    def registered(self) -> list[PhoneRegistered]:
        return self._registrations.online()

    def open_calls(self) -> list[OpenCall]:
        return self._channels.open_calls()

    def talking(self) -> frozenset[str]:
        """Return the endpoints that are in an answered call."""
        return self._channels.talking()

    def lock_out(self, number: str, at: float) -> None:
        """Forget the extension's phones of that moment, by the listener's clock: Asterisk was made to forget them."""
        self._registrations.lock_out(number, at + self._ahead)

    def resync(self, contacts: Iterable[Headers], channels: Iterable[Headers], at: float) -> list[Fact]:
        """Return what was missed, from the ContactList events of PJSIPShowContacts and CoreShowChannels' events.

        `at`: when these were asked for. What feed() has learnt since then stands.
        """
        at += self._ahead
        genuine = [message for message in channels if not _is_forged(message)]
        return [*self._registrations.resync(contacts, at), *self._channels.resync(genuine, at)]

    def _time(self, message: Headers, at: float) -> float:
        stamp = message.get("Timestamp")
        if stamp is None:
            return at
        try:
            known = float(stamp[:32])
        except ValueError:
            return at
        if not 0 < known < END_OF_TIME:  # false for nan, too
            return at
        self._ahead = known - at
        return known


class _FailedLogins:
    """Failed logins of phones: one fact for each attempt, however many events Asterisk sends of it."""

    def __init__(self) -> None:
        self._attempts: OrderedDict[tuple[str, str], float] = OrderedDict()  # (SessionID, reason) → when

    def failed(self, message: Headers, at: float) -> list[Fact]:
        """Translate a failed login. AMI logins, which fail with the same events, have another Service.

        Asterisk repeats an event that names the account as one with `<unknown>`, which is passed over. An account with
        line breaks forges headers, so the last of each counts, or ends the message early, so its address is unknown.
        """
        account, reason = value_of(message, "AccountID") or UNREADABLE, LOGIN_REASONS[message["Event"]]
        if message.get("Service") != "PJSIP" or message.get("AccountID", UNKNOWN) == UNKNOWN:
            return []
        if not set(AFTER_ACCOUNT) <= set(message):
            return [LoginFailed(at=at, account=account, address="", reason=reason)]
        genuine = {**message, **_repeated(message)}
        attempt = (value_of(genuine, "SessionID"), reason)
        if abs(at - self._attempts.get(attempt, -ATTEMPT_SECONDS)) < ATTEMPT_SECONDS:
            return []
        self._attempts[attempt] = at
        if len(self._attempts) > MAX_ATTEMPTS:
            self._attempts.popitem(last=False)
        return [LoginFailed(at=at, account=account, address=_address(genuine), reason=reason)]


def _is_forged(message: Headers) -> bool:
    """Return whether a value with line breaks, such as a caller's number, has forged another header."""
    repeated = set(_repeated(message)) - {name for name in message if name.startswith(CHANNEL_VARIABLE)}
    return bool(repeated) and message.get("Event") not in LOGIN_REASONS


def _repeated(message: Headers) -> dict[str, str]:
    return message.repeated if isinstance(message, Message) else {}


def _address(message: Headers) -> str:
    """Return the address in `IPV4/UDP/192.0.2.7/5060`."""
    parts = value_of(message, "RemoteAddress").split("/")
    return parts[2] if len(parts) > 2 else ""
