"""The listener as a whole: a real Asterisk, real phones, `flask listen`, and what the channel sees on a bad day."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, TypeVar

import pytest
import requests

from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.process import end
from tests.running import Switchhook
from tests.shared import say, secret_in
from tests.slack_stand_in import ApiCall, SlackStandIn, SlackUser, as_text

CHANNEL = "C0PHONES"
SECONDS = 60  # after which something does not happen any more
T = TypeVar("T")


def wait_for(look: Callable[[], T], log: Callable[[], str]) -> T:
    deadline = time.monotonic() + SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, log()
        time.sleep(0.05)
    return found


class Office:
    """Alice at 101 and Bob at 102, with their phones, and everything that listens to them."""

    def __init__(
        self, asterisk: Asterisk, slack: SlackStandIn, switchhook: Switchhook, database: str, stack: ExitStack
    ) -> None:
        self.asterisk, self.slack, self.switchhook = asterisk, slack, switchhook
        self._database = database
        self._stack = stack
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id)
        self.admin = admin
        self._secrets = {
            number: secret_in(say(admin, f"create {number} {name}"))
            for number, name in (("101", "Alice"), ("102", "Bob"))
        }

    def listen(self) -> subprocess.Popen[bytes]:
        """Starts a listener; returns when it listens."""
        begun = self.listening()
        process = self.switchhook.listen()
        self.wait_for(lambda: self.listening() > begun)
        return process

    def listening(self) -> int:
        """How often a listener has begun to listen."""
        return self.switchhook.log_text().count('"message": "listening"')

    def phone(self, number: str, reregister: int = 600) -> Phone:
        """Registered."""
        secret = self._secrets[number]
        phone = self._stack.enter_context(
            Phone(number, secret, self.asterisk.sip_domain, reregister=reregister)
        )
        phone.register()
        return phone

    def call(self, caller: Phone, callee: Phone) -> None:
        """Answered, and hung up by the caller."""
        self.begin_call(caller, callee)
        caller.hangup()
        callee.wait_ended()

    def begin_call(self, caller: Phone, callee: Phone) -> None:
        caller.dial(callee.number)
        callee.wait_incoming()
        callee.answer()
        caller.wait_established()

    def events(self) -> list[dict[str, Any]]:
        """Every stored row, without what is empty."""
        with closing(sqlite3.connect(self._database)) as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("SELECT * FROM event ORDER BY id")]
        return [{name: row[name] for name in row if row[name] not in ("", None, 0)} for row in rows]

    def facts(self) -> list[tuple[str, str]]:
        return [(row["kind"], row["number"]) for row in self.events()]

    def wait_for(self, look: Callable[[], T]) -> T:
        return wait_for(look, lambda: f"{self.events()}\n{self.seen()}\n{self.switchhook.log_text()[-5000:]}")

    def wait_for_events(self, count: int) -> list[dict[str, Any]]:
        return self.wait_for(lambda: self.events() if len(self.events()) >= count else [])

    def seen(self) -> list[str]:
        """The messages in the channel, as people see them."""
        return [as_text(message) for message in self.slack.messages(CHANNEL)]

    def wait_for_message(self, text: str) -> None:
        self.wait_for(lambda: any(text in message for message in self.seen()))

    def chats(self) -> list[ApiCall]:
        return [call for call in self.slack.calls if call.method.startswith(("chat.", "conversations."))]


@pytest.fixture
def office(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[Office]:
    more = {"ALERT_CHANNEL": CHANNEL, "ALERT_INTERVAL": "0.2"}
    with ExitStack() as stack:
        switchhook = stack.enter_context(Switchhook(asterisk, slack, database_url, more))
        yield Office(asterisk, slack, switchhook, database_url.removeprefix("sqlite:///"), stack)


ENDED = "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"


def test_two_phones_register_call_answer_and_hang_up(office: Office) -> None:
    office.listen()
    alice = office.phone("101")
    office.wait_for_message("✅ Extension 101 registered")
    bob = office.phone("102")
    office.wait_for_message("✅ Extensions 101, 102 registered")
    alice.dial("102")
    bob.wait_incoming()
    office.wait_for_message("🔔 Extension 102 ringing from 101")
    bob.answer()
    alice.wait_established()
    office.wait_for_message("🗣️ 102 answered 101 (Alice)")
    alice.hangup()
    office.wait_for_message(ENDED)
    bob.close()
    office.wait_for_message("⚫ Extension 102 offline")

    rows = office.events()
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

    up, moving, down = (message.ts for message in office.slack.messages(CHANNEL))
    told = [(call.method, call.arguments.get("ts"), call.arguments["text"]) for call in office.chats()]
    rang = told[3][2].rpartition("after")[2]
    assert told == [
        ("chat.postMessage", None, "✅ Extension 101 registered"),
        ("chat.update", up, "✅ Extensions 101, 102 registered"),
        ("chat.postMessage", None, "🔔 Extension 102 ringing from 101 (Alice)"),
        ("chat.update", moving, f"🗣️ 102 answered 101 (Alice) after{rang}"),
        ("chat.update", moving, ENDED),
        ("chat.postMessage", None, "⚫ Extension 102 offline"),
    ]
    assert {call.arguments["channel"] for call in office.chats()} == {CHANNEL}
    assert down > moving > up
    assert office.seen()[1].startswith(f"{ENDED}\n101 (Alice) → 102: talked ")


def test_status_tells_since_when_the_current_call_and_the_calls_of_today(office: Office) -> None:
    office.listen()
    alice, bob = office.phone("101"), office.phone("102")
    office.wait_for_events(2)
    status = say(office.admin, "status 102")
    assert "🟢 Registered at 127.0.0.1:" in status
    assert "Registered since " in status
    assert "Calls today" not in status
    assert "Current call" not in status
    alice.dial("102")
    bob.wait_incoming()
    office.wait_for_events(3)
    assert "Current call 101 → 102, ringing since " in say(office.admin, "status 102")
    bob.answer()
    alice.wait_established()
    office.wait_for_events(4)
    assert "Current call 101 → 102, talking since " in say(office.admin, "status 101")
    alice.hangup()
    office.wait_for_events(5)
    alice.dial("102")
    bob.wait_incoming()
    bob.reject()
    office.wait_for_events(7)
    bob.close()
    office.wait_for_events(8)
    status = say(office.admin, "status 102")
    assert "Current call" not in status
    assert "Calls today 2, 1 of them missed" in status
    assert "Last seen " in status
    assert "⚫ Offline" in status
    assert "Calls today 2 " in say(office.admin, "status 101").replace("\n", " ")
    shown = office.switchhook.flask("ext", "status", "102").stdout
    assert "Calls today: 2, 1 of them missed" in shown


def test_after_a_crash_of_asterisk_it_goes_on_listening_and_says_what_happened(office: Office) -> None:
    office.listen()
    alice, bob = office.phone("101"), office.phone("102")
    office.wait_for_events(2)
    office.begin_call(alice, bob)
    office.wait_for_events(4)
    office.wait_for(lambda: sorted(office.asterisk.saved_contacts()) == ["101", "102"])
    office.asterisk.kill()
    office.switchhook.wait_for_log("not listening: trying again", SECONDS)
    assert "Asterisk closed the connection" in office.switchhook.log_text()
    back_at = time.monotonic()
    office.asterisk.start()
    office.wait_for(lambda: office.listening() == 2)
    print(f"listening again {time.monotonic() - back_at:.1f} s after Asterisk was started again")
    ended = office.wait_for_events(5)[4]
    assert (ended["kind"], ended["number"], ended["away"]) == ("ended", "102", 1)
    office.wait_for_message("(while we were away)")
    for phone in (alice, bob):
        phone.kill()
    alice = office.phone("101")
    office.wait_for(lambda: ("moved", "101") in office.facts())
    assert [fact for fact in office.facts() if fact[0] == "ended"] == [("ended", "102")]
    assert len([text for text in office.seen() if "Call ended" in text]) == 1
    assert not [text for text in office.seen() if "offline" in text]


def test_a_network_that_falls_silent_is_noticed_and_after_it_nothing_is_missing(office: Office) -> None:
    office.listen()
    office.phone("101")
    office.wait_for_events(1)
    frozen_at = time.monotonic()
    office.asterisk.freeze()
    office.switchhook.wait_for_log("Asterisk did not answer within", SECONDS)
    print(f"a silent Asterisk was noticed after {time.monotonic() - frozen_at:.1f} s")
    office.asterisk.thaw()
    thawed_at = time.monotonic()
    office.phone("102")
    office.wait_for_message("102 registered")
    print(f"listening again {time.monotonic() - thawed_at:.1f} s after it answered again")
    assert office.facts() == [("registered", "101"), ("registered", "102")]


def test_what_happened_while_nobody_listened_is_told_as_such(office: Office) -> None:
    listener = office.listen()
    alice = office.phone("101")
    office.wait_for_events(1)
    office.wait_for_message("✅ Extension 101 registered")
    bob = office.phone("102")
    office.wait_for_events(2)
    office.begin_call(alice, bob)
    office.wait_for_message("🗣️ 102 answered 101")
    end(listener)
    assert listener.returncode == 0
    told = len(office.slack.calls)
    alice.hangup()
    bob.wait_ended()
    bob.close()
    time.sleep(1)
    assert len(office.slack.calls) == told
    office.listen()
    office.wait_for_message("⚫ Extension 102 offline")
    office.wait_for_message("📞 Call ended: PJSIP/102-00000001 - Unknown")
    away = [(row["kind"], row["number"]) for row in office.events() if row.get("away")]
    assert sorted(away) == [("ended", "102"), ("unregistered", "102")]
    up, call, down = office.seen()
    assert "while we were away" not in up
    assert call.endswith("(while we were away)")
    assert down.endswith("(while we were away)")


def test_of_two_listeners_one_works_and_the_other_takes_over_from_the_dead(office: Office) -> None:
    first = office.listen()
    second = office.switchhook.listen()
    alice = office.phone("101")
    office.wait_for_message("✅ Extension 101 registered")
    assert office.listening() == 1
    first.send_signal(signal.SIGKILL)
    first.wait()
    dead_at = time.monotonic()
    bob = office.phone("102")
    office.wait_for(lambda: office.listening() == 2)
    print(f"the second listener took over {time.monotonic() - dead_at:.1f} s after the kill -9 of the first")
    office.call(alice, bob)
    office.wait_for_message(ENDED)
    assert [fact for fact in office.facts() if fact[0] == "registered"] == [
        ("registered", "101"),
        ("registered", "102"),
    ]
    assert [fact for fact in office.facts() if fact[1] == "102"] == [
        ("registered", "102"),
        ("ringing", "102"),
        ("answered", "102"),
        ("ended", "102"),
    ]
    assert len(office.seen()) == len(office.slack.called("chat.postMessage"))

    third_at = time.monotonic()
    third = office.switchhook.listen()
    end(second)  # in order: it gives the lease back
    office.wait_for(lambda: office.listening() == 3)
    print(f"a listener took over {time.monotonic() - third_at:.1f} s after the other was stopped in order")
    assert (second.returncode, third.poll()) == (0, None)


def test_a_listener_killed_before_it_could_post_has_told_once_in_the_end(office: Office) -> None:
    office.slack.fail_until_cleared("chat.postMessage", status=500)
    listener = office.listen()
    alice, bob = office.phone("101"), office.phone("102")
    office.call(alice, bob)
    office.wait_for_events(5)
    office.wait_for(lambda: len(office.slack.called("chat.postMessage")) >= 2)
    listener.send_signal(signal.SIGKILL)
    listener.wait()
    office.slack.clear_faults()
    assert office.seen() == []
    office.listen()
    office.wait_for_message(ENDED)
    up, ended = office.seen()
    assert up.startswith("✅ Extensions 101, 102 registered")
    assert ended.startswith(ENDED)
    assert len(office.facts()) == 5


def test_a_listener_killed_while_slack_had_the_message_already_does_not_send_it_again(office: Office) -> None:
    office.slack.fail_next("chat.postMessage", hang=30)
    listener = office.listen()
    office.phone("101")
    office.wait_for(lambda: office.slack.called("chat.postMessage"))
    listener.send_signal(signal.SIGKILL)
    listener.wait()
    office.listen()
    office.phone("102")
    office.wait_for(lambda: office.slack.called("chat.update"))
    assert [message.text for message in office.slack.messages(CHANNEL)] == [
        "✅ Extensions 101, 102 registered"
    ]
    assert [call.method for call in office.chats()] == [
        "chat.postMessage",
        "conversations.history",
        "chat.update",
    ]


def test_a_wrong_ami_password_is_said_plainly_in_the_log_and_in_readyz(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str
) -> None:
    wrong = {"AMI_SECRET": "mistyped", "ALERT_CHANNEL": CHANNEL}
    with Switchhook(asterisk, slack, database_url, wrong) as switchhook:
        switchhook.listen()
        switchhook.wait_for_log("not listening: trying again", SECONDS)
        plainly = "refused the login of 'switchhook': AMI_USERNAME and AMI_SECRET must match a section of manager.conf"
        assert plainly in switchhook.log_text()
        answer = requests.get(f"{switchhook.url}/readyz", timeout=SECONDS)
        assert answer.status_code == 503
        assert plainly in answer.json()["ami"]
        assert answer.json()["database"] == "ok"
        assert "mistyped" not in switchhook.log_text() + answer.text
        assert "Traceback" not in switchhook.log_text()


def test_a_database_that_is_locked_for_a_while_loses_nothing(office: Office) -> None:
    office.listen()
    alice, bob = office.phone("101"), office.phone("102")
    office.wait_for_events(2)
    with closing(sqlite3.connect(office._database)) as other:
        other.execute("BEGIN IMMEDIATE")
        office.call(alice, bob)
        office.switchhook.wait_for_log("the database does not take events", SECONDS)
        other.rollback()
    office.wait_for_message(ENDED)
    assert office.facts()[2:] == [("ringing", "102"), ("answered", "102"), ("ended", "102")]
    assert len([text for text in office.seen() if "Call ended" in text]) == 1


def test_a_phone_with_a_wrong_password_is_told_from_the_third_time_on(office: Office) -> None:
    office.listen()
    with Phone("101", "wrong password", office.asterisk.sip_domain) as intruder:
        for attempt in range(3):
            with pytest.raises(Exception, match="101"):
                intruder.register()
            office.wait_for_events(attempt + 1)
    office.wait_for_message("🚨 3 failed SIP logins from 127.0.0.1")
    assert set(office.facts()) == {("login_failed", "101")}
    assert len(office.seen()) == 1
