"""The message lamp: a phone is told of messages, and which number plays them."""

from __future__ import annotations

import time

from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.extension_driver import create
from tests.pbx.voicemail_driver import inbox, leave_message, mailbox_of
from tests.sip_account import SipAccount


class MessageLamp(SipAccount):
    """A registered phone that keeps what it is notified of."""

    summary = ""

    def asked(self, message: str) -> None:
        """Acknowledge a request, and keep the summary of messages."""
        super().asked(message)
        if "application/simple-message-summary" in message:
            self.summary = message

    def told_when_it_comes(self, seconds: float = 10) -> str:
        """Register, and return what the phone is told of messages then. Raises TimeoutError."""
        self.summary, deadline = "", time.monotonic() + seconds
        self.register(f"sip:{self.user}@{self.here}")
        while not self.summary:
            self.receive(deadline)
        return self.summary


def test_a_phone_that_comes_back_is_told_of_the_message_left_meanwhile(
    services: Services, asterisk: Asterisk
) -> None:
    made = [create(services, number, voicemail_enabled=True).secret for number in ("101", "102")]
    secrets = [secret.get_secret_value() for secret in made if secret]
    with MessageLamp(asterisk, "102", secrets[1]) as lamp:
        assert "Messages-Waiting: no" in lamp.told_when_it_comes()
        lamp.request("REGISTER", f"sip:{lamp.server}", f"sip:102@{lamp.server}", "Contact: *", "Expires: 0")
        with Phone("101", secrets[0], asterisk.sip_domain) as caller:
            caller.register()
            caller.dial("102")
            leave_message(asterisk, caller, inbox(asterisk, mailbox_of(services, "102")))
        told = lamp.told_when_it_comes()
    assert "Messages-Waiting: yes" in told
    assert "Voice-Message: 1/0" in told
    assert f"Message-Account: sip:102@{asterisk.sip_domain}" in told
