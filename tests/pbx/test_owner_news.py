"""Owners are told who cut their phone off, unless they did it, and of nothing else."""

from __future__ import annotations

import pytest

from models.actor import SWITCHHOOK, Actor
from models.encryption import generate_secret
from models.fields import Changes
from pbx import extensions
from pbx.services import Services
from tests.factories import insert_extension, outbox_texts

ADA, ALICE = Actor.slack("U0ADA0001"), Actor.slack("U0ALICE01")


def test_who_loses_their_phone_to_somebody_else_is_told_who_and_what_to_do(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id=ALICE.id)
    extensions.rotate_secret(quiet, "101", by=ADA)
    extensions.disable(quiet, "101", by=Actor("cli", "root"))
    extensions.delete(quiet, "101", by=ADA)
    told = outbox_texts(quiet)
    assert [channel for channel, _ in told] == [ALICE.id] * 3
    assert "@U0ADA0001 made a new password for your extension 101" in told[0][1]
    assert "with /ext secret 101" in told[0][1]
    assert "A phone admin disabled your extension 101" in told[1][1]
    assert "@U0ADA0001 deleted your extension 101" in told[2][1]


@pytest.mark.parametrize("by", [ALICE, Actor.hr("standard"), SWITCHHOOK])
def test_nobody_is_told_of_what_they_did_themselves_or_of_their_leaving(quiet: Services, by: Actor) -> None:
    insert_extension(quiet, "101", slack_user_id=ALICE.id)
    extensions.rotate_secret(quiet, "101", by=by)
    extensions.disable(quiet, "101", by=by)
    assert outbox_texts(quiet) == []


def test_what_leaves_a_phone_working_or_has_no_owner_is_not_told(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id=ALICE.id)
    insert_extension(quiet, "102")
    extensions.change(quiet, "101", Changes(name="Alice L."), by=ADA)
    extensions.change(quiet, "101", Changes(slack_user_id="U0BOB0001", secret=generate_secret()), by=ADA)
    extensions.disable(quiet, "102", by=ADA)
    assert outbox_texts(quiet) == []
