"""A spool that cannot be read is an incident where somebody has voicemail, and is told once."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import update

from handlers.voicemail.delivery import VoicemailDelivery
from models.extension import Extension
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.handlers.voicemail.conftest import MAILBOX, VoicemailBed
from tests.server import settings_for
from tests.voicemail_files import add_mailbox, leave


def elsewhere(bed: VoicemailBed, path: Path) -> Services:
    """On a machine without Asterisk."""
    settings = bed.services.settings.model_copy(update={"voicemail_spool": path})
    return Services(settings, bed.services.database, bed.services.cipher)


def test_it_is_a_problem_only_where_an_extension_has_voicemail(bed: VoicemailBed, tmp_path: Path) -> None:
    delivery = VoicemailDelivery(elsewhere(bed, tmp_path / "nowhere/voicemail"), bed.holder)
    assert delivery.store_new() == 0
    assert "have the listener run on the machine of Asterisk" in str(delivery.problem())
    with bed.services.database.session() as session:
        session.exec(update(Extension).values(voicemail_enabled=False))
    assert delivery.problem() is None


def test_it_passes_by_itself(bed: VoicemailBed, tmp_path: Path) -> None:
    delivery = VoicemailDelivery(elsewhere(bed, tmp_path / "later/voicemail"), bed.holder)
    delivery.store_new()
    assert delivery.problem()
    leave(tmp_path / "later/voicemail", "102_abcdefgh", "1-0")
    delivery.store_new()
    assert delivery.problem() is None


def test_messages_that_asterisk_has_and_this_machine_has_not_are_one_until_they_are_here_or_heard(
    bed: VoicemailBed, fresh_asterisk: Asterisk, tmp_path: Path
) -> None:
    its = settings_for(fresh_asterisk, "sqlite://").model_copy(update={"voicemail_spool": bed.spool})
    delivery = VoicemailDelivery(Services(its, bed.services.database, bed.services.cipher), bed.holder)
    add_mailbox(fresh_asterisk, MAILBOX)
    there = leave(fresh_asterisk.folder / "spool/voicemail", MAILBOX, "1-0", folder="Urgent")
    delivery.compare()
    assert "Asterisk has new messages in 1 of Switchhook's mailboxes" in str(delivery.problem())
    here = bed.leave("1-0", folder="Urgent")
    delivery.compare()
    assert delivery.problem() is None
    here.unlink()
    there.unlink()
    delivery.compare()
    assert delivery.problem() is None


def test_while_asterisk_is_away_it_stays_as_it_was(bed: VoicemailBed) -> None:
    bed.delivery.compare()
    assert bed.delivery.problem() is None
