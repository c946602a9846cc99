"""Pure: the windows that onboarding opens in Slack."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.onboarding import action_ids
from handlers.slack.blocks import Block, View, context, escape, image, modal, phone_settings, section
from handlers.slack.inputs import date_input, email_input, form, select, text_input
from handlers.wording import shorten

MAX_OPTIONS = 100  # of a menu, as Slack has it
MAX_VALUE_LENGTH, MAX_LABEL_LENGTH = 150, 75  # of an option
OTHER_DEPARTMENT = "other_department"


def secret_modal(name: str, number: str, server: str, transport: str, secret: str) -> View:
    """Show the password; once."""
    hint = f"Only you see this, and it is not shown again. Lost it? `/ext secret {number}` makes a new one."
    settings = phone_settings(number, server, transport, secret)
    return modal("Your phone", [section(escape(name)), settings, context(hint)])


def scan_modal(link: str, *, picture: bool = True) -> View:
    """Show the QR code by which a softphone sets itself up, once. `picture`: Slack can fetch it."""
    here = context(f"Are you reading this on that mobile? <{link}|Set it up here>. It works once.")
    if not picture:
        return modal("Your phone", [section("The QR code cannot be shown right now."), here])
    steps = "On a mobile: install Linphone, choose “Scan QR code”, scan the code below. That is all."
    return modal("Your phone", [section(steps), image(f"{link}.png", "QR code that sets up Linphone"), here])


def shown_already_modal() -> View:
    words = (
        "There is nothing to show any more: the password has been shown once, or this phone is not yours now."
    )
    return modal("Your phone", [section(f"{words} `/ext secret` makes a new one for a phone of yours.")])


def number_modal(delivery_id: str) -> View:
    submit = {"type": "plain_text", "text": "Give it"}
    named = {"callback_id": action_ids.NUMBER, "private_metadata": delivery_id, "submit": submit}
    return modal("Another number", [text_input("number", "Extension number", "205")]) | named


def details_modal(whom: str, departments: Sequence[str] = ()) -> View:
    """Return the form for a new employee. `departments`: those that are known; another one can be typed."""
    source, _, external_id = whom.partition(" ")
    blocks = [
        context(escape(f"Employee {external_id} of {source}")),
        text_input("name", "Name", "Alice Smith"),
        email_input("email", "E-mail address in Slack", "alice@example.com"),
        *_departments([each for each in departments if len(each) <= MAX_VALUE_LENGTH][:MAX_OPTIONS]),
        date_input("start_date", "First day, if that is yet to come"),
    ]
    return form(action_ids.DETAILS, "New employee", blocks, submit="Save", metadata=whom)


def _departments(known: Sequence[str]) -> list[Block]:
    if not known:
        return [text_input("department", "Department", "Sales", optional=True)]
    menu = {each: shorten(each, MAX_LABEL_LENGTH) for each in known}
    return [
        select("department", "Department", menu, optional=True),
        text_input(OTHER_DEPARTMENT, "Or another department", "Sales", optional=True),
    ]
