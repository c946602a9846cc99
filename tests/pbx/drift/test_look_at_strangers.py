"""Numbers that live in a real Asterisk, and whose they are."""

from __future__ import annotations

import shlex

import pytest

from models.extension import State
from pbx import restore_files, versions
from pbx.adoption.adopt import adopt
from pbx.ami import connected
from pbx.drift.look import look
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.drift.drifting import HAND, TRUNK, append, found, reload, text
from tests.pbx.extension_driver import reason, shown, states
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("two")


def test_a_phone_that_only_asterisk_has_is_a_stranger_and_one_in_a_file_is_by_hand(
    services: Services, asterisk: Asterisk
) -> None:
    path = services.settings.pjsip_path
    ours = path.read_text()
    append(path, HAND + TRUNK + HAND.replace("150", "151"))
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(ours + HAND.replace("aors=150", "aors=150\nauth=150,152") + TRUNK)
    report = look(services)
    assert found(report) == [("phone", "151")]
    assert 'asterisk -rx "pjsip show endpoint 151"' in text(report)
    (by_hand,) = report.by_hand
    assert "150 is written by hand at" in by_hand.text
    assert "/ext adopt 150" not in by_hand.text
    assert "and stays yours: it has several auths" in by_hand.text


def test_an_exten_that_no_file_has_is_named(services: Services, asterisk: Asterisk) -> None:
    with connected(services.settings) as session:
        for exten in ("160", "_7X"):
            session.ask(
                Action="DialplanExtensionAdd",
                Context="from-internal",
                Extension=exten,
                Priority="1",
                Application="Answer",
            )
    report = look(services)
    assert found(report) == [("exten", "160@from-internal")]
    append(services.settings.extensions_path, "[from-internal]\nexten => 160,1,Answer()\n")
    assert found(look(services)) == []


def test_a_phone_that_is_registered_as_nobody_is_named(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    ours = path.read_text()
    append(path, HAND + "[150]\ntype=auth\nusername=150\npassword=Secret150\n")
    path.write_text(path.read_text().replace("aors=150", "aors=150\nauth=150"))
    asterisk.cli("module reload res_pjsip.so")
    with Phone("150", "Secret150", asterisk.sip_domain) as phone:
        phone.register()
        path.write_text(ours)
        asterisk.cli("module reload res_pjsip.so")
        report = look(services)
    assert found(report) == [("contact", "150")]
    said = text(report)
    assert "a phone at 127.0.0.1 is registered as 150" in said
    asterisk.cli(shlex.split(said.partition("asterisk -rx ")[2])[0])
    assert found(look(services)) == []


def test_an_adopted_phone_is_no_drift_and_gives_way_to_an_earlier_version(
    services: Services, asterisk: Asterisk
) -> None:
    append(
        services.settings.pjsip_path, HAND.replace("aors=150", "aors=150\nauth=150\ncontext=from-internal")
    )
    append(services.settings.pjsip_path, "[150]\ntype=auth\nusername=150\npassword=Secret15012\n")
    reload(asterisk)
    assert [each.subject for each in look(services).by_hand] == ["150"]
    adopt(services, ["150"], by=TESTER)
    assert states(services)["150"] is State.LIVE
    report = look(services)
    assert (found(report), report.by_hand) == ([], [])
    before_it = versions.listed(services.settings)[-1].name
    preview = restore_files.preview(services, before_it)
    assert any("150 would be refused" in each for each in preview.refused)
    restore_files.restore(services, preview, by=TESTER)
    assert ("conflict", "150") in found(look(services))
    publish(services)
    assert "150 was written by hand" in reason(services, "150")
    assert shown(services, "150")
