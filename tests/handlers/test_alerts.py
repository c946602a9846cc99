"""Stored events become messages: one a call, one a burst, nothing lost and nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import alert_content, alerts, routes
from models.event import Event
from models.lease import Lease
from models.types import now
from pbx import outbox
from pbx.facts import Disposition, Fact
from pbx.lease import Holder, LeaseLost
from pbx.listener import LEASE
from pbx.system import PhoneSystem
from tests.happening import (
    NOON,
    PHONES,
    came,
    deliveries,
    ends,
    fails_to_log_in,
    happens,
    holder_of,
    moved,
    put_extension,
    rings,
    slack_has_all,
    store,
    takes,
    told,
    went,
)

RINGING = "🔔 Extension 102 ringing from 101"
ANSWERED = "🗣️ 102 answered 101 after 2 s"
ENDED = "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"


@pytest.fixture
def holder(quiet: PhoneSystem) -> Holder:
    return holder_of(quiet)


def texts(system: PhoneSystem) -> list[str]:
    return [text for _, text in told(system)]


def route(system: PhoneSystem, topic: str, numbers: str, channel: str) -> None:
    with system.database.session() as session:
        routes.put(session, topic, numbers, channel, "U1")


# Calls


def test_a_call_is_one_message_that_follows_it_and_is_closed_at_its_end(
    quiet: PhoneSystem, holder: Holder
) -> None:
    for fact, text in ((rings(), RINGING), (takes(), ANSWERED), (ends(), ENDED)):
        happens(quiet, holder, fact)
        assert told(quiet) == [(PHONES, text)]
    (row,) = deliveries(quiet)
    assert (row.open, row.revision) == (False, 3)
    happens(quiet, holder, rings("2.2"), ends("2.2"))
    assert texts(quiet) == [ENDED, ENDED]


def test_calls_at_the_same_time_do_not_mix(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, rings("1.1"), rings("2.2", "104", "103"), takes("2.2", "104", "103"))
    assert texts(quiet) == [RINGING, "🗣️ 104 answered 103 after 2 s"]
    happens(quiet, holder, takes("1.1"), ends("2.2", "104", "103"))
    assert texts(quiet) == [ANSWERED, "📞 Call ended: PJSIP/104-00000001 - Normal Clearing"]


def test_a_call_that_was_over_before_anybody_was_told_is_one_message(
    quiet: PhoneSystem, holder: Holder
) -> None:
    happens(quiet, holder, rings(name="Alice"), takes(), ends())
    (row,) = deliveries(quiet)
    assert alert_content.show(row.content).text == ENDED
    assert row.content["caller_name"] == "Alice"


def test_a_fork_over_two_teams_tells_both_and_both_hear_its_end(quiet: PhoneSystem, holder: Holder) -> None:
    route(quiet, routes.CALLS, "102", "C-SALES")
    happens(quiet, holder, rings(callee="102"), rings(callee="103"))
    assert told(quiet) == [
        ("C-SALES", RINGING),
        (PHONES, "🔔 Extension 103 ringing from 101"),
    ]
    happens(quiet, holder, takes(), ends())
    assert told(quiet) == [("C-SALES", ENDED), (PHONES, ENDED)]
    assert [row.open for row in deliveries(quiet)] == [False, False]


def test_a_message_stays_where_it_began_when_the_route_changes(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, rings())
    route(quiet, routes.CALLS, "", "C-NEW")
    happens(quiet, holder, takes())
    route(quiet, routes.CALLS, "", "")
    happens(quiet, holder, ends())
    assert told(quiet) == [(PHONES, ENDED)]
    happens(quiet, holder, rings("2.2"), ends("2.2"))
    assert told(quiet) == [(PHONES, ENDED)]


def test_a_call_to_the_outside_goes_where_its_callers_calls_go(quiet: PhoneSystem, holder: Holder) -> None:
    route(quiet, "", "101", "C-ALICE")
    happens(quiet, holder, rings(callee="0305550100"), rings("2.2", callee="0305550100", caller="103"))
    assert [channel for channel, _ in told(quiet)] == ["C-ALICE", PHONES]


# Missed calls


@pytest.mark.parametrize("disposition", ["no answer", "busy", "unavailable", "cancelled"])
def test_a_missed_call_is_told_to_its_extensions_slack_user(
    quiet: PhoneSystem, holder: Holder, disposition: Disposition
) -> None:
    put_extension(quiet, "102", slack_user_id="U0BOB")
    happens(quiet, holder, rings(name="Alice"), ends(disposition=disposition))
    (_, channel_text), (user, text) = told(quiet)
    assert channel_text == ENDED
    assert user == "U0BOB"
    assert text.startswith("☎️ You missed a call from 101 (Alice) at ")


@pytest.mark.parametrize("disposition", ["answered", "failed"])
def test_a_call_that_was_taken_or_never_came_through_is_no_missed_call(
    quiet: PhoneSystem, holder: Holder, disposition: Disposition
) -> None:
    put_extension(quiet, "102", slack_user_id="U0BOB")
    happens(quiet, holder, rings(), ends(disposition=disposition))
    assert told(quiet) == [(PHONES, ENDED)]


def test_nobody_is_told_of_a_missed_call_without_a_slack_user(quiet: PhoneSystem, holder: Holder) -> None:
    put_extension(quiet, "101", slack_user_id="U0ALICE")  # the caller
    put_extension(quiet, "102")
    happens(quiet, holder, rings(), ends(disposition="no answer"))
    assert told(quiet) == [(PHONES, ENDED)]


def test_a_missed_call_is_told_with_its_callers_name_where_calls_are_told_nowhere(
    quiet: PhoneSystem, holder: Holder
) -> None:
    route(quiet, "", "", "")
    put_extension(quiet, "102", slack_user_id="U0BOB")
    happens(quiet, holder, rings(name="Alice"), ends(disposition="no answer"))
    ((user, text),) = told(quiet)
    assert (user, "101 (Alice)" in text) == ("U0BOB", True)


def test_everybody_whose_phone_rang_in_vain_missed_the_call(quiet: PhoneSystem, holder: Holder) -> None:
    for number, user in (("102", "U0BOB"), ("103", "U0CAROL"), ("104", "U0DAVE"), ("105", "U0CAROL")):
        put_extension(quiet, number, slack_user_id=user)
    rang = [rings(callee=number) for number in ("102", "103", "105")]
    happens(quiet, holder, *rang, ends(disposition="no answer"))
    assert [channel for channel, _ in told(quiet)] == [PHONES, "U0BOB", "U0CAROL"]


# Registrations


def test_registrations_close_together_are_one_message_and_later_ones_another(
    quiet: PhoneSystem, holder: Holder
) -> None:
    happens(quiet, holder, came("101"), came("102", NOON + 29))
    assert texts(quiet) == ["✅ Extensions 101, 102 registered"]
    happens(quiet, holder, came("103", NOON + 60))
    assert texts(quiet) == ["✅ Extensions 101, 102 registered", "✅ Extension 103 registered"]
    happens(quiet, holder, went("101", NOON + 61), moved("102", NOON + 62))
    assert texts(quiet)[1:] == [
        "✅ Extension 103 registered\n↪️ Extension 102 moved",
        "⚫ Extension 101 offline",
    ]


def test_a_burst_that_does_not_end_is_another_message_every_ten_minutes(
    quiet: PhoneSystem, holder: Holder
) -> None:
    for minute in range(25):
        numbers = [came(str(100 + minute), NOON + 60 * minute + half) for half in (0, 30)]
        happens(quiet, holder, *numbers)
    assert len(told(quiet)) == 3


def test_what_is_told_late_is_gathered_by_the_time_when_it_happened(
    quiet: PhoneSystem, holder: Holder
) -> None:
    """Both bursts happened long before they are told, and one after the other is stored."""
    happens(quiet, holder, *[came(str(100 + second), NOON + second) for second in range(5)])
    happens(quiet, holder, *[came(str(200 + second), NOON + 300 + second) for second in range(5)])
    assert texts(quiet) == [
        "✅ Extensions 100, 101, 102, 103, 104 registered",
        "✅ Extensions 200, 201, 202, 203, 204 registered",
    ]


def test_after_the_clock_was_set_back_nothing_hides_in_an_old_message(
    quiet: PhoneSystem, holder: Holder
) -> None:
    happens(quiet, holder, came("101"), *attempts(3))
    happens(quiet, holder, came("102", NOON - 7200), *attempts(3, NOON - 7200))
    assert texts(quiet) == [
        "✅ Extension 101 registered",
        "🚨 3 failed SIP logins from 203.0.113.9",
        "✅ Extension 102 registered",
        "🚨 3 failed SIP logins from 203.0.113.9",
    ]


def test_after_a_power_cut_300_phones_are_two_messages_with_numbers_and_counts(
    quiet: PhoneSystem, holder: Holder
) -> None:
    numbers = [str(number) for number in range(100, 400)]
    happens(quiet, holder, *[came(number, NOON - 86_400) for number in numbers])
    slack_has_all(quiet)
    before = len(told(quiet))
    dead = [went(number, NOON + place / 10, reason="unreachable") for place, number in enumerate(numbers)]
    back = [came(number, NOON + 90 + place / 10, port=6000) for place, number in enumerate(numbers)]
    for start in range(0, 300, 7):
        happens(quiet, holder, *dead[start : start + 7])
    for start in range(0, 300, 50):
        happens(quiet, holder, *back[start : start + 50])
    first_twenty = ", ".join(numbers[:20])
    assert texts(quiet)[before:] == [
        f"⚫ 300 extensions offline: {first_twenty} and 280 more",
        f"✅ 300 extensions registered: {first_twenty} and 280 more",
    ]


def test_registrations_go_where_their_extension_is_told(quiet: PhoneSystem, holder: Holder) -> None:
    route(quiet, routes.REGISTRATIONS, "100-149", "C-HOUSE")
    route(quiet, routes.REGISTRATIONS, "101", "")
    happens(quiet, holder, came("101"), came("102"), came("150"))
    assert told(quiet) == [
        ("C-HOUSE", "✅ Extension 102 registered"),
        (PHONES, "✅ Extension 150 registered"),
    ]


def test_one_of_two_phones_that_goes_does_not_make_the_extension_offline(
    quiet: PhoneSystem, holder: Holder
) -> None:
    happens(quiet, holder, came("101", port=1), came("101", port=2))
    happens(quiet, holder, went("101", NOON + 100, port=1))
    assert texts(quiet)[1] == "📴 Extension 101 lost a phone, still registered with another"
    happens(quiet, holder, went("101", NOON + 200, port=2))
    assert texts(quiet)[2] == "⚫ Extension 101 offline"


# Flapping


def flaps(times: int, number: str = "101", since: float = NOON) -> list[Fact]:
    """Away and back, a minute each time."""
    return [
        fact
        for place in range(times)
        for fact in (went(number, since + 60 * place), came(number, since + 60 * place + 30))
    ]


def clock_at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Both modules that ask what time it is, so many seconds after now."""
    for module in (alerts, outbox):
        monkeypatch.setattr(module, "now", lambda: now() + timedelta(seconds=seconds))


def test_a_flapping_phone_is_told_once_and_again_when_it_has_settled(
    quiet: PhoneSystem, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(quiet, holder, *flaps(8))
    flapping = [text for text in texts(quiet) if "flapping" in text]
    assert flapping == ["〰️ Extension 101 is flapping: it came or went 16 times"]
    (row,) = [row for row in deliveries(quiet) if row.content["kind"] == "flapping"]
    slack_has_all(quiet)
    happens(quiet, holder, *flaps(20, since=NOON + 480))
    alerts.settle(quiet, holder)
    clock_at(monkeypatch, 590)
    alerts.settle(quiet, holder)
    assert [row.id for row in deliveries(quiet) if row.due] == []
    clock_at(monkeypatch, 601)
    alerts.settle(quiet, holder)
    alerts.settle(quiet, holder)
    (settled,) = [each for each in deliveries(quiet) if each.due]
    assert settled.id != row.id
    assert alert_content.show(settled.content).text == "✅ Extension 101 has settled: registered"


def test_three_times_away_and_back_is_flapping_and_less_is_not(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, *flaps(2), went("101", NOON + 120))
    assert not [text for text in texts(quiet) if "flapping" in text]
    happens(quiet, holder, came("101", NOON + 150))
    assert texts(quiet)[-1] == "〰️ Extension 101 is flapping: it came or went 6 times"


def test_a_phone_that_goes_and_comes_every_three_minutes_is_not_flapping(
    quiet: PhoneSystem, holder: Holder
) -> None:
    for time in range(20):
        happens(quiet, holder, went("101", NOON + 360 * time), came("101", NOON + 360 * time + 180))
    assert not [text for text in texts(quiet) if "flapping" in text]


def test_six_phones_of_one_extension_that_come_back_together_are_not_flapping(
    quiet: PhoneSystem, holder: Holder
) -> None:
    ports = range(6)
    happens(quiet, holder, *[came("101", NOON - 9000, port) for port in ports])
    happens(quiet, holder, *[went("101", NOON, port) for port in ports])
    happens(quiet, holder, *[came("101", NOON + 60, port) for port in ports])
    assert texts(quiet)[1:] == ["⚫ Extension 101 offline", "✅ Extension 101 registered"]


def test_after_it_has_settled_one_change_is_told_as_any_other(
    quiet: PhoneSystem, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(quiet, holder, *flaps(3))
    clock_at(monkeypatch, 601)
    alerts.settle(quiet, holder)
    happens(quiet, holder, went("101", NOON + 150 + 601))
    assert texts(quiet)[-1] == "⚫ Extension 101 offline"


def test_when_the_clock_was_set_back_a_flapping_phone_still_settles(
    quiet: PhoneSystem, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(quiet, holder, *flaps(3))
    clock_at(monkeypatch, -7200)
    alerts.settle(quiet, holder)
    assert texts(quiet)[-1] == "✅ Extension 101 has settled: registered"


# Failed logins


def attempts(count: int, at: float = NOON, address: str = "203.0.113.9") -> list[Fact]:
    return [fails_to_log_in(address, at=at + place) for place in range(count)]


def test_failed_logins_are_quiet_until_three_and_then_told_at_round_counts(
    quiet: PhoneSystem, holder: Holder
) -> None:
    sent = []
    for count in range(1, 201):
        happens(quiet, holder, *attempts(1, NOON + count))
        if any(row.due for row in deliveries(quiet)):
            sent.append(count)
            slack_has_all(quiet)
    assert sent == [3, 5, 10, 20, 50, 100, 200]
    assert texts(quiet) == ["🚨 200 failed SIP logins from 203.0.113.9"]


def test_each_address_has_a_message_of_its_own(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, *attempts(3), *attempts(2, address="198.51.100.1"), *attempts(3, address="::1"))
    assert texts(quiet) == [
        "🚨 3 failed SIP logins from 203.0.113.9",
        "🚨 3 failed SIP logins from ::1",
    ]


def test_an_attack_after_an_hour_of_silence_is_told_anew(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, *attempts(3), *attempts(3, NOON + 3700))
    assert texts(quiet) == ["🚨 3 failed SIP logins from 203.0.113.9"] * 2


# The bookmark and the lease


def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    quiet: PhoneSystem, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(quiet, rings(), rings("2.2"), takes(), came("103"), ends(), ends("2.2"))
    tell = alerts._tell
    told_before: list[Event] = []

    def crash(desk: alerts.Desk, event: Event) -> None:
        if len(told_before) == 4:
            raise ZeroDivisionError
        told_before.append(event)
        tell(desk, event)

    with monkeypatch.context() as patched:
        patched.setattr(alerts, "_tell", crash)
        with pytest.raises(ZeroDivisionError):
            alerts.write_alerts(quiet, holder)
    assert deliveries(quiet) == []
    assert alerts.write_alerts(quiet, holder) == 6
    assert texts(quiet) == [ENDED, ENDED, "✅ Extension 103 registered"]
    assert alerts.write_alerts(quiet, holder) == 0


def test_thousands_of_events_are_told_in_steps(quiet: PhoneSystem, holder: Holder) -> None:
    store(quiet, *[fact for call in range(400) for fact in (rings(f"1.{call}"), ends(f"1.{call}"))])
    assert [alerts.write_alerts(quiet, holder) for _ in range(3)] == [alerts.BATCH, 800 - alerts.BATCH, 0]
    assert texts(quiet) == [ENDED] * 400


def test_another_process_that_took_the_lease_is_the_only_one_to_tell(
    quiet: PhoneSystem, holder: Holder
) -> None:
    store(quiet, rings())
    with quiet.database.session() as session:
        lease = session.get(Lease, LEASE)
        assert lease
        lease.expires_at = now() - timedelta(seconds=1)
    other = holder_of(quiet)
    with pytest.raises(LeaseLost):
        alerts.write_alerts(quiet, holder)
    assert deliveries(quiet) == []
    assert alerts.write_alerts(quiet, other) == 1
    assert texts(quiet) == [RINGING]


def test_with_nothing_to_tell_nothing_is_written(quiet: PhoneSystem, holder: Holder) -> None:
    happens(quiet, holder, rings())
    with quiet.database.engine.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA data_version").scalar()
        for _ in range(10):
            assert alerts.write_alerts(quiet, holder) == 0
            alerts.settle(quiet, holder)
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == version
        happens(quiet, holder, takes())
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() != version
