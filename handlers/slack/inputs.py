"""Pure: the inputs of windows, and what was typed into them. An input's name is its block_id and its action_id."""

from __future__ import annotations

from typing import Any

from handlers.slack.blocks import Block
from handlers.slack.payloads import chosen


def text_input(name: str, label: str, example: str, *, optional: bool = False) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": name,
        "placeholder": {"type": "plain_text", "text": example},
    }
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": element,
    }


def typed(view: dict[str, Any]) -> dict[str, str]:
    """Return what was typed or chosen in a submitted window, by the input's name; empty: nothing."""
    return {
        name: chosen(element).strip()
        for name, elements in view["state"]["values"].items()
        for element in elements.values()
    }
