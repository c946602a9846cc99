"""Every kind of message is read from the outbox, also as rows were written before kinds had classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.message_kinds import KINDS, read, reader
from handlers.onboarding.messages import Welcome
from handlers.slack.message_content import MessageContent
from pbx.services import Services
from settings import Settings
from tests.reporting import a_report
from tests.server import TEST_KEY

PHONE = {"what": "unregistered", "place": "192.0.2.7:5060", "phone": "Snom", "why": "left"}
CALL = {"caller": "101", "caller_name": "Alice", "rang": ["102"], "state": "ringing", "backfilled": False}
ENDED = {"channel": "PJSIP/102-1", "cause_text": "Normal Clearing", "disposition": "answered"}
LOGINS = {
    "address": "203.0.113.9", "addresses": ["203.0.113.9"], "accounts": ["101"], "backfilled": False,
    "since": 1.8e9, "count": 3, "counted": {"203.0.113.9": 3}, "minute": 30000000, "why": "wrong secret",
    "until": 1.8e9, "said_at": 1.8e9,
}  # fmt: skip
WELCOME = {"employee": 1, "name": "Alice", "number": "101", "server": "pbx.example", "ticket": [1, "f" * 16]}
REPORT = a_report().model_dump(mode="json")
DELIVERY = {"delivery": 7, "source": "standard", "who": "Alice joined"}
# As migration 0018 leaves the rows of the version before, key by key, and a word of what people read.
ROWS: list[tuple[dict[str, Any], str]] = [
    (
        {"kind": "settling", "decision": "phones stay as Asterisk has them", "by": "anna"},
        "anna has decided: phones stay as Asterisk has them",
    ),
    ({"kind": "call"} | CALL, "🔔 *101 Alice → 102* · ringing"),
    ({"kind": "call"} | CALL | {"state": "answered", "callee": "102", "rang_seconds": 2.0}, "102 answered 101 after 2 s"),
    (
        {"kind": "call"} | CALL | ENDED | {"state": "ended", "callee": "102", "rang_seconds": 2.0, "talked_seconds": 65.0},
        "📞 Call ended: PJSIP/102-1 - Normal Clearing",
    ),
    ({"kind": "call"} | CALL | {"backfilled": True, "text_alone": True}, "while we were away"),
    (
        {"kind": "missed", "caller": "101", "caller_name": "", "at": 1.8e9, "disposition": "busy", "backfilled": False},
        "📵 *You missed a call from 101*",
    ),
    (
        {"kind": "registrations", "phones": {"101": PHONE}, "backfilled": True, "since": 1.8e9, "until": 1.8e9},
        "was at 192.0.2.7:5060; it logged out (while we were away)",
    ),
    ({"kind": "call_asked", "number": "101", "exten": "102", "name": "Bob", "state": "ringing"}, "Ringing your phone 101"),
    (
        {"kind": "owner_news", "number": "101", "deed": "new_secret", "by": "U0ADA"},
        "<@U0ADA> made a new password for your extension 101",
    ),
    ({"kind": "flapping", "number": "101", "changes": 6, "backfilled": False}, "came or went 6 times"),
    ({"kind": "settled", "number": "101", "changes": 9, "registered": True, "backfilled": False}, "✅ *The phone of 101 has settled*"),
    ({"kind": "security"} | LOGINS, "3 failed phone logins from 203.0.113.9"),
    ({"kind": "flood"} | LOGINS, "3 failed phone logins from many addresses"),
    (
        {"kind": "trouble", "subject": "asterisk", "since": 1.8e9, "times": 1, "lines": ["no route"], "count": 1},
        "No route.",
    ),
    ({"kind": "trouble_over", "subject": "job:onboard", "lasted": 60.0, "times": 1}, "works again* · after 1 min"),
    (
        {"kind": "while_away", "since": 1.8e9, "until": 1.8e9 + 420, "count": 1,
         "calls": [{"at": 1.8e9, "call": {"caller": "101", "state": "ended", "callee": "102", "disposition": "answered"}}]},
        "While nobody listened",
    ),
    (
        {"kind": "missed_while_away", "since": 1.8e9, "until": 1.8e9 + 420, "count": 2,
         "calls": [{"caller": "101", "caller_name": "", "at": 1.8e9, "disposition": "busy", "while_away": True}] * 2},
        "you missed 2 calls:*",
    ),
    ({"kind": "nothing_known", "since": 1.8e9, "until": 1.8e9 + 420, "problem": "why"}, "nothing is known"),
    ({"kind": "late_answer", "request": 1, "at": 1.8e9}, "is not kept any more"),
    ({"kind": "report", "report": REPORT}, "*Calls and phones, Thursday 26 November 2026*"),
    ({"kind": "report_picture", "report": REPORT, "name": "day-1"}, "No calls on this day"),
    ({"kind": "drift", "lines": ["101 was edited"], "count": 3}, "3 things differ"),
    ({"kind": "broken", "channel": "C0GONE", "error": "not_in_channel", "backfilled": False}, "not_in_channel"),
    ({"kind": "group_gone", "group": "S0PHONES", "error": "no_such_subteam", "backfilled": False}, "no_such_subteam"),
    ({"kind": "upload_refused", "error": "missing_scope"}, "`files:write`"),
    ({"kind": "welcome"} | WELCOME, "Your phone extension is 101"),
    ({"kind": "welcome"} | WELCOME | {"ticket": None}, "Your phone extension is 101"),
    (
        {"kind": "no_slack", "name": "Alice", "email": "a@example.com", "number": "101", "error": None},
        "No Slack account has the address a@example.com",
    ),
    ({"kind": "no_start", "name": "Alice", "number": "101", "reason": "refused"}, "does not work yet"),
    ({"kind": "made_anew", "name": "Alice", "number": "101"}, "was made anew by hand"),
    ({"kind": "not_told", "name": "Zita", "number": "109", "reason": "why", "works": False}, "109 is locked out"),
    ({"kind": "hr_failed", **DELIVERY, "reason": "taken", "joins": True}, "HR delivery 7 from standard could not"),
    (
        {"kind": "hr_doubt", **DELIVERY, "reason": "why", "candidates": [["101", "Alice", "theirs:1@1"]], "all": None, "leaves": True},
        "Lock out 101 (Alice)",
    ),
    ({"kind": "hr_answered", **DELIVERY, "words": "ignored", "by": "U0ADMIN01"}, "✅ Done by <@U0ADMIN01>"),
    ({"kind": "hr_silent", "delivery": 7, "source": "bamboohr", "reason": "why"}, "/ext hr retry 7"),
    (
        {"kind": "voicemail", "message": 7, "number": "102", "caller": "101", "at": 1.8e9, "seconds": 12},
        "📼 *Voicemail from 101* · 12 s",
    ),
    (
        {"kind": "recording", "mailbox": "102_a", "message_id": "1-0", "number": "102", "caller": "101", "at": 1.8e9},
        "The recording of 101 is not here",
    ),
    ({"kind": "voicemail_unowned", "number": "102", "name": "Bob"}, "/ext set 102 @user"),
    (
        {"kind": "step_asked", "step": 1, "function": "disable_phone", "inputs": {"user": "U1"}},
        "A workflow wants to disable the phone of <@U1>",
    ),
    (
        {"kind": "step_untold", "step": 1, "function": "disable_phone", "inputs": {"user": "U1"}, "reason": "x"},
        "A workflow does not go on",
    ),
    ({"kind": "status_disconnected", "reason": "token_revoked"}, "/ext mystatus connect"),
    ({"kind": "hr_details", "whom": "bamboohr 17", "reason": None}, "bamboohr told of employee 17"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"), ROWS, ids=lambda each: each["kind"] if isinstance(each, dict) else ""
)
def test_a_row_of_the_version_before_is_read(row: dict[str, Any], words: str) -> None:
    content = read(row)
    message = content.as_posted()
    assert words in message.text or words in str(message.blocks)
    assert content.text_alone is row.get("text_alone", False)
    assert read(content.as_json()) == content


def test_every_kind_has_a_row_here() -> None:
    assert {row["kind"] for row, _ in ROWS} == KINDS.keys()


def test_every_class_with_a_kind_can_be_read() -> None:
    ours = {each for each in subclasses(MessageContent) if each.__module__.startswith("handlers.")}
    assert {each for each in ours if "kind" in vars(each)} == set(KINDS.values())


def subclasses(parent: type[object]) -> Iterator[type[object]]:
    for each in parent.__subclasses__():
        yield each
        yield from subclasses(each)


@pytest.mark.parametrize(
    "content", [{}, {"kind": ["call"]}, {"kind": "of another version"}, {"kind": "welcome"}]
)
def test_invalid_content_is_an_error_that_shows_nothing_of_it(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown kind|validation error"):
        read(content)
    with pytest.raises(ValueError, match="validation error") as raised:
        read({"kind": "call", "caller": {"name": "Alice"}})
    assert "Alice" not in str(raised.value)


def test_a_welcome_has_its_link_when_it_is_posted_and_never_at_rest() -> None:
    settings = Settings(public_url="https://phones.example.com", secret_key=TEST_KEY, _env_file=None)
    welcome = reader(Services.of(settings))({"kind": "welcome"} | WELCOME)
    assert isinstance(welcome, Welcome)
    assert "https://phones.example.com/phones/" in str(welcome.render().blocks)
    assert "https" not in str(welcome.as_json())


def test_an_incident_of_no_known_subject_is_no_message() -> None:
    with pytest.raises(ValueError, match="unknown subject"):
        read({"kind": "trouble_over", "subject": "of another version", "lasted": 1.0, "times": 1})
