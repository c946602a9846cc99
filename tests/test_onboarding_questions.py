"""HR delivers what an admin must look at: the whole product, on the real Asterisk."""

from __future__ import annotations

from tests import onboarding_bed as bed
from tests.asterisk_bed import Asterisk
from tests.hr_stand_in import HrStandIn
from tests.onboarding_bed import Person, deliver, deliver_recorded, direct_message, open_window
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.slash_commands import say

folder, asterisk, database_url, slack = bed.folder, bed.asterisk, bed.database_url, bed.slack
hr, switchhook, admin, nadia = bed.hr, bed.switchhook, bed.admin, bed.nadia


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
    direct_message(slack, admin, "has extension 150, but HR tells none to find them in Slack by")


def test_a_failed_delivery_is_given_another_number_and_its_message_says_so_and_has_no_button_any_more(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, admin: SlackUser, nadia: Person
) -> None:
    say(admin, "create 151 Carol")
    deliver(switchhook, "joined", id=nadia.employee_id, name=nadia.name, extension="151")
    asked = direct_message(slack, admin, "could not be carried out", nadia.name)
    view = open_window(slack, admin, asked, "hr_number")
    assert "151 is taken by Carol" in admin.submit(view, {"number": "151"}).body
    assert admin.submit(view, {"number": "160"}).body == ""
    after = direct_message(slack, admin, f"{nadia.name} joined\nextension 160\n")
    assert (after.ts, [block["type"] for block in after.blocks]) == (
        asked.ts,
        ["section", "context", "context"],
    )
    assert "160/160" in asterisk.cli("pjsip show endpoints")


def test_who_was_there_before_hr_is_locked_out_when_hr_says_that_they_left(
    switchhook: Switchhook, slack: SlackStandIn, asterisk: Asterisk, nadia: Person, admin: SlackUser
) -> None:
    say(admin, f"create 170 “{nadia.name}” <@{nadia.user_id}|{nadia.user_name}>")
    say(admin, f"create 171 “Front desk” email={nadia.email}")
    deliver(switchhook, "left", **nadia.as_employee())
    asked = direct_message(slack, admin, "Somebody has left, and a phone may be theirs")
    assert "170/170" in asterisk.cli("pjsip show endpoints")
    admin.click(asked, "hr_theirs_0")
    direct_message(slack, admin, "extension 170 is locked out")
    shown = asterisk.cli("pjsip show endpoints")
    assert ("170/170" in shown, "171/171" in shown) == (False, True)


def test_an_employee_without_a_name_is_filled_in_by_hand(
    switchhook: Switchhook, slack: SlackStandIn, admin: SlackUser, nadia: Person
) -> None:
    deliver(switchhook, "joined", id="e7")
    asked = direct_message(slack, admin, "told of employee e7, but not their name")
    view = open_window(slack, admin, asked, "hr_details")
    refused = admin.submit(view, {"name": " ", "email": "nonsense"})
    assert "errors" in refused.body
    admin.submit(view, {"name": nadia.name, "email": nadia.email})
    direct_message(slack, nadia, "your phone extension is")


def test_an_hr_system_that_does_not_let_us_in_is_told_to_the_admins_who_fill_the_form(
    switchhook: Switchhook, slack: SlackStandIn, nadia: Person, admin: SlackUser, hr: HrStandIn
) -> None:
    hr.troubles = [HttpAnswer(401, "")]
    deliver_recorded(switchhook, "bamboohr_event.json")
    asked = direct_message(slack, admin, "told of employee 67890, but not their name")
    assert "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY" in as_text(asked)
    assert "joined · needs details BambooHR does not let us in" in say(admin, "hr")
    view = open_window(slack, admin, asked, "hr_details")
    assert "Employee 67890 of bamboohr" in as_text(view)
    assert admin.submit(view, {"name": nadia.name, "email": nadia.email}).body == ""
    again = admin.submit(view, {"name": "Nadja", "email": nadia.email})
    assert "has been filled in already" in again.body
    direct_message(slack, nadia, "your phone extension is")
