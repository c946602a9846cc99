"""What Asterisk has beside the database is told from what has a right to be there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from models.extension import State
from models.extension_range import ExtensionRange
from pbx.adoption.candidates import Refused
from pbx.ami_messages import Message
from pbx.config.managed_files import ConfigOnDisk, ManagedFile
from pbx.drift import running_drift
from pbx.drift.running_drift import Running
from tests.pbx.config.texts import admin_config
from tests.pbx.publishing.rows import verified
from tests.pbx.publishing.test_plan import build

RANGE = ExtensionRange("100-199")
NOTHING = Running((), (), (), (), {})
TODO = build(verified(state=State.LIVE))


def message(**headers: str) -> Message:
    return Message(headers)


def on_disk(pjsip: str = "", extensions: str = "") -> ConfigOnDisk:
    empty = ManagedFile(Path("empty"), b"", b"", b"")
    return ConfigOnDisk(empty, empty, admin_config(pjsip, extensions))


def keys(found: Any) -> list[str]:
    return [each.key for each in found]


def test_only_numbers_of_the_range_are_strangers() -> None:
    running = replace(NOTHING, endpoints={"101", "150", "2001", "provider"}, aors={"150", "160"})
    found = running_drift.strangers({"101"}, running, on_disk(), RANGE)
    assert keys(found) == ["phone:150", "phone:160"]


def test_what_the_administrator_wrote_is_no_stranger() -> None:
    running, files = replace(NOTHING, endpoints={"150"}), on_disk("[150]\ntype=endpoint\n")
    assert keys(running_drift.strangers((), running, files, RANGE)) == []
    (found,) = running_drift.by_hand((), running, files, RANGE, {})
    assert found.key == "phone:150"
    assert found.text.endswith("/ext adopt 150 takes it over")


def test_a_phone_that_cannot_be_adopted_is_told_with_the_reason_and_a_trunk_not_at_all() -> None:
    running = replace(NOTHING, endpoints={"150", "151"})
    files = on_disk("[150]\ntype=endpoint\n[151]\ntype=endpoint\n")
    refused = {"150": Refused("150", "it has several auths"), "151": Refused("151", "", is_trunk=True)}
    (found,) = running_drift.by_hand((), running, files, RANGE, refused)
    assert found.text == "150 is written by hand at pjsip.conf:1, and stays yours: it has several auths"


def step(exten: str, context: str = "from-internal", registrar: str = "pbx_config") -> Message:
    return message(Context=context, Extension=exten, Registrar=registrar)


def test_an_exten_is_told_where_nothing_explains_it() -> None:
    steps = [
        step("101"),
        step("150"),
        step("151"),
        step("_1XX"),
        step("700", registrar="res_parking"),
        step("1", context="elsewhere"),
    ]
    files = on_disk(extensions="[from-internal]\nexten => 151,1,Answer()\n")
    found = running_drift.extens(TODO, replace(NOTHING, extens=steps), files)
    assert keys(found) == ["exten:150@from-internal"]


def test_a_registration_is_told_where_its_aor_is_gone() -> None:
    contacts = [
        message(ObjectName="101;@1", Uri="sip:101@192.0.2.1"),
        message(ObjectName="150;@2", Uri="sip:150@192.0.2.2:5070"),
        message(ObjectName="150;@3", Uri="sip:150@192.0.2.2:5071"),
        message(ObjectName="provider@@4", Uri="sip:192.0.2.3"),
    ]
    (found,) = running_drift.contacts(replace(NOTHING, aors={"101"}, contacts=contacts))
    assert found.key == "contact:150"
    assert "a phone at 192.0.2.2 is registered as 150" in found.text


def test_what_asterisk_shows_differently_is_told_by_number() -> None:
    running = replace(NOTHING, faults={"101": [], "102": ["there is no endpoint 102", "and more"]})
    (found,) = running_drift.differing(running)
    assert found.key == "asterisk:102"
    assert "(there is no endpoint 102; and more)" in found.text
