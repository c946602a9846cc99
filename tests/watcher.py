"""A SIP phone's busy lamp: subscribes to an extension's state, and keeps what it is notified of."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from tests.asterisk_bed import Asterisk
from tests.sip_account import SECONDS, SipAccount

ACCEPTED = {
    "dialog": "application/dialog-info+xml",
    "presence": "application/pidf+xml",
    "message-summary": "application/simple-message-summary",
}
STATE = re.compile(r"<state>(.*?)</state>")  # of a dialog
NOTE = re.compile(r"<note>(.*?)</note>")  # of a presence document
SUBSCRIPTION = re.compile(r"^Subscription-State: (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Notice:
    """What a NOTIFY says: the state in its body, and whether the subscription is active or terminated."""

    state: str
    subscription: str


class Watcher(SipAccount):
    """The lamp of `user`'s phone for the number `watched`; `event` is dialog, as lamps have it, or presence.

    `status` is Asterisk's answer to the SUBSCRIBE, such as `200 OK`.
    """

    def __init__(
        self, asterisk: Asterisk, user: str, secret: str, watched: str, event: str = "dialog"
    ) -> None:
        super().__init__(asterisk, user, secret)
        self._notices: list[Notice] = []
        self._last: Notice | None = None
        uri, contact = f"sip:{watched}@{self.server}", f"Contact: <sip:{user}@{self.here}>"
        wanted = f"Event: {event}", f"Accept: {ACCEPTED[event]}", "Expires: 600"
        self.status = self.request("SUBSCRIBE", uri, uri, contact, *wanted)

    def next(self, seconds: float = SECONDS) -> Notice:
        """Return the next notice that says something else than the one before. Raises TimeoutError."""
        deadline, last = time.monotonic() + seconds, self._last
        while self._last == last:
            while not self._notices:
                self.receive(deadline)
            self._last = self._notices.pop(0)
        assert self._last
        return self._last

    def asked(self, message: str) -> None:
        """Acknowledge a NOTIFY, and keep it."""
        super().asked(message)
        state, subscription = STATE.search(message) or NOTE.search(message), SUBSCRIPTION.search(message)
        self._notices.append(Notice(state[1] if state else "", subscription[1] if subscription else ""))
