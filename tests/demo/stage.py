"""What the story is played on: a console, an Asterisk, and somebody who types into Slack."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.markup import escape

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
