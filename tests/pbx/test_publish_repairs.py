"""publish() mends what somebody edited, and leaves alone what the administrator wrote."""

from __future__ import annotations

import pytest
from sqlmodel import col, update

from models.extension import Extension, State
from models.fields import Changes
from pbx import extensions
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import EXTENSIONS_CONF, PJSIP_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import (
    contents,
    create_live,
    dialplan,
    has_exten,
    insert,
    live,
    reason,
    shown,
    states,
)
from tests.slash_commands import TESTER


@pytest.mark.usefixtures("impatient")
def test_a_refused_change_leaves_the_last_accepted_values(services: Services) -> None:
    create_live(services, "101", codecs="alaw", context="sales")
    before = contents(services.settings)
    with services.database.session() as session:
        values = {
            "codecs": ["nonsense"],
            "context": "lab",
            "state": State.PENDING,
            "revision": col(Extension.revision) + 1,
        }
        session.exec(update(Extension).values(values))
    publish(services)
    assert states(services) == {"101": State.FAILED}
    assert contents(services.settings) == before
    assert shown(services, "101")["endpoint"]["Allow"] == "(alaw)"
    assert has_exten(services, "101", "sales")
    assert not has_exten(services, "101", "lab")


def test_hand_edits_inside_the_block_are_put_back(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    create_live(services, "102")
    before = contents(services.settings)
    pjsip, dialplan_path = services.settings.pjsip_path, services.settings.extensions_path
    pjsip.write_bytes(before[0].replace(b"max_contacts=1\n", b"max_contacts=7\n", 1))
    added = b"exten => 101,1,NoOp(mine)\n same => n,Wait(9)\n"
    dialplan_path.write_bytes(before[1].replace(b"exten => 101,1,", added + b";", 1))
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan reload")
    publish(services)
    assert contents(services.settings) == before
    assert shown(services, "101")["aor"]["MaxContacts"] == "1"
    assert [data for name, _, data in dialplan(services, "101") if name == "101"] == [
        "",
        "Call to extension 101",
        "PJSIP/101,30",
        "",
    ]
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}


def test_another_range_takes_the_old_patterns_out_of_the_running_dialplan(
    asterisk: Asterisk, services_on: ServicesOn
) -> None:
    create_live(services_on(asterisk), "101")
    services = services_on(asterisk, EXTENSION_RANGE="200-234")
    publish(services)
    found = {name for number in ("101", "199", "205", "231") for name, _, _ in dialplan(services, number)}
    assert found == {"101", "_2[0-2]X", "_23[0-4]"}
    assert asterisk.reload_counts()["pbx_config.so"] == 1


def test_a_pattern_written_by_hand_stays_the_administrators(folder_asterisk: ServicesOn) -> None:
    by_hand = EXTENSIONS_CONF + "\n[from-internal]\nexten => _1XX,1,NoOp(by hand)\n"
    services = folder_asterisk(extensions_conf=by_hand)
    create_live(services, "101")
    live(extensions.change(services, "101", Changes(context="sales"), by=TESTER))
    assert dialplan(services, "150")[0] == ("_1XX", "NoOp", "by hand")
    assert not has_exten(services, "101")


@pytest.mark.usefixtures("impatient")
def test_deleting_a_refused_number_leaves_what_was_written_by_hand(
    folder_asterisk: ServicesOn, asterisk: Asterisk
) -> None:
    pjsip = PJSIP_CONF + "\n[101]\ntype=endpoint\ncontext=door\n"
    by_hand = EXTENSIONS_CONF + "\n[from-internal]\nexten => 101,1,NoOp(by hand)\n"
    services = folder_asterisk(pjsip_conf=pjsip, extensions_conf=by_hand)
    insert(services, "101")
    publish(services)
    assert states(services) == {"101": State.FAILED}
    assert "by hand" in reason(services, "101")
    assert extensions.delete(services, "101", by=TESTER).extension is None
    assert ("101", "NoOp", "by hand") in dialplan(services, "101")
    assert shown(services, "101")["endpoint"]["Context"] == "door"
