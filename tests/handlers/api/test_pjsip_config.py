"""NAT and transports by the names of the guide, and what Asterisk itself has of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient

EXTERNAL = "203.0.113.7"
MEDIA = "/pjsip/config/external-media"


@pytest.fixture(autouse=True)
def cleared(api: ApiClient) -> Iterator[None]:
    yield
    api("POST", MEDIA, {"external_media_address": None})


def set_media(api: ApiClient, **body: Any) -> dict[str, Any]:
    answer = api("POST", MEDIA, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def settings(api: ApiClient) -> dict[str, Any]:
    found: dict[str, Any] = api("GET", "/pjsip/config/global").json()["settings"]
    return found


def transport(answer: dict[str, Any], name: str = "transport-udp") -> dict[str, Any]:
    return next(each for each in answer["transports"] if each["name"] == name)


def test_what_the_guides_client_sends_stands_on_the_transports_that_asterisk_has(
    api: ApiClient, asterisk: Asterisk
) -> None:
    api.create("161")
    done = set_media(
        api, external_media_address=EXTERNAL, external_signaling_address=EXTERNAL, local_net="192.168.1.0/24"
    )
    assert (done["message"], done["reload_result"], done["verified"], done["error"]) == (
        "External media settings updated successfully",
        True,
        True,
        None,
    )
    assert done["settings"] == settings(api)
    assert done["settings"] == {
        "external_media_address": EXTERNAL,
        "external_signaling_address": EXTERNAL,
        "local_net": "192.168.1.0/24",
    }
    udp = transport(done)
    assert (udp["verified"], udp["managed"], udp["pending_restart"]) == (True, False, False)
    assert udp["running_bind"] == udp["bind"] == f"127.0.0.1:{asterisk.sip_port}"
    assert udp["place"].endswith("pjsip.conf:7")
    assert EXTERNAL in asterisk.cli("pjsip show transport transport-udp")
    assert EXTERNAL in asterisk.cli("pjsip show transport transport-tcp")
    tcp = transport(done, "transport-tcp")
    assert (tcp["verified"], tcp["note"]) == (
        None,
        "no extension uses it, so Asterisk does not show it; something listens at its port",
    )


def test_networks_may_be_a_list_and_what_is_not_given_stays(api: ApiClient) -> None:
    set_media(api, external_media_address=EXTERNAL, local_net=["192.168.1.0/24", "10.0.0.0/8"])
    assert set_media(api, external_signaling_address="203.0.113.9")["settings"] == {
        "external_media_address": EXTERNAL,
        "external_signaling_address": "203.0.113.9",
        "local_net": "192.168.1.0/24,10.0.0.0/8",
    }
    assert set_media(api, external_signaling_address=None, local_net="")["settings"] == {
        "external_media_address": EXTERNAL,
        "external_signaling_address": EXTERNAL,
        "local_net": None,
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_media_address_all_is_forgotten(
    api: ApiClient, asterisk: Asterisk, nothing: str | None
) -> None:
    set_media(api, external_media_address=EXTERNAL, local_net="192.168.1.0/24")
    done = set_media(
        api, external_media_address=nothing, external_signaling_address=nothing, local_net=nothing
    )
    assert done["message"] == "External media settings cleared successfully"
    assert settings(api) == dict.fromkeys(settings(api))
    assert EXTERNAL not in asterisk.cli("pjsip show transport transport-udp")


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "external_media_address", "nothing is given"),
        ({"local_net": "192.168.1.0/24"}, "external_media_address", "needed first"),
        ({"external_media_address": "", "local_net": "10.0.0.0/8"}, "external_media_address", "needed first"),
        ({"external_media_address": "a b"}, "external_media_address", "one address or name alone"),
        (
            {"external_media_address": EXTERNAL, "local_net": "192.168.1.7"},
            "local_net",
            "how large is the network",
        ),
        ({"external_media_address": EXTERNAL, "stun": "x"}, "stun", "no such field"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_field_and_changes_nothing(
    api: ApiClient, body: dict[str, Any], field: str, said: str
) -> None:
    answer = api("POST", MEDIA, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert said in answer.json()["detail"]
    assert settings(api) == dict.fromkeys(settings(api))


def test_a_transport_that_is_so_already_is_said_to_be_so(api: ApiClient, asterisk: Asterisk) -> None:
    body = {"protocol": "tcp", "bind": f"127.0.0.1:{asterisk.sip_port}"}
    answer = api("POST", "/pjsip/config/transport", body)
    assert (answer.status_code, answer.json()["message"]) == (200, "Transport settings are so already")
    assert (answer.json()["transport"]["name"], answer.json()["verified"]) == ("transport-tcp", True)


def test_the_administrators_transport_is_not_moved_and_the_answer_says_where_to_do_it(api: ApiClient) -> None:
    answer = api("POST", "/pjsip/config/transport", {"protocol": "udp", "bind": "0.0.0.0:5070"})
    assert answer.status_code == 409
    assert "pjsip.conf:7" in answer.json()["detail"]
    assert "write bind=0.0.0.0:5070 there" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"protocol": "sctp", "bind": "0.0.0.0:5060"}, "protocol"),
        ({"protocol": "tcp", "bind": "pbx.example.com"}, "bind"),
        ({"protocol": "tcp"}, "bind"),
    ],
)
def test_a_transport_that_cannot_be_is_refused_by_field(
    api: ApiClient, body: dict[str, Any], field: str
) -> None:
    answer = api("POST", "/pjsip/config/transport", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
