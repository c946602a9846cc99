"""Emergency and outside numbers of the administrator's dialplan reach what they reached before."""

from __future__ import annotations

import pytest

from models.fields import Changes
from pbx import extensions
from pbx.ami import connected
from pbx.errors import NumberTaken, Refusal
from pbx.publish import publish
from pbx.publishing import reloads
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import EXTENSIONS_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, create_live, dialplan, insert, live, states
from tests.slash_commands import TESTER

# Dials a trunk, in the guise of a step that can be recognised.
TRUNK = """
[from-internal]
include => outbound

[outbound]
exten => 112,1,NoOp(trunk)
exten => _11X,1,NoOp(trunk)
exten => 150,1,NoOp(taxi)
"""
TRUNK_LINE = EXTENSIONS_CONF.count("\n") + 7


@pytest.fixture
def trunk(folder_asterisk: ServicesOn) -> Services:
    return folder_asterisk(extensions_conf=EXTENSIONS_CONF + TRUNK)


def first(services: Services, number: str) -> tuple[str, str]:
    """What Asterisk does with this number: exten and data of the first step that it finds."""
    exten, _, data = dialplan(services, number)[0]
    return exten, data


def reload_dialplan(services: Services) -> None:
    """As an administrator does at the console."""
    with connected(services.settings) as client:
        reloads.reload_dialplan(client)


def create_next(services: Services) -> str:
    return live(create(services, None)).number


def test_after_a_create_112_and_113_still_reach_the_trunk(trunk: Services) -> None:
    create_live(trunk, "180")
    assert first(trunk, "112") == ("112", "trunk")
    assert first(trunk, "113") == ("_11X", "trunk")
    assert first(trunk, "150") == ("150", "taxi")
    assert first(trunk, "165") == ("_1XX", "Extension to extension call: ${EXTEN}")


def test_an_update_from_a_version_with_the_pattern_in_the_context_itself_mends_the_running_dialplan(
    trunk: Services,
) -> None:
    create_live(trunk, "180")
    path = trunk.settings.extensions_path
    text, before = path.read_text(), contents(trunk.settings)
    path.write_text(
        text.replace("include => switchhook-range\n", "").replace("[switchhook-range]", "[from-internal]")
    )
    reload_dialplan(trunk)
    assert first(trunk, "113")[0] == "_1XX"
    publish(trunk)
    assert contents(trunk.settings) == before
    assert first(trunk, "113") == ("_11X", "trunk")
    assert first(trunk, "165")[0] == "_1XX"


def test_the_pattern_is_left_out_where_an_include_below_the_block_would_come_after_it(
    trunk: Services,
) -> None:
    create_live(trunk, "180")
    path = trunk.settings.extensions_path
    path.write_text(
        path.read_text() + "[from-internal]\ninclude => late\n[late]\nexten => 165,1,NoOp(late)\n"
    )
    reload_dialplan(trunk)
    assert first(trunk, "165")[0] == "_1XX"
    create_live(trunk, "181")
    assert first(trunk, "165") == ("165", "late")


def test_emergency_numbers_are_refused_and_never_taken_by_themselves(
    services_on: ServicesOn, asterisk: Asterisk
) -> None:
    services = services_on(asterisk, EXTENSION_RANGE="109-121", EMERGENCY_NUMBERS="110,112")
    for number in ("112", "110"):
        with pytest.raises(NumberTaken, match=f"{number} is an emergency number.*EMERGENCY_NUMBERS"):
            create(services, number)
    assert [create_next(services) for _ in range(3)] == ["109", "111", "113"]


def test_a_number_for_which_the_dialplan_has_a_pattern_is_not_taken_by_itself(
    folder_asterisk: ServicesOn,
) -> None:
    services = folder_asterisk(extensions_conf=EXTENSIONS_CONF + TRUNK, EXTENSION_RANGE="114-121")
    assert create_next(services) == "121"
    with pytest.raises(
        Refusal, match="every number of 114-121 is taken, or reserved by EMERGENCY_NUMBERS or a pattern"
    ):
        create(services, None)


def test_who_types_a_number_for_which_the_dialplan_has_a_pattern_is_warned(trunk: Services) -> None:
    done = create(trunk, "114")
    assert done.extension
    assert "until now _11X at" in done.warnings[0]
    assert f"extensions.conf:{TRUNK_LINE} answered 114, and now this phone does" in done.warnings[0]


def test_an_extension_that_has_an_emergency_number_already_stays_and_can_be_changed(
    services: Services,
) -> None:
    insert(services, "112")
    publish(services)
    extensions.change(services, "112", Changes(name="Bob"), by=TESTER)
    assert ("112", "NoOp", "Call to extension 112") in dialplan(services, "112")
    assert set(states(services)) == {"112"}
