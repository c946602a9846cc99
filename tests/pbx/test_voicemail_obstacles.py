"""What keeps mailboxes from being written or taken keeps nothing else waiting, and nobody's phone in or out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.extension import State
from models.fields import Changes
from pbx import extensions
from pbx.doctor.voicemail_checks import mailboxes
from pbx.drift import look
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import VOICEMAIL_CONF
from tests.pbx.doctor.faults import only
from tests.pbx.extension_driver import create, create_live, live, shown
from tests.pbx.voicemail_driver import enable, has_mailbox, mailbox_of
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def services(services: Services) -> Services:
    """With voicemail for 101 and 103."""
    for number in ("101", "103"):
        create_live(services, number, voicemail_enabled=True)
    return services


@pytest.fixture
def without_module(services: Services, asterisk: Asterisk) -> Iterator[Services]:
    asterisk.cli("module unload app_voicemail.so")
    yield services
    asterisk.cli("module load app_voicemail.so")


def change_everything(services: Services) -> str:
    """Change 101, give it a new secret, disable, enable and delete 103, make 104; return what is said of 101 last."""
    create_live(services, "104")
    live(extensions.change(services, "101", Changes(name="Alicia"), by=TESTER))
    result = extensions.rotate_secret(services, "101", by=TESTER)
    live(result)
    assert result.secret
    assert shown(services, "101")["auth"]["Password"] == result.secret.get_secret_value()
    live(extensions.change(services, "103", Changes(enabled=False), by=TESTER))
    assert not shown(services, "103")
    live(extensions.enable(services, "103", by=TESTER))
    assert shown(services, "103")
    assert extensions.delete(services, "103", by=TESTER).extension is None
    return "; ".join(result.warnings)


def test_a_file_that_goes_keeps_mailboxes_as_they_are_and_nothing_waiting(services: Services) -> None:
    path, name = services.settings.voicemail_path, mailbox_of(services, "103")
    written = path.read_text()
    path.unlink()
    assert "its mailbox stays as it is" in change_everything(services)
    assert has_mailbox(services, name)
    assert "voicemail.conf does not exist" in only(mailboxes, services).seen
    (drift,) = look.look(services).drifts
    assert (drift.kind, drift.subject) == ("mailboxes", "voicemail.conf")
    assert not path.exists()
    path.write_text(written)
    publish(services)
    assert not has_mailbox(services, name)
    assert has_mailbox(services, mailbox_of(services, "101"))
    assert "Extension 103" not in path.read_text()
    assert not look.look(services).drifts


def test_a_mailbox_is_not_lost_with_its_file(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.voicemail_path
    path.unlink()
    path.write_text(VOICEMAIL_CONF)
    asterisk.cli("module reload app_voicemail.so")
    publish(services)
    assert has_mailbox(services, mailbox_of(services, "101"))


def test_an_asterisk_that_takes_no_messages_any_more_keeps_nothing_waiting(
    without_module: Services, asterisk: Asterisk
) -> None:
    services = without_module
    assert "cannot leave a message: Asterisk has not loaded app_voicemail" in change_everything(services)
    asterisk.cli("module load app_voicemail.so")
    publish(services)
    assert has_mailbox(services, mailbox_of(services, "101"))
    assert not look.look(services).drifts


def test_voicemail_can_be_taken_back_where_asterisk_has_lost_the_module(without_module: Services) -> None:
    enable(without_module, "101", on=False)


def test_a_missing_file_is_in_the_way_of_new_mailboxes(services: Services) -> None:
    services.settings.voicemail_path.unlink()
    create_live(services, "102")
    with pytest.raises(AssertionError, match=r"waits for voicemail alone.*voicemail\.conf does not exist"):
        enable(services, "102")
    assert extensions.get(services, "102").state is State.PENDING
    enable(services, "102", on=False)


def test_an_extension_whose_mailbox_waits_has_all_else_that_is_asked_for(
    without_module: Services, asterisk: Asterisk
) -> None:
    services = without_module
    create(services, "102", voicemail_enabled=True)
    extensions.change(services, "102", Changes(name="Bob B"), by=TESTER)
    made = extensions.rotate_secret(services, "102", by=TESTER)
    assert made.secret
    assert extensions.get(services, "102").state is State.PENDING
    found = shown(services, "102")
    assert found["auth"]["Password"] == made.secret.get_secret_value()
    assert found["endpoint"]["Callerid"] == '"Bob B" <102>'
    extensions.change(services, "102", Changes(enabled=False), by=TESTER)
    assert not shown(services, "102")
    extensions.change(services, "102", Changes(enabled=True), by=TESTER)
    assert shown(services, "102")
    asterisk.cli("module load app_voicemail.so")
    publish(services)
    assert extensions.get(services, "102").state is State.LIVE
    assert has_mailbox(services, mailbox_of(services, "102"))
