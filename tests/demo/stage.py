"""What the story is played on: a console, an Asterisk, and somebody who types into Slack."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.markup import escape

from handlers.slack.windows import WAIT
from tests.asterisk_bed import Asterisk
from tests.slack_stand_in import Acknowledgement, SlackStandIn, SlackUser, as_text

ANSWER_SECONDS = 30.0
ALERT_CHANNEL = "C0PHONES"


class StepFailed(Exception):
    """Something did not come out as the story says."""


@dataclass
class Stage:
    console: Console
    asterisk: Asterisk
    slack: SlackStandIn
    admin: SlackUser
    url: str
    token: str

    def chapter(self, title: str) -> None:
        self.console.print(f"\n[bold cyan]{title}[/]")

    def type(self, command: str) -> dict[str, Any]:
        """Types a slash command, prints what Slack shows; the answer."""
        self.console.print(f"\n[bold]{escape(command)}[/]")
        name, _, text = command.partition(" ")
        with self.console.status("Switchhook works …"):
            return self.answer(self.admin.command(name, text))

    def answer(self, acknowledgement: Acknowledgement) -> dict[str, Any]:
        """Prints what Slack shows."""
        if acknowledgement.status != 200:
            raise StepFailed(f"Switchhook answered {acknowledgement.status}: {acknowledgement.body}")
        reply = self.admin.replies(acknowledgement, timeout=ANSWER_SECONDS)[0]
        self.show(as_text(reply))
        return reply

    def type_anything(self, command: str) -> dict[str, Any]:
        """Types a slash command; what Slack shows then, an answer or a window. Raises TimeoutError."""
        name, _, text = command.partition(" ")
        before = self._windows()
        return self._outcome(self.admin.command(name, text), before)

    def press(
        self, shown: Mapping[str, Any], action_id: str, value: str | None, typed: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Presses a button of what is shown; what Slack shows then. Raises TimeoutError, LookupError."""
        before = self._windows()
        return self._outcome(self.admin.click(shown, action_id, value, typed=typed), before)

    def left_open(self, view_id: str) -> dict[str, Any]:
        """What a window shows that was submitted, once that is there; nothing: it is closed. Raises TimeoutError."""
        views = self.slack.workspace.views
        with self.console.status("Switchhook works …"):
            self.slack.wait_until(
                lambda: view_id not in views or view_id in self._windows(), timeout=ANSWER_SECONDS
            )
        return views.get(view_id, {})

    def _outcome(self, acknowledgement: Acknowledgement, before: Mapping[str, str]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            answers = self.admin.replies(acknowledgement, n=0)
            views = self.slack.workspace.views
            windows = [views[name] for name, text in self._windows().items() if before.get(name) != text]
            return next(reversed(answers or windows), None)

        with self.console.status("Switchhook works …"):
            return self.slack.wait_until(look, timeout=ANSWER_SECONDS)

    def _windows(self) -> dict[str, str]:
        """What each open window shows, but for those that only say that something is coming."""
        views = [each for each in self.slack.workspace.views.values() if each["type"] == "modal"]
        texts = {str(each["id"]): as_text(each) for each in views}
        return {name: text for name, text in texts.items() if WAIT not in text}

    def request(self, method: str, path: str, body: str = "") -> str:
        """Sends a request to the REST API, as curl would, and prints the answer; its text, without the secret."""
        self.console.print(f"\n[bold]{method} {escape(path)} {escape(body)}[/]", soft_wrap=True)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = requests.request(method, self.url + path, data=body, headers=headers, timeout=ANSWER_SECONDS)
        hidden = {"secret": "…"} if "secret" in answer.json() else {}
        shown = json.dumps(answer.json() | hidden, indent=2, ensure_ascii=False)
        self.show(shown)
        if not answer.ok:
            raise StepFailed(f"Switchhook answered {answer.status_code}")
        return shown

    def alert(self, pattern: str) -> None:
        """Waits until a message in the alert channel says so, and prints it. Raises StepFailed."""
        with self.console.status(f"Waiting for the alert in {ALERT_CHANNEL} …"):
            try:
                text = self.slack.wait_until(lambda: self._alert(pattern), timeout=ANSWER_SECONDS)
            except TimeoutError:
                raise StepFailed(f"no message in {ALERT_CHANNEL} says “{pattern}”") from None
        for line in text.splitlines():
            self.console.print(f"  [magenta]{ALERT_CHANNEL} │[/] {escape(line)}", soft_wrap=True)

    def _alert(self, pattern: str) -> str:
        shown = (as_text(message) for message in self.slack.messages(ALERT_CHANNEL))
        return next((text for text in shown if re.search(pattern, text)), "")

    def show(self, text: str) -> None:
        for line in text.splitlines():
            self.console.print(f"  [green]│[/] {escape(line)}", soft_wrap=True)

    def say(self, text: str) -> None:
        self.console.print(f"  {escape(text)}", soft_wrap=True)

    def must(self, text: str, pattern: str) -> str:
        """The pattern's first group, or all it matched. Raises StepFailed."""
        match = re.search(pattern, text, re.MULTILINE)
        if not match:
            raise StepFailed(f"“{pattern}” is not in what was shown")
        return match[1] if match.groups() else match[0]
