""".env.example has every setting, and works once its empty lines are filled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dotenv import dotenv_values

import settings
from settings import Settings
from tests.server import PROJECT, TEST_KEY

EXAMPLE = PROJECT / ".env.example"
TO_FILL_IN = {"sip_domain"}  # its default serves phones on the machine itself alone


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The example copied to .env, with a key added and nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE, ".env")
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    return settings.load()


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert sorted(dotenv_values(EXAMPLE)) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_has_a_comment_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if line and not line.startswith("#") and not before.startswith("# ")
    ]
    assert bare == []


def test_the_values_are_the_defaults(filled: Settings) -> None:
    differing = {
        name: value
        for name, value in filled
        if name != "secret_key" and value != Settings.model_fields[name].default
    }
    assert differing == {}


def test_every_default_that_is_not_empty_stands_in_the_example() -> None:
    """So that a reader sees it, and a new default does not go unnoticed."""
    written = dotenv_values(EXAMPLE)
    empty = {name.lower() for name, value in written.items() if not value}
    without_default = {
        name
        for name, field in Settings.model_fields.items()
        if field.default in ((), "", None, {})
        or getattr(field.default, "get_secret_value", lambda: "x")() == ""
    }
    assert empty == without_default | TO_FILL_IN


def test_the_example_holds_no_secret_to_be_left_in_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE, ".env")
    with pytest.raises(SystemExit, match=r"SECRET_KEY: .*32 or more characters"):
        settings.load()
