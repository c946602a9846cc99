"""What is typed into a window is read by the name that its input was given."""

from __future__ import annotations

from handlers.slack.inputs import text_input, typed


def test_an_input_is_read_by_its_name() -> None:
    block = text_input("name", "Name", "Alice Smith", optional=True)
    assert (block["block_id"], block["element"]["action_id"], block["optional"]) == ("name", "name", True)
    assert text_input("name", "Name", "Alice Smith")["optional"] is False
    values = {
        "name": {"name": {"type": "plain_text_input", "value": " Bob "}},
        "email": {"email": {"value": None}},
    }
    assert typed({"state": {"values": values}}) == {"name": "Bob", "email": ""}


def test_what_is_chosen_is_read_as_what_is_typed() -> None:
    values = {
        "department": {"department": {"selected_option": {"value": "Sales"}}},
        "start_date": {"start_date": {"selected_date": "2026-03-01"}},
    }
    assert typed({"state": {"values": values}}) == {"department": "Sales", "start_date": "2026-03-01"}
