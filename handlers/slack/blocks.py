"""Pure: Block Kit's pieces within Slack's limits. Text from outside stays text: escaped, and sent verbatim.

`verbatim` stops Slack from making links and mentions of plain words such as @channel or an address; what is written
as markup on purpose (`<@U…>`, `<#C…>`, `<!date^…>`, `<https://…|…>`) works all the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.slack.formatting import neutralised, unquoted

Block = dict[str, Any]
View = dict[str, Any]
MAX_TEXT_LENGTH = 3000  # characters of one text, entities as they are written; Slack refuses more
MAX_LABEL_LENGTH = 75  # of a button
MAX_FALLBACK_LENGTH = 4000  # of a message's own text: what Slack recommends; it refuses 40,000
MAX_TITLE_LENGTH, MAX_QUESTION_LENGTH, MAX_ANSWER_LENGTH = 100, 300, 30  # of a question before a button
PHONE_SETTINGS = "phone_settings_"  # begins the block_id
GAP, LINES_GAP = " … ", "\n… "  # of lines: what is bold before it ends there, and no quote begins behind it
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class SlackFile:
    """A file to be uploaded. `name` is one that no other file has: by it Slack is asked whether it has this one.

    `alt_text`: what a picture shows, for who does not see it.
    """

    name: str
    title: str
    content: bytes = field(repr=False)
    alt_text: str | None = None


@dataclass(frozen=True)
class SlackMessage:
    """`text` is what notifications and screen readers read; both are mrkdwn, already escaped.

    With a `file` there are no blocks, and `text` is what is said where the file cannot be.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
    file: SlackFile | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", cut(self.text, MAX_FALLBACK_LENGTH))

    def alone(self) -> SlackMessage:
        """Return the message as `text` alone, for when Slack refuses the blocks: all their words, and no buttons."""
        words = [part for block in self.blocks if (part := _words(block))]
        return SlackMessage("\n".join(words) or self.text)

    def digest(self) -> str:
        """Return 64 characters that are the same for messages that look alike."""
        return hashlib.sha256(json.dumps([self.text, self.blocks]).encode()).hexdigest()


def escape(text: str) -> str:
    """Return words from outside as mrkdwn that only shows them; without characters that reverse the direction of writing.

    For a part of a text. A whole one that is no markup stands in a plain_section() or plain_context(), and is copied
    exactly.
    """
    return _entities(neutralised(text))


def _entities(text: str) -> str:
    return BIDI.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(at: float) -> str:
    """Return the time of day of a moment (epoch seconds), which each reader's client shows in their own time zone."""
    return f"<!date^{int(at)}^{{time}}|{datetime.fromtimestamp(int(at)).strftime('%H:%M')}>"


def cut(mrkdwn: str, most: int) -> str:
    """Shorten a text by leaving out its middle, as what to do often stands last. Cuts no entity or mention in two."""
    if len(mrkdwn) <= most:
        return mrkdwn
    head, gap = most * 2 // 3, LINES_GAP if "\n" in mrkdwn else GAP
    tail = most - head - len(gap)
    beginning = re.sub(r"(&[a-z]*|<[^<>]*)\Z", "", mrkdwn[:head])
    end = re.sub(r"\A((a?m?p|l?t|g?t)?;|[^<>]*>)|\A[_~]+", "", mrkdwn[-tail:])
    return beginning + gap + end


def cut_plain(text: str, most: int) -> str:
    """Shorten words that are no markup by leaving out their middle."""
    if len(text) <= most:
        return text
    head = most * 2 // 3
    return text[:head] + GAP + text[-(most - head - len(GAP)) :]


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": _mrkdwn(mrkdwn, MAX_TEXT_LENGTH)}


def context(mrkdwn: str) -> Block:
    """Return a block of small grey text."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn, MAX_TEXT_LENGTH)]}


def plain_section(text: str) -> Block:
    """Return a block of words that are no markup, as they are: nothing of them is escaped, formatted or an emoji."""
    return {"type": "section", "text": plain_text(text, MAX_TEXT_LENGTH)}


def plain_context(text: str) -> Block:
    """Return a block of small grey words that are no markup, as they are."""
    return {"type": "context", "elements": [plain_text(text, MAX_TEXT_LENGTH)]}


def plain_text(text: str, most: int) -> Block:
    """Return a text object of words that are no markup. `most`: characters, by where it stands."""
    return {"type": "plain_text", "text": cut_plain(BIDI.sub("", text), most) or "–", "emoji": False}


def _mrkdwn(text: str, most: int) -> Block:
    return {"type": "mrkdwn", "text": cut(text, most) or "–", "verbatim": True}


def sections(lines: Sequence[str], block: Callable[[str], Block] = section) -> list[Block]:
    """Return lines in as few blocks as Slack's limit allows; `block` makes one of a text."""
    chunks: list[str] = []
    for piece in (piece for line in lines for piece in _pieces(line)):
        if chunks and len(chunks[-1]) + len(piece) < MAX_TEXT_LENGTH:
            chunks[-1] += "\n" + piece
        else:
            chunks.append(piece)
    return [block(chunk) for chunk in chunks]


def _pieces(line: str) -> list[str]:
    """Divide a line that is too long for one block, between words if it has any; never in an entity."""
    pieces = []
    while len(line) > MAX_TEXT_LENGTH:
        space = line.rfind(" ", MAX_TEXT_LENGTH // 2, MAX_TEXT_LENGTH)
        end = space if space > 0 else _before_entity(line, MAX_TEXT_LENGTH)
        pieces.append(line[:end])
        line = unquoted(line[end:].lstrip(" "))
    return [*pieces, line]


def _before_entity(line: str, end: int) -> int:
    started = line.rfind("&", end - len("&amp;") + 1, end)
    return started if started >= 0 else end


def image(url: str, alt_text: str) -> Block:
    """Return an image block. Slack fetches the URL when the message is posted, and refuses the message if it cannot."""
    return {"type": "image", "image_url": url, "alt_text": alt_text}


def button(label: str, action_id: str, value: str, **more: Any) -> Block:
    """Return a button. `style`: primary or danger; `confirm`: what it asks before."""
    text = plain_text(label, MAX_LABEL_LENGTH)
    return {"type": "button", "action_id": action_id, "value": value, "text": text, **more}


def actions(*elements: Block) -> Block:
    """Return a row of buttons and menus, 25 at most."""
    return {"type": "actions", "elements": list(elements)}


def user_select(action_id: str, label: str, **more: Any) -> Block:
    """Return a menu of people. `confirm`: what it asks before the choice counts."""
    return {"type": "users_select", "action_id": action_id, "placeholder": plain_text(label, 150), **more}


def confirm(title: str, question: str, yes: str, no: str = "Cancel", **more: str) -> Block:
    """Return what a button asks before it does anything, in a window of Slack's own. `style`: danger."""
    return {
        "title": plain_text(title, MAX_TITLE_LENGTH),
        "text": plain_text(question, MAX_QUESTION_LENGTH),
        "confirm": plain_text(yes, MAX_ANSWER_LENGTH),
        "deny": plain_text(no, MAX_ANSWER_LENGTH),
        **more,
    }


def modal(title: str, blocks: list[Block]) -> View:
    """Return a window. `title`: 24 characters at most."""
    close = {"type": "plain_text", "text": "Close"}
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "close": close, "blocks": blocks}


def preformatted(text: str) -> Block:
    """Return rich text that is copied exactly, whatever characters it has."""
    inside = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inside]}


def phone_settings(number: str, server: str, transport: str, password: str) -> Block:
    """Return what is typed into a phone. By its block_id, password_of() finds it."""
    settings = f"Server     {server}\nUser       {number}\nPassword   {password}\nTransport  {transport}"
    return preformatted(settings) | {"block_id": f"{PHONE_SETTINGS}{number}"}


def password_of(blocks: Sequence[Block]) -> str:
    """Return the number of the extension whose password is shown; empty: none is."""
    ids = [str(each.get("block_id", "")) for each in blocks]
    return next((each.removeprefix(PHONE_SETTINGS) for each in ids if each.startswith(PHONE_SETTINGS)), "")


def _words(block: Block) -> str:
    """Return what a block says, as mrkdwn; an image says nothing."""
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else block["fields"]
            return "\n".join(map(_as_mrkdwn, texts))
        case "context":
            return "\n".join(map(_as_mrkdwn, block["elements"]))
        case "rich_text":
            return "".join(_code(each) for each in block["elements"])
        case "actions":
            labels = " ".join(f"[{_label(each)}]" for each in block["elements"])
            return f"⚠️ Slack did not take the buttons {escape(labels)}: ask for them once more, or your phone admins"
    return ""


def _label(element: Block) -> str:
    """Return what stands on a button or a menu; on a menu behind three dots, nothing does."""
    label = element.get("text") or element.get("placeholder") or {"text": "…"}
    return str(label["text"])


def _as_mrkdwn(text: Block) -> str:
    words = str(text["text"])
    return words if text["type"] == "mrkdwn" else escape(words)


def _code(element: Block) -> str:
    text = "".join(str(each["text"]) for each in element["elements"])
    return f"```\n{_entities(text)}\n```"


def plain(text: str) -> SlackMessage:
    """Return a message of words that are no markup, two blocks at most."""
    words = cut_plain(text, 2 * MAX_TEXT_LENGTH - 200)
    return SlackMessage(escape(words), sections(words.split("\n"), plain_section))
