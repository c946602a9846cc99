"""What Asterisk shows of an endpoint is compared with what was written."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from pbx import pjsip, pjsip_differences
from pbx.pjsip import Endpoint

TRANSPORTS = {"udp": "transport-udp"}
ALICE = Endpoint(number="101", name="Alice", secret=SecretStr("se;cret"))


def events(**changes: str) -> list[dict[str, str]]:
    """PJSIPShowEndpoint of 101, with differences."""
    common = {"Event": "EndpointDetail", "ObjectType": "endpoint", "Context": "from-internal"}
    endpoint = common | {
        "Allow": "(ulaw|alaw|g722)",
        "Transport": "transport-udp",
        "Auth": "101",
        "Aors": "101",
        "DirectMedia": "false",
        "Callerid": '"Alice" <101>',
        "SubscribeContext": "from-internal",
    }
    auth = {"Event": "AuthDetail", "ObjectType": "auth", "AuthType": "userpass", "Username": "101"}
    aor = {"Event": "AorDetail", "ObjectType": "aor", "MaxContacts": "1", "RemoveExisting": "true"}
    details = [endpoint, auth | {"Password": "se;cret"}, aor | {"QualifyFrequency": "60"}]
    return [{name: changes.get(name, value) for name, value in detail.items()} for detail in details]


def differences(shown: list[dict[str, str]]) -> list[str]:
    return list(pjsip_differences.differences(ALICE, TRANSPORTS, shown))


def test_an_option_that_asterisk_shows_as_written_is_no_difference() -> None:
    assert differences(events()) == []


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("Allow", "(alaw)", "allow is '(alaw)' instead of '(ulaw|alaw|g722)'"),
        ("Password", "other", "password differs"),
        ("MaxContacts", "9", "max_contacts is '9' instead of '1'"),
        ("Context", "x", "context is 'x' instead of 'from-internal'"),
        ("DirectMedia", "true", "direct_media is 'true' instead of 'false'"),
    ],
)
def test_each_difference_is_a_sentence_without_the_secret(header: str, value: str, sentence: str) -> None:
    assert differences(events(**{header: value})) == [sentence]


def test_missing_objects_are_named() -> None:
    transport = {"Event": "TransportDetail", "ObjectType": "transport"}
    without_aor = [*(event for event in events() if event["ObjectType"] != "aor"), transport]
    assert differences(without_aor) == ["there is no aor 101"]
    no_auth, no_transport = differences(events()[:1])
    assert no_auth == "there is no auth 101"
    assert no_transport.startswith("there is no transport transport-udp, most likely because")


def test_a_missing_transport_is_reported_with_what_to_do() -> None:
    _, no_transport = differences(events()[:1])
    assert no_transport == (
        "there is no transport transport-udp, most likely because its address is in use (pjsip.conf, SIP_BIND), by another "
        "program or by the same transport under its old name (then systemctl restart asterisk)"
    )
    assert pjsip_differences.lacks_transport([no_transport])
    assert not pjsip_differences.lacks_transport([no_transport, "there is no auth 101"])


def test_the_transport_that_an_adopted_phone_brought_along_is_named_where_it_is_missing() -> None:
    adopted = ALICE.model_copy(update={"adopted_options": {"endpoint": [("transport", "udp-second")]}})
    *_, no_transport = pjsip_differences.differences(adopted, TRANSPORTS, events()[:1])
    assert no_transport.startswith(
        "there is no transport udp-second, which 101 brought along when it was adopted"
    )


@pytest.mark.parametrize("header", ["Transport", "Auth", "Aors", "Callerid", "SubscribeContext"])
def test_every_other_option_of_the_endpoint_is_compared(header: str) -> None:
    (difference,) = differences(events(**{header: "x"}))
    assert " is 'x' instead of " in difference


@pytest.mark.parametrize("header", ["Username", "AuthType"])
def test_nothing_of_the_auth_section_is_repeated(header: str) -> None:
    (difference,) = differences(events(**{header: "x"}))
    assert difference.endswith(" differs")


@pytest.mark.parametrize("header", ["RemoveExisting", "QualifyFrequency"])
def test_every_option_of_the_aor_is_compared(header: str) -> None:
    assert len(differences(events(**{header: "x"}))) == 1


def test_only_details_are_compared() -> None:
    listed = {"Event": "EndpointList", "ObjectType": "endpoint", "Context": "x"}
    assert differences([*events(), listed]) == []


def test_ami_has_room_for_five_backslashes_of_a_caller_id() -> None:
    name = '"' * 7
    bob = Endpoint(number="102", name=name, secret=SecretStr("secret12"))
    wanted = pjsip.caller_id(name, "102")
    shown = [{"Event": "EndpointDetail", "ObjectType": "endpoint", "Callerid": wanted[:-2]}]
    assert not [
        each for each in pjsip_differences.differences(bob, TRANSPORTS, shown) if each.startswith("callerid")
    ]


@pytest.mark.parametrize("header", ["RtpSymmetric", "ForceRport", "RewriteContact"])
def test_behind_nat_what_a_phone_needs_for_it_is_compared_and_media_stays(header: str) -> None:
    natted = ALICE.model_copy(update={"behind_nat": True, "direct_media": True})
    there = {"RtpSymmetric": "true", "ForceRport": "true", "RewriteContact": "true"}
    shown = [events()[0] | there, *events()[1:]]
    assert list(pjsip_differences.differences(natted, TRANSPORTS, shown)) == []
    shown[0][header] = "false"
    (difference,) = pjsip_differences.differences(natted, TRANSPORTS, shown)
    assert difference.endswith(" is 'false' instead of 'true'")
