"""While nothing is published, whoever looks at the phone system reads why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handlers.slack import command_text
from handlers.subcommands import SUBCOMMANDS
from models.fields import NewExtension
from pbx import extensions
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook, migrate, settings_for
from tests.slash_commands import TESTER


def test_status_and_list_say_why_nothing_goes_live(
    switchhook: Switchhook, asterisk: Asterisk, folder: Path
) -> None:
    assert switchhook.flask("ext", "create", "158", "--name=Alice").returncode == 0
    typo = f"sqlite:///{folder / 'standstill.db'}"
    migrate(typo)
    services = Services.of(settings_for(asterisk, typo))
    extensions.save_new(services, NewExtension(number="2158", name="Bob"), by=TESTER)
    for command in ("status", "status 2158", "list"):
        name, *words = command.split()
        given = command_text.arguments(words)
        said = SUBCOMMANDS[name].run(services, replace(given, is_admin=True))
        assert "Nothing goes live for now" in str(said.blocks)
        assert "would go (" in said.text
        others = SUBCOMMANDS[name].run(services, given)
        assert "Nothing goes live for now: an admin sees why with /ext doctor" in others.text
        assert "would go" not in others.text
    extensions.verify(services, "2158", by=TESTER)
    given = replace(command_text.arguments(["2158"]), is_admin=True)
    assert str(SUBCOMMANDS["status"].run(services, given).blocks).count("would go (") == 1
    services.database.close()
    environment = switchhook.environment | {"DATABASE_URL": typo}
    done = switchhook.flask("ext", "status", "2158", environment=environment)
    assert (done.stdout + done.stderr).count("would go (") == 1
    done = switchhook.flask("ext", "list", environment=environment)
    assert done.returncode == 0
    assert "Nothing goes live for now" in done.stderr
    assert "Nothing goes live" not in switchhook.flask("ext", "list").stderr
