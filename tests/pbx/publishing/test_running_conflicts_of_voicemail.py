"""Debian's modules.conf loads a second module for voicemail, which takes the applications of the first away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.extension import State
from models.fields import Changes
from pbx import extensions
from pbx.doctor.recording_checks import recordings
from pbx.doctor.voicemail_checks import mailboxes
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.doctor.faults import only
from tests.pbx.extension_driver import create_live, reason
from tests.pbx.voicemail_driver import enable
from tests.slash_commands import TESTER

BOTH = "res_odbc_transaction res_odbc res_smdi app_voicemail_odbc"  # what the second module needs, and that itself
NOLOAD = "have noload = app_voicemail_odbc.so in [modules] of modules.conf, restart Asterisk ("


@pytest.fixture
def asterisk(folder: Path) -> Iterator[Asterisk]:
    """With both modules, as Debian's `autoload=yes` has it."""
    made = Asterisk(folder / "pbx")
    with (made.config_dir / "modules.conf").open("a") as file:
        file.write("".join(f"load => {each}.so\n" for each in BOTH.split()))
    with made:
        yield made


@pytest.fixture
def services(asterisk: Asterisk, services_on: ServicesOn) -> Services:
    return services_on(asterisk)


def test_a_module_that_takes_the_application_away_is_named_with_the_remedy(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    extensions.change(services, "101", Changes(voicemail_enabled=True), by=TESTER)
    assert extensions.get(services, "101").state is State.PENDING
    assert "VoiceMail was taken away by app_voicemail_odbc," in reason(services, "101")
    assert NOLOAD in reason(services, "101")
    assert "VoiceMail" not in services.settings.extensions_path.read_text()  # callers are where they were

    assert only(mailboxes, services).remedy.startswith(NOLOAD)
    assert [each for each in recordings(services) if "manager user" in each.seen] == []

    conf = asterisk.config_dir / "modules.conf"
    conf.write_text(conf.read_text().replace("load => app_voicemail_odbc", "noload = app_voicemail_odbc"))
    asterisk.stop()
    asterisk.start()
    publish(services)
    assert extensions.get(services, "101").state is State.LIVE
    assert list(mailboxes(services)) == []
    enable(services, on=False)
