"""The listener as a whole: a real Asterisk, real phones, `flask listen`, and what the channel sees on a good day."""

from __future__ import annotations

from typing import Any

import pytest

from tests import alerting_bed
from tests.alerting_bed import CHANNEL, ENDED, AlertingBed
from tests.asterisk_bed import Phone
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say

bed = alerting_bed.bed


def test_two_phones_register_call_answer_and_hang_up(bed: AlertingBed) -> None:
    bed.listen()
    alice = bed.phone("101")
    bed.wait_for_message("✅ Extension 101 registered · Alice")
    bob = bed.phone("102")
    bed.wait_for_message("✅ Extensions 101 Alice, 102 Bob registered")
    alice.dial("102")
    bob.wait_incoming()
    bed.wait_for_message("🔔 Extension 102 ringing from 101")
    bob.answer()
    alice.wait_established()
    bed.wait_for_message("🗣️ 101 Alice → 102 Bob · talking since ")
    alice.hangup()
    bed.wait_for_message(ENDED)
    bob.close()
    bed.wait_for_message("⚫ Extension 102 offline")
    _all_is_stored(bed.events())
    _all_is_told_in_three_messages(bed)


def _all_is_stored(rows: list[dict[str, Any]]) -> None:
    varying = ("id", "at", "port", "round_trip_ms", "linkedid", "rang", "talked")
    phone = {"address": "127.0.0.1", "user_agent": "baresip-python"}
    call = {"number": "102", "peer": "101", "channel": "PJSIP/102-00000001"}
    assert [{name: row[name] for name in row if name not in varying} for row in rows] == [
        {"kind": "registered", "number": "101"} | phone,
        {"kind": "registered", "number": "102"} | phone,
        {"kind": "ringing", "peer_name": "Alice"} | call,
        {"kind": "answered"} | call,
        {"kind": "ended", "reason": "answered", "cause": 16, "cause_text": "Normal Clearing"} | call,
        {"kind": "unregistered", "number": "102", "address": "127.0.0.1", "reason": "left"},
    ]
    assert all(row["round_trip_ms"] > 0 and row["port"] > 1023 for row in rows[:2])
    assert rows[5]["port"] == rows[1]["port"]
    assert len({row["linkedid"] for row in rows[2:5]}) == 1
    assert rows[3]["rang"] == rows[4]["rang"] > 0


def _all_is_told_in_three_messages(bed: AlertingBed) -> None:
    up, moving, down = (message.ts for message in bed.slack.messages(CHANNEL))
    posted = [(call.method, call.arguments.get("ts"), call.arguments["text"]) for call in bed.chats()]
    talking, talked = posted[3][2].rpartition("since")[2], posted[4][2].rpartition("talked")[2]
    assert posted == [
        ("chat.postMessage", None, "✅ Extension 101 registered · *Alice*"),
        ("chat.update", up, "✅ Extensions 101 Alice, 102 Bob registered"),
        ("chat.postMessage", None, "🔔 *101 Alice → 102 Bob* · ringing"),
        ("chat.update", moving, f"🗣️ *101 Alice → 102 Bob* · talking since{talking}"),
        ("chat.update", moving, f"📞 *101 Alice → 102 Bob* · talked{talked}"),
        ("chat.postMessage", None, "⚫ Extension 102 offline · *Bob*"),
    ]
    assert {call.arguments["channel"] for call in bed.chats()} == {CHANNEL}
    assert down > moving > up
    assert bed.seen()[1].startswith(f"📞 101 Alice → 102 Bob · talked{talked}\n{ENDED} · rang ")


def test_status_tells_since_when_the_current_call_and_the_calls_of_today(bed: AlertingBed) -> None:
    bed.switchhook.start()
    admin = SlackUser(bed.slack, bed.switchhook.url, user_id=bed.switchhook.admin_id)
    bed.listen()
    alice, bob = bed.phone("101"), bed.phone("102")
    bed.wait_for_events(2)
    status = say(admin, "status 102")
    assert status.startswith("🟢 102 · Bob\nRegistered\nRegistered since ")
    assert " · 127.0.0.1:" in status
    assert "today" not in status.splitlines()[-1]
    assert "call" not in status
    alice.dial("102")
    bob.wait_incoming()
    bed.wait_for_events(3)
    assert "Ringing from 101 (Alice) since " in say(admin, "status 102")
    bob.answer()
    alice.wait_established()
    bed.wait_for_events(4)
    assert "In a call with 102 (Bob) since " in say(admin, "status 101")
    alice.hangup()
    bed.wait_for_events(5)
    alice.dial("102")
    bob.wait_incoming()
    bob.reject()
    bed.wait_for_events(7)
    bob.close()
    bed.wait_for_events(8)
    status = say(admin, "status 102")
    assert "In a call" not in status
    assert "2 calls today, 1 missed" in status
    assert "Last seen " in status
    assert status.startswith("⚫ 102 · Bob\nOffline\n")
    assert "2 calls today\n" in say(admin, "status 101")
    shown = bed.switchhook.flask("ext", "status", "102").stdout
    assert "Calls today: 2, 1 of them missed" in shown


def wait_for_failures(bed: AlertingBed, count: int) -> None:
    bed.wait_for(lambda: sum(row.get("count", 1) for row in bed.events()) >= count)


def test_a_phone_with_a_wrong_password_is_reported_from_the_third_time_on(bed: AlertingBed) -> None:
    bed.listen()
    with Phone("101", "wrong password", bed.asterisk.sip_domain) as intruder:
        for attempt in range(3):
            with pytest.raises(Exception, match="101"):
                intruder.register()
            wait_for_failures(bed, attempt + 1)
    assert len(bed.events()) <= 2  # one a minute
    bed.wait_for_message("🚨 3 failed phone logins from 127.0.0.1")
    assert set(bed.facts()) == {("login_failed", "101")}
    assert len(bed.seen()) == 1
