"""HR delivers, and the phone is ready: the whole product, on the real Asterisk."""

from __future__ import annotations

import io
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image
from standardwebhooks.webhooks import Webhook

from handlers.onboarding.provisioning_pages import LINPHONE
from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.hr.signing import ACCEPTED, EXAMPLES, EXPECTED, HIRED, KEYS, SETTINGS, signed
from tests.handlers.onboarding.linphone import entries
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.server import Switchhook
from tests.slack_stand_in import Message, SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import say

KEY = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        yield running


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    return fresh_asterisk


@pytest.fixture
def switchhook(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str, hr: HrStandIn
) -> Iterator[Switchhook]:
    keys = {SETTINGS[source].upper(): key for source, key in KEYS.items()} | hr.environment()
    more = keys | {"HR_WEBHOOK_SECRET": f"{KEY},{KEYS['standard']}", "ALERT_INTERVAL": "0"}
    with Switchhook(asterisk, slack, database_url, more) as running:
        running.listen()
        yield running


@pytest.fixture
def nadia(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id="U0NADIA01", user_name="nadia")


def deliver(switchhook: Switchhook, kind: str, delivery: str = "", **data: Any) -> requests.Response:
    """As an HR system with Standard Webhooks does it."""
    moment, name = datetime.now(UTC), delivery or f"msg_{secrets.token_hex(8)}"
    body = json.dumps({"type": f"employee.{kind}", "timestamp": moment.isoformat(), "data": data})
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(KEY).sign(name, moment, body),
        "content-type": "application/json",
    }
    return requests.post(f"{switchhook.url}/webhooks/hr/standard", data=body, headers=headers, timeout=10)


def deliver_recorded(switchhook: Switchhook, file: str, spoiled_by: bytes = b"") -> requests.Response:
    """An example of a source, signed as of now."""
    source, body = file.partition("_")[0], (EXAMPLES / file).read_bytes()
    headers = signed(source, body, at=datetime.now(UTC)) | {"Content-Type": "application/json"}
    url = f"{switchhook.url}/webhooks/hr/{source}"
    return requests.post(url, data=body + spoiled_by, headers=headers, timeout=10)


def direct_message(slack: SlackStandIn, user_id: str, text: str) -> Message:
    def look() -> Message | None:
        found = slack.messages(f"D{user_id[1:]}")
        return next((message for message in found if text in as_text(message)), None)

    return slack.wait_until(look, timeout=20)


def test_who_is_hired_has_a_phone_that_registers_with_what_the_button_shows(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: SlackUser, admin: SlackUser
) -> None:
    answers = [
        deliver(switchhook, "joined", "msg_1", id="e1", name="Nadia", email="nadia@example.com")
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert answers[0].json() == answers[2].json()
    welcome = direct_message(slack, nadia.user_id, "your phone extension is 100")
    assert "Password" not in as_text(welcome)
    number, secret = _press(slack, nadia, welcome)
    with Phone(number, secret, asterisk.sip_domain) as phone:
        phone.register()
    assert len(slack.messages(f"D{nadia.user_id[1:]}")) == 1
    assert "Nadia joined · done extension 100" in say(admin, "hr")
    assert secret not in switchhook.log_text()


def test_a_window_that_slack_does_not_open_uses_nothing_up(
    switchhook: Switchhook, slack: SlackStandIn, nadia: SlackUser
) -> None:
    deliver(switchhook, "joined", id="e1", name="Nadia", email="nadia@example.com")
    welcome = direct_message(slack, nadia.user_id, "your phone extension is 100")
    slack.fail_next("views.open", error="expired_trigger_id")
    slack.fail_next("views.open", cut=True)
    for reason in ("SlackApiError", "IncompleteRead"):
        nadia.click(welcome, "hr_secret")
        switchhook.wait_for_log(f'"a window did not open", "reason": "{reason}"')
    assert _press(slack, nadia, welcome)[0] == "100"


def test_who_scans_the_code_with_linphone_has_a_phone_that_registers(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: SlackUser
) -> None:
    deliver(switchhook, "joined", id="e1", name="Nadia", email="nadia@example.com")
    welcome = direct_message(slack, nadia.user_id, "scan the code below")
    (picture,) = [block["image_url"] for block in welcome.blocks if block["type"] == "image"]
    image = Image.open(io.BytesIO(requests.get(picture, timeout=10).content))
    (code,) = zxingcpp.read_barcodes(image)
    account = entries(requests.get(code.text, headers={LINPHONE: "1"}, timeout=10).content)
    user = account["auth_info_0"]
    assert account["proxy_0"]["reg_proxy"] == f"<sip:{asterisk.sip_domain};transport=udp>"
    with Phone(user["username"], user["passwd"], asterisk.sip_domain) as phone:
        phone.register()
    nadia.click(welcome, "hr_secret")
    view = slack.wait_for(lambda call: call.method == "views.open").arguments["view"]
    assert "nothing to show any more" in as_text(view)
    assert user["passwd"] not in switchhook.log_text() + str(slack.calls)
    assert code.text.rpartition("/")[2] not in switchhook.log_text()


def test_every_other_source_gives_a_phone_that_registers_with_what_the_button_shows(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk
) -> None:
    others = {source: file for source, file in HIRED.items() if source != "standard"}
    for place, (source, file) in enumerate(others.items()):
        name = str(EXPECTED[file][0].email).partition("@")[0]
        hired = SlackUser(slack, switchhook.url, f"U0HIRED0{place}", name)
        if source != "token":  # which signs nothing
            assert deliver_recorded(switchhook, file, spoiled_by=b" ").status_code == 401
        assert deliver_recorded(switchhook, file).status_code == ACCEPTED[source]
        welcome = direct_message(slack, hired.user_id, "your phone extension is")
        number, secret = _press(slack, hired, welcome)
        with Phone(number, secret, asterisk.sip_domain) as phone:
            phone.register()


def _press(slack: SlackStandIn, hired: SlackUser, welcome: Message) -> tuple[str, str]:
    """Number and password, as the button shows them."""
    opened = len(slack.called("views.open"))
    hired.click(welcome, "hr_secret")
    slack.wait_until(lambda: len(slack.called("views.open")) > opened)
    view = as_text(slack.called("views.open")[-1].arguments["view"])
    found = re.search(r"^User +(\S+)\nPassword +(\S+)$", view, re.MULTILINE)
    assert found, view
    return found[1], found[2]


def test_a_byte_changed_is_401_and_nothing(switchhook: Switchhook, admin: SlackUser) -> None:
    body = json.dumps({"type": "employee.joined", "data": {"id": "e1", "name": "Alice"}})
    moment = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(KEY).sign("msg_1", moment, body),
    }
    url = f"{switchhook.url}/webhooks/hr/standard"
    changed = body.replace("Alice", "Alicf")
    assert requests.post(url, data=changed, headers=headers, timeout=10).status_code == 401
    assert "No HR system has delivered anything yet." in say(admin, "hr")


def test_a_failed_delivery_tells_the_admins_and_the_button_tries_again(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser
) -> None:
    say(admin, "create 150 Bob")
    deliver(switchhook, "joined", id="e1", name="Nadia", extension="150")
    told = direct_message(slack, admin.user_id, "could not be carried out")
    assert "150 is taken by Bob" in as_text(told)
    question = admin.replies(admin.command("/ext", "delete 150"))[0]
    admin.replies(admin.click(question, "ext_delete"))
    assert "is tried again" in as_text(admin.replies(admin.click(told, "hr_retry"))[0])
    direct_message(slack, admin.user_id, "has extension 150, but HR tells none to find them in Slack by")


def test_a_failed_delivery_is_given_another_number_and_its_message_says_so_and_has_no_button_any_more(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, admin: SlackUser
) -> None:
    say(admin, "create 150 Bob")
    deliver(switchhook, "joined", id="e1", name="Nadia", extension="150")
    told = direct_message(slack, admin.user_id, "could not be carried out")
    admin.click(told, "hr_number")
    slack.wait_for(lambda call: call.method == "views.open")
    view = next(iter(slack.workspace.views.values()))
    assert "150 is taken by Bob" in admin.submit(view, {"number": "150"}).body
    assert admin.submit(view, {"number": "160"}).body == ""
    after = direct_message(slack, admin.user_id, "Nadia joined\nextension 160\n")
    assert (after.ts, [block["type"] for block in after.blocks]) == (
        told.ts,
        ["section", "context", "context"],
    )
    assert "160/160" in asterisk.cli("pjsip show endpoints")


def test_who_was_there_before_hr_is_locked_out_when_hr_says_that_they_left(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: SlackUser, admin: SlackUser
) -> None:
    say(admin, f"create 150 Nadia <@{nadia.user_id}|nadia>")
    say(admin, "create 151 “Front desk” email=nadia@example.com")
    deliver(switchhook, "left", id="e1", name="Nadia", email="nadia@example.com")
    told = direct_message(slack, admin.user_id, "Somebody has left, and a phone may be theirs")
    assert "150/150" in asterisk.cli("pjsip show endpoints")
    admin.click(told, "hr_theirs_0")
    direct_message(slack, admin.user_id, "extension 150 is locked out")
    shown = asterisk.cli("pjsip show endpoints")
    assert ("150/150" in shown, "151/151" in shown) == (False, True)


def test_an_employee_without_a_name_is_filled_in_by_hand(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser, nadia: SlackUser
) -> None:
    deliver(switchhook, "joined", id="e7")
    told = direct_message(slack, admin.user_id, "told of employee e7, but not their name")
    admin.click(told, "hr_details")
    opened = slack.wait_for(lambda call: call.method == "views.open")
    view = next(iter(slack.workspace.views.values()))
    assert opened.error == ""
    refused = admin.submit(view, {"name": " ", "email": "nonsense"})
    assert "errors" in refused.body
    admin.submit(view, {"name": "Nadia", "email": "nadia@example.com"})
    direct_message(slack, nadia.user_id, "your phone extension is 100")


def hire_in_both(hr: HrStandIn) -> None:
    """Those of whom the recorded deliveries tell the ID alone."""
    hr.hire_in_bamboo("67890", displayName="Nadia", workEmail="nadia@example.com", hireDate="2026-01-01")
    name = {"root_displayName": "Nadia", "root_email": "nadia@example.com"}
    hr.hire_in_bob("3332883854254932743", **name, work_department=("209192163", "R&D"))


@pytest.mark.parametrize("file", ["bamboohr_event.json", "hibob_v2.json"])
def test_who_is_hired_by_an_id_alone_is_asked_of_the_hr_system_and_has_a_phone(
    switchhook: Switchhook,
    slack: SlackStandIn,
    asterisk: Asterisk,
    nadia: SlackUser,
    admin: SlackUser,
    hr: HrStandIn,
    file: str,
) -> None:
    hire_in_both(hr)
    assert deliver_recorded(switchhook, file).status_code == 202
    welcome = direct_message(slack, nadia.user_id, "your phone extension is 100")
    number, secret = _press(slack, nadia, welcome)
    with Phone(number, secret, asterisk.sip_domain) as phone:
        phone.register()
    assert "Nadia joined · done extension 100" in say(admin, "hr")
    assert len(hr.asked) == 1
    assert slack.messages(f"D{admin.user_id[1:]}") == []
    for key in (BAMBOO_KEY, BOB_KEY, *BOB_KEY.split(":")):
        assert key not in switchhook.log_text() + str(slack.calls)


def test_an_hr_system_that_is_slow_to_answer_holds_up_nobody_else(
    switchhook: Switchhook, slack: SlackStandIn, nadia: SlackUser, hr: HrStandIn
) -> None:
    hr.troubles = [HttpAnswer(200, "", hang=30)]
    deliver_recorded(switchhook, "bamboohr_event.json")
    assert hr.was_asked.wait(20)
    deliver(switchhook, "joined", id="e1", name="Nadia", email="nadia@example.com")
    direct_message(slack, nadia.user_id, "your phone extension is 100")
    assert "is asked again later" not in switchhook.log_text()
    hr.let_go()


def test_an_hr_system_that_does_not_let_us_in_is_told_to_the_admins_who_fill_the_form(
    switchhook: Switchhook, slack: SlackStandIn, nadia: SlackUser, admin: SlackUser, hr: HrStandIn
) -> None:
    hr.troubles = [HttpAnswer(401, "")]
    deliver_recorded(switchhook, "bamboohr_event.json")
    told = direct_message(slack, admin.user_id, "told of employee 67890, but not their name")
    assert "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY" in as_text(told)
    assert "joined · needs details BambooHR does not let us in" in say(admin, "hr")
    admin.click(told, "hr_details")
    slack.wait_for(lambda call: call.method == "views.open")
    view = next(iter(slack.workspace.views.values()))
    assert "Employee 67890 of bamboohr" in as_text(view)
    assert admin.submit(view, {"name": "Nadia", "email": "nadia@example.com"}).body == ""
    again = admin.submit(view, {"name": "Nadja", "email": "nadia@example.com"})
    assert "has been filled in already" in again.body
    direct_message(slack, nadia.user_id, "your phone extension is 100")
