"""The form of an extension: a row is shown and comes back as it was; what two have changed is brought together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from handlers.pages.extensions import extension_form
from handlers.pages.extensions.extension_form import (
    FIRST_SHOWN,
    MORE_SHOWN,
    changes,
    merged,
    new_extension,
    shown,
    typed,
)
from handlers.slack.modals.faults import Faults
from models.audit import AuditEntry
from models.extension import Extension
from models.fields import EndpointFields
from tests.handlers.slack.row_strategies import EXTENSIONS

ROW = Extension(
    number="101", name="Alice", encrypted_secret="x", codecs=["g722", "ulaw"], slack_user_id="U0BOB"
)


def changed(**changes: Any) -> AuditEntry:
    return AuditEntry(actor="slack:U0EVE", action="changed", number="101", changes=changes)


@given(row=EXTENSIONS)
def test_a_form_that_nobody_has_touched_changes_nothing(row: Extension) -> None:
    assert changes(shown(row), row).given() == {}


def test_every_input_has_its_place_and_is_shown() -> None:
    assert set(shown(ROW)) == {*FIRST_SHOWN, *MORE_SHOWN} - {"number", "secret"}


def test_what_was_changed_becomes_its_field() -> None:
    form = shown(ROW) | {
        "codecs": "ulaw,g722",
        "voicemail_enabled": "on",
        "slack_user_id": "",
        "max_contacts": "2",
    }
    assert changes(form, ROW).given() == {
        "codecs": ["ulaw", "g722"],
        "voicemail_enabled": True,
        "slack_user_id": None,
        "max_contacts": 2,
    }


def test_a_new_one_has_the_defaults_of_what_is_left_empty() -> None:
    form = typed({"name": " Carol ", "number": "", "secret": "", "context": ""}, "number", "secret")
    made = new_extension(form)
    assert (made.name, made.number, made.context) == ("Carol", None, "from-internal")
    assert "secret" not in made.model_fields_set
    assert new_extension(shown(EndpointFields()) | {"name": "Carol", "number": "103"}).number == "103"


def test_what_is_wrong_is_said_from_top_to_bottom() -> None:
    form = typed({"number": "1", "notes": "x" * 1001, "max_contacts": "0"}, "number", "secret")
    with pytest.raises(Faults) as raised:
        new_extension(form)
    wrong = extension_form.in_order(raised.value.sentences)
    assert list(wrong) == ["number", "name", "max_contacts", "notes"]


def test_what_nobody_else_has_changed_is_as_it_was_typed_and_the_rest_as_it_is_now() -> None:
    seen = shown(ROW)
    row = ROW.model_copy(update={"email": "new@example.com", "voicemail_enabled": True})
    since = [
        changed(email=["old@example.com", "new@example.com"]),
        changed(voicemail_enabled=[False, True], secret=None),
    ]
    before = seen | {"email": "old@example.com"}
    values, both = merged(before | {"name": "Alicia"}, row, since)
    assert both == {}
    assert values == shown(row) | {"name": "Alicia"}


def test_what_both_have_changed_stays_as_it_was_typed_and_is_named() -> None:
    row = ROW.model_copy(update={"name": "Alice Archer", "slack_user_id": None})
    since = [
        changed(name=["Alice", "Alise"]),
        changed(name=["Alise", "Alice Archer"], slack_user_id=["U0BOB", None]),
    ]
    values, both = merged(shown(ROW) | {"name": "Alicia", "slack_user_id": "U0CAROL"}, row, since)
    assert values == shown(row) | {"name": "Alicia", "slack_user_id": "U0CAROL"}
    assert list(both) == ["name", "slack_user_id"]
    assert "“Alice Archer”" in both["name"]
    assert "emptied" in both["slack_user_id"]


def test_what_both_have_changed_alike_is_no_clash() -> None:
    row = ROW.model_copy(update={"name": "Alicia"})
    assert merged(shown(ROW) | {"name": "Alicia"}, row, [changed(name=["Alice", "Alicia"])]) == (
        shown(row),
        {},
    )
