"""Asterisk writes voicemail.conf anew when somebody changes the PIN of a mailbox by phone."""

from __future__ import annotations

import pytest

from pbx import config_files, versions
from pbx.config.managed_files import END
from pbx.drift import look
from pbx.publish import publish
from pbx.services import Services
from tests.pbx.extension_driver import create_live
from tests.pbx.voicemail_driver import change_pin, enable, has_mailbox, mailbox_of

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def rewritten(services: Services) -> Services:
    """After somebody changed the PIN of 100@default."""
    create_live(services, "101", voicemail_enabled=True)
    change_pin(services, "2222")
    return services


def test_it_takes_the_closing_mark_out_and_everything_goes_on(rewritten: Services) -> None:
    path = rewritten.settings.voicemail_path
    written = path.read_bytes()
    assert END not in written
    assert look.look(rewritten).drifts == []
    create_live(rewritten, "102")
    publish(rewritten)
    assert path.read_bytes() == written
    create_live(rewritten, "103", voicemail_enabled=True)
    assert has_mailbox(rewritten, mailbox_of(rewritten, "103"))
    assert path.read_text().count("100 => 2222,Reception\n") == 1
    assert END in path.read_bytes()
    assert not any(version.block_edited for version in versions.listed(rewritten.settings))
    assert not look.look(rewritten).overwritten


def test_what_it_made_of_the_administrators_lines_stays_when_the_mailboxes_go(rewritten: Services) -> None:
    path = rewritten.settings.voicemail_path
    before = config_files.read(path).before
    enable(rewritten, on=False)
    assert path.read_bytes() == before
    assert b"format = wav" in before
