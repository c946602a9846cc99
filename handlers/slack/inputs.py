"""Pure: the inputs of windows, and what was typed into them. An input's name is its block_id and its action_id."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from handlers.slack.blocks import Block, View, modal
from handlers.slack.payloads import chosen

PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)  # what Slack lets an input begin with
CHANNELS = {"include": ["public", "private"], "exclude_bot_users": True}


def form(callback_id: str, title: str, blocks: list[Block], *, submit: str, metadata: str = "") -> View:
    """Return a window with inputs. `metadata`: what comes back when it is submitted, 3,000 characters at most."""
    named = {"callback_id": callback_id, "private_metadata": metadata, "submit": _plain(submit)}
    return modal(title, blocks) | named | {"close": _plain("Cancel")}


def text_input(
    name: str,
    label: str,
    example: str,
    *,
    optional: bool = False,
    initial: str = "",
    hint: str = "",
) -> Block:
    more = {"initial_value": initial} if initial else {}
    return _input(name, label, "plain_text_input", optional, hint, placeholder=_plain(example), **more)


def email_input(name: str, label: str, example: str, *, initial: str = "", optional: bool = True) -> Block:
    """Return an input of an e-mail address; one that begins with what Slack takes for none is an input of any text."""
    if initial and not PLAIN_EMAIL.fullmatch(initial):
        return text_input(name, label, example, optional=optional, initial=initial)
    more = {"initial_value": initial} if initial else {}
    return _input(name, label, "email_text_input", optional, "", placeholder=_plain(example), **more)


def date_input(name: str, label: str, *, optional: bool = True) -> Block:
    return _input(name, label, "datepicker", optional, "", placeholder=_plain("Choose a day"))


def select(
    name: str, label: str, options: Mapping[str, str], *, initial: str = "", optional: bool = False
) -> Block:
    """Return a menu of at most 100 options, value → what people read: 150 and 75 characters of each at most."""
    shown = {"initial_option": _option(initial, options[initial])} if initial in options else {}
    return _input(name, label, "static_select", optional, "", options=_options(options), **shown)


def multi_select(name: str, label: str, options: Mapping[str, str], *, initial: Collection[str]) -> Block:
    """Return a menu of which several are chosen; `initial`: values of options."""
    shown = {"initial_options": _options({each: options[each] for each in initial})} if initial else {}
    return _input(name, label, "multi_static_select", False, "", options=_options(options), **shown)


def checkboxes(name: str, label: str, options: Mapping[str, str], *, initial: Collection[str] = ()) -> Block:
    """Return at most ten boxes to tick."""
    ticked = {each: options[each] for each in options if each in initial}
    shown = {"initial_options": _options(ticked)} if ticked else {}
    return _input(name, label, "checkboxes", True, "", options=_options(options), **shown)


def user_input(name: str, label: str, *, initial: str = "", optional: bool = True) -> Block:
    shown = {"initial_user": initial} if initial else {}
    return _input(name, label, "users_select", optional, "", placeholder=_plain("Choose somebody"), **shown)


def channel_input(name: str, label: str, *, hint: str = "") -> Block:
    """Return a menu of channels, which begins with the one that the window was opened in."""
    more = {"filter": CHANNELS, "default_to_current_conversation": True}
    return _input(
        name, label, "conversations_select", True, hint, placeholder=_plain("Choose a channel"), **more
    )


def _input(name: str, label: str, kind: str, optional: bool, hint: str, **more: Any) -> Block:
    block = {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": _plain(label),
        "element": {"type": kind, "action_id": name, **more},
    }
    return block | ({"hint": _plain(hint)} if hint else {})


def _options(options: Mapping[str, str]) -> list[Block]:
    return [_option(value, label) for value, label in options.items()]


def _option(value: str, label: str) -> Block:
    return {"text": _plain(label), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def without_choices(view: View) -> View:
    """Return a window whose menus of people and channels begin with nobody: Slack refuses one that is gone."""
    return view | {"blocks": [_without_choice(block) for block in view["blocks"]]}


def _without_choice(block: Block) -> Block:
    if block["type"] != "input":
        return block
    gone = ("initial_user", "initial_conversation")
    return block | {"element": {name: value for name, value in block["element"].items() if name not in gone}}


def typed(view: dict[str, Any]) -> dict[str, str]:
    """Return what was typed or chosen in a window, by the input's name; empty: nothing; commas between several."""
    return {
        name: _entered(element)
        for name, elements in view["state"]["values"].items()
        for element in elements.values()
    }


def _entered(element: dict[str, Any]) -> str:
    several = element.get("selected_options")
    return ",".join(each["value"] for each in several) if several else chosen(element).strip()
