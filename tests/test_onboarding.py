"""HR delivers, the phone is ready, and the admins answer what is left open: the whole product, on the real Asterisk."""

from __future__ import annotations

import io
from typing import Any

import pytest
import requests
import zxingcpp
from PIL import Image

from handlers.onboarding.provisioning_pages import LINPHONE
from tests import onboarding_bed as bed
from tests import one_server
from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.hr.signing import ACCEPTED, EXPECTED, HIRED
from tests.handlers.onboarding.linphone import entries
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.onboarding_bed import (
    Person,
    deliver,
    deliver_recorded,
    direct_message,
    extension_in,
    open_window,
    press,
)
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import say
from tests.waiting import SECONDS, wait_for

way = one_server.both_ways
folder, asterisk, database_url, slack = bed.folder, bed.asterisk, bed.database_url, bed.slack
hr, switchhook, admin, nadia = bed.hr, bed.switchhook, bed.admin, bed.nadia
WELCOME = "your phone extension is"
LATER = "is asked again later"


def test_who_is_hired_has_a_phone_that_registers_with_what_the_button_shows(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: Person, admin: SlackUser
) -> None:
    answers = [deliver(switchhook, "joined", "msg_1", **nadia.as_employee()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert answers[0].json() == answers[2].json()
    welcome = direct_message(slack, nadia, WELCOME)
    assert "Password" not in as_text(welcome)
    number, secret = press(slack, nadia, welcome)
    assert number == extension_in(welcome)
    with Phone(number, secret, asterisk.sip_domain) as phone:
        phone.register()
    assert len(slack.messages(f"D{nadia.user_id[1:]}")) == 1
    wait_for(lambda: f"{nadia.name} joined · done extension {number}" in say(admin, "hr"))
    assert secret not in switchhook.log_text()


def test_a_window_that_slack_does_not_open_uses_nothing_up(
    switchhook: Switchhook, slack: SlackStandIn, nadia: Person
) -> None:
    deliver(switchhook, "joined", **nadia.as_employee())
    welcome = direct_message(slack, nadia, WELCOME)
    slack.fail_next("views.open", error="expired_trigger_id")
    slack.fail_next("views.open", cut=True)
    for reason in ("SlackApiError", "IncompleteRead"):
        (told,) = nadia.replies(nadia.click(welcome, "hr_secret"))
        assert "Slack did not open a window in time, so nothing was done" in as_text(told)
        switchhook.wait_for_log(f'"a window did not open", "reason": "{reason}"')
    assert press(slack, nadia, welcome)[0] == extension_in(welcome)


def test_who_scans_the_code_with_linphone_has_a_phone_that_registers(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: Person
) -> None:
    deliver(switchhook, "joined", **nadia.as_employee())
    welcome = direct_message(slack, nadia, "and scan this")
    (picture,) = [block["image_url"] for block in welcome.blocks if block["type"] == "image"]
    image = Image.open(io.BytesIO(requests.get(picture, timeout=60).content))
    (code,) = zxingcpp.read_barcodes(image)
    account = entries(requests.get(code.text, headers={LINPHONE: "1"}, timeout=60).content)
    user = account["auth_info_0"]
    assert account["proxy_0"]["reg_proxy"] == f"<sip:{asterisk.sip_domain};transport=udp>"
    with Phone(user["username"], user["passwd"], asterisk.sip_domain) as phone:
        phone.register()
    view = open_window(slack, nadia, welcome, "hr_secret")
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
        welcome = direct_message(slack, hired, WELCOME)
        number, secret = press(slack, hired, welcome)
        with Phone(number, secret, asterisk.sip_domain) as phone:
            phone.register()


def in_both(nadia: Person, hr: HrStandIn, employee_id: str) -> dict[str, Any]:
    """Both HR systems know her by this ID; return what BambooHR answers."""
    details = {"displayName": nadia.name, "workEmail": nadia.email, "hireDate": "2026-01-01"}
    hr.hire_in_bamboo(employee_id, **details)
    hr.hire_in_bob(
        employee_id, root_displayName=nadia.name, root_email=nadia.email, work_department=("2", "R&D")
    )
    return {"id": employee_id, **details}


@pytest.mark.parametrize("file", ["bamboohr_event.json", "hibob_v2.json"])
def test_who_is_hired_by_an_id_alone_is_asked_of_the_hr_system_and_has_a_phone(
    switchhook: Switchhook,
    slack: SlackStandIn,
    asterisk: Asterisk,
    nadia: Person,
    admin: SlackUser,
    hr: HrStandIn,
    file: str,
) -> None:
    in_both(nadia, hr, "4710")
    asked = len(hr.asked)
    assert deliver_recorded(switchhook, file, employee_id="4710").status_code == 202
    welcome = direct_message(slack, nadia, WELCOME)
    number, secret = press(slack, nadia, welcome)
    with Phone(number, secret, asterisk.sip_domain) as phone:
        phone.register()
    wait_for(lambda: f"{nadia.name} joined · done extension {number}" in say(admin, "hr"))
    assert len(hr.asked) == asked + 1
    assert slack.messages(f"D{admin.user_id[1:]}") == []
    for key in (BAMBOO_KEY, BOB_KEY, *BOB_KEY.split(":")):
        assert key not in switchhook.log_text() + str(slack.calls)


def test_an_hr_system_that_is_slow_to_answer_holds_up_nobody_else(
    switchhook: Switchhook, slack: SlackStandIn, hr: HrStandIn
) -> None:
    for turn in range(5):  # on a busy machine a welcome may take as long as HR systems are waited for
        late, nadia = Person(slack, switchhook), Person(slack, switchhook)
        hr.troubles = [HttpAnswer(200, in_both(late, hr, f"47{turn}1"), hang=30)]
        hr.was_asked.clear()
        before = switchhook.log_text().count(LATER)
        deliver_recorded(switchhook, "bamboohr_event.json", employee_id=f"47{turn}1")
        assert hr.was_asked.wait(SECONDS)
        deliver(switchhook, "joined", **nadia.as_employee())
        direct_message(slack, nadia, WELCOME)
        is_waited_for = switchhook.log_text().count(LATER) == before
        hr.let_go()
        if is_waited_for:
            direct_message(slack, late, WELCOME)
            return
    pytest.fail("every welcome came after the HR system was given up")


def test_a_failed_delivery_tells_the_admins_and_the_button_tries_again(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser, nadia: Person
) -> None:
    say(admin, "create 150 Bob")
    deliver(switchhook, "joined", id=nadia.employee_id, name=nadia.name, extension="150")
    asked = direct_message(slack, admin, "could not be carried out", nadia.name)
    assert "150 is taken by Bob" in as_text(asked)
    question = admin.replies(admin.command("/ext", "delete 150"))[0]
    admin.replies(admin.click(question, "ext_delete"))
    assert "is tried again" in as_text(admin.replies(admin.click(asked, "hr_retry"))[0])
    direct_message(
        slack, admin, "has extension 150, and is not found in Slack", "no e-mail address to find them by"
    )


def test_a_failed_delivery_is_given_another_number_and_its_message_says_so_and_has_no_button_any_more(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, admin: SlackUser, nadia: Person
) -> None:
    say(admin, "create 151 Carol")
    deliver(switchhook, "joined", id=nadia.employee_id, name=nadia.name, extension="151")
    asked = direct_message(slack, admin, "could not be carried out", nadia.name)
    view = open_window(slack, admin, asked, "hr_number")
    assert "151 is taken by Carol" in admin.submit(view, {"number": "151"}).body
    assert admin.submit(view, {"number": "160"}).body == ""
    after = direct_message(slack, admin, f"{nadia.name} joined\nExtension 160.\n")
    assert (after.ts, [block["type"] for block in after.blocks]) == (
        asked.ts,
        ["section", "context", "context"],
    )
    wait_for(lambda: "160/160" in asterisk.cli("pjsip show endpoints"))


def test_who_was_there_before_hr_is_locked_out_when_hr_says_that_they_left(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: Person, admin: SlackUser
) -> None:
    say(admin, f"create 170 “{nadia.name}” <@{nadia.user_id}|{nadia.user_name}>")
    say(admin, f"create 171 “Front desk” email={nadia.email}")
    deliver(switchhook, "left", **nadia.as_employee())
    asked = direct_message(slack, admin, "Somebody has left, and a phone may be theirs")
    assert "170/170" in asterisk.cli("pjsip show endpoints")
    admin.click(asked, "hr_theirs_0")
    direct_message(slack, admin, "Extension 170 is locked out")
    shown = asterisk.cli("pjsip show endpoints")
    assert ("170/170" in shown, "171/171" in shown) == (False, True)


def test_an_hr_system_that_refuses_the_key_is_reported_to_the_admins_who_fill_the_form(
    switchhook: Switchhook, slack: SlackStandIn, nadia: Person, admin: SlackUser, hr: HrStandIn
) -> None:
    hr.troubles = [HttpAnswer(401, "")]
    deliver_recorded(switchhook, "bamboohr_event.json")
    asked = direct_message(slack, admin, "told of employee 67890, and not who they are")
    assert "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY" in as_text(asked)
    assert "joined · needs details BambooHR does not let us in" in say(admin, "hr")
    (refused,) = nadia.replies(nadia.click(asked, "hr_details"))
    assert "Only phone admins" in as_text(refused)
    view = open_window(slack, admin, asked, "hr_details")
    assert "Employee 67890 of bamboohr" in as_text(view)
    assert admin.submit(view, {"name": nadia.name, "email": nadia.email}).body == ""
    again = admin.submit(view, {"name": "Nadja", "email": nadia.email})
    assert "has been filled in already" in again.body
    direct_message(slack, nadia, "your phone extension is")
