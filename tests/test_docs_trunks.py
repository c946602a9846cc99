"""What docs/trunks.md has an administrator write is written here, into a real Asterisk with Switchhook's lines, and called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pbx.publishing import outbound
from pbx.services import Services
from tests.asterisk_bed import Asterisk, CallFailed, Phone
from tests.documents import DOCUMENTS
from tests.pbx.extension_driver import create, dialplan, live
from tests.provider import ADDRESS, Provider
from tests.server import settings_for
from tests.waiting import wait_for

SETTINGS = dict(re.findall(r"^    (OUTBOUND_\w+)=(\S+)$", DOCUMENTS["docs/trunks.md"], re.MULTILINE))


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    return fresh_asterisk


@pytest.fixture
def services(asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    built = Services.of(settings_for(asterisk, database_url, **SETTINGS))
    yield built
    built.database.close()


class Office:
    """Phones of Switchhook's extensions."""

    def __init__(self, asterisk: Asterisk, services: Services, closing: ExitStack) -> None:
        self._asterisk = asterisk
        self._services = services
        self._closing = closing

    def phone(self, number: str, **more: str) -> Phone:
        done = create(self._services, number, codecs=["alaw", "ulaw"], **more)
        live(done)
        assert done.secret
        phone = Phone(number, done.secret.get_secret_value(), self._asterisk.sip_domain)
        self._closing.callback(phone.close)
        phone.register()
        return phone


@pytest.fixture
def office(asterisk: Asterisk, services: Services) -> Iterator[Office]:
    with ExitStack() as closing:
        yield Office(asterisk, services, closing)


def example(heading: str) -> str:
    """The lines that stand below a heading."""
    section = DOCUMENTS["docs/trunks.md"].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (lines,) = re.findall(r"```ini\n(.*?)```", section, re.DOTALL)
    return str(lines)


def trunk(heading: str, provider: Provider) -> str:
    """The example with the address of the provider that is played."""
    host = r"(sip\.example\.net|203\.0\.113\.10)"
    text = re.sub(rf"(match|from_domain)={host}", rf"\1={ADDRESS}", example(heading))
    at_once = "type=registration\nmax_random_initial_delay=0\n"  # else Asterisk waits some seconds
    return re.sub(host, provider.server, text).replace("type=registration\n", at_once)


def write(asterisk: Asterisk, name: str, *texts: str) -> None:
    """Above what is in the file."""
    path = asterisk.config_dir / name
    path.write_text("\n".join(texts) + "\n" + path.read_text())
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("module reload res_pjsip_outbound_registration.so")
    asterisk.cli("module reload res_pjsip_endpoint_identifier_ip.so")
    asterisk.cli("dialplan reload")


def test_a_trunk_by_its_address_takes_calls_out_and_in(
    asterisk: Asterisk, services: Services, office: Office, provider: Provider
) -> None:
    write(asterisk, "pjsip.conf", trunk("A trunk by its address", provider))
    write(asterisk, "extensions.conf", example("Numbers from outside"))
    first, second = office.phone("101"), office.phone("102")
    assert outbound.problems(services) == ()
    first.dial("95550100")
    first.wait_established()
    provider.wait_for_calls("by-address calls 5550100 as 101")
    first.hangup()
    first.wait_ended()
    provider.call("15550199", asterisk)
    assert first.wait_incoming()
    assert second.wait_incoming()
    second.answer()
    second.wait_established()
    provider.call("95550100", asterisk)
    refused = "to extension '95550100' rejected because extension not found in context 'from-trunk'"
    wait_for(lambda: refused in asterisk.log_text(), asterisk.log_text)
    assert len(provider.calls()) == 1


def test_a_trunk_that_registers_takes_calls_out_and_in(
    asterisk: Asterisk, services: Services, office: Office, provider: Provider
) -> None:
    write(asterisk, "pjsip.conf", trunk("A trunk that registers", provider))
    write(asterisk, "extensions.conf", example("Numbers from outside"))
    phone = office.phone("101")
    assert outbound.problems(services) == ()
    provider.wait_registered()
    phone.dial("95550100")
    phone.wait_established()
    provider.wait_for_calls("15550100 calls 5550100 as 15550100")
    phone.hangup()
    phone.wait_ended()
    provider.call_registered()
    phone.wait_incoming()
    phone.answer()
    phone.wait_established()


def refusal(phone: Phone, number: str) -> int | None:
    """Dial, and return the status of the answer; dial once more where none came, as happens on a busy machine."""
    for _ in range(2):
        phone.dial(number)
        with pytest.raises(CallFailed) as refused:
            phone.wait_established()
        if refused.value.status:
            break
        phone.hangup()
    return refused.value.status


def test_who_may_not_call_out_reaches_nobody_and_routes_of_the_administrator_win(
    asterisk: Asterisk, office: Office, provider: Provider
) -> None:
    write(asterisk, "pjsip.conf", trunk("A trunk by its address", provider))
    free = "[from-internal]\nexten => _900.,1,Dial(PJSIP/0800${EXTEN:3}@trunk)\n"
    write(asterisk, "extensions.conf", free)
    lobby, phone = office.phone("103", context="lobby"), office.phone("101")
    assert refusal(lobby, "95550100") == 404, asterisk.log_text()[-3000:]
    assert provider.calls() == []
    phone.dial("900123")
    phone.wait_established()
    provider.wait_for_calls("by-address calls 0800123 as 101")


def test_phones_in_a_context_of_their_own_call_out_where_a_door_phone_needs_no_password(
    asterisk: Asterisk, database_url: str, provider: Provider
) -> None:
    door = "[door]\ntype=endpoint\ncontext=from-internal\n"
    write(asterisk, "pjsip.conf", trunk("A trunk by its address", provider), door)
    write(asterisk, "extensions.conf", example("A context for phones that call out"))
    with ExitStack() as closing:
        services = Services.of(settings_for(asterisk, database_url, **SETTINGS, OUTBOUND_CONTEXTS="staff"))
        closing.callback(services.database.close)
        office = Office(asterisk, services, closing)
        phone, other = office.phone("101", context="staff"), office.phone("102")
        assert outbound.problems(services) == ()
        phone.dial("95550100")
        phone.wait_established()
        provider.wait_for_calls("by-address calls 5550100 as 101")
        phone.hangup()
        phone.wait_ended()
        other.dial("95550100")
        with pytest.raises(CallFailed):
            other.wait_established()
        other.dial("101")
        assert phone.wait_incoming()


@pytest.mark.parametrize("numbers", ["100-199", "900-999"])
def test_emergency_calls_of_the_administrator_win_over_all_of_switchhooks_lines(
    asterisk: Asterisk, database_url: str, provider: Provider, numbers: str
) -> None:
    write(asterisk, "pjsip.conf", trunk("A trunk by its address", provider))
    write(asterisk, "extensions.conf", example("Emergency calls"))
    services = Services.of(settings_for(asterisk, database_url, EXTENSION_RANGE=numbers, **SETTINGS))
    with ExitStack() as closing:
        phone = Office(asterisk, services, closing).phone("150")
        for number in ("112", "911"):
            phone.dial(number)
            phone.wait_established()
            phone.hangup()
            phone.wait_ended()
    services.database.close()
    provider.wait_for_calls("by-address calls 112 as 150", "by-address calls 911 as 150")


def test_routes_of_the_administrator_stand_beside_switchhooks_lines(
    asterisk: Asterisk, database_url: str
) -> None:
    write(asterisk, "extensions.conf", example("Numbers from outside"), example("Routes of your own"))
    services = Services.of(settings_for(asterisk, database_url))
    live(create(services, "101"))
    assert dialplan(services, "15550100", "from-trunk") == [("15550100", "Goto", "from-internal,101,1")]
    assert dialplan(services, "90123")[0][:2] == ("_9X.", "NoOp")
    assert dialplan(services, "165")[0][0] == "_1XX"
    services.database.close()
