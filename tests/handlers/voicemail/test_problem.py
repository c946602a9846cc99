"""A spool that cannot be read is an incident where somebody has voicemail, and is told once."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import update

from handlers.voicemail.delivery import VoicemailDelivery
from models.extension import Extension
from pbx.services import Services
from tests.handlers.voicemail.conftest import VoicemailBed
from tests.voicemail_files import leave


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
