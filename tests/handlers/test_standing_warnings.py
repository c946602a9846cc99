"""Whoever looks at the phone system reads why calls out do not go through, while extensions are published all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.slack import command_text
from handlers.standing_warnings import standing_warnings
from handlers.subcommands import SUBCOMMANDS
from jobs import Jobs
from pbx.publish import publish
from pbx.publishing import dry_run
from pbx.services import Services
from tests import fresh
from tests.asterisk_bed import Asterisk
from tests.factories import outbox_texts
from tests.pbx.extension_driver import create_live
from tests.pbx.trunk_driver import TRUNK
from tests.server import Switchhook, settings_for
from tests.slack_stand_in import SlackStandIn

MISSING = "Calls out by OUTBOUND_TRUNK are not as they should be: Asterisk has no endpoint trunk"
COMES = "[from-internal]\n+; Calls out through OUTBOUND_TRUNK, after all else that can be dialled here\n+include => outbound-routes\n"
asterisk, database_url = fresh.asterisk, fresh.database_url


@pytest.fixture
def services(asterisk: Asterisk, database_url: str) -> Services:
    return Services.of(settings_for(asterisk, database_url, OUTBOUND_TRUNK="trunk"))


def trunk_comes(asterisk: Asterisk) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    path.write_text(TRUNK + path.read_text())
    asterisk.cli("module reload res_pjsip.so")


def test_status_and_list_say_it_until_the_trunk_comes(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    for command in ("status", "status 101", "list"):
        name, *words = command.split()
        given = command_text.arguments(words)
        assert MISSING in SUBCOMMANDS[name].run(services, replace(given, is_admin=True)).text
        said = SUBCOMMANDS[name].run(services, given).text
        assert "Calls out by OUTBOUND_TRUNK are not as they should be: an admin sees why" in said
        assert "endpoint" not in said
    trunk_comes(asterisk)
    assert list(standing_warnings(services)) == []


def test_what_cannot_be_looked_at_is_not_told(services: Services, asterisk: Asterisk) -> None:
    away = services.settings.model_copy(update={"ami_port": 1})
    assert list(standing_warnings(replace(services, settings=away))) == []
    gone = services.settings.model_copy(update={"asterisk_config_dir": asterisk.config_dir / "gone"})
    (blocked,) = standing_warnings(replace(services, settings=gone))
    assert blocked.startswith("Nothing goes live for now")


def test_the_command_line_says_it_and_its_status_tells(
    services: Services, asterisk: Asterisk, slack: SlackStandIn, database_url: str
) -> None:
    create_live(services, "101")
    switchhook = Switchhook(asterisk, slack, database_url, {"OUTBOUND_TRUNK": "trunk"})
    assert MISSING in switchhook.flask("ext", "status", "101").stderr
    done = switchhook.flask("publish")
    assert done.returncode == 1
    assert MISSING in done.stderr
    assert "all extensions are live, and what is above is not" in done.stderr
    trunk_comes(asterisk)
    assert switchhook.flask("publish").returncode == 0


def test_the_listener_reports_it_and_that_it_is_over(
    services: Services, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.detector.PUBLISH_GRACE", timedelta())
    create_live(services, "101")
    told = services.settings.model_copy(update={"alert_channel": "C0PHONES"})
    jobs = Jobs(replace(services, settings=told), lambda: None)
    jobs.hold_lease()
    jobs.stop()  # no pauses
    jobs.listen()
    jobs.publish()
    jobs.report_incidents()
    trunk_comes(asterisk)
    jobs.publish()
    jobs.report_incidents()
    texts = [text for _, text in outbox_texts(services) if "Calls out" in text]
    assert texts[0].startswith("⚠️ Calls out by OUTBOUND_TRUNK are not as they should be · since ")
    assert texts[1].startswith("✅ Calls out by OUTBOUND_TRUNK are as they should be again")


def test_a_dry_run_shows_the_route_that_comes(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    assert "no endpoint trunk" in dry_run.look(services).calls_out[0]
    trunk_comes(asterisk)
    found = dry_run.look(services)
    assert found.calls_out == ()
    assert COMES in "\n".join(line.rstrip("\n") for line in found.diff) + "\n"
    assert found.reloads == ["pbx_config"]
    publish(services)
    assert not dry_run.look(services)
