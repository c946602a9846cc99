"""Pure: what can be pressed and filled in of what Slack shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.slack_stand_in.payloads import elements

MENUS = ("overflow", "static_select")


@dataclass(frozen=True)
class Choice:
    """A button, or an option of a menu."""

    label: str
    action_id: str
    value: str | None


def choices(shown: Mapping[str, Any]) -> list[Choice]:
    """Everything that can be pressed, in the order in which it is shown."""
    fields = {each["element"]["action_id"] for each in _inputs(shown)}
    pressable = [
        each for _, each in elements(shown) if each.get("action_id") and each["action_id"] not in fields
    ]
    return [choice for each in pressable for choice in _of(each)]


def _of(element: Mapping[str, Any]) -> Iterator[Choice]:
    if element["type"] == "button":
        yield Choice(element["text"]["text"], element["action_id"], element.get("value"))
    elif element["type"] in MENUS:
        for option in element.get("options") or []:
            yield Choice(f"{option['text']['text']} (menu)", element["action_id"], option["value"])


def fields(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The inputs of a window, by their labels in small letters."""
    return {each["label"]["text"].lower(): each["element"] for each in _inputs(view)}


def entered(element: Mapping[str, Any], text: str) -> str:
    """The value of what was typed: of a menu that of the option that is called so."""
    options = {each["text"]["text"].lower(): str(each["value"]) for each in element.get("options") or []}
    return options.get(text.lower(), text)


def _inputs(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in shown.get("blocks") or [] if each["type"] == "input"]
