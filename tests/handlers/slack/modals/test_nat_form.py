"""The window of NAT, as Slack is given it, and what comes back from it."""

from __future__ import annotations

import pytest

from handlers.slack.modals.faults import Faults
from handlers.slack.modals.nat_form import changes, fingerprint, nat_modal, shown
from models.nat import Nat
from tests.slack_stand_in.block_kit import check_view

ROW = Nat(external_media_address="203.0.113.7", local_net=["192.168.1.0/24", "10.0.0.0/8"])


def test_a_window_that_nobody_has_touched_changes_nothing() -> None:
    assert changes(shown(ROW), ROW).given() == {}
    assert changes(shown(None), None).given() == {}


def test_what_was_changed_is_read_by_the_names_of_the_columns() -> None:
    typed = {"media": "pbx.example.com", "signaling": "", "local": ""}
    assert changes(typed, ROW).given() == {"external_media_address": "pbx.example.com", "local_net": []}


def test_a_fault_is_of_its_input_in_the_words_of_the_command() -> None:
    with pytest.raises(Faults) as caught:
        changes({"media": "203.0.113.7:5060", "local": "192.168.1.5"}, None)
    assert caught.value.sentences.keys() == {"media", "local"}
    assert caught.value.sentences["media"] == "without a port: type 203.0.113.7"


def test_what_is_set_can_be_forgotten_and_is_remembered_as_it_was() -> None:
    view = nat_modal(ROW, {})
    check_view(view)
    assert view["blocks"][-1]["elements"][0]["value"] == ":nat clear"
    assert view["private_metadata"] == fingerprint(ROW) != fingerprint(None)
    assert nat_modal(None, {})["blocks"][-1]["type"] == "input"
