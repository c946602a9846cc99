"""Pure: the windows that onboarding opens in Slack."""

from __future__ import annotations

from typing import Any

from handlers.onboarding import action_ids
from handlers.slack.blocks import Block, context, escape, preformatted, section

View = dict[str, Any]


def secret_modal(name: str, number: str, server: str, transport: str, secret: str) -> View:
    """Show the password; once."""
    text = f"Server     {server}\nUser       {number}\nPassword   {secret}\nTransport  {transport}"
    hint = "This is shown once. If you lose it, ask your phone admins for a new one."
    return _modal("Your phone", [section(escape(name)), preformatted(text), context(hint)])


def shown_already_modal() -> View:
    words = (
        "There is nothing to show any more: the password has been shown once, or this phone is not yours now."
    )
    return _modal("Your phone", [section(f"{words} Your phone admins can make a new one.")])


def number_modal(delivery_id: str) -> View:
    submit = {"type": "plain_text", "text": "Give it"}
    named = {"callback_id": action_ids.NUMBER, "private_metadata": delivery_id, "submit": submit}
    return _modal("Another number", [_input("number", "Extension number", "205")]) | named


def details_modal(whom: str) -> View:
    source, _, external_id = whom.partition(" ")
    blocks = [
        context(escape(f"Employee {external_id} of {source}")),
        _input("name", "Name", "Alice Smith"),
        _input("email", "E-mail address in Slack", "alice@example.com", optional=True),
        _input("department", "Department", "Sales", optional=True),
        _input("start_date", "First day, if that is yet to come", "2026-03-01", optional=True),
    ]
    submit = {"type": "plain_text", "text": "Save"}
    named = {"callback_id": action_ids.DETAILS, "private_metadata": whom, "submit": submit}
    return _modal("New employee", blocks) | named


def _input(name: str, label: str, example: str, *, optional: bool = False) -> Block:
    field = {
        "type": "plain_text_input",
        "action_id": name,
        "placeholder": {"type": "plain_text", "text": example},
    }
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": field,
    }


def _modal(title: str, blocks: list[Block]) -> View:
    close = {"type": "plain_text", "text": "Close"}
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "close": close, "blocks": blocks}
