"""A mailbox for an extension: what callers leave, who hears it, and what becomes of the administrator's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from models.extension import State
from models.fields import Changes
from pbx import dialplan, extensions, voicemail
from pbx.ami import connected
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.configuration import VOICEMAIL_CONF
from tests.pbx.extension_driver import create, create_live, reason, shown
from tests.pbx.voicemail_driver import enable, has_mailbox, inbox, leave_message, mailbox_of
from tests.slash_commands import TESTER
from tests.waiting import wait_for


def test_a_mailbox_comes_and_goes_with_the_setting(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    assert services.settings.voicemail_path.read_text() == VOICEMAIL_CONF
    enable(services)
    name = mailbox_of(services)
    assert has_mailbox(services, name)
    assert shown(services, "101")["endpoint"]["Mailboxes"] == f"{name}@switchhook"
    assert asterisk.reload_counts()["app_voicemail.so"] == 1
    enable(services, on=False)
    assert not has_mailbox(services, name)
    assert shown(services, "101")["endpoint"]["Mailboxes"] == ""
    assert services.settings.voicemail_path.read_text() == VOICEMAIL_CONF


def test_a_call_that_nobody_answers_leaves_a_message(
    services: Services, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialplan, "RING_SECONDS", 1)
    secrets = [create(services, number, voicemail_enabled=True).secret for number in ("101", "102")]
    caller_secret, callee_secret = (secret.get_secret_value() for secret in secrets if secret)
    folder = inbox(asterisk, mailbox_of(services, "102"))
    with (
        Phone("101", caller_secret, asterisk.sip_domain) as caller,
        Phone("102", callee_secret, asterisk.sip_domain) as callee,
    ):
        caller.register()
        callee.register()
        caller.dial("102")
        callee.wait_incoming()
        message = leave_message(asterisk, caller, folder)
    assert message.read_bytes().startswith(b"RIFF")
    assert 'callerid="Alice" <101>' in message.with_suffix(".txt").read_text()
    wait_for(lambda: ',u")' in asterisk.log_text())  # it is written a little later


def test_a_busy_phone_and_one_that_is_off_leave_messages_and_the_lamp_is_lit(
    services: Services, asterisk: Asterisk
) -> None:
    secrets = [create(services, number, voicemail_enabled=True).secret for number in ("101", "102")]
    caller_secret, callee_secret = (secret.get_secret_value() for secret in secrets if secret)
    folder = inbox(asterisk, mailbox_of(services, "102"))
    with Phone("101", caller_secret, asterisk.sip_domain) as caller:
        caller.register()
        caller.dial("102")
        leave_message(asterisk, caller, folder)
        with Phone("102", callee_secret, asterisk.sip_domain) as callee:
            callee.register()
            caller.dial("102")
            callee.wait_incoming()
            callee.reject()
            wait_for(lambda: ',b")' in asterisk.log_text())  # it is written a little later
            caller.hangup()
            callee.dial("102")
            wait_for(lambda: 'VoiceMailMain("PJSIP/102-' in asterisk.log_text())
            callee.hangup()
    with connected(services.settings) as manager:
        address = f"{mailbox_of(services, '102')}@switchhook"
        (answer,) = manager.ask_all([{"Action": "MailboxStatus", "Mailbox": address}])
    assert answer[0]["Waiting"] == "1"


def waiting(services: Services) -> str:
    create(services, "101", voicemail_enabled=True)
    assert extensions.get(services, "101").state is State.PENDING
    return reason(services, "101")


def test_an_asterisk_that_takes_no_messages_keeps_the_mailbox_waiting_with_what_to_do(
    services: Services, asterisk: Asterisk
) -> None:
    asterisk.cli("module unload app_voicemail.so")
    try:
        said = waiting(services)
        assert "apt install asterisk-voicemail" in said
        assert 'asterisk -rx "module load app_voicemail.so"' in said
        assert services.settings.voicemail_path.read_text() == VOICEMAIL_CONF
    finally:
        asterisk.cli("module load app_voicemail.so")
    publish(services)
    assert extensions.get(services, "101").state is State.LIVE
    assert has_mailbox(services, mailbox_of(services))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[switchhook]\n101 => 1234,Ours\n", "rename it"),
        ("#include none.conf\n", "does not exist"),
        (";-- open\n", "close it with --;"),
    ],
)
def test_what_the_administrator_has_there_is_told_of_and_stays(
    services: Services, more: str, said: str
) -> None:
    path = services.settings.voicemail_path
    path.write_text(VOICEMAIL_CONF + more)
    found = waiting(services)
    assert f"{path}" in found
    assert said in found
    assert "1234" not in found
    assert path.read_text() == VOICEMAIL_CONF + more


def test_steps_of_the_administrator_are_told_the_mailbox_for_callers_and_for_the_phone(
    services: Services, asterisk: Asterisk
) -> None:
    made = create(services, "101").secret
    path = services.settings.extensions_path
    theirs = "exten => 101,1,Dial(PJSIP/101,9)\n"
    with path.open("a") as file:
        file.write(f"\n[from-internal]\n{theirs}")
    enable(services)
    assert has_mailbox(services, mailbox_of(services))
    said = reason(services, "101")
    steps = re.search(
        r"go on with (.+?) and (.+?) behind .* begin with (.+) and end with n\(own\),(.+)", said
    )
    assert steps
    leaves, ends, begins, hears = steps.groups()
    lines = "\n".join(f" same => n,{each}" for each in ("Dial(PJSIP/101,9)", leaves, ends))
    advised = f"exten => 101,1,{begins}\n{lines}\n same => n(own),{hears}\n"
    path.write_text(path.read_text().replace(theirs, advised))
    asterisk.cli("dialplan reload")
    with Phone("101", made.get_secret_value() if made else "", asterisk.sip_domain) as phone:
        phone.register()
        phone.dial("101")
        wait_for(lambda: f'"{mailbox_of(services)}@switchhook,s")' in asterisk.log_text())


def test_who_gives_an_extension_to_somebody_else_reads_that_the_mailbox_goes_along(
    services: Services,
) -> None:
    create_live(services, "101", voicemail_enabled=True)
    first, second, nobody = (
        extensions.change(services, "101", Changes(slack_user_id=user), by=TESTER).warnings
        for user in ("U0BOB", "U0CAROL", None)
    )
    assert first == ()
    assert "the mailbox of 101 goes along" in second[-1]
    assert second == nobody
    enable(services, on=False)
    extensions.change(services, "101", Changes(slack_user_id="U0BOB"), by=TESTER)
    without = extensions.change(services, "101", Changes(slack_user_id="U0CAROL"), by=TESTER).warnings
    assert "mailbox" not in str(without)


def test_whoever_has_the_number_next_has_another_mailbox() -> None:
    first = datetime(2026, 11, 26, 6, 10, tzinfo=UTC)
    assert voicemail.mailbox("101", first) == "101_glahmndi"
    assert voicemail.mailbox("101", first + timedelta(seconds=1)) != voicemail.mailbox("101", first)


def test_lines_that_are_not_switchhooks_are_found_in_its_block() -> None:
    text = voicemail.render(["101_gkcgjnii@switchhook"])
    assert voicemail.by_number(text) == {"101": text.splitlines()[-1]}
    assert voicemail.strangers(text) == []
    assert voicemail.strangers(text + "200 => 4711,Bob\n[other]\n") == ["200", "[other]"]
    assert voicemail.render([]) == ""


def test_keys_lead_to_nothing_else_and_no_message_is_endless_whatever_the_administrator_has(
    services: Services, asterisk: Asterisk
) -> None:
    path = services.settings.voicemail_path
    fraud = (
        "operator=yes\ncallback=from-internal\ndialout=from-internal\nsendvoicemail=yes\nexitcontext=door\n"
    )
    path.write_text(VOICEMAIL_CONF.replace("[general]\n", f"[general]\n{fraud}maxsecs=0\n"))
    create_live(services, "101", voicemail_enabled=True)
    with connected(services.settings) as manager:
        address = f"{mailbox_of(services)}@switchhook"
        (answer,) = manager.ask_all([voicemail.show_action(address)])
    shown = next(each for each in answer if each.get("Event") == "VoicemailUserDetail")
    assert (shown["Callback"], shown["Dialout"], shown["ExitContext"]) == ("", "", "switchhook")
    assert (shown["CallOperator"], shown["MaxMessageLength"]) == ("No", "600")
    assert "There is no existence of 'switchhook' context" in asterisk.cli("dialplan show switchhook")
