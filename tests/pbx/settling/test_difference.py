"""What the database and Asterisk's files have differently, in words."""

from __future__ import annotations

from typing import Any

from models.extension import Extension, State
from pbx import pjsip
from pbx.config.blocks import Blocks
from pbx.pjsip import Endpoint
from pbx.settling import difference
from pbx.settling.newer import Newer


def blocks(**names: str) -> Blocks:
    endpoints = [
        Endpoint.model_validate({"number": key[1:], "name": name, "secret": f"Secret{name}"})
        for key, name in names.items()
    ]
    return Blocks(pjsip.render(endpoints, {"udp": "transport-udp"}, {}), "")


def row(number: str, name: str, **more: Any) -> Extension:
    return Extension(number=number, name=name, encrypted_secret="x", **({"last_verified": {}} | more))


def test_the_same_is_no_difference() -> None:
    same = blocks(_101="Alice")
    assert not difference.between([row("101", "Alice")], same, same, [], Newer())


def test_each_number_is_told_with_what_it_differs_in_and_without_its_password() -> None:
    rows = [row("101", "Alice"), row("102", "Bob"), row("103", "Carol", enabled=False), row("105", "Eve")]
    wanted, there = (
        blocks(_101="Alice", _102="Bob", _105="Eve"),
        blocks(_101="Alicia", _103="Carol", _104="Dave"),
    )
    found = difference.between(rows, wanted, there, ["105"], Newer())
    assert found.sentences() == [
        "only in Asterisk, so made since: 104 (Dave)",
        "only in the database, so deleted or disabled since: 102 (Bob)",
        "disabled in the database, and in use in Asterisk: 103 (Carol)",
        "yours by hand in Asterisk, so released since: 105 (Eve)",
        "another password in Asterisk: 101",
        "another name: 101 (Alicia in Asterisk, Alice in the database)",
    ]
    assert "Secret" not in str(found)


def test_only_who_was_live_can_have_been_released_since() -> None:
    refused = [row("104", "Dave", last_verified=None), row("105", "Eve", state=State.FAILED)]
    assert not difference.between(refused, blocks(), blocks(), ["104", "105"], Newer())


def test_who_is_enabled_and_not_to_be_written_is_not_told_as_disabled() -> None:
    rows = [row("104", "Dave", state=State.FAILED), row("105", "Eve"), row("106", "Frank", enabled=False)]
    there = blocks(_104="Dave", _105="Eve", _106="Frank")
    assert difference.between(rows, blocks(), there, ["105", "106"], Newer()).sentences() == [
        "only in Asterisk, so made since: 104 (Dave)",
        "disabled in the database, and in use in Asterisk: 106 (Frank)",
        "yours by hand, too, beside Switchhook's lines: 105 (Eve)",
    ]


def test_what_was_changed_here_since_is_told_as_that_and_not_as_a_difference() -> None:
    rows = [row("101", "Alice"), row("102", "Bob"), row("103", "Carol", enabled=False), row("105", "Eve")]
    wanted, there = (
        blocks(_101="Alice", _102="Bob", _105="Eve"),
        blocks(_101="Alicia", _103="Carol", _105="Eva"),
    )
    newer = Newer(
        {"102": "made", "105": "adopted"}, {"101": ("secret", "voicemail_enabled"), "103": ("enabled",)}
    )
    assert difference.between(rows, wanted, there, [], newer).sentences() == [
        "another name: 101 (Alicia in Asterisk, Alice in the database)",
        "changed here since it was noticed, and stays so: 101 (password, voicemail), 102 (made), 103 (enabled), 105 (adopted)",
    ]


def test_a_setting_that_was_changed_here_since_is_no_difference_however_its_option_is_called() -> None:
    fields = {"codecs": ["ulaw"], "transport": "wss", "context": "inside", "voicemail_enabled": True}
    endpoint = {"number": "101", "name": "Alice", "secret": "Secret", "max_contacts": 3}
    transports = {"udp": "transport-udp", "wss": "transport-wss"}
    wanted, there = (
        Blocks(pjsip.render([Endpoint.model_validate(endpoint | more)], transports, {}), "")
        for more in ({**fields, "mailbox": "101_a@switchhook"}, {"max_contacts": 1})
    )
    newer = Newer({}, {"101": tuple(fields)})
    stays = "changed here since it was noticed, and stays so: 101 (codecs, transport, context, voicemail)"
    told = difference.between([row("101", "Alice")], wanted, there, [], newer).sentences()
    assert told == ["other settings: 101 (max_contacts)", stays]
