"""Pure: what admins read of people whose phone waits for them."""

from __future__ import annotations

from typing import ClassVar

from handlers.onboarding import action_ids
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    button,
    confirm,
    context,
    escape,
    section,
    user_select,
)
from handlers.slack.message_content import MessageContent


class NoSlackAccount(MessageContent):
    """Somebody who cannot be welcomed. `error`: why Slack cannot say who has the address; None: nobody has."""

    kind: ClassVar[str] = action_ids.NO_SLACK
    employee: int = 0  # of a version before: none, and nobody can be chosen
    name: str
    email: str
    number: str
    error: str | None = None

    def render(self) -> SlackMessage:
        who = f"{self.name} ({self.email or 'no e-mail address'})"
        headline = f"📭 {who} has extension {self.number}, but {self._why()}"
        faster = "choose them below" if self.employee else f"/ext set {self.number} @user"
        hint = (
            f"The password waits; it is tried again every day. To be faster: {faster}, or /ext secret {self.number} and "
            "tell them yourself."
        )
        message = _notice(headline, hint)
        return SlackMessage(message.text, [*message.blocks, *self._choice()])

    def _choice(self) -> list[Block]:
        if not self.employee:
            return []
        ask = confirm("Is it theirs?", f"They get the phone's password of {self.number}.", "Yes, tell them")
        return [actions(user_select(f"{action_ids.GIVE}{self.employee}", "Who is it in Slack?", confirm=ask))]

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
                *([context(escape(self.reason))] if self.reason else []),
                actions(
                    button("Add details", action_ids.DETAILS, self.whom, style="primary"),
                    button("Not an employee", action_ids.NOBODY, self.whom, confirm=ask),
                ),
            ],
        )
