"""A softphone's link, and what it is good for."""

from __future__ import annotations

from typing import Any

import pytest
from itsdangerous import TimestampSigner

from handlers.onboarding import linphone, provisioning
from handlers.onboarding.linphone import Ticket
from models.employee import Employee, Stage
from models.extension import Extension
from settings import Settings

KEY, OLD_KEY = "k" * 40, "o" * 40


def settings(**more: Any) -> Settings:
    values = {
        "secret_key": KEY,
        "public_url": "https://phones.example.com",
        "sip_domain": "pbx.example.com:5062",
    }
    return Settings(_env_file=None, **values | more)


def extension(**more: Any) -> Extension:
    return Extension(
        **{"number": "101", "name": "Alice", "encrypted_secret": "encrypted", "codecs": ["ulaw"]} | more
    )


def ticket() -> Ticket:
    alice = Employee(id=7, source="standard", external_id="e1", stage=Stage.READY)
    made = provisioning.ticket_for(settings(), alice, extension())
    assert made is not None
    return made


def token(**more: Any) -> str:
    link = provisioning.link(settings(**more), ticket())
    return link.removeprefix("https://phones.example.com/phones/")


def test_a_link_names_the_employee_and_the_secret_and_tells_neither() -> None:
    assert provisioning.ticket_of(settings(), token()) == Ticket("7", linphone.fingerprint(extension()))
    assert "encrypted" not in token()
    assert linphone.fingerprint(extension(encrypted_secret="another")) != ticket().fingerprint


def test_there_is_no_link_where_the_world_does_not_reach_us_or_linphone_not_the_phone_system() -> None:
    alice = Employee(id=7, source="standard", external_id="e1", stage=Stage.READY)
    assert provisioning.ticket_for(settings(public_url=None), alice, extension()) is None
    assert provisioning.ticket_for(settings(), alice, extension(transport="wss")) is None


def test_any_changed_character_makes_a_link_worthless() -> None:
    good = token()
    for position, character in enumerate(good):
        for other in {"A", "b", ".", "\xe9"} - {character}:
            forged = good[:position] + other + good[position + 1 :]
            # The last character of base64 has bits that mean nothing.
            if position < len(good) - 1:
                assert provisioning.ticket_of(settings(), forged) is None, forged
    for stranger in ("", ".", "x" * 5000, f"{good}.{good}"):
        assert provisioning.ticket_of(settings(), stranger) is None


def test_a_link_lasts_two_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, signed_at = token(), TimestampSigner("any").get_timestamp()
    for seconds, is_good in ((provisioning.LASTS - 60, True), (provisioning.LASTS + 60, False)):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _, late=seconds: signed_at + late)
        assert (provisioning.ticket_of(settings(), fresh) is not None) is is_good


def test_a_link_outlives_a_new_key_and_no_key_of_a_stranger() -> None:
    old = token(secret_key=OLD_KEY)
    assert provisioning.ticket_of(settings(secret_key=f"{KEY},{OLD_KEY}"), old) is not None
    assert provisioning.ticket_of(settings(), old) is None
    assert provisioning.ticket_of(settings(), token(secret_key=f"{KEY},{OLD_KEY}")) is not None
