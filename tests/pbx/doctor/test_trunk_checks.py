"""What leads outside is looked at: the route, its trunk, registrations at providers, and calls for help."""

from __future__ import annotations

import pytest

from pbx.doctor import trunk_checks
from pbx.doctor.checks import CHECKS
from pbx.doctor.findings import Skipped
from pbx.publish import publish
from pbx.services import Services
from tests.pbx.doctor.faults import checked, only
from tests.pbx.extension_driver import create_live
from tests.pbx.trunk_driver import TRUNK, Pbx
from tests.provider import Provider
from tests.waiting import wait_for

OWN_HELP = "[from-internal]\ninclude => emergency\n[emergency]\nexten => 112,1,Dial(PJSIP/${EXTEN}@trunk)\n"
REGISTRATION = """
[office]
type=registration
server_uri=sip:@SERVER@
client_uri=sip:15550100@@SERVER@
contact_user=15550100
outbound_auth=office
max_random_initial_delay=0
retry_interval=1
[office]
type=auth
auth_type=userpass
username=15550100
password=@PASSWORD@
"""


def trunk_at(address: str, timeout: float) -> str:
    return TRUNK.replace("sip:127.0.0.1:1", f"sip:{address}\nqualify_frequency=1\nqualify_timeout={timeout}")


def found(services: Services) -> list[str]:
    return [finding.check for finding in checked(CHECKS, services).findings]


def register(pbx: Pbx, provider: Provider, password: str) -> None:
    text = REGISTRATION.replace("@SERVER@", provider.server).replace("@PASSWORD@", password)
    pbx.write("pjsip.conf", text)
    pbx.asterisk.cli("module reload res_pjsip_outbound_registration.so")


def test_nothing_is_found_where_everything_leads_outside(pbx: Pbx, provider: Provider) -> None:
    pbx.write("pjsip.conf", trunk_at(provider.server, 60))
    pbx.write("extensions.conf", OWN_HELP)
    register(pbx, provider, "the-providers-password")
    provider.wait_registered()
    services = pbx.services()
    create_live(services, "101")
    wait_for(lambda: "Registered" in pbx.asterisk.cli("pjsip show registrations"))
    wait_for(lambda: " Avail " in pbx.asterisk.cli("pjsip show aor trunk"))
    assert checked(CHECKS, services).findings == ()


def test_without_a_trunk_nothing_is_found(pbx: Pbx) -> None:
    services = pbx.without()
    create_live(services, "101")
    assert checked(CHECKS, services).findings == ()


def test_a_trunk_that_is_not_there_is_all_that_is_found(pbx: Pbx) -> None:
    pbx.write("extensions.conf", OWN_HELP)
    services = pbx.services()
    create_live(services, "101")
    assert found(services) == ["calls-out"]
    finding = only(trunk_checks.calls_out, services)
    assert finding.seen == "Asterisk has no endpoint trunk, which OUTBOUND_TRUNK names"
    assert finding.remedy.startswith(
        "write its sections as docs/trunks.md has them, or have OUTBOUND_TRUNK name"
    )
    assert 'asterisk -rx "pjsip show endpoints" lists those that it has' in finding.remedy
    with pytest.raises(Skipped):
        list(trunk_checks.trunk(services))


def test_a_route_that_is_not_published_yet_is_found(with_trunk: Pbx) -> None:
    create_live(with_trunk.without(), "101")
    services = with_trunk.services()
    finding = only(trunk_checks.calls_out, services)
    assert "is not in Asterisk as the settings ask" in finding.seen
    assert finding.fix == "publish"
    publish(services)
    assert list(trunk_checks.calls_out(services)) == []
    assert only(trunk_checks.calls_out, with_trunk.without()).fix == "publish"


def test_a_trunk_that_does_not_answer_is_found(pbx: Pbx) -> None:
    pbx.write("pjsip.conf", trunk_at("127.0.0.1:1", 0.5))
    services = pbx.services()
    wait_for(lambda: "Unavail" in pbx.asterisk.cli("pjsip show aor trunk"))
    finding = only(trunk_checks.trunk, services)
    assert finding.seen == "the trunk trunk does not answer at sip:127.0.0.1:1"


def test_a_trunk_without_an_address_is_found(pbx: Pbx) -> None:
    pbx.write("pjsip.conf", TRUNK.replace("contact=sip:127.0.0.1:1", "max_contacts=1"))
    assert "has no address to send calls to" in only(trunk_checks.trunk, pbx.services()).seen


def test_a_registration_with_a_wrong_password_is_found(pbx: Pbx, provider: Provider) -> None:
    register(pbx, provider, "wrong")
    services = pbx.without()
    wait_for(lambda: "Rejected" in pbx.asterisk.cli("pjsip show registrations"))
    finding = only(trunk_checks.provider_registrations, services)
    assert finding.seen == f"the registration office at sip:{provider.server} does not hold (Rejected)"
    assert "wrong" not in repr(finding)


def test_another_trunk_whose_calls_come_into_the_route_s_context_is_found(with_trunk: Pbx) -> None:
    services = with_trunk.services()
    create_live(services, "101")
    second = TRUNK.replace("[trunk]", "[second]").replace("aors=trunk", "outbound_auth=second")
    with_trunk.write("pjsip.conf", second.replace("from-trunk", "from-internal"))
    told, published = trunk_checks.calls_out(services)
    assert "calls from outside by the endpoint second come into [from-internal]" in told.seen
    assert published.fix == "publish"


def test_emergency_numbers_that_only_the_range_answers_are_found(with_trunk: Pbx) -> None:
    services = with_trunk.services(EMERGENCY_NUMBERS="112,911")
    create_live(services, "101")
    finding = only(trunk_checks.emergency, services)
    assert finding.seen == "nothing in [from-internal] of your dialplan answers 112"
    with_trunk.write("extensions.conf", OWN_HELP)
    assert list(trunk_checks.emergency(services)) == []


def test_of_many_countries_numbers_one_that_the_administrator_answers_is_enough(with_trunk: Pbx) -> None:
    services = with_trunk.without()
    create_live(services, "101")
    assert "those of many countries" in only(trunk_checks.emergency, services).seen
    publish(with_trunk.services())
    finding = only(trunk_checks.emergency, with_trunk.services())
    assert "those of many countries; the route for calls out does answer 911, 995, " in finding.seen
    with_trunk.write("extensions.conf", OWN_HELP)
    assert list(trunk_checks.emergency(services)) == []


def test_a_number_that_a_pattern_for_calls_out_takes_a_digit_from_is_no_call_for_help(
    with_trunk: Pbx,
) -> None:
    services = with_trunk.without(EMERGENCY_NUMBERS="911")
    create_live(services, "101")
    with_trunk.write("extensions.conf", "[from-internal]\nexten => _9X.,1,Dial(PJSIP/${EXTEN:1}@trunk)\n")
    finding = only(trunk_checks.emergency, services)
    assert finding.seen == (
        "911, dialled in [from-internal], is dialled as 11 by _9X. in [from-internal] of your dialplan"
    )
    assert "exten => 911,1,Dial(PJSIP/${EXTEN}@YOUR-TRUNK)" in finding.remedy
    of_many = with_trunk.services(OUTBOUND_CONTEXTS="staff")
    assert (
        "any of EMERGENCY_NUMBERS, which are those of many countries"
        in only(trunk_checks.emergency, of_many).seen
    )
    with_trunk.write("extensions.conf", "[from-internal]\nexten => 911,1,Dial(PJSIP/${EXTEN}@trunk)\n")
    assert list(trunk_checks.emergency(services)) == []


def test_every_context_of_phones_is_to_reach_help(with_trunk: Pbx) -> None:
    with_trunk.write("extensions.conf", OWN_HELP)
    services = with_trunk.without()
    create_live(services, "101", context="lobby")
    assert "[lobby]" in only(trunk_checks.emergency, services).seen


def test_a_context_that_the_dialplan_does_not_have_is_found_once(pbx: Pbx) -> None:
    services = pbx.without()
    create_live(services, "101", context="lobby")
    create_live(services, "102", context="lobby")
    finding = only(trunk_checks.contexts, services)
    assert finding.seen == "your dialplan has no context lobby"
    assert "add [lobby] to extensions.conf" in finding.remedy
    assert found(services) == ["contexts"]
