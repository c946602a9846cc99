"""Names with line breaks, sent by strangers to a real Asterisk, which writes them into AMI as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from pbx.contacts import contacts_of
from pbx.login_counts import UNKNOWN
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.factories import insert_extension
from tests.pbx import listener_driver
from tests.pbx.conftest import ServicesOn
from tests.pbx.listener_driver import Listen, stored
from tests.raw_sip import send
from tests.waiting import wait_for

listen = listener_driver.listen

OPEN_DOOR = """
[anonymous]
type=endpoint
context=lobby
disallow=all
allow=ulaw
"""
LOBBY = """
[lobby]
exten => 5,1,Answer()
 same => n,Wait(600)
"""
TRUSTED_PHONE = """
[101]
type=endpoint
context=lobby
aors=101
[101]
type=aor
max_contacts=1
"""
CONTROLS = "\n\x1b\x7f\u2028"
# Asterisk cuts a caller's number to 79 bytes; the headers that follow it belong to the forged event.
BREAKS_OUT = "1\r\n\r\nEvent:ContactStatus\r\nURI:sip:6.6.6.6\r\nContactStatus:Reachable\r\nAOR:101"


@pytest.fixture
def services(asterisk: Asterisk, services_on: ServicesOn) -> Services:
    made = services_on(asterisk)
    insert_extension(made, "101")
    return made


@pytest.fixture
def open_door(asterisk: Asterisk) -> Iterator[Asterisk]:
    """It lets anybody call."""
    for file, text in (("pjsip.conf", OPEN_DOOR), ("extensions.conf", LOBBY)):
        with (asterisk.config_dir / file).open("a") as opened:
            opened.write(text)
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan reload")
    wait_for(lambda: "anonymous" in asterisk.cli("pjsip show endpoints"))
    yield asterisk
    asterisk.cli("channel request hangup all")
    wait_for(lambda: "0 active channels" in asterisk.cli("core show channels count"))


def failed(services: Services) -> Counter[str]:
    """Failed logins by address; there is nothing else."""
    counted = Counter[str]()
    for row in stored(services):
        assert row.kind == "login_failed"
        counted[row.address] += row.count
    return counted


def test_failed_logins_count_at_their_own_address_whatever_their_account_forges(
    asterisk: Asterisk, services: Services, listen: Listen
) -> None:
    listen()
    for _ in range(3):
        send(asterisk, "z\r\nRemoteAddress: //8.8.8.8")
        send(asterisk, "z\r\nSessionID: 1\r\nLocalAddress: 2")
    wait_for(lambda: failed(services) == {"127.0.0.1": 6})


def test_failed_logins_whose_account_ends_the_message_are_all_counted_and_name_no_address(
    asterisk: Asterisk, services: Services, listen: Listen
) -> None:
    listen()
    ends = "\r\n\r\n"
    accounts = [f"z{ends}", ends, f"z\r\nSessionID: 1{ends}", f"z\r\nRemoteAddress: //8.8.8.8{ends}"]
    accounts += [f"z{ends}Event: FailedACL\r\nService:", f"z{ends}Event: Hangup\r\nCause: 16"]
    for account in accounts * 2:
        send(asterisk, account)
    wait_for(lambda: failed(services) == {UNKNOWN: 12})
    assert stored(services)[-1].accounts == ["z", "an unreadable name"]


def test_an_account_is_cut_by_asterisk_so_that_it_cannot_forge_all_that_is_believed(
    asterisk: Asterisk, services: Services, listen: Listen
) -> None:
    """Of a failed login, three headers and the end of the message; of anything else, more."""
    listen()
    send(asterisk, "z" * 100)
    wait_for(lambda: len(stored(services)) == 1)
    assert stored(services)[0].number == "z" * 36
    assert len("\r\nSessionID:1\r\nLocalAddress:2\r\nRemoteAddress:3\r\n\r\n") > 36


def test_an_account_is_stored_without_what_a_terminal_or_slack_obeys(
    asterisk: Asterisk, services: Services, listen: Listen
) -> None:
    listen()
    send(asterisk, f"z{CONTROLS}é")
    wait_for(lambda: len(stored(services)) == 1)
    assert (stored(services)[0].number, stored(services)[0].accounts) == ("z����é", ["z����é"])


def test_the_make_of_a_phone_is_shown_without_what_a_terminal_obeys(
    asterisk: Asterisk, services: Services
) -> None:
    with (asterisk.config_dir / "pjsip.conf").open("a") as opened:
        opened.write(TRUSTED_PHONE)
    asterisk.cli("module reload res_pjsip.so")
    wait_for(lambda: "101" in asterisk.cli("pjsip show endpoints"))
    send(asterisk, "101", agent="Snom\x1b]0;gotcha\x07")
    (phone,) = contacts_of(services.settings, "101")
    assert phone.user_agent == "Snom�]0;gotcha�"


def test_a_callers_number_forges_no_event(open_door: Asterisk, services: Services, listen: Listen) -> None:
    listen()
    send(open_door, BREAKS_OUT, "INVITE", to="5")
    wait_for(lambda: "1 active channel" in open_door.cli("core show channels count"))
    send(open_door, "no such account")
    wait_for(lambda: failed(services) == {"127.0.0.1": 1})


def test_a_callers_number_forges_no_event_in_the_list_of_calls_at_the_start(
    open_door: Asterisk, services: Services, listen: Listen
) -> None:
    send(open_door, BREAKS_OUT, "INVITE", to="5")
    wait_for(lambda: "1 active channel" in open_door.cli("core show channels count"))
    listen()
    send(open_door, "no such account")
    wait_for(lambda: failed(services) == {"127.0.0.1": 1})
