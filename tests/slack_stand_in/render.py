"""A Block Kit message as a terminal can show it."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from .records import Message

RULE = "─" * 40
_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\w)([*_~])(\S|\S[^\n]*?\S)\1(?!\w)")


def as_text(reply_or_message: "Mapping[str, Any] | Message") -> str:
    """What a person sees of a message, a reply or a view: its blocks, or its text if it has none."""
    shown = reply_or_message.content if isinstance(reply_or_message, Message) else reply_or_message
    if not (shown.get("blocks") or shown.get("attachments")):
        return mrkdwn(str(shown.get("text") or ""))
    parts = [_block(block) for block in shown.get("blocks") or []]
    parts += [as_text(attachment) for attachment in shown.get("attachments") or []]
    return "\n".join(part for part in parts if part)


def mrkdwn(source: str) -> str:
    """Slack's markup as plain text: emphasis marks dropped, links spelled out, entities decoded.

    Code is left as it stands, but for its entities.
    """
    shown, end = "", 0
    for code in _CODE.finditer(source):
        shown += _prose(source[end : code.start()]) + html.unescape((code[1] or code[2] or "").strip("\n"))
        end = code.end()
    return shown + _prose(source[end:])


def _prose(source: str) -> str:
    plain = source
    for _ in range(3):  # one mark within another, as in *_both_*
        plain = _EMPHASIS.sub(r"\2", plain)
    return html.unescape(_LINK.sub(_link, plain))


def _link(found: "re.Match[str]") -> str:
    target, label = found[1], found[2]
    if target[0] in "@#!":
        sign = "#" if target[0] == "#" else "@"
        return label.removeprefix("@") if target[0] == "!" and label else sign + (label or target[1:])
    return f"{label} ({target})" if label and label != target.removeprefix("mailto:") else (label or target)


def _block(block: Mapping[str, Any]) -> str:
    show = _BLOCKS.get(str(block.get("type")))
    return show(block) if show else ""


def _text(text: Mapping[str, Any] | None) -> str:
    if not text:
        return ""
    source = str(text.get("text") or "")
    return mrkdwn(source) if text.get("type") == "mrkdwn" else source


def _section(block: Mapping[str, Any]) -> str:
    lines = [_text(block.get("text"))]
    fields = [_text(field).replace("\n", " ") for field in block.get("fields") or []]
    lines += ["    ".join(fields[at : at + 2]) for at in range(0, len(fields), 2)]
    shown = "\n".join(line for line in lines if line)
    return f"{shown}  {_element(block['accessory'])}" if block.get("accessory") else shown


def _header(block: Mapping[str, Any]) -> str:
    title = _text(block.get("text"))
    return f"{title}\n{'=' * len(title)}"


def _context(block: Mapping[str, Any]) -> str:
    return "  ".join(_element(element) for element in block.get("elements") or [])


def _input(block: Mapping[str, Any]) -> str:
    return f"{_text(block.get('label'))}: {_element(block.get('element') or {})}"


def _image(block: Mapping[str, Any]) -> str:
    return f"({block.get('alt_text') or 'image'})"


def _divider(block: Mapping[str, Any]) -> str:
    return RULE


def _element(element: Mapping[str, Any]) -> str:
    kind = element.get("type")
    if kind in ("mrkdwn", "plain_text"):
        return _text(element)
    if kind == "image":
        return _image(element)
    if kind == "button":
        return f"[ {_text(element.get('text'))} ]"
    return f"[ {_text(element.get('placeholder')) or element.get('initial_value') or '...'} ]"


def _rich_text(block: Mapping[str, Any]) -> str:
    return "\n".join(_rich_part(part) for part in block.get("elements") or [])


def _rich_part(part: Mapping[str, Any]) -> str:
    elements = part.get("elements") or []
    if part.get("type") == "rich_text_list":
        return "\n".join(f"• {_rich_part(item)}" for item in elements)
    return "".join(_rich_element(element) for element in elements)


def _rich_element(element: Mapping[str, Any]) -> str:
    signs = {"user": "@", "usergroup": "@", "channel": "#", "emoji": ":"}
    kind = str(element.get("type"))
    if kind in signs:
        name = element.get("name") or element.get(f"{kind}_id") or ""
        return f":{name}:" if kind == "emoji" else f"{signs[kind]}{name}"
    return str(element.get("text") or element.get("url") or "")


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "section": _section, "header": _header, "context": _context, "actions": _context, "divider": _divider,
    "input": _input, "image": _image, "rich_text": _rich_text,
}  # fmt: skip
