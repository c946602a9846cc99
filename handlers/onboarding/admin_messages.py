"""Pure: what admins read of people whose phone waits for them."""

from __future__ import annotations

from typing import ClassVar

from handlers import wording
from handlers.message_parts import bold
from handlers.onboarding import action_ids
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    confirm,
    context,
    escape,
    plain_context,
    section,
    user_select,
)
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MessageContent


class NoSlackAccount(MessageContent):
    """Somebody who cannot be welcomed. `error`: why Slack cannot say who has the address; None: nobody has."""

    kind: ClassVar[str] = action_ids.NO_SLACK
    employee: int = 0  # of a version before: none, and nobody can be chosen
    extension: int = 0  # its id; of a version before: none
    name: str
    email: str
    number: str
    error: str | None = None

    def render(self) -> SlackMessage:
        headline = f"📭 {bold(f'{self.name} has extension {self.number}, and is not found in Slack')}"
        waits = "The password waits; it is tried again every day."
        faster = "choose them below" if self.employee else f"/ext set {self.number} @user"
        typed = f"To be faster: {faster}, or /ext secret {self.number} and tell them yourself."
        shown = "To be faster, choose them below." if self.extension and self.employee else typed
        return _notice(headline, [self._why(), f"{waits} {shown}"], f"{waits} {typed}", self._ways())

    def _ways(self) -> list[Block]:
        if not self.employee:
            return []
        ask = confirm("Is it theirs?", f"They get the phone's password of {self.number}.", "Yes, tell them")
        give = user_select(f"{action_ids.GIVE}{self.employee}", "Who is it in Slack?", confirm=ask)
        return [give, *([self._tell_them_yourself()] if self.extension else [])]

    def _tell_them_yourself(self) -> Block:
        question = "It is shown to you, once, for you to tell them. The one from before ends."
        ask = confirm("A new password?", question, "New password")
        return command_button(
            "Tell them yourself", f"secret {self.number}", about=self.extension, confirm=ask
        )

    def _why(self) -> str:
        if self.error:
            return f"Slack does not say who that is ({self.error}): install the app from manifest.yaml once more."
        if not self.email:
            return "HR tells no e-mail address to find them by."
        return f"No Slack account has the address {self.email}."


class PhoneNotWorking(MessageContent):
    """Somebody has started, and their phone does not work."""

    kind: ClassVar[str] = "no_start"
    extension: int = 0  # its id; 0: none, or a row of a version before
    name: str
    number: str
    reason: str

    def render(self) -> SlackMessage:
        headline = f"⚠️ {bold(f'{self.name} has started, and extension {self.number} does not work yet')}"
        hint = "It is tried again every day; once that is mended,"
        typed = f"{hint} /ext enable {self.number} does it at once."
        about, again = self.extension, f"enable {self.number}"
        mended = [command_button("Try again now", again, about=about, style="primary")] if about else []
        shown = f"{hint} the button does it at once." if about else typed
        return _notice(headline, [*_because(self.reason), shown], typed, [*mended, *_look_ups(self.number)])


class RecreatedByHand(MessageContent):
    """Somebody has left whose extension was deleted, and created again by hand."""

    kind: ClassVar[str] = "made_anew"
    extension: int = 0  # the new one's id; of a version before: none
    name: str
    number: str

    def render(self) -> SlackMessage:
        headline = (
            f"⚠️ {bold(f'{self.name} has left, and extension {self.number} was made anew by hand since')}"
        )
        hint = "It stays as it is, and works."
        typed = f"{hint} If it is still theirs: /ext disable {self.number}"
        if not self.extension:
            return _notice(headline, [typed], typed, _look_ups(self.number))
        ask = confirm(
            f"Disable {self.number}?", "Its phone stops working at once.", "Disable", style="danger"
        )
        disable = command_button(
            f"Disable {self.number}",
            f"disable {self.number}",
            about=self.extension,
            style="danger",
            confirm=ask,
        )
        return _notice(
            headline,
            [f"{hint} If it is still theirs, disable it."],
            typed,
            [disable, *_look_ups(self.number)],
        )


class WelcomeWithheld(MessageContent):
    """Somebody who is not welcomed, as the extension may be another's. `works`: whoever has it now can use it."""

    kind: ClassVar[str] = "not_told"
    extension: int = 0  # its id; of a version before: none
    name: str
    number: str
    reason: str
    works: bool = True

    def render(self) -> SlackMessage:
        name, number = self.name, self.number
        locked = "" if self.works else f" {number} is locked out, and {name} has no phone until then."
        hint = f"It is left alone.{locked} If it is still theirs, set name and e-mail address as HR has them"
        typed = f"{hint}: /ext set {number}"
        change = [command_button(f"Edit {number}", f"set {number}", about=self.extension)]
        return _notice(
            f"❔ {bold(f'{name} is not told of extension {number}')}",
            [*_because(self.reason), f"{hint}." if self.extension else typed],
            typed,
            [*(change if self.extension else []), *_look_ups(number)],
        )


class HrUnresponsive(MessageContent):
    """An HR system that does not say what a delivery has only announced."""

    kind: ClassVar[str] = "hr_silent"
    delivery: int
    source: str
    reason: str

    def render(self) -> SlackMessage:
        headline = f"⚠️ {bold(f'{self.source} does not say what has changed with an employee')}"
        maybe = "It may be that somebody has left whose phone still works."
        hint = "It is asked again every day; once that is mended,"
        ways = [
            button("Ask again now", action_ids.RETRY, str(self.delivery), style="primary"),
            command_button("HR deliveries", "hr"),
        ]
        return _notice(
            headline,
            [*_because(self.reason), f"{maybe} {hint} the button does it at once."],
            f"{maybe} {hint} /ext hr retry {self.delivery} does it at once.",
            ways,
        )


def _because(reason: str | None) -> list[str]:
    return [wording.ended(reason)] if reason else []


def _look_ups(number: str) -> list[Block]:
    return [command_button("Status", f"status {number}"), command_button("Doctor", f"doctor {number}")]


def _notice(headline: str, facts: list[str], typed: str, ways: list[Block]) -> SlackMessage:
    """Return a headline, mrkdwn, with facts below it and buttons. `typed`: what to type, for who sees no buttons."""
    buttons = [actions(*ways)] if ways else []
    blocks = [section(headline), *map(plain_context, facts), *buttons]
    return SlackMessage(f"{headline}\n{escape(typed)}", blocks)


class DetailsNeeded(MessageContent):
    """A form for the admins. `whom`: source and ID, with a space between them; `reason`: why HR was no help."""

    kind: ClassVar[str] = "hr_details"
    whom: str
    reason: str | None = None

    def render(self) -> SlackMessage:
        source, _, external_id = self.whom.partition(" ")
        headline = "📝 *A new employee needs a name*"
        about = escape(f"{source} told of employee {external_id}, and not who they are.")
        ask = confirm(
            "Is it no employee?", "They get no phone, unless HR tells of them once more.", "Not an employee"
        )
        return SlackMessage(
            f"{headline}: {about}",
            [
                section(headline),
                context(about),
                *map(plain_context, _because(self.reason)),
                actions(
                    button("Add details", action_ids.DETAILS, self.whom, style="primary"),
                    button("Not an employee", action_ids.NOBODY, self.whom, confirm=ask),
                ),
            ],
        )
