"""The settings with the keys of HR systems."""

from __future__ import annotations

import base64

import pytest

import settings
from tests.handlers.hr.signing import SETTINGS
from tests.server import TEST_KEY

GOOD = "whsec_" + base64.b64encode(b"hunter2 in disguise").decode()
BAD = ["hunter2", "whsec_", "whsec_=", "whsec_hunter2!", "whsec_h", "WHSEC_aHVudGVyMg==", f"{GOOD},hunter2"]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    for name in SETTINGS.values():
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("name", SETTINGS.values())
def test_there_may_be_none_or_several(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(settings.load(), name) == ()
    monkeypatch.setenv(name.upper(), f" {GOOD} ,, {GOOD.rstrip('=')} ")
    keys = getattr(settings.load(), name)
    assert [key.get_secret_value() for key in keys] == [GOOD, GOOD.rstrip("=")]
    assert GOOD not in repr(settings.load())


@pytest.mark.parametrize("value", BAD)
def test_a_key_of_standard_webhooks_is_whsec_and_base64(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HR_WEBHOOK_SECRET", value)
    with pytest.raises(SystemExit, match="HR_WEBHOOK_SECRET: needs one or more keys of whsec_") as stopped:
        settings.load()
    assert "hunter2" not in str(stopped.value)
