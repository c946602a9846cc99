"""What is wrong with the phones of a number: found with real ones, and with contacts that no phone would be at."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from models.extension import Extension
from models.types import now
from pbx import directory, extensions, history
from pbx.contacts import contacts_of
from pbx.doctor import number_phones
from pbx.facts import LoginFailed
from pbx.nat_warnings import is_private
from pbx.resolver import address_towards
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.pbx import listener_driver
from tests.pbx.doctor.number_driver import examined, phone_of, the_finding
from tests.pbx.extension_driver import create, create_live
from tests.pbx.listener_driver import Listen
from tests.sip_account import SECONDS, SipAccount
from tests.slash_commands import TESTER
from tests.waiting import wait_for

listen = listener_driver.listen
OUTSIDE = "8.8.8.8"  # public; never asked, as qualify_frequency is 0


def secret_of(services: Services, **settings: Any) -> str:
    secret = create(services, "101", **settings).secret
    assert secret
    return secret.get_secret_value()


def client(services: Services, asterisk: Asterisk, **settings: Any) -> SipAccount:
    return SipAccount(asterisk, "101", secret_of(services, **settings))


def test_a_number_whose_phone_never_came_is_told_what_to_type_into_it(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    found = the_finding(services)
    assert (found.check, found.seen) == ("number-registered", "no phone of 101 is registered; none was yet")
    assert f"user 101, server {asterisk.sip_domain}, transport udp" in found.remedy


def test_a_new_secret_that_no_phone_has_yet_is_named_as_the_reason(services: Services) -> None:
    create_live(services, "101")
    extensions.rotate_secret(services, "101", by=TESTER)
    found = the_finding(services)
    assert "no phone of 101 is registered since it got a new password at" in found.seen
    assert "type the new password into the phone" in found.remedy


def test_a_phone_that_went_is_said_with_where_and_when(
    services: Services, asterisk: Asterisk, listen: Listen
) -> None:
    listen().wait_connected()
    with phone_of(services, asterisk) as phone:
        phone.register()
        wait_for(lambda: directory.status(services, "101").phone)
        phone.unregister()
    wait_for(lambda: "the last one, at 127.0.0.1, went at" in the_finding(services).seen)


def test_failed_logins_are_told_with_their_address_and_are_over_when_the_phone_is_in(
    services: Services, asterisk: Asterisk, listen: Listen
) -> None:
    listen().wait_connected()
    with phone_of(services, asterisk) as phone:
        with Phone("101", "another secret", asterisk.sip_domain) as wrong, pytest.raises(RegistrationFailed):
            wrong.register()
        found = wait_for(
            lambda: next(
                (each for each in examined(services).findings if each.check == "number-logins"), None
            )
        )
        assert "logins as 101 from 127.0.0.1 failed within the last hour, at" in found.seen
        assert "(the password was wrong)" in found.seen
        assert "/ext secret 101" in found.remedy
        assert ("number-registered", "a phone of the number is registered") in examined(services).skipped
        phone.register()
        wait_for(lambda: examined(services).findings == ())


def made_yesterday(services: Services) -> None:
    """What failed before an extension was made is somebody else's."""
    with services.database.session() as session:
        session.exec(update(Extension).values(created_at=now() - timedelta(days=1)))


def store_failed_login(services: Services, seconds_ago: float, account: str, address: str) -> None:
    at = time.time() - seconds_ago
    with services.database.session() as session:
        history.store(session, [LoginFailed(at=at, account=account, address=address, reason="wrong secret")])


def test_a_phone_that_is_there_is_past_what_failed_from_its_address(
    services: Services, asterisk: Asterisk
) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        made_yesterday(services)
        store_failed_login(services, 400, "101", "127.0.0.1")
        assert examined(services).findings == ()
        store_failed_login(services, 400, "101", "192.0.2.7")
        assert "from 192.0.2.7" in the_finding(services).seen


def test_logins_of_before_an_hour_and_of_others_are_not_told(services: Services, asterisk: Asterisk) -> None:
    with phone_of(services, asterisk) as phone:
        phone.register()
        made_yesterday(services)
        store_failed_login(services, 4000, "101", "192.0.2.7")
        store_failed_login(services, 1, "102", "192.0.2.7")
        assert examined(services).findings == ()


def test_a_phone_behind_nat_that_says_its_private_address_is_found(
    services: Services, asterisk: Asterisk
) -> None:
    with client(services, asterisk, qualify_frequency=1) as phone:
        assert phone.register("sip:101@10.255.255.1:5060") == "200 OK"
        wait_for(lambda: contacts_of(services.settings, "101")[0].status == "Unreachable")
        found = the_finding(services)
    assert (found.check, found.seen) == (
        "number-nat",
        "a phone of 101 logged in and says that it is at 10.255.255.1, where it does not answer",
    )
    assert "/ext nat set" in found.remedy


def test_a_phone_outside_is_found_where_asterisk_has_a_private_address(
    services: Services, asterisk: Asterisk
) -> None:
    """Which address that is, is the machine's."""
    ours = address_towards(OUTSIDE)
    with client(services, asterisk, qualify_frequency=0) as phone:
        assert phone.register(f"sip:101@{OUTSIDE}:5060") == "200 OK"
        found = {each.check: each.seen for each in examined(services).findings}
    said = f"a phone of 101 is outside, at {OUTSIDE}, and Asterisk tells it to send the voice to {ours}"
    assert found.get("number-nat") == (said if is_private(ours) else None)


def test_a_phone_that_is_gone_and_still_registered_is_found(services: Services, asterisk: Asterisk) -> None:
    with phone_of(services, asterisk, qualify_frequency=1) as phone:
        phone.register()
        phone.kill()
        wait_for(lambda: contacts_of(services.settings, "101")[0].status == "Unreachable")
        found = the_finding(services)
    assert (found.check, "is registered, and does not answer Asterisk" in found.seen) == (
        "number-reachable",
        True,
    )


class LatePhone(SipAccount):
    """Takes its time for each answer."""

    was_asked = False

    def asked(self, message: str) -> None:
        self.was_asked = True
        time.sleep(number_phones.SLOW_MS / 1000)  # the fault itself
        super().asked(message)


def test_a_phone_that_answers_late_is_found(services: Services, asterisk: Asterisk) -> None:
    with LatePhone(asterisk, "101", secret_of(services)) as phone:
        assert phone.register(f"sip:101@{phone.here}") == "200 OK"
        if not phone.was_asked:  # it may be so before the answer to its login
            phone.receive(time.monotonic() + SECONDS)
        wait_for(lambda: contacts_of(services.settings, "101")[0].round_trip_ms)
        found = the_finding(services)
    assert (found.check, "ms to answer" in found.seen) == ("number-reachable", True)
