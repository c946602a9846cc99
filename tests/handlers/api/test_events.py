"""/api/events, of real phones on a real Asterisk and of events that are stored for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.api.events import registration
from pbx.contact_status import Contact
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.event_streams import Crowd
from tests.factories import NOON, answered, ended, login_failed, registered, ringing, store
from tests.handlers.api.client import ApiClient
from tests.server import Switchhook, settings_for
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def stored(asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    """Ten calls to 102, a phone and an attack."""
    services = Services.of(settings_for(asterisk, database_url))
    for number in range(10):
        call = f"1.{number}"
        at = NOON + 10 * number
        store(services, ringing(call, at=at), answered(call, at=at + 1), ended(call, at=at + 2))
    store(services, registered("103", NOON + 200), login_failed(at=NOON + 201))
    yield services
    services.database.close()


def get(api: ApiClient, path: str) -> dict[str, Any]:
    answer = api("GET", path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["count"] == len(found["events"])
    return found


def ids(page: dict[str, Any]) -> list[int]:
    return [event["id"] for event in page["events"]]


def test_pages_lead_from_the_latest_events_back_to_the_first(api: ApiClient, stored: Services) -> None:
    path, found = "/events?limit=7&kind=ringing,answered,ended", list[int]()
    while True:
        answer = api("GET", path)
        found = ids(answer.json()) + found
        if answer.json()["next_cursor"] is None:
            break
        path = answer.links["next"]["url"].removeprefix("/api")
    assert found == ids(get(api, "/events/calls?limit=500"))
    assert found == sorted(found)
    assert "next" not in answer.links


def test_each_list_has_its_types(api: ApiClient, stored: Services) -> None:
    since = "since=2027-01-15T08:00:00Z"
    calls = get(api, f"/events/calls?{since}")["events"]
    assert {each["type"] for each in calls} == {"extension.ringing", "extension.answered", "extension.hangup"}
    (phone,) = get(api, f"/events/registrations?{since}&extension=103")["events"]
    assert (phone["type"], phone["data"]["registered"]) == ("extension.registration", True)
    assert (phone["at"], phone["timestamp"]) == ("2027-01-15T08:03:20Z",) * 2
    (attack,) = get(api, f"/events?{since}&kind=login_failed")["events"]
    assert (attack["address"], attack["accounts"]) == ("203.0.113.9", ["101"])


def test_events_of_an_extension_are_those_of_its_calls_too(api: ApiClient, stored: Services) -> None:
    assert len(get(api, "/events?since=2027-01-15T08:00:50Z&extension=101&kind=ended")["events"]) == 5
    assert get(api, "/events?extension=999")["events"] == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/events?kind=rang", "there is no kind “rang”; the kinds are registered"),
        ("/events?since=yesterday", "write a time as 2027-01-15T08:00:00Z"),
        ("/events?limit=0", "limit"),
        ("/events/calls?kind=ended", "kind: there is no such field"),
        ("/events?cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(api: ApiClient, path: str, says: str) -> None:
    answer = api("GET", path)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_of_a_number_that_nobody_has_nothing_is_known(api: ApiClient) -> None:
    found = get(api, "/events/extension/199")
    assert (found["registered"], found["status"], found["uri"], found["timestamp"]) == (
        False, "Not Registered", None, None,
    )  # fmt: skip
    assert api("GET", "/events/extension/nobody").status_code == 404


def test_the_phone_s_address_is_the_one_that_asterisk_has() -> None:
    uri = "sip:9f2k@192.0.2.7:49152;transport=ws"
    phone = Contact("192.0.2.7", 49152, "", "Reachable", None, uri=uri)
    assert registration("101", [phone], None, is_known=True) == (True, "Reachable", uri)


def test_a_phone_that_registers_comes_on_the_stream_and_is_shown_also_while_asterisk_is_away(
    api: ApiClient, switchhook: Switchhook, asterisk: Asterisk
) -> None:
    switchhook.listen()
    switchhook.wait_for_log('"listening"')
    api.create("150", secret="SecurePass123")
    with Crowd.of(switchhook, 1) as crowd, Phone("150", "SecurePass123", asterisk.sip_domain) as phone:
        phone.register()
        (client,) = crowd.clients
        crowd.read_until(lambda _: client.received)
        event = client.received[0].data
        assert (event["extension"], event["kind"], event["address"]) == ("150", "registered", "127.0.0.1")
        shown = get(api, "/events/extension/150")
        assert (shown["registered"], shown["asterisk_error"]) == (True, None)
        verified = api("GET", "/extensions/number:150/verify").json()["endpoint_details"]
        assert [shown["uri"]] == [each["uri"] for each in verified["contacts"]]
        assert shown["events"] == [event]
        asterisk.stop()
        away = wait_for(lambda: _if(get(api, "/events/extension/150"), "asterisk_error"))
        assert (away["registered"], away["uri"]) == (True, event["data"]["uri"])
        never = get(api, "/events/extension/199")
        assert (never["registered"], never["status"]) == (None, "Unknown")


def _if(found: dict[str, Any], field: str) -> dict[str, Any] | None:
    return found if found[field] else None
