"""Slack's rules for messages, views and their blocks, as its reference states them.

https://docs.slack.dev/reference/block-kit/blocks
"""

import json
import re
from collections.abc import Callable
from typing import Any

from .checks import Problems, check_text, each, lengths, optional_texts, repeated
from .input_checks import input_problems
from .records import Json, SlackRefusal

MAX_TEXT = 40_000
MAX_VIEW_BYTES = 250_000
MAX_METADATA = (
    8_000  # characters; the reference names an error, not the limit: this is far more than is needed
)
# Not in the reference, and met by chat.postMessage alone: github.com/slackapi/bolt-js/issues/2509
MAX_BLOCKS_LENGTH = 13_200
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
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


def check_metadata(metadata: Any) -> None:
    """Raises SlackRefusal `invalid_metadata_format` or `metadata_too_large`; None: there is none."""
    if metadata is None:
        return
    is_whole = isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict)
    if not is_whole or not re.fullmatch(r"[A-Za-z0-9_]{1,255}", str(metadata.get("event_type"))):
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackRefusal("metadata_too_large")


def check_view(view: Any) -> None:
    """Raises SlackRefusal `invalid_arguments`, with what is wrong in its details, or `view_too_large`."""
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    if problems := list(view_problems(view)):
        raise SlackRefusal("invalid_arguments", problems)


def view_problems(view: Any) -> Problems:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        yield "view: must be an object of type modal or home"
        return
    if view["type"] == "modal":
        yield from check_text(view.get("title"), "view.title", 24, ("plain_text",))
        yield from optional_texts(view, "view", 24, "submit", "close")
        if _has_input(view.get("blocks")) and not view.get("submit"):
            yield "view: submit is required when an input block is within the blocks array"
    yield from lengths(view, "view", private_metadata=3000, callback_id=255, external_id=255)
    yield from block_problems(view.get("blocks"), view["type"])


def block_problems(blocks: Any, surface: str) -> Problems:
    """Everything wrong with the blocks of a surface (message, modal or home), as sentences."""
    if not isinstance(blocks, list):
        yield "blocks: must be an array"
        return
    if len(blocks) > MAX_BLOCKS[surface]:
        yield f"blocks: no more than {MAX_BLOCKS[surface]} items allowed"
    yield from repeated([b.get("block_id") for b in blocks if isinstance(b, dict)], "block_id")
    for index, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{index}")


def _block(block: Any, where: str) -> Problems:
    check = BLOCKS.get(block.get("type")) if isinstance(block, dict) else None
    if check is None:
        yield f"{where}: unsupported type"
        return
    yield from lengths(block, where, block_id=255)
    yield from check(block, where)


def _section(block: Json, where: str) -> Problems:
    if "text" not in block and not block.get("fields"):
        yield f"{where}: needs text or fields"
    if "text" in block:
        yield from check_text(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        yield from each(block["fields"], f"{where}/fields", 10, lambda field, at: check_text(field, at, 2000))
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Json, where: str) -> Problems:
    yield from check_text(block.get("text"), f"{where}/text", 150, ("plain_text",))


def _context(block: Json, where: str) -> Problems:
    yield from each(block.get("elements"), f"{where}/elements", 10, _context_element)


def _context_element(element: Any, where: str) -> Problems:
    if isinstance(element, dict) and element.get("type") == "image":
        yield from _image(element, where)
    else:
        yield from check_text(element, where, 3000)


def _actions(block: Json, where: str) -> Problems:
    elements = block.get("elements")
    yield from each(elements, f"{where}/elements", 25, _element)
    if isinstance(elements, list):
        yield from repeated([e.get("action_id") for e in elements if isinstance(e, dict)], "action_id")


def _input(block: Json, where: str) -> Problems:
    yield from check_text(block.get("label"), f"{where}/label", 2000, ("plain_text",))
    yield from optional_texts(block, where, 2000, "hint")
    yield from _element(block.get("element"), f"{where}/element")


def _image(block: Json, where: str) -> Problems:
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"{where}: needs image_url or slack_file"
    if not 0 < len(str(block.get("alt_text") or "")) <= 2000:
        yield f"{where}/alt_text: must be 1 to 2000 characters"
    yield from lengths(block, where, image_url=3000)
    yield from optional_texts(block, where, 2000, "title")


def _rich_text(block: Json, where: str) -> Problems:
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"{where}/elements: must be a non-empty array"
    elif any(not isinstance(e, dict) or e.get("type") not in kinds for e in elements):
        yield f"{where}/elements: unsupported type"
    else:
        for index, element in enumerate(elements):
            yield from _rich_part(element, f"{where}/elements/{index}")


def _rich_part(part: Json, where: str) -> Problems:
    """What a section, list, quote or preformatted text holds."""
    elements = part.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"{where}/elements: must be a non-empty array"
        return
    for index, element in enumerate(elements):
        if element.get("type") == "text" and not element.get("text"):
            yield f"{where}/elements/{index}/text: must be more than 0 characters"


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
    yield from optional_texts(element, where, 150, "placeholder")
    if element["type"] == "button":
        yield from _button(element, where)
    if element["type"] in STATIC_CHOICES and "option_groups" not in element:
        yield from each(element.get("options"), f"{where}/options", STATIC_CHOICES[element["type"]], _option)
    yield from input_problems(element, where)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")


def _button(button: Json, where: str) -> Problems:
    yield from check_text(button.get("text"), f"{where}/text", 75, ("plain_text",))
    yield from lengths(button, where, value=2000, url=3000, accessibility_label=75)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}/style: must be primary or danger"


def _option(option: Any, where: str) -> Problems:
    if not isinstance(option, dict):
        yield f"{where}: must be an object"
        return
    yield from check_text(option.get("text"), f"{where}/text", 75)
    if not 0 < len(str(option.get("value") or "")) <= 150:
        yield f"{where}/value: must be 1 to 150 characters"


def _confirm(confirm: Any, where: str) -> Problems:
    if not isinstance(confirm, dict):
        yield f"{where}: must be an object"
        return
    yield from check_text(confirm.get("title"), f"{where}/title", 100, ("plain_text",))
    yield from check_text(confirm.get("text"), f"{where}/text", 300)
    yield from check_text(confirm.get("confirm"), f"{where}/confirm", 30, ("plain_text",))
    yield from check_text(confirm.get("deny"), f"{where}/deny", 30, ("plain_text",))


def _has_input(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
