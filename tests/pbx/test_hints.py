"""Hints, their states, their watchers and the modules that they take, asked of a real Asterisk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx import directory, extensions, hints
from pbx.ami import connected
from pbx.errors import AsteriskUnavailable, NotFound
from pbx.hint_states import MODULES, Hint, HintState, Presence
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import EXTENSIONS_CONF
from tests.asterisk_bed.configuration import MODULES as LOADED
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create, create_live
from tests.slash_commands import TESTER
from tests.watcher import Watcher

OWN_HINTS = """
[lamps]
exten => 701,hint,park:701@default
exten => night,hint,Custom:night
exten => _8XX,hint,PJSIP/${EXTEN}
"""


@pytest.fixture(scope="module")
def pbx() -> Iterator[Asterisk]:
    with (
        tempfile.TemporaryDirectory(prefix="switchhook-") as folder,
        Asterisk(Path(folder), extensions_conf=EXTENSIONS_CONF + OWN_HINTS) as asterisk,
    ):
        yield asterisk


@pytest.fixture
def services(pbx: Asterisk, services_on: ServicesOn) -> Services:
    pbx.reset()
    return services_on(pbx)


def secret_of(services: Services, number: str) -> str:
    secret = create(services, number, "Carol").secret
    assert secret
    return secret.get_secret_value()


def states(found: Presence) -> dict[str, HintState]:
    return {each.number: each.state for each in found.hints}


def test_hints_of_extensions_and_the_administrators_own_are_listed(services: Services) -> None:
    create_live(services, "101")
    found = hints.presence(services)
    assert [(each.number, each.context, each.devices) for each in found.hints] == [
        ("101", "from-internal", "PJSIP/101"),
        ("701", "lamps", "park:701@default"),
        ("night", "lamps", "Custom:night"),
    ]
    assert states(found) == {
        "101": HintState.UNAVAILABLE,
        "701": HintState.UNAVAILABLE,
        "night": HintState.IDLE,
    }
    assert (found.names, found.warnings) == ({"101": "Alice"}, ())


def test_who_watches_is_shown_by_presence_status_and_verify(services: Services, pbx: Asterisk) -> None:
    create_live(services, "101")
    with (
        Watcher(pbx, "103", secret := secret_of(services, "103"), "101") as watcher,
        Watcher(pbx, "103", secret, "101", "presence") as presence,
    ):
        watcher.next()
        presence.next()
        lamp = Hint("101", "from-internal", "PJSIP/101", HintState.UNAVAILABLE, ("103",))
        assert hints.presence(services, "101").hints == (lamp,)
        assert hints.presence(services, "103").watched == (lamp,)
        assert directory.status(services, "101").hint == lamp
        assert extensions.verify(services, "101", by=TESTER).hint == lamp


def test_a_number_without_a_hint_gets_what_to_do(services: Services) -> None:
    create_live(services, "101")
    extensions.disable(services, "101", by=TESTER)
    with pytest.raises(NotFound, match="disabled: /ext status 101 says more"):
        hints.presence(services, "101")
    with pytest.raises(NotFound, match="/ext presence lists the numbers"):
        hints.presence(services, "199")
    assert directory.status(services, "101").hint is None
    assert extensions.verify(services, "101", by=TESTER).hint is None


def test_a_live_number_without_a_hint_gets_what_to_write(services: Services, pbx: Asterisk) -> None:
    create_live(services, "101")
    path = pbx.config_dir / "extensions.conf"
    path.write_text(path.read_text() + "\n[from-internal](+)\nexten => 101,1,Dial(PJSIP/101,20)\n")
    publish(services)
    with pytest.raises(NotFound, match=r"it is live: .* `exten => 101,hint,PJSIP/101` is missing"):
        hints.presence(services, "101")


def test_a_manager_user_who_may_not_ask_is_said_and_not_taken_for_no_hints(
    services: Services, pbx: Asterisk
) -> None:
    manager = pbx.config_dir / "manager.conf"
    allowed = manager.read_text()
    manager.write_text(allowed.replace("write = system,config,reporting", "write = system,config"))
    pbx.cli("manager reload")
    try:
        with pytest.raises(AsteriskUnavailable, match="needs write=call or reporting"):
            hints.presence(services)
    finally:
        manager.write_text(allowed)
        pbx.cli("manager reload")


def test_every_module_of_the_table_is_loaded_here_so_that_its_name_is_right() -> None:
    assert {module.name for module in MODULES} <= set(LOADED.split())


@pytest.mark.parametrize(
    ("module", "event"),
    [
        ("res_pjsip_dialog_info_body_generator", "dialog"),
        ("res_pjsip_pidf_body_generator", "presence"),
        ("res_pjsip_mwi_body_generator", "message-summary"),
    ],
)
def test_a_body_that_cannot_be_made_is_489_and_the_module_is_named(
    services: Services, pbx: Asterisk, module: str, event: str
) -> None:
    create_live(services, "101")
    secret = secret_of(services, "103")
    assert "Unloaded" in pbx.cli(f"module unload {module}.so")
    with Watcher(pbx, "103", secret, "101", event) as watcher:
        assert watcher.status == "489 Bad Event"
    (warning,) = hints.presence(services).warnings
    assert (module in warning, event in warning) == (True, True)
    told = "".join(extensions.verify(services, "101", by=TESTER).warnings)
    assert (module in told) == (event != "message-summary")  # which is no lamp of an extension
    assert "Loaded" in pbx.cli(f"module load {module}.so")  # as the warning says
    assert hints.presence(services).warnings == ()


@pytest.mark.parametrize(
    ("module", "missing", "answer"),
    [
        (
            "res_pjsip_outbound_publish",
            ["res_pjsip_outbound_publish", "res_pjsip_exten_state"],
            "489 Bad Event",
        ),
        ("res_pjsip_exten_state", ["res_pjsip_exten_state"], "489 Bad Event"),
        ("res_pjsip_pubsub", ["res_pjsip_pubsub"], "501 Not Implemented"),
    ],
)
def test_a_module_that_others_wait_for_is_named_as_the_cause(
    services: Services, pbx: Asterisk, module: str, missing: list[str], answer: str
) -> None:
    secret = secret_of(services, "103")
    create_live(services, "101")
    pbx.stop()
    modules = pbx.config_dir / "modules.conf"
    modules.write_text(modules.read_text().replace(f"load={module}.so\n", ""))
    pbx.start()
    with Watcher(pbx, "103", secret, "101") as watcher:
        assert watcher.status == answer
    with connected(services.settings) as asterisk:
        assert [each.name for each in hints.missing_modules(asterisk)] == missing
    pbx.stop()  # the next test's reset() writes modules.conf anew, and starts it
