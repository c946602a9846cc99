"""The windows of an extension, as Slack is given them."""

from __future__ import annotations

import pytest

from handlers.slack.blocks import View
from handlers.slack.messages import refusal
from handlers.slack.modals.extension_forms import create_modal, edit_modal, overtaken, seen
from handlers.slack.modals.extension_values import shown
from models.extension import Extension
from models.fields import EndpointFields
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_view

ROW = Extension(
    id=5,
    revision=3,
    number="101",
    name="Alice",
    encrypted_secret="x",
    codecs=["g722", "ulaw"],
    email="alice@example.com",
    slack_user_id="U0ALICE",
)


def inputs_of(view: View) -> list[str]:
    check_view(view)
    return [each["block_id"] for each in view["blocks"] if each["type"] == "input"]


def element(view: View, name: str) -> dict[str, object]:
    return next(dict(each["element"]) for each in view["blocks"] if each.get("block_id") == name)


def test_a_new_one_asks_for_little_and_offers_more() -> None:
    view = create_modal({}, "103")
    assert inputs_of(view) == ["name", "number", "slack_user_id", "email"]
    assert view["blocks"][-1]["elements"][0]["text"]["text"] == "More settings"
    assert element(view, "number")["placeholder"] == {"type": "plain_text", "text": "103"}


def test_where_no_number_is_free_one_is_to_be_typed() -> None:
    assert "No number of EXTENSION_RANGE is free" in create_modal({}, None)["blocks"][1]["hint"]["text"]


def test_more_settings_begin_with_the_defaults_and_with_what_was_typed() -> None:
    view = create_modal(shown(EndpointFields()) | {"name": "Bob", "email": "half an"}, "103")
    assert set(inputs_of(view)) == set(shown(EndpointFields())) | {"number"}
    assert element(view, "name")["initial_value"] == "Bob"
    assert element(view, "email")["type"] == "plain_text_input"
    assert element(view, "transport")["initial_option"] == {
        "text": {"type": "plain_text", "text": "UDP, as most phones"},
        "value": "udp",
    }


def test_what_was_refused_stands_above_what_was_typed() -> None:
    view = create_modal({"name": "Bob"}, "103", refusal("112 is an emergency number").blocks)
    check_view(view)
    assert as_text(view).startswith("⚠️ 112 is an emergency number.")


def test_a_row_is_shown_with_its_values_and_its_revision() -> None:
    view = edit_modal(ROW, {})
    assert inputs_of(view) == ["name", "slack_user_id", "nobody", "email"]
    assert element(view, "slack_user_id")["initial_user"] == "U0ALICE"
    assert seen(view["private_metadata"]) == ("101", 5, 3)


def test_where_nobody_is_noted_there_is_nobody_to_take_away() -> None:
    nobodys = ROW.model_copy(update={"slack_user_id": None})
    assert inputs_of(edit_modal(nobodys, {})) == ["name", "slack_user_id", "email"]


def test_the_codecs_of_a_row_come_first_in_their_order() -> None:
    codecs = element(edit_modal(ROW, shown(ROW)), "codecs")
    assert [each["value"] for each in codecs["initial_options"]] == ["g722", "ulaw"]  # type: ignore[attr-defined]  # JSON
    assert [each["value"] for each in codecs["options"]][:3] == ["g722", "ulaw", "alaw"]  # type: ignore[attr-defined]  # JSON


@pytest.mark.parametrize(
    "metadata", ["", "101", "101 5", "x 5 3", "101 5 3 7", "101 -5 3", "101 5 12345678901"]
)
def test_what_is_no_revision_is_none(metadata: str) -> None:
    assert seen(metadata) is None


def test_who_was_slower_can_open_it_again() -> None:
    message = overtaken(ROW, [])
    assert "Nothing of yours is written" in as_text({"blocks": message.blocks})
    assert message.blocks[-1]["elements"][0]["value"] == "5@U0ALICE:set 101"
