"""Voicemails on the page: heard and marked by whose they were when they were recorded, and by nobody else."""

from __future__ import annotations

import re
import shutil

import pytest

from models.actor import Actor
from models.extension import Extension
from models.fields import NewExtension
from models.types import now
from models.voicemail_message import VoicemailMessage
from pbx import extensions, voicemail
from pbx.services import Services
from tests import voicemail_files
from tests.asterisk_bed import Asterisk
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slash_commands import TESTER

OWNER, BEFORE = "U0OWNER01", "U0BEFORE1"


@pytest.fixture(scope="module", autouse=True)
def row(services: Services) -> Extension:
    """An extension with a message for its owner, and one for who had it before."""
    new = NewExtension(number="101", name="Alice", voicemail_enabled=True, slack_user_id=OWNER)
    extensions.create(services, new, by=TESTER)
    row = extensions.get(services, "101")
    mailbox = voicemail.mailbox("101", row.created_at)
    for index, owner in enumerate((OWNER, BEFORE), 1):
        message_id = f"{index}-0"
        voicemail_files.leave(services.settings.voicemail_spool, mailbox, message_id, index=index - 1)
        message = VoicemailMessage(
            mailbox=mailbox,
            message_id=message_id,
            extension_id=row.id or 0,
            slack_user_id=owner,
            recorded_at=now(),
        )
        with services.database.session() as session:
            session.add(message)
    return row


@pytest.fixture(scope="module")
def owner(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor.slack(OWNER), "Olivia Owner")


def test_its_owner_hears_any_part_of_it(owner: PageUser) -> None:
    shown = owner.get("/101").text
    assert re.findall(r'<audio [^>]*src="([^"]*)"', shown) == ["/extensions/101/voicemail/1"]
    assert "101 Alice" in shown
    whole = owner.get("/101/voicemail/1")
    assert (whole.headers["Content-Type"], whole.content) == ("audio/wav", voicemail_files.wav(2))
    part = owner.get("/101/voicemail/1", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["Cache-Control"] == "no-store"


def test_nobody_else_does_not_even_admins(owner: PageUser, colleague: PageUser, admin: PageUser) -> None:
    assert colleague.get("/101/voicemail/1").status_code == 403
    assert "<audio" not in admin.get("/101").text
    assert admin.get("/101/voicemail/1").status_code == 404
    for path in ("/101/voicemail/2", "/101/voicemail/999", f"/101/voicemail/{9**30}"):
        assert owner.get(path).status_code == 404
    assert owner.post("/101/voicemail/2/heard").status_code == 404
    assert admin.post("/101/voicemail/1/heard").status_code == 404


def test_it_is_marked_as_heard_in_asterisk(owner: PageUser, services: Services, asterisk: Asterisk) -> None:
    answer = owner.post("/101/voicemail/1/heard")
    assert "Marked as heard" in answer.text
    assert "· heard</p>" in answer.text
    assert "/voicemail/1/heard" not in answer.text
    assert owner.get("/101/voicemail/1").status_code == 200


def test_what_was_deleted_on_the_phone_is_not_shown_any_more(
    owner: PageUser, services: Services, row: Extension
) -> None:
    shutil.rmtree(services.settings.voicemail_spool / "switchhook" / voicemail.mailbox("101", row.created_at))
    assert "No messages." in owner.get("/101").text
    answer = owner.get("/101/voicemail/1")
    assert answer.status_code == 404
    assert "deleted on the phone" in answer.text
