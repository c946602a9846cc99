"""Single values by the rules of the settings, whatever the environment has."""

from __future__ import annotations

import pytest

import settings


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
