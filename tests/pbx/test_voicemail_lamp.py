"""The message lamp: a phone is told of messages, and which number plays them."""

from __future__ import annotations

import time

from pbx import extensions
from pbx.adoption.adopt import adopt
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.drift.drifting import append, reload
from tests.pbx.extension_driver import create, shown
from tests.pbx.voicemail_driver import enable, inbox, leave_message, mailbox_of
from tests.sip_account import SECONDS, SipAccount
from tests.slash_commands import TESTER

BY_HAND = """
[150]
type=endpoint
aors=150
auth=150
context=from-internal
[150]
type=aor
max_contacts=1
[150]
type=auth
username=150
password=Secret15012
"""
PATTERN = "[from-internal]\nexten => _15X,1,Dial(PJSIP/${EXTEN},20)\n"


class MessageLamp(SipAccount):
    """A registered phone that keeps what it is notified of."""

    summary = ""

    def asked(self, message: str) -> None:
        """Acknowledge a request, and keep the summary of messages."""
        super().asked(message)
        if "application/simple-message-summary" in message:
            self.summary = message

    def told_when_it_comes(self, seconds: float = SECONDS) -> str:
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


def test_the_message_key_dials_the_number_only_while_that_plays_the_messages(
    services: Services, asterisk: Asterisk
) -> None:
    append(services.settings.pjsip_path, BY_HAND)
    append(services.settings.extensions_path, PATTERN)
    reload(asterisk)
    adopt(services, ["150"], by=TESTER)
    enable(services, "150")
    endpoint = shown(services, "150")["endpoint"]
    mailbox = f"{mailbox_of(services, '150')}@switchhook"
    assert (endpoint["Mailboxes"], endpoint["VoicemailExtension"]) == (mailbox, "")
    assert extensions.get(services, "150").is_answered_by_hand
    append(services.settings.extensions_path, f"[from-internal]\nexten => 150,1,VoiceMailMain({mailbox},s)\n")
    publish(services)
    assert shown(services, "150")["endpoint"]["VoicemailExtension"] == "150"
    assert "VoiceMail(" not in (extensions.get(services, "150").reason or "")
