"""Pure: what onboarding tells people and admins. Like alert_content: a content is JSON, shown when it is posted."""

from __future__ import annotations

from handlers.alerts.words import Content
from handlers.onboarding import delivery_messages
from handlers.onboarding.provisioning import Ticket
from handlers.slack.blocks import Block, SlackMessage, button, context, escape, image, preformatted, section


def welcome(employee_id: int, name: str, number: str, server: str, ticket: Ticket | None) -> Content:
    """`ticket`: what the QR code is made from, if there is to be one."""
    phone = {"number": number, "server": server, "ticket": ticket}
    return {"kind": "welcome", "employee": employee_id, "name": name, **phone}


def show_welcome(content: Content) -> SlackMessage:
    """The secret itself is behind the button or the code, and nowhere in Slack's messages.

    `link`, if there is one, is what the code leads to.
    """
    number, server, link = content["number"], escape(content["server"]), content.get("link")
    headline = f"👋 {escape(content['name'])}, your phone extension is *{number}*."
    scan = "1. On a mobile: install Linphone, choose “Scan QR code”, scan the code below. That is all.\n"
    account = f"add an account: server `{server}`, user `{number}`, password behind the button."
    steps = (
        f"{scan}2. Any other phone or softphone instead: {account}\n"
        if link
        else f"1. In your phone or softphone, {account}\n2. The password is shown once: type it in right away.\n"
    )
    steps += f"3. Dial a colleague's extension. They reach you under {number}."
    show = button("Show my password", "hr_secret", str(content["employee"]), style="primary")
    blocks = [section(headline), section(steps), *_code(link), {"type": "actions", "elements": [show]}]
    return SlackMessage(f"Your phone extension is {number}", blocks)


def _code(link: str | None) -> list[Block]:
    if not link:
        return []
    here = f"Are you reading this on that mobile? <{link}|Set it up here>."
    once = "Code and button work once, whichever you take first."
    return [image(f"{link}.png", "QR code that sets up Linphone"), context(f"{here} {once}")]


def no_slack(name: str, email: str, number: str, error: str | None = None) -> Content:
    """`error`: why Slack cannot say who has the address; None: nobody has."""
    return {"kind": "no_slack", "name": name, "email": email, "number": number, "error": error}


def show_no_slack(content: Content) -> SlackMessage:
    who = f"{content['name']} ({content['email'] or 'no e-mail address'})"
    trouble = "no Slack account with that address"
    if not content["email"]:
        trouble = "HR tells none to find them in Slack by"
    if error := content.get("error"):
        trouble = f"Slack does not say who that is ({error}): install the app from manifest.yaml once more"
    headline = f"📭 {who} has extension {content['number']}, but {trouble}"
    hint = (
        "The password waits; it is tried again every day. To be faster: /ext set "
        f"{content['number']} @user, or /ext secret {content['number']} and tell them yourself."
    )
    return SlackMessage(escape(headline), [section(escape(headline)), context(escape(hint))])


def no_start(name: str, number: str, reason: str) -> Content:
    return {"kind": "no_start", "name": name, "number": number, "reason": reason}


def show_no_start(content: Content) -> SlackMessage:
    headline = f"⚠️ {content['name']} has started, and extension {content['number']} does not work yet"
    hint = f"{content['reason']}. It is tried again every day; once that is mended, /ext enable {content['number']} does it at once."
    return SlackMessage(escape(headline), [section(escape(headline)), context(escape(hint))])


def made_anew(name: str, number: str) -> Content:
    return {"kind": "made_anew", "name": name, "number": number}


def show_made_anew(content: Content) -> SlackMessage:
    number = content["number"]
    headline = escape(f"⚠️ {content['name']} has left; extension {number} was made anew by hand since")
    hint = f"It stays as it is. If it is still theirs: /ext disable {number}"
    return SlackMessage(headline, [section(headline), context(hint)])


def not_told(name: str, number: str, reason: str, *, works: bool) -> Content:
    """`works`: whoever has the extension now can use it."""
    return {"kind": "not_told", "name": name, "number": number, "reason": reason, "works": works}


def show_not_told(content: Content) -> SlackMessage:
    name, number = content["name"], content["number"]
    headline = escape(f"❔ {name} is not told of extension {number}: {content['reason']}")
    locked = (
        "" if content.get("works", True) else f" {number} is locked out, and {name} has no phone until then."
    )
    hint = f"It is left alone.{locked} If it is still theirs, set name and e-mail address as HR has them: /ext set {number}"
    return SlackMessage(headline, [section(headline), context(escape(hint))])


def hr_silent(delivery_id: int, source: str, reason: str) -> Content:
    return {"kind": "hr_silent", "delivery": delivery_id, "source": source, "reason": reason}


def show_hr_silent(content: Content) -> SlackMessage:
    headline = escape(f"⚠️ {content['source']} does not say what has changed with an employee")
    hint = (
        f"{content['reason']}. It may be that somebody has left whose phone still works. It is asked again every day; "
        f"once that is mended, /ext hr retry {content['delivery']} does it at once."
    )
    return SlackMessage(headline, [section(headline), context(escape(hint))])


def needs_details(whom: str, reason: str | None) -> Content:
    """`whom`: source and ID, with a space between them; `reason`: why the HR system itself was no help."""
    return {"kind": "hr_details", "whom": whom, "reason": reason}


def show_needs_details(content: Content) -> SlackMessage:
    source, _, external_id = content["whom"].partition(" ")
    headline = escape(f"📝 {source} told of employee {external_id}, but not their name")
    fill_in = button("Fill in", "hr_details", content["whom"], style="primary")
    reason = [context(escape(content["reason"]))] if content["reason"] else []
    return SlackMessage(headline, [section(headline), *reason, {"type": "actions", "elements": [fill_in]}])


def secret_modal(name: str, number: str, server: str, transport: str, secret: str) -> Content:
    """Shown once."""
    text = f"Server     {server}\nUser       {number}\nPassword   {secret}\nTransport  {transport}"
    hint = "This is shown once. If you lose it, ask your phone admins for a new one."
    return _modal("Your phone", [section(escape(name)), preformatted(text), context(hint)])


def shown_already_modal() -> Content:
    words = (
        "There is nothing to show any more: the password has been shown once, or this phone is not yours now."
    )
    return _modal("Your phone", [section(f"{words} Your phone admins can make a new one.")])


def number_modal(delivery_id: str) -> Content:
    submit = {"type": "plain_text", "text": "Give it"}
    named = {"callback_id": "hr_number", "private_metadata": delivery_id, "submit": submit}
    return _modal("Another number", [_input("number", "Extension number", "205")]) | named


def details_modal(whom: str) -> Content:
    source, _, external_id = whom.partition(" ")
    blocks = [
        context(escape(f"Employee {external_id} of {source}")),
        _input("name", "Name", "Alice Smith"),
        _input("email", "E-mail address in Slack", "alice@example.com", optional=True),
        _input("department", "Department", "Sales", optional=True),
        _input("start_date", "First day, if that is yet to come", "2026-03-01", optional=True),
    ]
    submit = {"type": "plain_text", "text": "Save"}
    named = {"callback_id": "hr_details", "private_metadata": whom, "submit": submit}
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
    "no_start": show_no_start,
    "made_anew": show_made_anew,
    "not_told": show_not_told,
    **delivery_messages.SHOW,
    "hr_silent": show_hr_silent,
    "hr_details": show_needs_details,
}
