"""Phones that come and go, one message at a time, with what is reported and when."""

from __future__ import annotations

import pytest

from pbx.facts import (
    PhoneMoved,
    PhoneRegistered,
    PhoneUnregistered,
    Reason,
    RegistrationFact,
)
from pbx.registrations import Registrations
from tests.pbx.transcripts import is_managed
from tests.pbx.transcripts.handmade import (
    contact,
    event,
    listed,
)


def phone(port: int, at: float, user_agent: str = "", round_trip_ms: float | None = None) -> PhoneRegistered:
    return PhoneRegistered(
        at=at,
        number="101",
        address="192.0.2.7",
        port=port,
        user_agent=user_agent,
        round_trip_ms=round_trip_ms,
    )


def gone(port: int, at: float, reason: Reason) -> PhoneUnregistered:
    return PhoneUnregistered(at=at, number="101", address="192.0.2.7", port=port, reason=reason)


def moved(port: int, at: float, old: int) -> PhoneMoved:
    return PhoneMoved(
        at=at, number="101", address="192.0.2.7", port=port, old_address="192.0.2.7", old_port=old
    )


class Steps:
    """Registrations with what they have reported so far."""

    def __init__(self) -> None:
        self.of = Registrations(is_managed)

    def __call__(self, at: float, status: str, port: int = 1, **more: str) -> list[RegistrationFact]:
        return self.of.contact_status(contact(status, port, **more), at)

    def ports(self) -> list[int]:
        return [each.port for each in self.of.online()]


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.mark.parametrize("status", ["NonQualified", "Created", "Unknown"])
def test_a_phone_that_is_never_reached_is_reported_after_a_second(steps: Steps, status: str) -> None:
    assert steps(10, status) == []
    assert steps.of.tick(10.9) == []
    assert steps.ports() == []
    assert steps.of.tick(11) == [phone(1, 10)]
    assert steps.of.tick(20) == []
    assert steps.ports() == [1]


def test_a_phone_is_reported_when_it_is_reached_and_once(steps: Steps) -> None:
    assert steps(10, "NonQualified", UserAgent="Snom") == []
    assert steps(10.1, "Reachable", RoundtripUsec="1500") == [phone(1, 10, "Snom", 1.5)]
    assert steps(70, "Reachable", RoundtripUsec="2500") == []
    assert steps.of.online() == [phone(1, 10, "Snom", 2.5)]
    assert steps.of.tick(80) == []


def test_an_unknown_status_and_the_end_of_an_unknown_phone_are_nothing(steps: Steps) -> None:
    assert steps(10, "Blue") == steps(10, "Unreachable") == steps(10, "Removed") == []
    assert steps.of.tick(20) == []


def test_a_removal_is_held_back_for_two_seconds(steps: Steps) -> None:
    steps(10, "Reachable")
    assert steps(20, "Removed") == []
    assert steps.ports() == []
    assert steps.of.tick(21.9) == []
    assert steps(21.9, "Removed") == []
    assert steps.of.tick(22) == [gone(1, 20, "expired")]
    assert steps.of.tick(40) == []


@pytest.mark.parametrize(
    ("authenticated", "reason"), [(19.001, "left"), (20.999, "left"), (19, "expired"), (21, "expired")]
)
def test_a_phone_authenticated_just_then_has_logged_out(
    steps: Steps, authenticated: float, reason: Reason
) -> None:
    steps(10, "Reachable")
    steps(20, "Removed")
    assert steps.of.authenticated(event("SuccessfulAuth", AccountID="101"), authenticated) == []
    assert steps.of.tick(22) == [gone(1, 20, reason)]


def test_nobody_else_is_remembered_as_authenticated(steps: Steps) -> None:
    for at in (0.0, 20.0):
        steps.of.authenticated(event("SuccessfulAuth", AccountID="101"), at)
        steps(at, "Reachable")
        steps.of.contact_status(contact("Removed", number="trunk"), at)
    assert steps.of._authenticated == {"101": 20}


def test_a_phone_that_logs_out_and_in_again_on_its_port_has_not_gone(steps: Steps) -> None:
    steps(10, "Reachable")
    steps(20, "Removed")
    assert steps(21, "NonQualified") == []
    assert steps.of.tick(30) == []
    assert steps.of.online() == [phone(1, 10)]
    steps(40, "Removed")
    assert steps.of.tick(41.9) == []


def test_a_phone_that_comes_while_another_is_there_may_be_the_same_one(steps: Steps) -> None:
    steps(10, "Reachable", 1)
    steps(20, "NonQualified", 2)
    assert steps(20.1, "Reachable", 2) == []
    assert steps.of.tick(21.1) == [phone(2, 20)]
    assert steps.ports() == [1, 2]


def test_one_that_comes_after_the_removal_has_moved(steps: Steps) -> None:
    steps(10, "Reachable", 1)
    steps(20, "Removed", 1)
    assert steps(21, "Reachable", 2) == [moved(2, 21, old=1)]
    assert steps.ports() == [2]
    assert steps.of.tick(30) == []


def test_one_that_was_never_reached_has_moved_a_second_later(steps: Steps) -> None:
    steps(10, "Reachable", 1)
    steps(20, "NonQualified", 2)
    assert steps(20.1, "Removed", 1) == []
    assert steps.of.tick(30) == [moved(2, 20, old=1)]


def test_a_phone_that_does_not_answer_is_gone_until_it_does(steps: Steps) -> None:
    steps(10, "Reachable")
    assert steps(20, "Unreachable") == [gone(1, 20, "unreachable")]
    assert steps(21, "Unreachable") == []
    assert steps.ports() == []
    assert steps(30, "Reachable") == [phone(1, 30)]
    assert steps.ports() == [1]
    steps(40, "Unreachable")
    assert steps(50, "Removed") == []
    assert steps.of.tick(60) == []


def test_a_removed_phone_does_not_stop_answering(steps: Steps) -> None:
    steps(10, "Reachable")
    steps(20, "Removed")
    assert steps(21, "Unreachable") == []


def test_a_locked_out_phone_is_reported_already_and_new_when_it_comes_again(steps: Steps) -> None:
    steps(10, "Reachable", 1)
    steps(30, "Reachable", 2)
    steps.of.lock_out("101", 20)
    assert steps.ports() == []
    assert steps(31, "Removed", 1) == []
    assert steps.of.tick(31) == [phone(2, 30)]
    steps.of.lock_out("101", 30)
    assert steps(40, "Reachable", 2) == [phone(2, 40)]


def test_adopted_phones_are_known_and_not_reported_again(steps: Steps) -> None:
    steps.of.adopt([phone(1, 5, "Snom", 1.5)])
    assert steps.of.tick(100) == []
    assert steps.of.online() == [phone(1, 5, "Snom", 1.5)]


def test_to_adopt_again_puts_right_what_another_process_has_reported_differently(steps: Steps) -> None:
    steps.of.adopt([phone(1, 5), phone(2, 5), phone(3, 5)])
    for port, status in ((2, "Removed"), (3, "Unreachable"), (4, "NonQualified")):
        steps(10, status, port)
    steps.of.adopt([phone(2, 5), phone(3, 9), phone(5, 9)])
    assert steps.ports() == [3, 5]
    assert steps.of.tick(10.5) == []
    assert steps.of.tick(12) == [PhoneMoved(**vars(moved(4, 10, old=2)))]
    assert [each.port for each in steps.of.resync(map(listed, (1, 3, 4, 5)), 20)] == [1]


def test_a_resync_reports_waiting_facts_at_once_and_leaves_later_news(steps: Steps) -> None:
    steps.of.adopt([phone(1, 5), phone(2, 5)])
    steps(11, "NonQualified", 3)
    steps(11, "Reachable", 2)
    steps(12, "Unreachable", 2)
    assert steps.of.resync([listed(4), listed(2), listed(9, number="trunk")], 10) == [
        PhoneMoved(**{**vars(moved(4, 10, old=1)), "user_agent": "Snom"})
    ]
    assert steps.ports() == [4]
    assert steps.of.tick(12) == [phone(3, 11)]
    assert steps.of.resync([listed(4), listed(3)], 20) == []
    assert steps.of.resync([listed(4)], 30) == [gone(3, 30, "left")]
    assert steps.of.resync([listed(4, status="Unreachable")], 40) == [gone(4, 40, "unreachable")]


def test_the_oldest_of_too_many_contacts_is_forgotten(steps: Steps) -> None:
    for port in range(1, 102):
        steps(port, "Reachable", port)
    steps.of.tick(1000)
    assert steps.ports() == list(range(2, 102))


def test_a_port_that_is_none_and_a_long_value_are_cut(steps: Steps) -> None:
    (told,) = steps(10, "Reachable", 65536, UserAgent="x" * 256)
    assert (told.port, getattr(told, "user_agent", "")) == (0, "x" * 255)
    (told,) = Steps()(10, "Reachable", 65535)
    assert told.port == 65535


def test_an_extension_is_named_by_its_endpoint_or_its_aor(steps: Steps) -> None:
    for name in ("EndpointName", "AOR"):
        message = event(
            "ContactStatus", URI="sip:101@192.0.2.7:1", ContactStatus="Reachable", **{name: "101"}
        )
        assert Registrations(is_managed).contact_status(message, 10) == [phone(1, 10)]


def test_a_new_contact_that_is_reached_before_the_old_one_is_removed_has_moved(steps: Steps) -> None:
    steps(0, "Reachable", 1)
    steps(9, "NonQualified", 2)
    assert steps(9.1, "Reachable", 2, RoundtripUsec="900") == []
    assert steps(9.2, "Removed", 1) == [moved(2, 9, old=1)]


def test_a_phone_that_asterisk_never_reached_comes_and_goes(steps: Steps) -> None:
    steps(1, "NonQualified")
    assert steps(1.1, "Unreachable") == [phone(1, 1), gone(1, 1.1, "unreachable")]


def test_a_deleted_extension_is_forgotten_and_others_are_never_known() -> None:
    managed = {"101"}
    registrations = Registrations(managed.__contains__)
    assert registrations.contact_status(contact("Reachable", number="trunk"), 1) == []
    assert len(registrations.contact_status(contact("Reachable"), 1)) == len(registrations.online()) == 1
    managed.clear()
    assert registrations.contact_status(contact("Removed"), 2) == []
    assert registrations.online() == []
