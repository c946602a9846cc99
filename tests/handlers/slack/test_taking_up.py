"""Web processes are killed, and what they had acknowledged is carried out once and answered by those that run."""

from __future__ import annotations

import os
import re
import signal

from handlers.slack import messages
from pbx import numbers
from pbx.services import Services
from tests import one_server, slack_windows
from tests.asterisk_bed import Asterisk, Phone
from tests.handlers.slack.taking_up_bed import (
    acts,
    answer_to,
    held_up,
    newest,
    wait_until_committed,
    wait_until_done,
)
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say, secret_in
from tests.waiting import wait_for

way, slack, admin = one_server.both_ways, one_server.slack, one_server.admin
folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
switchhook, more_environment = one_server.switchhook, one_server.more_environment
services = one_server.services


def test_what_was_killed_before_it_did_anything_is_carried_out_by_the_next_process(
    admin: SlackUser, switchhook: Switchhook, services: Services, asterisk: Asterisk
) -> None:
    asterisk.freeze()
    typed = admin.command("/ext", "create 101 Alice")
    switchhook.kill()
    asterisk.thaw()
    assert numbers.find(services, "101") is None
    switchhook.start()
    assert secret_in(answer_to(admin, typed))
    assert acts(services, "101") == ["created"]
    wait_until_done(services)
    assert len(admin.replies(typed)) == 1


def test_what_was_committed_is_not_done_again_and_answered_with_its_password(
    admin: SlackUser, switchhook: Switchhook, services: Services, asterisk: Asterisk
) -> None:
    with held_up(services):
        typed = admin.command("/ext", "create 102 Bob")
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    secret = secret_in(answer_to(admin, typed))
    assert acts(services, "102") == ["created"]
    with Phone("102", secret, asterisk.sip_domain) as phone:
        phone.register()


def test_a_password_is_made_once_and_shown(
    admin: SlackUser, switchhook: Switchhook, services: Services
) -> None:
    before = secret_in(say(admin, "create 103 Carol"))
    with held_up(services):
        typed = admin.command("/ext", "secret 103")
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    answer = answer_to(admin, typed)
    assert "103 · Carol has a new password" in answer
    row = numbers.find(services, "103")
    assert row
    assert secret_in(answer) == services.cipher.decrypt(row.encrypted_secret).get_secret_value() != before
    assert acts(services, "103") == ["created", "changed"]


def test_a_change_and_a_deletion_are_ended_by_another_process(
    admin: SlackUser, switchhook: Switchhook, services: Services
) -> None:
    say(admin, "create 104 Dora")
    with held_up(services):
        typed = admin.command("/ext", "set Dora name=“Dora Lee”")
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    assert "name Dora → Dora Lee" in answer_to(admin, typed)
    question = admin.replies(admin.command("/ext", "delete 104"))[0]
    with held_up(services):
        pressed = admin.click(question, messages.DELETE_ACTION)
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    assert "Extension 104 is gone" in answer_to(admin, pressed)
    assert acts(services, "104") == ["created", "changed", "deleted"]


def test_a_form_that_was_taken_finds_no_fault_with_what_it_has_done(
    admin: SlackUser, switchhook: Switchhook, services: Services, slack: SlackStandIn
) -> None:
    view = slack_windows.opened(admin, "create", "Name")
    with held_up(services):
        assert "response_action" in admin.submit(view, {"number": "105", "name": "Eve"}).body
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    assert re.search("Password", as_text(slack_windows.now(slack, view, "Extension 105 is ready for Eve")))
    assert acts(services, "105") == ["created"]


def test_another_process_takes_over_at_once_when_the_one_that_had_it_is_killed(
    admin: SlackUser, switchhook: Switchhook, services: Services
) -> None:
    with held_up(services):
        typed = admin.command("/ext", "create 106 Fay")
        wait_until_committed(services)
        pid, _, _ = newest(services).claim.split(":")[1].partition("-")
        os.kill(int(pid), signal.SIGKILL)
    assert secret_in(answer_to(admin, typed))
    assert acts(services, "106") == ["created"]
    assert newest(services).attempt == 2
    wait_for(lambda: switchhook.log_text().count("Booting worker") >= 3)


def test_the_same_request_again_is_not_carried_out_beside_it(
    admin: SlackUser, switchhook: Switchhook, services: Services
) -> None:
    with held_up(services):
        typed = admin.command("/ext", "create 107 Gus")
        wait_until_committed(services)
        switchhook.kill()
    switchhook.start()
    admin.replay(typed)
    assert secret_in(answer_to(admin, typed))
    wait_until_done(services)
    assert acts(services, "107") == ["created"]
    assert len(admin.replies(typed)) == 1
