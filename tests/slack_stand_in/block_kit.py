"""Slack's rules for messages, views and their blocks, as its reference states them.

https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from .records import Json, SlackRefusal

MAX_TEXT = 40_000
# Not in the reference, and met by chat.postMessage alone: github.com/slackapi/bolt-js/issues/2509
MAX_BLOCKS_LENGTH = 13_200
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
TEXT_TYPES = ("plain_text", "mrkdwn")
ELEMENT_TYPES = {
    "button", "checkboxes", "radio_buttons", "overflow", "plain_text_input", "email_text_input",
    "url_text_input", "number_input", "static_select", "multi_static_select", "users_select",
    "multi_users_select", "conversations_select", "multi_conversations_select", "channels_select",
    "multi_channels_select", "external_select", "multi_external_select", "datepicker", "timepicker",
    "datetimepicker", "rich_text_input", "file_input", "workflow_button", "image",
}  # fmt: skip
STATIC_CHOICES = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}

Problems = Iterator[str]


def check_message(message: Json) -> None:
    """Raises SlackRefusal `no_text`, `msg_too_long` or `invalid_blocks`."""
    if not (message.get("text") or message.get("blocks") or message.get("attachments")):
        raise SlackRefusal("no_text")
    if len(str(message.get("text") or "")) > MAX_TEXT:
        raise SlackRefusal("msg_too_long")
    if problems := list(block_problems(message.get("blocks") or [], "message")):
        raise SlackRefusal("invalid_blocks", problems)


def check_length(blocks: list[Json]) -> None:
    """Raises SlackRefusal `msg_blocks_too_long`: every block may be fine and the sum still too much."""
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MAX_BLOCKS_LENGTH:
        raise SlackRefusal("msg_blocks_too_long")


def check_view(view: Any) -> None:
    """Raises SlackRefusal `invalid_arguments`, with what is wrong in its details."""
    if problems := list(view_problems(view)):
        raise SlackRefusal("invalid_arguments", problems)


def view_problems(view: Any) -> Problems:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        yield "view: must be an object of type modal or home"
        return
    if view["type"] == "modal":
        yield from _text(view.get("title"), "view.title", 24, ("plain_text",))
        yield from _optional_texts(view, "view", 24, "submit", "close")
        if _has_input(view.get("blocks")) and not view.get("submit"):
            yield "view: submit is required when an input block is within the blocks array"
    yield from block_problems(view.get("blocks"), view["type"])


def block_problems(blocks: Any, surface: str) -> Problems:
    """Everything wrong with the blocks of a surface (message, modal or home), as sentences."""
    if not isinstance(blocks, list):
        yield "blocks: must be an array"
        return
    if len(blocks) > MAX_BLOCKS[surface]:
        yield f"blocks: no more than {MAX_BLOCKS[surface]} items allowed"
    yield from _repeated([b.get("block_id") for b in blocks if isinstance(b, dict)], "block_id")
    for index, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{index}")


def _block(block: Any, where: str) -> Problems:
    check = BLOCKS.get(block.get("type")) if isinstance(block, dict) else None
    if check is None:
        yield f"{where}: unsupported type"
        return
    if len(str(block.get("block_id") or "")) > 255:
        yield f"{where}/block_id: must be less than 256 characters"
    yield from check(block, where)


def _section(block: Json, where: str) -> Problems:
    if "text" not in block and not block.get("fields"):
        yield f"{where}: needs text or fields"
    if "text" in block:
        yield from _text(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        yield from _each(block["fields"], f"{where}/fields", 10, lambda field, at: _text(field, at, 2000))
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Json, where: str) -> Problems:
    yield from _text(block.get("text"), f"{where}/text", 150, ("plain_text",))


def _context(block: Json, where: str) -> Problems:
    yield from _each(block.get("elements"), f"{where}/elements", 10, _context_element)


def _context_element(element: Any, where: str) -> Problems:
    if isinstance(element, dict) and element.get("type") == "image":
        yield from _image(element, where)
    else:
        yield from _text(element, where, 3000)


def _actions(block: Json, where: str) -> Problems:
    elements = block.get("elements")
    yield from _each(elements, f"{where}/elements", 25, _element)
    if isinstance(elements, list):
        yield from _repeated([e.get("action_id") for e in elements if isinstance(e, dict)], "action_id")


def _input(block: Json, where: str) -> Problems:
    yield from _text(block.get("label"), f"{where}/label", 2000, ("plain_text",))
    yield from _optional_texts(block, where, 2000, "hint")
    yield from _element(block.get("element"), f"{where}/element")


def _image(block: Json, where: str) -> Problems:
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"{where}: needs image_url or slack_file"
    if not 0 < len(str(block.get("alt_text") or "")) <= 2000:
        yield f"{where}/alt_text: must be 1 to 2000 characters"


def _rich_text(block: Json, where: str) -> Problems:
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"{where}/elements: must be a non-empty array"
    elif any(not isinstance(e, dict) or e.get("type") not in kinds for e in elements):
        yield f"{where}/elements: unsupported type"


def _divider(block: Json, where: str) -> Problems:
    yield from ()


BLOCKS: dict[Any, Callable[[Json, str], Problems]] = {
    "section": _section, "header": _header, "context": _context, "divider": _divider, "actions": _actions,
    "input": _input, "image": _image, "rich_text": _rich_text,
}  # fmt: skip


def _element(element: Any, where: str) -> Problems:
    if not isinstance(element, dict) or element.get("type") not in ELEMENT_TYPES:
        yield f"{where}: unsupported type"
        return
    if element["type"] == "image":
        yield from _image(element, where)
        return
    if not 0 < len(str(element.get("action_id") or "")) <= 255:
        yield f"{where}/action_id: must be 1 to 255 characters"
    yield from _optional_texts(element, where, 150, "placeholder")
    if element["type"] == "button":
        yield from _button(element, where)
    if element["type"] in STATIC_CHOICES and "option_groups" not in element:
        yield from _each(element.get("options"), f"{where}/options", STATIC_CHOICES[element["type"]], _option)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")


def _button(button: Json, where: str) -> Problems:
    yield from _text(button.get("text"), f"{where}/text", 75, ("plain_text",))
    if not isinstance(button.get("value", ""), str) or len(button.get("value", "")) > 2000:
        yield f"{where}/value: must be a string of at most 2000 characters"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}/style: must be primary or danger"
    if len(str(button.get("url") or "")) > 3000:
        yield f"{where}/url: must be at most 3000 characters"


def _option(option: Any, where: str) -> Problems:
    if not isinstance(option, dict):
        yield f"{where}: must be an object"
        return
    yield from _text(option.get("text"), f"{where}/text", 75)
    if not 0 < len(str(option.get("value") or "")) <= 150:
        yield f"{where}/value: must be 1 to 150 characters"


def _confirm(confirm: Any, where: str) -> Problems:
    if not isinstance(confirm, dict):
        yield f"{where}: must be an object"
        return
    yield from _text(confirm.get("title"), f"{where}/title", 100, ("plain_text",))
    yield from _text(confirm.get("text"), f"{where}/text", 300)
    yield from _text(confirm.get("confirm"), f"{where}/confirm", 30, ("plain_text",))
    yield from _text(confirm.get("deny"), f"{where}/deny", 30, ("plain_text",))


def _optional_texts(holder: Json, where: str, longest: int, *names: str) -> Problems:
    for name in names:
        if name in holder:
            yield from _text(holder[name], f"{where}/{name}", longest, ("plain_text",))


def _text(text: Any, where: str, longest: int, types: tuple[str, ...] = TEXT_TYPES) -> Problems:
    if not isinstance(text, dict) or text.get("type") not in types:
        yield f"{where}: must be a text object of type {' or '.join(types)}"
    elif not isinstance(text.get("text"), str) or not text["text"]:
        yield f"{where}/text: must be more than 0 characters"
    elif len(text["text"]) > longest:
        yield f"{where}/text: must be less than {longest + 1} characters"


def _each(items: Any, where: str, most: int, check: Callable[[Any, str], Problems]) -> Problems:
    if not isinstance(items, list) or not 0 < len(items) <= most:
        yield f"{where}: must be an array of 1 to {most} items"
        return
    for index, item in enumerate(items):
        yield from check(item, f"{where}/{index}")


def _repeated(names: list[Any], what: str) -> Problems:
    given = [name for name in names if name]
    for name in sorted({name for name in given if given.count(name) > 1}):
        yield f"{what}: {name} is used more than once"


def _has_input(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
