"""Every kind of event has what clients of the guide's system know, and what we call it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from handlers.api.event_schemas import EXAMPLE, OTHER, TYPES, contact_uri, event_out
from models.event import Event, EventKind
from pbx.facts import Fact
from pbx.history import row_of
from tests.factories import answered, at_time, ended, moved, registered, ringing, unregistered


def out(fact: Fact) -> dict[str, Any]:
    return event_out(Event(id=7, **row_of(fact))).model_dump(mode="json")


def test_every_kind_has_a_type() -> None:
    assert set(TYPES) == set(EventKind)


def test_an_event_has_every_field_and_null_where_its_kind_has_none() -> None:
    shown = {"id": 7, "peer_name": "Bob", "call": "1.1"}
    assert out(ringing(name="Bob")) == EXAMPLE | shown


@pytest.mark.parametrize(
    ("fact", "type_", "data"),
    [
        (registered("101"), "extension.registration", ("Reachable", "sip:101@192.0.2.7:5060", True)),
        (moved("101"), "extension.registration", ("Reachable", "sip:101@192.0.2.7:5061", True)),
        (unregistered("101"), "extension.registration", ("Removed", "sip:101@192.0.2.7:5060", False)),
        (
            unregistered("101", reason="unreachable"),
            "extension.registration",
            ("Unreachable", "sip:101@192.0.2.7:5060", False),
        ),
    ],
)
def test_registrations_are_told_as_the_guide_s_system_tells_them(
    fact: Fact, type_: str, data: tuple[str, str, bool]
) -> None:
    event = out(fact)
    assert event["type"] == type_
    assert event["data"] == {"extension": "101"} | dict(
        zip(("status", "uri", "registered"), data, strict=True)
    )


def test_a_hangup_has_its_cause() -> None:
    event = out(ended())
    assert event["type"] == "extension.hangup"
    assert event["data"] == {
        "channel": "PJSIP/102-00000001",
        "cause": "16",
        "cause_text": "Normal Clearing",
    }
    assert (event["cause"], event["reason"], event["talked_seconds"]) == (16, "answered", 65.0)
    assert out(answered())["data"]["state"] == "Up"


def test_a_kind_of_a_later_version_is_told_by_its_name() -> None:
    row = Event(id=7, at=at_time(), kind=cast(EventKind, "parked"), number="101")
    assert (event_out(row).type, event_out(row).kind, event_out(row).data) == (OTHER, "parked", {})


def test_an_ipv6_address_is_in_brackets() -> None:
    assert contact_uri("101", "2001:db8::1", 5060) == "sip:101@[2001:db8::1]:5060"
