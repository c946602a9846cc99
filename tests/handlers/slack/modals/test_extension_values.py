"""A row is shown in a window and comes back from it as the same row."""

from __future__ import annotations

import pytest
from hypothesis import given

from handlers.slack.modals.extension_values import changes, new_extension, shown
from handlers.slack.modals.faults import Faults
from models.extension import Extension
from models.fields import EndpointFields
from tests.handlers.slack.row_strategies import EXTENSIONS

ROW = Extension(
    number="101", name="Alice", encrypted_secret="x", codecs=["g722", "ulaw"], email="a@b.example"
)


@given(row=EXTENSIONS)
def test_a_window_that_nobody_has_touched_changes_nothing(row: Extension) -> None:
    assert changes(shown(row), row).given() == {}


def test_what_is_left_out_of_a_window_stays() -> None:
    assert changes({"name": "Bob"}, ROW).given() == {"name": "Bob"}


def test_each_kind_of_input_becomes_its_field() -> None:
    typed = {
        "email": "",
        "codecs": "ulaw,g722",
        "switches": "direct_media",
        "max_contacts": "２",
        "slack_user_id": "",
    }
    assert changes(typed, ROW).given() == {
        "email": None,
        "codecs": ["ulaw", "g722"],
        "direct_media": True,
        "max_contacts": 2,
    }


def test_what_is_only_typed_otherwise_is_no_change() -> None:
    assert changes({"codecs": "G722, ulaw", "max_contacts": "１"}, ROW).given() == {}


def test_a_slack_user_is_changed_and_taken_away_only_by_the_box() -> None:
    row = ROW.model_copy(update={"slack_user_id": "U0BOB"})
    assert changes({"slack_user_id": ""}, row).given() == {}
    assert changes({"slack_user_id": "U0CAROL"}, row).given() == {"slack_user_id": "U0CAROL"}
    for chosen in ("", "U0BOB", "U0CAROL"):
        nobody = {"slack_user_id": chosen, "nobody": "yes"}
        assert changes(nobody, row).given() == {"slack_user_id": None}
    assert changes({"slack_user_id": "U0BOB", "nobody": ""}, row).given() == {}


def test_a_new_one_has_the_defaults_of_what_is_left_empty() -> None:
    new = new_extension({"name": "Alice", "number": "", "email": "", "slack_user_id": ""})
    assert new.given() == {"name": "Alice"}
    full = new_extension(shown(EndpointFields()) | {"name": "Alice", "number": "１０１"})
    assert full.given() == {
        "number": "101",
        "name": "Alice",
        "transport": "udp",
        "codecs": ["ulaw", "alaw", "g722"],
        "max_contacts": 1,
        "qualify_frequency": 60,
        "context": "from-internal",
        "voicemail_enabled": False,
        "direct_media": False,
    }


def test_each_fault_is_of_its_input() -> None:
    with pytest.raises(Faults) as caught:
        new_extension({"name": "", "number": "1"})
    assert caught.value.sentences == {
        "name": "a name is 1 to 80 characters, such as Alice or “Alice Smith”",
        "number": "an extension number is 2 to 20 digits, such as 101",
    }
    with pytest.raises(Faults):
        changes({"context": "a b"}, ROW)
