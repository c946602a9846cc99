"""What the tests of onboarding as a whole share: a running Switchhook that HR systems deliver to, and its people."""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.handlers.hr.signing import EXAMPLES, KEYS, SETTINGS, signed
from tests.hr_stand_in import HrStandIn
from tests.server import Switchhook
from tests.slack_stand_in import Message, SlackStandIn, SlackUser, as_text

KEY = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"
folder, slack, database_url, admin = (
    one_server.folder,
    one_server.slack,
    one_server.database_url,
    one_server.admin,
)
asterisk = one_server.asterisk


@pytest.fixture(scope="module")
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        yield running


@pytest.fixture(scope="module")
def switchhook(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str, hr: HrStandIn
) -> Iterator[Switchhook]:
    keys = {SETTINGS[source].upper(): key for source, key in KEYS.items()} | hr.environment()
    more = keys | {"HR_WEBHOOK_SECRET": f"{KEY},{KEYS['standard']}", "ALERT_INTERVAL": "0"}
    made = Switchhook(asterisk, slack, database_url, more)
    made.environment["PUBLIC_URL"] = made.url  # in Socket Mode, too, for QR codes
    with made as running:
        running.listen()
        yield running


class Person(SlackUser):
    """Somebody with a Slack account and a name that no other test has."""

    def __init__(self, slack: SlackStandIn, switchhook: Switchhook) -> None:
        mark = secrets.token_hex(4)
        super().__init__(slack, switchhook.url, f"U0{mark.upper()}", f"nadia-{mark}")
        self.name = f"Nadia {mark}"
        self.email = f"{self.user_name}@example.com"
        self.employee_id = f"e-{mark}"

    def as_employee(self, **more: Any) -> dict[str, Any]:
        """What HR tells of them."""
        return {"id": self.employee_id, "name": self.name, "email": self.email} | more


@pytest.fixture
def nadia(slack: SlackStandIn, switchhook: Switchhook) -> Person:
    return Person(slack, switchhook)


def deliver(switchhook: Switchhook, kind: str, delivery: str = "", **data: Any) -> requests.Response:
    """Deliver as an HR system with Standard Webhooks does."""
    moment, name = datetime.now(UTC), delivery or f"msg_{secrets.token_hex(8)}"
    body = json.dumps({"type": f"employee.{kind}", "timestamp": moment.isoformat(), "data": data})
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(KEY).sign(name, moment, body),
        "content-type": "application/json",
    }
    return requests.post(f"{switchhook.url}/webhooks/hr/standard", data=body, headers=headers, timeout=60)


def deliver_recorded(
    switchhook: Switchhook, file: str, spoiled_by: bytes = b"", employee_id: str = ""
) -> requests.Response:
    """Deliver an example of a source, signed as of now, of another employee if one is given."""
    source, body = file.partition("_")[0], (EXAMPLES / file).read_bytes()
    if employee_id:
        body = re.sub(rb'"employeeId":( ?)"[0-9]+"', rb'"employeeId":\1"%s"' % employee_id.encode(), body)
    headers = signed(source, body, at=datetime.now(UTC)) | {"Content-Type": "application/json"}
    url = f"{switchhook.url}/webhooks/hr/{source}"
    return requests.post(url, data=body + spoiled_by, headers=headers, timeout=60)


def direct_message(slack: SlackStandIn, user: SlackUser, *texts: str) -> Message:
    """Wait for a direct message with all these texts in it."""

    def look() -> Message | None:
        found = slack.messages(f"D{user.user_id[1:]}")
        return next((message for message in found if all(text in as_text(message) for text in texts)), None)

    return slack.wait_until(look)


def extension_in(welcome: Message) -> str:
    found = re.search("your phone extension is ([0-9]+)", as_text(welcome))
    assert found, as_text(welcome)
    return found[1]


def open_window(slack: SlackStandIn, user: SlackUser, message: Message, button: str) -> dict[str, Any]:
    """Press a button that opens a window; return the window."""
    opened = len(slack.called("views.open"))
    user.click(message, button)
    slack.wait_until(lambda: len(slack.called("views.open")) > opened)
    assert slack.called("views.open")[-1].error == ""
    return list(slack.workspace.views.values())[-1]


def press(slack: SlackStandIn, hired: SlackUser, welcome: Message) -> tuple[str, str]:
    """Return number and password, as the button shows them."""
    view = as_text(open_window(slack, hired, welcome, "hr_secret"))
    found = re.search(r"^User +(\S+)\nPassword +(\S+)$", view, re.MULTILINE)
    assert found, view
    return found[1], found[2]
