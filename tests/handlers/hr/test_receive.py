"""The answers that an HR system gets, and what is stored for each."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.body_limits import MAX_BODY
from handlers.hr.sources import SOURCES
from models.database import Database
from models.hr_delivery import DeliveryState
from tests.handlers.hr.conftest import ALL_KEYS, Receiver, settings_with
from tests.handlers.hr.signing import ACCEPTED, EXPECTED, KEYS, NOW, SETTINGS, example, signed

SECOND = timedelta(seconds=1)


def deliver(receiver: Receiver, source: str, document: Any, **how: Any) -> tuple[int, dict[str, Any]]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return receiver.deliver(source, signed(source, body, **how), body)


@pytest.mark.parametrize(
    "source", ["workday", "", "Standard", "standard/", "../standard", "\ud800", "setting"]
)
def test_an_unknown_source_is_404(receiver: Receiver, source: str) -> None:
    assert receiver.deliver(source, {}, b"{}").status == 404


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_without_a_key_is_404_as_if_it_did_not_exist(database: Database, source: str) -> None:
    others = {name: key for name, key in ALL_KEYS.items() if name != SETTINGS[source]}
    receiver = Receiver(settings_with(**others), database)
    body = b'{"type": "employee.left"}'
    assert receiver.deliver(source, signed(source, body), body) == receiver.deliver("workday", {}, body)
    assert receiver.rows() == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_body_too_large_is_413_and_one_of_the_largest_size_is_read(receiver: Receiver, source: str) -> None:
    largest = b"[" + b" " * (MAX_BODY - 2) + b"]"
    assert receiver.deliver(source, signed(source, largest), largest).status == 400
    assert receiver.deliver(source, signed(source, largest + b" "), largest + b" ").status == 413


PINGS: dict[str, Any] = {
    "standard": {"type": "ping"},
    "greenhouse": {"action": "ping", "payload": {"web_hook_id": 9590, "event": "Candidate has been hired"}},
    "deel": {"data": {"meta": {"event_type": "ping"}}},
}


@pytest.mark.parametrize("source", PINGS)
def test_a_ping_is_200_and_stores_nothing(receiver: Receiver, source: str) -> None:
    assert deliver(receiver, source, PINGS[source]) == (200, {"ok": True})
    assert receiver.deliver(source, {}, json.dumps(PINGS[source]).encode()).status == 401
    assert receiver.rows() == []


BOB_PINGS = [b"Ping test", b'"Ping test"', b'{"text":"Ping test"}', b'{ "text": "Ping test" }\n']


@pytest.mark.parametrize("body", BOB_PINGS)
def test_bobs_test_event_is_200_before_anybody_has_the_key(receiver: Receiver, body: bytes) -> None:
    assert receiver.deliver("hibob", {}, body) == (200, {"ok": True})
    assert receiver.deliver("hibob", signed("hibob", body), body).status == 200
    assert receiver.deliver("greenhouse", {}, body).status == 401
    assert receiver.deliver("hibob", {}, body + b"!").status == 401
    assert receiver.rows() == []


NONSENSE: list[Any] = [
    b"",
    b"\xff\xfe",
    b"not JSON",
    b"[" * 50_000,
    b'{"a":' * 50_000,
    b"9" * 5000,
    b'{"type": NaN}',
    [],
    "employee.left",
    7,
    None,
    {},
    {"type": None, "action": "", "event_name": []},
    {"type": "employee.left", "action": "hire_candidate", "event_name": "person.created"},
    {
        "type": "employee.left",
        "action": "deleted",
        "event_name": "person.deleted",
        "id": "a b",
        "data": {"id": {}},
    },
    {"data": {"meta": {"event_type": "worker.created"}, "resource": []}, "employees": []},
    {
        "data": {"meta": {"event_type": "worker.created"}, "resource": [None, 7, "x", []]},
        "employees": [[], 1],
    },
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: ascii(body)[:30])
def test_signed_nonsense_is_400_with_a_sentence_or_ignored(
    receiver: Receiver, source: str, body: Any
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if source == "standard" and raw == b"\xff\xfe":
        return  # its signatures are over text
    status, received = deliver(receiver, source, raw)
    if status != 400:
        assert (status, [row.events for row in receiver.rows()]) == (ACCEPTED[source], [[]])
        assert receiver.rows()[0].state is DeliveryState.IGNORED
    else:
        assert set(received) == {"error"}
        assert " " in received["error"]
        assert receiver.rows() == []


def test_a_foreign_event_is_stored_as_ignored_and_says_what_it_was(receiver: Receiver) -> None:
    assert (
        deliver(receiver, "hibob", {"type": "timeoff.request.created", "data": {"employeeId": "7"}})[0] == 202
    )
    (row,) = receiver.rows()
    assert (row.state, row.events) == (DeliveryState.IGNORED, [])
    assert row.reason == "“timeoff.request.created” is no event that concerns phones"


def test_a_delivery_that_tells_of_nobody_is_ignored(receiver: Receiver) -> None:
    deliver(receiver, "bamboohr", {"employees": []})
    (row,) = receiver.rows()
    assert (row.state, row.reason) == (DeliveryState.IGNORED, "it tells of nobody")


@pytest.mark.parametrize("file", sorted(EXPECTED))
def test_the_same_delivery_again_is_answered_as_the_first_time(receiver: Receiver, file: str) -> None:
    answers = {str(receiver.deliver_example(file)) for _ in range(3)}
    assert len(answers) == 1
    assert len(receiver.rows()) == 1


def test_a_delivery_with_an_id_is_the_same_even_when_it_is_signed_anew(receiver: Receiver) -> None:
    document = {"type": "employee.left", "data": {"id": "7"}}
    first = deliver(receiver, "standard", document, delivery="msg_7")
    again = deliver(receiver, "standard", document, delivery="msg_7", at=NOW + 60 * SECOND)
    other = deliver(receiver, "standard", document, delivery="msg_8")
    assert first == again != other


def test_the_same_body_from_two_sources_is_two_deliveries(receiver: Receiver) -> None:
    document = {"type": "employee.left", "data": {"id": "7", "employeeId": "7"}}
    assert deliver(receiver, "standard", document) != deliver(receiver, "hibob", document)


def test_an_unsigned_id_does_not_make_an_old_delivery_a_new_one(receiver: Receiver) -> None:
    """Greenhouse names the delivery in a header that it does not sign: whoever replays it could change that."""
    _, body, headers = example("greenhouse_hired.json")
    answers = {
        receiver.deliver("greenhouse", headers | {"Greenhouse-Event-ID": number}, body)[1]["delivery"]
        for number in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("delivery", ["x" * 5000, "with space", "caf\xe9"], ids=["long", "space", "accent"])
def test_an_id_that_does_not_fit_the_table_still_names_the_delivery(
    receiver: Receiver, delivery: str
) -> None:
    document = {"type": "employee.left", "data": {"id": "7"}}
    first, again = (deliver(receiver, "standard", document, delivery=delivery) for _ in range(2))
    assert first == again
    assert first[0] == 202


def test_the_same_delivery_three_times_at_once_is_one_row_and_one_answer(receiver: Receiver) -> None:
    together = threading.Barrier(3)

    def one(number: int) -> tuple[int, dict[str, Any]]:
        together.wait(60)
        body = json.dumps({"type": "employee.left", "data": {"id": str(number // 3)}}).encode()
        headers = signed("standard", body, delivery=f"msg_{number // 3}")
        return receiver.deliver("standard", headers, body)

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(one, range(90)))
    for first, second, third in zip(answers[::3], answers[1::3], answers[2::3], strict=True):
        assert first == second == third
        assert first[0] == 202
    assert len({answer[1]["delivery"] for answer in answers}) == len(receiver.rows()) == 30


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Receiver]:
    database = Database(f"sqlite:///{tmp_path}/no/such/folder/hr.db")
    yield Receiver(settings_with(**ALL_KEYS), database)
    database.close()


def test_while_the_database_is_away_it_is_503_so_that_the_source_tries_again(nowhere: Receiver) -> None:
    status, received = nowhere.deliver_example("standard_joined.json")
    assert status == 503
    assert set(received) == {"error"}
    assert nowhere.deliver("standard", {}, b"{}").status == 401  # who may not deliver does not learn of it


def test_a_flood_of_forged_deliveries_is_one_log_line_a_minute(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for number in range(50):
        receiver.deliver("deel", {"x-deel-signature": "0" * 64}, b"{}", now=NOW + number * SECOND)
    receiver.deliver("hibob", {}, b"{}", now=NOW)
    receiver.deliver("deel", {}, b"{}", now=NOW + 60 * SECOND)
    lines = [
        (line.__dict__["source"], line.__dict__["count"], line.__dict__["reason"]) for line in caplog.records
    ]
    assert lines == [
        ("deel", 1, "wrong signature"),
        ("hibob", 1, "no signature"),
        ("deel", 50, "no signature"),
    ]


def test_no_log_line_and_no_answer_repeats_a_key_or_a_token(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for source, key in KEYS.items():
        _, received = receiver.deliver(source, {"Authorization": f"Bearer {key}x"}, b"{}")
        assert key not in str(received)
        assert key not in str([line.__dict__ for line in caplog.records])
