"""What has come of a change is read from the row, and nothing more is claimed."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from handlers.api import change_bodies
from models.extension import Extension, State
from pbx.answers import ChangeResult
from pbx.services import Services


def row(state: State, reason: str | None = None, enabled: bool = True) -> Extension:
    return Extension(
        id=7, number="101", name="Alice", encrypted_secret="", state=state, reason=reason, enabled=enabled
    )


@pytest.mark.parametrize(
    ("done", "message", "error"),
    [
        (ChangeResult(row(State.LIVE, "it lacks a hint")), "Extension updated successfully", None),
        (ChangeResult(row(State.LIVE, enabled=False)), "Extension updated successfully", None),
        (ChangeResult(row(State.PENDING, "no AMI")), "Extension updated, not live yet", "no AMI"),
        (ChangeResult(row(State.PENDING)), "Extension updated, not live yet", "Asterisk was not asked yet"),
        (ChangeResult(row(State.FAILED, "twice")), "Extension updated, but refused", "twice"),
        (ChangeResult(row(State.DELETING)), "Extension updated, not live yet", "Asterisk was not asked yet"),
    ],
)
def test_success_is_said_of_what_asterisk_has_shown_alone(
    quiet: Services, done: ChangeResult, message: str, error: str | None
) -> None:
    said = change_bodies.changed(quiet, "updated", done)
    assert (said.message, said.error) == (message, error)
    assert said.asterisk_verified is said.reload_success is said.config_write_success is (error is None)


def test_what_somebody_has_changed_again_at_once_is_not_verified_as_it_was_asked_for(quiet: Services) -> None:
    said = change_bodies.created(quiet, ChangeResult(row(State.LIVE), overtaken=True))
    assert (said.asterisk_verified, said.secret) == (False, None)
    assert "has been changed again" in str(said.error)


def test_a_secret_and_warnings_are_told(quiet: Services) -> None:
    done = ChangeResult(row(State.LIVE), SecretStr("SecurePass123"), ("outside the range",), {"secret": None})
    said = change_bodies.rotated(quiet, done)
    assert (said.secret, said.warnings, said.changes) == (
        "SecurePass123",
        ["outside the range"],
        {"secret": None},
    )
