"""The page of one extension, as everybody, its owner and admins see it."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from pydantic import SecretStr

from models.actor import Actor
from models.fields import Changes, NewExtension
from pbx import extensions, history
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.factories import ended
from tests.handlers.pages.signing_in import PageUser, row_id
from tests.server import Switchhook
from tests.slash_commands import TESTER
from tests.waiting import wait_for

HOSTILE = '<script>alert(1)</script> "quoted" שלום'
SECRET = "Alice123Pass"
OWNER = "U0OWNER01"


@pytest.fixture(scope="module", autouse=True)
def made(services: Services) -> None:
    """Make 101, which is somebody's, and 102."""
    new = NewExtension(number="101", name="Alice", secret=SecretStr(SECRET), slack_user_id=OWNER)
    extensions.create(services, new, by=TESTER)
    extensions.create(services, NewExtension(number="102", name=HOSTILE), by=TESTER)
    with services.database.session() as session:
        history.store(session, [ended(callee="101", caller="5550100", at=time.time())])


@pytest.fixture(scope="module")
def owner(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor.slack(OWNER), "Alice")


def test_everybody_sees_its_state_and_settings_and_nobody_elses_calls(
    admin: PageUser, owner: PageUser, colleague: PageUser
) -> None:
    for user in (admin, owner, colleague):
        shown = user.get("/101").text
        assert "Offline" in shown
        assert "from-internal" in shown
        assert SECRET not in shown
    assert "5550100" in owner.get("/101").text
    assert "5550100" in admin.get("/101").text
    assert "5550100" not in colleague.get("/101").text
    assert "Who did what" in admin.get("/101").text
    assert "Who did what" not in owner.get("/101").text


def test_with_whom_the_one_before_spoke_is_for_admins_and_not_for_a_new_owner(
    services: Services, admin: PageUser, owner: PageUser, switchhook: Switchhook, database_url: str
) -> None:
    next_one = PageUser(switchhook.url, database_url, Actor.slack("U0OWNER02"), "Bob")
    extensions.create(services, NewExtension(number="103", name="Alice", slack_user_id=OWNER), by=TESTER)
    with services.database.session() as session:
        history.store(session, [ended("3.1", callee="103", caller="5550103", at=time.time())])
    assert "5550103" in owner.get("/103").text
    extensions.change(services, "103", Changes(slack_user_id="U0OWNER02", name="Bob"), by=TESTER)
    with services.database.session() as session:
        history.store(session, [ended("3.2", callee="103", caller="5550104", at=time.time())])
    theirs = next_one.get("/103").text
    assert "5550104" in theirs
    assert "5550103" not in theirs
    assert "5550103" in admin.get("/103").text


def test_only_what_somebody_may_do_is_offered(admin: PageUser, owner: PageUser) -> None:
    for deed in ("verify", "disable"):
        assert f'action="/extensions/101/{deed}"' in admin.get("/101").text
        assert f'action="/extensions/101/{deed}"' not in owner.get("/101").text
        assert owner.post(f"/101/{deed}", row=row_id(admin, "101")).status_code == 403


def test_a_name_of_markup_stays_text(admin: PageUser) -> None:
    shown = admin.get("/102").text
    assert HOSTILE not in shown
    assert HOSTILE in unescape(shown)


def test_a_registered_phone_is_shown_with_its_address(admin: PageUser, asterisk: Asterisk) -> None:
    with Phone("101", SECRET, asterisk.sip_domain) as phone:
        phone.register()
        shown = wait_for(lambda: text if "baresip" in (text := admin.get("/101").text) else None)
    assert "🟢" in shown
    assert "127.0.0.1:" in shown


def test_buttons_say_on_the_extensions_page_what_came_of_it(admin: PageUser) -> None:
    seen = row_id(admin, "102")
    assert "as it should be and verified in Asterisk" in admin.post("/102/verify", row=seen).text
    disabled = admin.post("/102/disable", row=seen)
    assert "Asterisk has let go of it" in disabled.text
    assert "Disabled: no phone can use it." in disabled.text
    assert "verified in Asterisk" in admin.post("/102/enable", row=seen).text
    assert "Asterisk has let go of it" not in admin.get("/102").text  # said once


def test_a_button_of_an_extension_that_is_gone_does_nothing_to_the_next_of_its_number(
    admin: PageUser,
) -> None:
    answer = admin.post("/101/disable", row="999")
    assert "nothing was done" in answer.text
    assert "Disabled: no phone" not in answer.text


def test_the_doctor_looks_at_one_extension_and_mends_what_it_can(admin: PageUser, owner: PageUser) -> None:
    admin.post("/102/disable", row=row_id(admin, "102"))
    found = unescape(admin.get("/102/doctor").text)
    assert "What to do:" in found
    assert "Let its phone back in" in found
    assert "has changed since" in admin.post("/102/doctor/fix/enable", seen="1.1").text
    state = re.search(r'name="seen" value="([^"]+)"', found)
    assert state
    assert "102 is live" in admin.post("/102/doctor/fix/enable", seen=state[1]).text
    assert admin.post("/102/doctor/fix/nothing", seen=state[1]).status_code == 404
    assert owner.get("/101/doctor").status_code == 403


def test_names_of_actors_are_those_they_were_greeted_with(admin: PageUser) -> None:
    admin.post("/101/verify", row=row_id(admin, "101"))
    assert re.search(
        r"Alice Admin \(U0ADMIN01\)</bdi></td><td[^>]*><bdi>verified 101", admin.get("/101").text
    )


def test_while_asterisk_is_away_the_page_says_so_and_why_to_admins_alone(
    admin: PageUser, colleague: PageUser, asterisk: Asterisk
) -> None:
    asterisk.stop()
    try:
        shown = unescape(admin.get("/101").text)
        assert "manager interface at 127.0.0.1" in shown
        assert "Not known right now" in shown
        assert "manager interface" not in colleague.get("/101").text
        answer = admin.post("/101/verify", row=row_id(admin, "101"))
        assert answer.status_code == 200
        assert "saved, not live yet" in answer.text
    finally:
        asterisk.start()
        wait_for(lambda: "verified in Asterisk" in admin.post("/101/verify", row=row_id(admin, "101")).text)


def test_a_number_that_there_is_not_is_a_page_with_the_way_back(colleague: PageUser) -> None:
    answer = colleague.get("/199")
    assert answer.status_code == 404
    assert "To the extensions" in answer.text
    assert "/ext create" not in answer.text
