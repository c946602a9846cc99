"""Pure: AMI messages → facts about phones, calls and logins.

Feed every message to a Translator in the order in which it came, call tick() about twice a second, and resync()
after a connection was lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from pbx.ami_messages import Headers, value_of
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
ATTEMPT_SECONDS = 1.0  # one login makes up to two events of a kind, milliseconds apart
MAX_ATTEMPTS = 1_000  # logins remembered, to recognise such events
END_OF_TIME = 253_402_300_800.0  # epoch seconds of the year 10000


class Translator:
    """What is known of phones and calls; feed() says what is new. Times are epoch seconds.

    `is_managed` says whether a number is one of our extensions: calls without one, and other phones, give no facts.
    A message's `Timestamp` counts, if Asterisk sends one; the `at` of the listener is then put right by the
    difference.
    """

    def __init__(self, is_managed: Callable[[str], bool]) -> None:
        self._registrations = Registrations(is_managed)
        self._channels = Channels(is_managed)
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
        if handler is None:
            return []
        return list(handler(message, self._time(message, at)))

    def tick(self, at: float) -> list[Fact]:
        """Return the facts that had to wait for what might have come after them."""
        return [*self._registrations.tick(at + self._ahead)]

    def adopt(self, phones: Iterable[PhoneRegistered] = (), calls: Iterable[OpenCall] = ()) -> None:
        """Take phones and calls as known and reported, say from the database after a restart; resync() next."""
        self._registrations.adopt(phones)
        self._channels.adopt(calls)

    def registered(self) -> list[PhoneRegistered]:
        return self._registrations.online()

    def open_calls(self) -> list[OpenCall]:
        return self._channels.open_calls()

    def lock_out(self, number: str, at: float) -> None:
        """Forget the extension's phones of that moment, by the listener's clock: Asterisk was made to forget them."""
        self._registrations.lock_out(number, at + self._ahead)

    def resync(self, contacts: Iterable[Headers], channels: Iterable[Headers], at: float) -> list[Fact]:
        """Return what was missed, from the ContactList events of PJSIPShowContacts and CoreShowChannels' events.

        `at`: when these were asked for. What feed() has learnt since then stands.
        """
        at += self._ahead
        return [*self._registrations.resync(contacts, at), *self._channels.resync(channels, at)]

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

        Asterisk repeats an event that names the account as one with `<unknown>`, which is passed over.
        """
        account, reason = value_of(message, "AccountID"), LOGIN_REASONS[message["Event"]]
        if message.get("Service") != "PJSIP" or not account:
            return []
        attempt = (value_of(message, "SessionID"), reason)
        if abs(at - self._attempts.get(attempt, -ATTEMPT_SECONDS)) < ATTEMPT_SECONDS:
            return []
        self._attempts[attempt] = at
        if len(self._attempts) > MAX_ATTEMPTS:
            self._attempts.popitem(last=False)
        return [LoginFailed(at=at, account=account, address=_address(message), reason=reason)]


def _address(message: Headers) -> str:
    """Return the address in `IPV4/UDP/192.0.2.7/5060`."""
    parts = value_of(message, "RemoteAddress").split("/")
    return parts[2] if len(parts) > 2 else ""
