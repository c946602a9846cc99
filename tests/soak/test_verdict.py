"""The verdicts: a run in which all went well is clean, and each fault that is put in by hand is found."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from handlers.slack.late_answers import AGAIN
from tests.soak.evidence_types import Evidence, Row
from tests.soak.verdict import RULES, judge

CALL = {
    "what": "call",
    "id": "1@x",
    "caller": "500",
    "called": "501",
    "how": "call",
    "begun": 100.0,
    "answered": 100.5,
    "ended": 101.5,
}
CDR = {
    "caller": "500",
    "called": "501",
    "start": 100.0,
    "answer": 100.0,
    "end": 101.0,
    "disposition": "ANSWERED",
    "linkedid": "100.1",
}
COMMAND = {"what": "command", "id": 1, "verb": "created", "number": "600", "text": "create 600 Soak1", "name": "Soak1", "begun": 102.0,
           "acknowledged": True, "status": 200, "response_id": "r1", "in_acknowledgement": "", "seconds": 0.1}  # fmt: skip
API = {"what": "api", "verb": "created", "key": "k", "number": "700", "name": "Soak2", "status": 201, "tries": 1,
       "begun": 103.0}  # fmt: skip
JOINED = {
    "what": "hr",
    "kind": "joined",
    "person": "Soak3",
    "name": "Person Soak3",
    "status": 202,
    "tries": 1,
    "begun": 104.0,
}
LEFT = JOINED | {"kind": "left", "name": ""}


def event(id: int, kind: str, number: str, **more: Any) -> Row:
    return {
        "id": id,
        "kind": kind,
        "number": number,
        "at": 100.0 + id,
        "linkedid": None,
        "address": "",
        "port": 0,
        "backfilled": False,
    } | more


def login(number: str, at: float) -> Row:
    return {"what": "phone", "number": number, "did": "registered", "at": at}


def created(id: int, number: str, name: str, actor: str = "slack:U1") -> Row:
    return {
        "id": id,
        "actor": actor,
        "action": "created",
        "number": number,
        "changes": {"name": [None, name]},
    }


def message(id: int, subject: str, ts: str, **more: Any) -> Row:
    row = {
        "id": id,
        "subject": subject,
        "channel": "C1",
        "conversation": "C1",
        "ts": ts,
        "due": False,
        "failure": None,
        "content": {},
    }
    return row | more


def extension(number: str, **more: Any) -> Row:
    return {"number": number, "enabled": True, "state": "live", "reason": None, "secret": "s" + number} | more


def sample(at: float, **more: Any) -> Row:
    return {"at": at, "pid": 7, "name": "web", "memory": 80.0, "threads": 20, "files": 30} | more


CLEAN = Evidence(
    record=[
        CALL, COMMAND, API, JOINED, login("400", 90.0), login("400", 95.0), {"what": "stream", "ids": [1, 2, 3, 4, 5, 6]},
        {"what": "rest", "came": True},
    ],
    cdr=[CDR],
    events=[
        event(1, "registered", "400", address="1.2.3.4", port=1),
        event(2, "unregistered", "400", address="1.2.3.4", port=1),
        event(3, "registered", "400", address="1.2.3.4", port=2),
        event(4, "ringing", "501", linkedid="100.1"),
        event(5, "answered", "501", linkedid="100.1"),
        event(6, "ended", "501", linkedid="100.1"),
    ],
    outbox=[message(1, "call:100.1", "1.1"), message(2, "welcome:9", "1.2", channel="U3", conversation="D3")],
    audit=[created(1, "600", "Soak1"), created(2, "700", "Soak2", "api:soak"), created(3, "100", "Person Soak3", "hr:standard")],
    extensions=[extension("600"), extension("700"), extension("100"), extension("701", enabled=False)],
    employees=[{"id": 9, "external_id": "Soak3", "number": "100", "stage": "welcomed", "name": "Person Soak3"}],
    messages=[
        {"channel": "C1", "ts": "1.1", "text": "📞 Call ended: PJSIP/501-1 - Normal Clearing"},
        {"channel": "D3", "ts": "1.2", "text": "Welcome"},
    ],
    replies={"r1": ["✅ 600 · Soak1 is created"]},
    in_asterisk={number: {"secret": "s" + number, "hint": True} for number in ("600", "700", "100")},
    in_files={number: "s" + number for number in ("600", "700", "100")},
    samples=[sample(at) for at in range(0, 600, 5)],
    last_alerted=6,
)  # fmt: skip


def spoiled(**changes: Any) -> Evidence:
    """Return the clean evidence with some of it replaced, or changed by a function."""
    values = {name: deepcopy(getattr(CLEAN, name)) for name in Evidence.__dataclass_fields__}
    for name, change in changes.items():
        values[name] = change(values[name]) if callable(change) else change
    return Evidence(**values)


def without(id: int) -> Any:
    return lambda rows: [row for row in rows if row.get("id") != id]


def with_(*more: Row) -> Any:
    return lambda rows: [*rows, *more]


def but(place: int, **changes: Any) -> Any:
    return lambda rows: [row | changes if index == place else row for index, row in enumerate(rows)]


def test_nothing_differs_where_all_went_well() -> None:
    assert judge(CLEAN) == []


FAULTS: dict[str, tuple[str, Evidence]] = {
    "a call is in no event": ("calls", spoiled(events=without(6))),
    "a call has ended twice": ("calls", spoiled(events=with_(event(7, "ended", "501", linkedid="100.1")))),
    "a call rang twice": ("calls", spoiled(events=with_(event(7, "ringing", "501", linkedid="100.1")))),
    "a call's message is not in Slack": ("calls", spoiled(messages=[])),
    "a call's message still says that it rings": ("calls", spoiled(messages=but(0, text="🔔 501 ringing"))),
    "two messages tell of a call": ("calls", spoiled(outbox=with_(message(3, "call:100.1", "1.1")))),
    "a call of a time when nobody listened is left out": (
        "calls",
        spoiled(events=but(5, gap=1), outbox=but(0, subject="gap:1", content={"count": 0})),
    ),
    "a call is not in CDR": ("calls", spoiled(cdr=[])),
    "a phone came twice": ("phones", spoiled(events=with_(event(7, "registered", "400", address="1.2.3.4", port=2)))),
    "a phone went twice": ("phones", spoiled(events=with_(event(7, "unregistered", "400", address="1.2.3.4", port=1)))),
    "a login is in no event": ("phones", spoiled(events=without(3))),
    "a command was lost": ("acts", spoiled(audit=without(1))),
    "a command was carried out twice": ("acts", spoiled(audit=with_(created(4, "600", "Soak1")))),
    "a request was lost": ("acts", spoiled(audit=without(2))),
    "something was done that nobody asked for": ("acts", spoiled(audit=with_({**created(4, "600", ""), "action": "deleted"}))),
    "a command was not answered": ("answers", spoiled(replies={})),
    "a command was answered twice": ("answers", spoiled(replies={"r1": ["done", "done"]})),
    "a delivery was lost": ("deliveries", spoiled(employees=[])),
    "a delivery was carried out twice": ("deliveries", spoiled(audit=with_(created(4, "100", "Person Soak3", "hr:x")))),
    "who left still has a phone": ("deliveries", spoiled(record=with_(LEFT))),
    "a change of name was lost": ("deliveries", spoiled(record=with_(JOINED | {"kind": "changed", "name": "Else"}))),
    "somebody was not welcomed": ("deliveries", spoiled(outbox=without(2))),
    "somebody was welcomed twice": ("deliveries", spoiled(outbox=with_(message(3, "welcome:9", "1.2", conversation="D3")))),
    "an extension is not live": ("extensions", spoiled(extensions=but(0, state="failed"))),
    "an extension has another password in Asterisk": ("extensions", spoiled(in_asterisk={})),
    "an extension is not in the files": ("extensions", spoiled(in_files={})),
    "a disabled extension is in the files": ("extensions", spoiled(extensions=but(0, enabled=False))),
    "a message waits": ("slack", spoiled(outbox=but(0, due=True))),
    "a message was given up": ("slack", spoiled(outbox=but(0, failure="channel_not_found"))),
    "a message was posted twice": ("slack", spoiled(messages=with_({"channel": "C1", "ts": "1.9", "text": "again"}))),
    "events were not looked at": ("slack", spoiled(last_alerted=5)),
    "a stream lacks an event": ("streams", spoiled(record=but(6, ids=[1, 2, 4, 5, 6]))),
    "a stream had an event twice": ("streams", spoiled(record=but(6, ids=[1, 2, 3, 3, 4, 5, 6]))),
    "a stream had nothing": ("streams", spoiled(record=but(6, ids=[]))),
    "memory grows": ("growth", spoiled(samples=[sample(at, memory=80 + at / 5) for at in range(0, 600, 5)])),
    "threads grow": ("growth", spoiled(samples=[sample(at, threads=20 + at // 20) for at in range(0, 600, 5)])),
    "threads grow beyond a pool": ("growth", spoiled(samples=[sample(at, threads=100 + at // 5, name="web worker") for at in range(0, 600, 5)])),
    "open files grow": ("growth", spoiled(samples=[sample(at, files=30 + at // 10) for at in range(0, 600, 5)])),
    "Asterisk's open files grow": ("growth", spoiled(samples=[sample(at, files=19 + at // 5, name="asterisk") for at in range(0, 600, 5)])),
    "a part of the soak broke": ("rest", spoiled(record=with_({"what": "broken", "part": "api", "why": "x"}))),
    "something still waited": ("rest", spoiled(record=but(7, came=False))),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_rule(fault: str) -> None:
    rule, evidence = FAULTS[fault]
    assert rule in {found.rule for found in judge(evidence)}


def test_every_rule_is_shown_to_find_something() -> None:
    assert {rule for rule, _ in FAULTS.values()} == set(RULES)


EXCUSED = {
    "Asterisk was killed in the middle of a call": spoiled(
        record=with_({"what": "ended", "unit": "asterisk", "at": 101.0}), cdr=[]
    ),
    "a command was not acknowledged, and not carried out": spoiled(
        record=but(1, acknowledged=False), audit=without(1), replies={}
    ),
    "a command was not acknowledged, and carried out": spoiled(record=but(1, acknowledged=False), replies={}),
    "a command was answered with that nothing was saved": spoiled(
        audit=without(1), replies={"r1": ["Nothing was saved: the database is away"]}
    ),
    "a command was answered again, with words that say so": spoiled(
        replies={"r1": ["done", f"done\n{AGAIN}"]}
    ),
    "a command was answered in a direct message": spoiled(
        replies={}, messages=with_({"channel": "D1", "ts": "2.1", "text": "✅ 600 · Soak1 is created"})
    ),
    "a phone moved, and another place where it was is found gone": spoiled(
        events=with_(event(7, "moved", "400"), event(8, "unregistered", "400", address="1.2.3.4", port=2)),
        record=but(6, ids=[*range(1, 9)]),
        last_alerted=8,
    ),
    "a phone went as the streams were closed": spoiled(record=but(6, at=105.5, ids=[1, 2, 3, 4])),
    "threads of a pool have come": spoiled(
        samples=[sample(at, threads=20 + at // 20, name="web worker") for at in range(0, 600, 5)]
    ),
    "Asterisk has two more calls": spoiled(
        samples=[sample(at, files=39 if at > 400 else 19, name="asterisk") for at in range(0, 600, 5)]
    ),
    "a call is told in the message of a time when nobody listened": spoiled(
        events=but(5, gap=1), outbox=but(0, subject="gap:1", content={"count": 1})
    ),
}


@pytest.mark.parametrize("excuse", EXCUSED)
def test_what_is_nobodys_fault_is_no_difference(excuse: str) -> None:
    assert judge(EXCUSED[excuse]) == []
