"""What needs a real Asterisk: calls, voicemail, phones written by hand, and what is live once it is answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass
class PbxBed(Bed):
    """With a running Asterisk, whose files are kept and brought back with the database."""

    asterisk: Asterisk = None  # type: ignore[assignment]  # a field behind those with a default

    def save(self, path: Path) -> None:
        super().save(path)
        shutil.copytree(self.asterisk.config_dir, path.with_suffix(".etc"), dirs_exist_ok=True)

    def restore(self, saved: Path) -> None:
        super().restore(saved)
        shutil.rmtree(self.asterisk.config_dir)
        shutil.copytree(saved.with_suffix(".etc"), self.asterisk.config_dir)
        for each in ("module reload app_voicemail.so", "module reload res_pjsip.so", "dialplan reload"):
            self.asterisk.cli(each)


def live(bed: Bed) -> None:
    extensions.create(bed.services, NewExtension(number="101", name="Alice"), by=TESTER)


def fix(name: str, otherwise: str = "") -> Case:
    def act(bed: Bed) -> None:
        value = f"{name}:101:{state_of(bed.services, '101')}" if name == "verify" else f"{name}:"
        shown = {"text": "x", "blocks": [{"type": "actions", "elements": [button("x", FIX_ACTION, value)]}]}
        bed.now()
        admin(bed).click(shown, FIX_ACTION)

    return Case(f"doctor's {name}", act, disabled, otherwise, "had the doctor")


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
        asked = admin(bed).replies(admin(bed).command("/ext", text))[0]
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
    fix("verify", "is as it should be"),
    fix("publish"),
    Case("voicemail marked as heard", _heard, _voicemail),
)
