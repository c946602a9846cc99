"""Single values by the rules of the settings, whatever the environment has."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

import settings
from setting_types import Address, is_own_machine


@pytest.mark.parametrize("name", ["a//b.conf", "..", "a b.conf", ""])
def test_the_files_have_no_spaces_and_are_not_above_asterisks_folder(name: str) -> None:
    assert settings.faults({"PJSIP_CONF": name})
    for good in ("switch.hook/my-phones_2.conf", "/srv/asterisk/pjsip.conf"):
        assert settings.faults({"PJSIP_CONF": good}) == []


def test_faults_are_those_of_the_given_values_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "the environment's")
    given = {"AMI_CA_FILE": "/not/there/yet.pem", "COLOUR": "red", "SIP_DOMAIN": "hunter2 x"}
    (fault,) = settings.faults(given)
    assert fault.startswith("SIP_DOMAIN: needs the name")
    assert "hunter2" not in fault


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Phones.Example.com/", "https://phones.example.com"),
        ("https://phones.example.com:443/Path", "https://phones.example.com/Path"),
        ("http://localhost:80", "http://localhost"),
        ("https://phones.example.com:8443", "https://phones.example.com:8443"),
    ],
)
def test_an_address_is_kept_as_browsers_send_it(typed: str, kept: str) -> None:
    assert TypeAdapter(Address).validate_python(typed) == kept


@pytest.mark.parametrize(
    ("server", "is_so"),
    [
        *(("localhost", True), ("LocalHost:5060", True), ("127.0.0.1:5160", True), ("127.1.2.3", True)),
        *(("0.0.0.0:5060", True), ("192.168.1.5:5060", False), ("localhost.example.com", False)),
    ],
)
def test_a_server_that_phones_look_for_in_themselves_is_known(server: str, is_so: bool) -> None:
    assert is_own_machine(server) is is_so
