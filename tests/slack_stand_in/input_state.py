"""What Slack says of a window's inputs when it is submitted: all of them, also those that nobody touched.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from collections.abc import Mapping
from typing import Any

from .records import Json

Entered = str | list[str] | None
VALUE = ("plain_text_input", "email_text_input", "number_input", "url_text_input")
ONE_OPTION = ("static_select", "radio_buttons")
SOME_OPTIONS = ("multi_static_select", "checkboxes")
# What holds the choice, and what it begins with.
CHOSEN = {
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "multi_users_select": ("selected_users", "initial_users"),
}


def state_of(view: Mapping[str, Any], entered: Mapping[str, Entered]) -> Json:
    """`state.values` of a view, with what was typed or chosen, by action_id; None or an empty list clears it.

    Raises LookupError for a value whose input is not in the view, and for a choice that is none of its options.
    """
    inputs = [(block, block["element"]) for block in view["blocks"] if block["type"] == "input"]
    unknown = set(entered) - {element["action_id"] for _, element in inputs}
    if unknown:
        raise LookupError(f"no input {sorted(unknown)} in {[each['action_id'] for _, each in inputs]}")
    state: dict[str, Json] = {}
    for block, element in inputs:
        name = element["action_id"]
        value = _entered(element, entered[name]) if name in entered else _untouched(element)
        state[block["block_id"]] = {name: {"type": element["type"], **value}}
    return state


def _entered(element: Json, value: Entered) -> Json:
    kind = element["type"]
    if kind in VALUE:
        return {"value": value or None}
    if kind in ONE_OPTION:
        return {"selected_option": _option(element, value) if value else None}
    if kind in SOME_OPTIONS:
        return {"selected_options": [_option(element, each) for each in value or ()]}
    return {CHOSEN[kind][0]: value}


def _option(element: Json, value: Entered) -> Json:
    found: list[Json] = [each for each in element["options"] if each["value"] == value]
    if not found:
        raise LookupError(f"no option {value!r} in {[each['value'] for each in element['options']]}")
    return found[0]


def _untouched(element: Json) -> Json:
    kind = element["type"]
    if kind in VALUE:
        return {"value": element.get("initial_value")}
    if kind in ONE_OPTION:
        return {"selected_option": element.get("initial_option")}
    if kind in SOME_OPTIONS:
        return {"selected_options": element.get("initial_options", [])}
    chosen, initial = CHOSEN[kind]
    return {chosen: element.get(initial, [] if kind.startswith("multi") else None)}
