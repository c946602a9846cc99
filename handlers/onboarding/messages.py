"""Pure: what new people and their admins read of a phone."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from handlers.onboarding import action_ids
from handlers.onboarding.linphone import Ticket
from handlers.slack.blocks import Block, SlackMessage, button, context, escape, image, section
from handlers.slack.message_content import MessageContent


class Welcome(MessageContent):
    """What a new person reads. The password itself is behind the button or the code, and nowhere in Slack's messages.

    `ticket`: what the QR code is made from, if there is to be one; `link`: what the code leads to, never stored.
    """

    kind: ClassVar[str] = "welcome"
    employee: int = 0
    handover: int | None = None  # of whom an admin made the extension for, in Slack
    name: str
    number: str
    server: str
    ticket: Ticket | None = None
    link: str | None = Field(default=None, exclude=True)

    def simpler(self, error: str) -> tuple[Self, str] | None:
        if error != "invalid_blocks" or not self.ticket:
            return super().simpler(error)
        without = self.model_copy(update={"ticket": None, "link": None})
        return without, "Slack cannot fetch a picture: check PUBLIC_URL"

    def render(self) -> SlackMessage:
        number, server = self.number, escape(self.server)
        headline = f"👋 {escape(self.name)}, your phone extension is *{number}*."
        scan = "1. On a mobile: install Linphone, choose “Scan QR code”, scan the code below. That is all.\n"
        account = f"add an account: server `{server}`, user `{number}`, password behind the button."
        steps = (
            f"{scan}2. Any other phone or softphone instead: {account}\n"
            if self.link
            else f"1. In your phone or softphone, {account}\n2. The password is shown once: type it in right away.\n"
        )
        steps += f"3. Dial a colleague's extension. They reach you under {number}."
        key = f"{action_ids.HANDOVER}{self.handover}" if self.handover else str(self.employee)
        show = button("Show my password", action_ids.REVEAL, key, style="primary")
        actions = {"type": "actions", "elements": [show]}
        blocks = [section(headline), section(steps), *_code(self.link), actions]
        return SlackMessage(f"Your phone extension is {number}", blocks)


def _code(link: str | None) -> list[Block]:
    if not link:
        return []
    here = f"Are you reading this on that mobile? <{link}|Set it up here>."
    once = "Code and button work once, whichever you take first."
    return [image(f"{link}.png", "QR code that sets up Linphone"), context(f"{here} {once}")]


class NoSlackAccount(MessageContent):
    """Somebody who cannot be welcomed. `error`: why Slack cannot say who has the address; None: nobody has."""

    kind: ClassVar[str] = "no_slack"
    name: str
    email: str
    number: str
    error: str | None = None

    def render(self) -> SlackMessage:
        who = f"{self.name} ({self.email or 'no e-mail address'})"
        headline = f"📭 {who} has extension {self.number}, but {self._why()}"
        hint = (
            "The password waits; it is tried again every day. To be faster: /ext set "
            f"{self.number} @user, or /ext secret {self.number} and tell them yourself."
        )
        return _notice(headline, hint)

    def _why(self) -> str:
        if self.error:
            return (
                f"Slack does not say who that is ({self.error}): install the app from manifest.yaml once more"
            )
        if not self.email:
            return "HR tells none to find them in Slack by"
        return "no Slack account with that address"


class PhoneNotWorking(MessageContent):
    """Somebody has started, and their phone does not work."""

    kind: ClassVar[str] = "no_start"
    name: str
    number: str
    reason: str

    def render(self) -> SlackMessage:
        headline = f"⚠️ {self.name} has started, and extension {self.number} does not work yet"
        hint = f"{self.reason}. It is tried again every day; once that is mended, /ext enable {self.number} does it at once."
        return _notice(headline, hint)


class RecreatedByHand(MessageContent):
    """Somebody has left whose extension was deleted, and created again by hand."""

    kind: ClassVar[str] = "made_anew"
    name: str
    number: str

    def render(self) -> SlackMessage:
        headline = f"⚠️ {self.name} has left; extension {self.number} was made anew by hand since"
        return _notice(headline, f"It stays as it is. If it is still theirs: /ext disable {self.number}")


class WelcomeWithheld(MessageContent):
    """Somebody who is not welcomed, as the extension may be another's. `works`: whoever has it now can use it."""

    kind: ClassVar[str] = "not_told"
    name: str
    number: str
    reason: str
    works: bool = True

    def render(self) -> SlackMessage:
        name, number = self.name, self.number
        locked = "" if self.works else f" {number} is locked out, and {name} has no phone until then."
        hint = f"It is left alone.{locked} If it is still theirs, set name and e-mail address as HR has them: /ext set {number}"
        return _notice(f"❔ {name} is not told of extension {number}: {self.reason}", hint)


class HrUnresponsive(MessageContent):
    """An HR system that does not say what a delivery has only announced."""

    kind: ClassVar[str] = "hr_silent"
    delivery: int
    source: str
    reason: str

    def render(self) -> SlackMessage:
        headline = f"⚠️ {self.source} does not say what has changed with an employee"
        hint = (
            f"{self.reason}. It may be that somebody has left whose phone still works. It is asked again every day; "
            f"once that is mended, /ext hr retry {self.delivery} does it at once."
        )
        return _notice(headline, hint)


def _notice(headline: str, hint: str) -> SlackMessage:
    return SlackMessage(escape(headline), [section(escape(headline)), context(escape(hint))])


class DetailsNeeded(MessageContent):
    """A form for the admins. `whom`: source and ID, with a space between them; `reason`: why HR was no help."""

    kind: ClassVar[str] = "hr_details"
    whom: str
    reason: str | None = None

    def render(self) -> SlackMessage:
        source, _, external_id = self.whom.partition(" ")
        headline = escape(f"📝 {source} told of employee {external_id}, but not their name")
        fill_in = button("Fill in", action_ids.DETAILS, self.whom, style="primary")
        reason = [context(escape(self.reason))] if self.reason else []
        actions = {"type": "actions", "elements": [fill_in]}
        return SlackMessage(headline, [section(headline), *reason, actions])
