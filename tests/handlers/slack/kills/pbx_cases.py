"""What needs a real Asterisk: calls, voicemail, phones written by hand, and what is live once it is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.doctor.messages import FIX_ACTION
from handlers.slack.blocks import button
from models.fields import Changes, NewExtension
from models.types import now
from models.voicemail_message import VoicemailMessage
from pbx import extensions, numbers, voicemail
from pbx.doctor.fixes import state_of
from tests import voicemail_files
from tests.asterisk_bed import Asterisk
from tests.handlers.slack.kills.bed import Bed
from tests.handlers.slack.kills.cases import BOB, Case, admin, bobs, command, disabled
from tests.slash_commands import TESTER

BY_HAND = "\n[105]\ntype=endpoint\ncontext=from-internal\nallow=!all,ulaw\ntransport=transport-udp\nauth=105\naors=105\n"
BY_HAND += "[105]\ntype=auth\nusername=105\npassword=Carol3Pass#3\n[105]\ntype=aor\nmax_contacts=1\n"


@dataclass
class PbxBed(Bed):
    """With a running Asterisk."""

    asterisk: Asterisk = None  # type: ignore[assignment]  # a field behind those with a default

    def calls(self) -> int:
        """Return how many calls Asterisk has begun."""
        shown = self.asterisk.cli("core show channels")
        found = [
            int(each) for each in re.findall(r"^(\d+) (?:active call|calls? processed)", shown, re.MULTILINE)
        ]
        return sum(found)


def live(bed: Bed) -> None:
    extensions.create(bed.services, NewExtension(number="101", name="Alice"), by=TESTER)


def fix(name: str) -> Case:
    def act(bed: Bed) -> None:
        value = f"{name}:101:{state_of(bed.services, '101')}" if name == "verify" else f"{name}:"
        shown = {"text": "x", "blocks": [{"type": "actions", "elements": [button("x", FIX_ACTION, value)]}]}
        bed.now()
        admin(bed).click(shown, FIX_ACTION)

    return Case(f"doctor's {name}", act, disabled)


def _voicemail(bed: Bed) -> None:
    """Bob has a message, and has been told."""
    bobs(bed)
    extensions.change(bed.services, "101", Changes(voicemail_enabled=True), by=TESTER)
    row = numbers.find(bed.services, "101")
    assert row
    mailbox = voicemail.mailbox("101", row.created_at)
    told = VoicemailMessage(
        mailbox=mailbox, message_id="1-0", extension_id=row.id or 0, slack_user_id=BOB, recorded_at=now()
    )
    with bed.services.database.session() as session:
        session.add(told)


def _heard(bed: Bed) -> None:
    with bed.services.database.session() as session:
        row = session.get(VoicemailMessage, 1)
    assert row
    voicemail_files.leave(bed.services.settings.voicemail_spool, row.mailbox, "1-0")
    shown = {"text": "x", "blocks": [{"type": "actions", "elements": [button("x", "voicemail_heard", "1")]}]}
    bed.now()
    bed.user(BOB).click(shown, "voicemail_heard")


def _confirmed(text: str, action_id: str) -> Callable[[Bed], None]:
    def act(bed: Bed) -> None:
        asked = admin(bed).replies(admin(bed).command("/ext", text), timeout=30)[0]
        bed.now()
        admin(bed).click(asked, action_id)

    return act


LIVE = (
    command("create 101 Alice"),
    command(f"create 101 Bob <@{BOB}|bob>"),
    command("secret 101", bobs),
    command("disable 101", live),
    Case("press of Delete", _confirmed("delete 101", "ext_delete"), live),
    command("nat set media=203.0.113.7"),
    fix("verify"),
    fix("publish"),
    Case("voicemail marked as heard", _heard, _voicemail),
)
