"""Pure: what onboarding tells people and admins. Like alert_content: a content is JSON, shown when it is posted."""

from __future__ import annotations

from typing import Any

from handlers.slack_messages import SlackMessage, button, context, escape, section

Content = dict[str, Any]


def welcome(employee_id: int, name: str, number: str, server: str) -> Content:
    return {"kind": "welcome", "employee": employee_id, "name": name, "number": number, "server": server}


def show_welcome(content: Content) -> SlackMessage:
    """The secret itself is behind the button, and nowhere else in Slack."""
    headline = f"👋 {escape(content['name'])}, your phone extension is *{content['number']}*."
    steps = (
        f"1. In your phone or softphone, add an account: server `{escape(content['server'])}`, user `{content['number']}`.\n"
        "2. Press the button for the password, and type it in. It is shown once.\n"
        f"3. Dial a colleague's extension. They reach you under {content['number']}."
    )
    show = button("Show my password", "hr_secret", str(content["employee"]), style="primary")
    blocks = [section(headline), section(steps), {"type": "actions", "elements": [show]}]
    return SlackMessage(f"Your phone extension is {content['number']}", blocks)


def no_slack(name: str, email: str, number: str) -> Content:
    return {"kind": "no_slack", "name": name, "email": email, "number": number}


def show_no_slack(content: Content) -> SlackMessage:
    who = f"{content['name']} ({content['email'] or 'no e-mail address'})"
    headline = f"📭 {who} has extension {content['number']}, but no Slack account with that address"
    hint = (
        "The password waits; it is tried again every day. To be faster: /ext set "
        f"{content['number']} @user, or /ext secret {content['number']} and tell them yourself."
    )
    return SlackMessage(escape(headline), [section(escape(headline)), context(escape(hint))])


def failed(delivery_id: int, source: str, reason: str) -> Content:
    return {"kind": "hr_failed", "delivery": delivery_id, "source": source, "reason": reason}


def show_failed(content: Content) -> SlackMessage:
    number = content["delivery"]
    headline = f"⚠️ HR delivery {number} from {content['source']} could not be carried out"
    retry = button("Try again", "hr_retry", str(number))
    blocks = [
        section(escape(headline)),
        context(escape(content["reason"])),
        {"type": "actions", "elements": [retry]},
    ]
    return SlackMessage(escape(headline), blocks)


def needs_details(delivery_id: int, source: str, external_id: str) -> Content:
    return {"kind": "hr_details", "delivery": delivery_id, "source": source, "employee": external_id}


def show_needs_details(content: Content) -> SlackMessage:
    headline = f"📝 {content['source']} told of employee {content['employee']}, but not their name"
    fill_in = button("Fill in", "hr_details", str(content["delivery"]), style="primary")
    blocks = [section(escape(headline)), {"type": "actions", "elements": [fill_in]}]
    return SlackMessage(escape(headline), blocks)


def secret_modal(name: str, number: str, server: str, transport: str, secret: str) -> Content:
    """Shown once; preformatted, so that it is copied exactly."""
    text = f"Server     {server}\nUser       {number}\nPassword   {secret}\nTransport  {transport}"
    preformatted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    hint = "This is shown once. If you lose it, ask your phone admins for a new one."
    return _modal(
        "Your phone",
        [section(escape(name)), {"type": "rich_text", "elements": [preformatted]}, context(hint)],
    )


def shown_already_modal() -> Content:
    return _modal(
        "Your phone", [section("The password has been shown already. Ask your phone admins for a new one.")]
    )


def details_modal(delivery_id: int) -> Content:
    blocks = [
        _input("name", "Name", "Alice Smith"),
        _input("email", "E-mail address in Slack", "alice@example.com", optional=True),
        _input("department", "Department", "Sales", optional=True),
    ]
    submit = {"type": "plain_text", "text": "Save"}
    named = {"callback_id": "hr_details", "private_metadata": str(delivery_id), "submit": submit}
    return _modal("New employee", blocks) | named


def _input(name: str, label: str, example: str, *, optional: bool = False) -> Content:
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


def _modal(title: str, blocks: list[Content]) -> Content:
    close = {"type": "plain_text", "text": "Close"}
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "close": close, "blocks": blocks}


SHOW = {
    "welcome": show_welcome,
    "no_slack": show_no_slack,
    "hr_failed": show_failed,
    "hr_details": show_needs_details,
}
