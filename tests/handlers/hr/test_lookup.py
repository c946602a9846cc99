"""Asking BambooHR and HiBob for one employee, over real HTTP: what they tell, and how they fail."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import Access, EmployeeNotFound, PermanentError, TemporaryError
from handlers.hr.sources import SOURCES
from tests.handlers.hr.conftest import settings_with
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.server import free_port
from tests.slack_stand_in.http_layer import HttpAnswer
from version import VERSION

TODAY = date(2026, 2, 1)
BOB_ID = "3332883854254932743"


@pytest.fixture
def hr() -> Iterator[HrStandIn]:
    with HrStandIn() as running:
        running.hire_in_bamboo(
            "67890",
            displayName="Zoë Müller",
            workEmail="zoe@example.com",
            department="Sales",
            hireDate="2026-03-01",
            workPhoneExtension="142",
        )
        running.hire_in_bob(
            BOB_ID,
            root_displayName="Noa Levi",
            root_email="noa@example.com",
            work_department=("209192163", "R&D"),
            work_startDate="2026-02-01",
        )
        yield running


def access(hr: HrStandIn, source: str, **other: str) -> Access:
    values = {name.lower(): value for name, value in hr.environment().items()} | other
    found = lookup.access_to(source, settings_with(**values))
    assert found is not None
    return found


def joined(external_id: str = "67890", **more: Any) -> EmployeeEvent:
    return EmployeeEvent(kind="joined", external_id=external_id, **more)


def look_up(hr: HrStandIn, source: str = "bamboohr", event: EmployeeEvent | None = None) -> EmployeeEvent:
    return lookup.look_up(access(hr, source), event or joined(), TODAY)


def test_bamboohr_tells_name_address_department_first_day_and_number(hr: HrStandIn) -> None:
    assert look_up(hr) == joined(
        name="Zoë Müller",
        email="zoe@example.com",
        department="Sales",
        start_date=date(2026, 3, 1),
        wanted_number="142",
    )


def test_the_request_says_which_version_of_switchhook_asks(hr: HrStandIn) -> None:
    look_up(hr)
    assert hr.agents == {f"Switchhook/{VERSION}"}


def test_bamboohr_tells_what_the_key_may_see(hr: HrStandIn) -> None:
    hr.hire_in_bamboo("7", firstName="Bryony", lastName="Okafor", workEmail=None, hireDate="0000-00-00")
    assert look_up(hr, event=joined("7")) == joined("7", name="Bryony Okafor")


def test_hibob_tells_name_address_department_in_words_and_first_day(hr: HrStandIn) -> None:
    assert look_up(hr, "hibob", joined(BOB_ID)) == joined(
        BOB_ID,
        name="Noa Levi",
        email="noa@example.com",
        department="R&D",
        start_date=date(2026, 2, 1),
    )


BOB_NESTED = {
    "id": "7",
    "displayName": "Noa Levi",
    "email": "noa@example.com",
    "work": {"startDate": "2026-02-01", "department": "209192163"},
    "humanReadable": {"work": {"startDate": "01/02/2026", "department": "R&D"}},
}
BOB_BY_PATH = {
    "/root/id": {"value": "7"},
    "/root/displayName": {"value": "Noa Levi"},
    "/root/email": {"value": "noa@example.com"},
    "/work/startDate": {"value": "2026-02-01"},
    "/work/department": {"value": "209192163"},
    "humanReadable": {"/work/department": {"value": "R&D"}},
}


@pytest.mark.parametrize("answer", [BOB_NESTED, BOB_BY_PATH], ids=["nested", "by path"])
def test_either_half_of_hibobs_answer_is_enough(answer: dict[str, Any]) -> None:
    told = completed("hibob", joined("7"), answer)
    assert (told.name, told.email, told.department) == ("Noa Levi", "noa@example.com", "R&D")
    assert told.start_date == date(2026, 2, 1)


def completed(source: str, event: EmployeeEvent, answer: object) -> EmployeeEvent:
    api = SOURCES[source].api
    assert api is not None
    return lookup.merge_answer(api, event, json.dumps(answer).encode(), TODAY)


def test_what_the_delivery_told_stays_unless_the_answer_knows_better() -> None:
    event = joined("7", email="old@example.com", wanted_number="150")
    told = completed("bamboohr", event, {"id": "7", "displayName": "Alice", "workEmail": "new@example.com"})
    assert (told.name, told.email, told.wanted_number) == ("Alice", "new@example.com", "150")


def test_a_hostile_value_is_dropped_as_in_a_delivery() -> None:
    told = completed("bamboohr", joined("7"), {"id": "7", "displayName": "Alice", "workEmail": "<@U0>"})
    assert told.email is None
    assert told.problems[0].startswith("email: ")


def changed(answer: dict[str, Any]) -> EmployeeEvent:
    event = EmployeeEvent(kind="changed", external_id="7")
    return completed("bamboohr", event, {"id": "7", "displayName": "Alice", **answer})


def test_a_change_of_somebody_inactive_is_a_leaving_unless_they_are_yet_to_start() -> None:
    assert changed({"status": "Inactive"}).kind == "left"
    assert changed({"status": "Inactive", "hireDate": "2026-02-01"}).kind == "left"
    assert changed({"status": "Inactive", "hireDate": "2026-02-02"}).kind == "changed"
    assert changed({"status": "Active"}).kind == "changed"


def test_a_change_of_somebody_active_says_that_they_work_there() -> None:
    statuses: list[dict[str, Any]] = [{"status": "Active"}, {"status": ""}, {}, {"status": "Inactive"}]
    assert [changed(each).is_active for each in statuses] == [True, False, False, False]


def test_a_joining_stays_one_whatever_the_status() -> None:
    answer = {"id": "7", "displayName": "Alice", "status": "Inactive"}
    assert completed("bamboohr", joined("7"), answer).kind == "joined"


USELESS: list[tuple[object, str]] = [
    ([], "BambooHR gives no answer of use: the body is JSON, but not an object"),
    ({"id": "7"}, "BambooHR tells no name of employee 7: may the key see it?"),
    ({"id": "7", "displayName": "Al\nice"}, "BambooHR tells no name of employee 7: may the key see it?"),
    (
        {"id": "8", "displayName": "Mallory"},
        "BambooHR was asked for employee 7, and tells of another",
    ),
]


@pytest.mark.parametrize(("answer", "reason"), USELESS, ids=["list", "no name", "bad name", "another"])
def test_an_answer_without_a_name_is_of_no_use(answer: object, reason: str) -> None:
    with pytest.raises(PermanentError) as trouble:
        completed("bamboohr", joined("7"), answer)
    assert str(trouble.value) == reason


@pytest.mark.parametrize("external_id", ["a/b", "../8", "7?fields=ssn", "7%2F8", "{key}", "x#y"])
def test_an_id_stays_one_part_of_the_path(hr: HrStandIn, external_id: str) -> None:
    hr.hire_in_bamboo(external_id, displayName="Alice", hireDate="2026-01-01", department="Sales")
    assert look_up(hr, event=joined(external_id)).name == "Alice"
    assert hr.asked[0].count("/") == 4


@pytest.mark.parametrize("external_id", [".", ".."])
def test_an_id_that_is_another_path_is_not_asked_for(hr: HrStandIn, external_id: str) -> None:
    with pytest.raises(EmployeeNotFound):
        look_up(hr, event=joined(external_id))
    assert hr.asked == []


def test_an_answer_that_comes_byte_by_byte_is_given_up(
    hr: HrStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timeout of requests begins anew with every byte."""
    monkeypatch.setattr(lookup, "TIMEOUT", 0.5)
    with dripping() as url, pytest.raises(TemporaryError, match=r"BambooHR does not answer \(Timeout\)"):
        lookup.look_up(access(hr, "bamboohr", hr_bamboohr_api_url=url), joined(), TODAY)


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that sends a space every tenth of a second, for ever."""
    over = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not over.wait(0.1):
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    over.set()
    server.shutdown()
    server.server_close()


FAILING: list[tuple[HttpAnswer, type[Exception], str]] = [
    (HttpAnswer(401, ""), PermanentError, "BambooHR does not let us in (401): check HR_BAMBOOHR_API_KEY"),
    (HttpAnswer(403, ""), PermanentError, "BambooHR does not let us in (403): check HR_BAMBOOHR_API_KEY"),
    (
        HttpAnswer(404, ""),
        PermanentError,
        "BambooHR knows no such employee (404), or may not show them to this key",
    ),
    (
        HttpAnswer(400, ""),
        PermanentError,
        "BambooHR does not answer as it should (400): check HR_BAMBOOHR_API_URL",
    ),
    (
        HttpAnswer(302, "", {"Location": "http://127.0.0.1:1/"}),
        PermanentError,
        "BambooHR does not answer as it should (302): check HR_BAMBOOHR_API_URL",
    ),
    (
        HttpAnswer(200, "<html>"),
        PermanentError,
        "BambooHR gives no answer of use: the body cannot be read as JSON",
    ),
    (HttpAnswer(200, " " * 1_500_000), PermanentError, "BambooHR answers with more than 50000 bytes"),
    (HttpAnswer(429, ""), TemporaryError, "BambooHR is in trouble (429)"),
    (HttpAnswer(503, ""), TemporaryError, "BambooHR is in trouble (503)"),
    (HttpAnswer(200, "{}", drop=True), TemporaryError, "BambooHR does not answer (ConnectionError)"),
    (
        HttpAnswer(200, "{}", {"Content-Length": "9"}),
        TemporaryError,
        "BambooHR does not answer (ChunkedEncodingError)",
    ),
    (HttpAnswer(200, "{}", hang=30), TemporaryError, "BambooHR does not answer (ReadTimeout)"),
]


@pytest.mark.parametrize(("answer", "kind", "reason"), FAILING, ids=lambda value: str(value)[:40])
def test_every_failure_says_what_it_is_and_whether_to_ask_again(
    hr: HrStandIn,
    answer: HttpAnswer,
    kind: type[Exception],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if answer.hang:
        monkeypatch.setattr(lookup, "TIMEOUT", 0.5)
    hr.troubles = [answer]
    with pytest.raises(kind) as trouble:
        look_up(hr)
    assert str(trouble.value) == reason
    assert len(hr.asked) == 1


def test_a_server_that_is_not_there_is_asked_again_later(hr: HrStandIn) -> None:
    nowhere = access(hr, "hibob", hr_hibob_api_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TemporaryError, match=r"HiBob does not answer \(ConnectionError\)"):
        lookup.look_up(nowhere, joined(BOB_ID), TODAY)


@pytest.mark.parametrize(
    ("given", "seconds"), [("120", 120), ("999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("-5", 0)]
)
def test_how_long_it_wants_to_be_left_alone_is_heeded(hr: HrStandIn, given: str, seconds: int) -> None:
    hr.troubles = [HttpAnswer(429, "", {"Retry-After": given})]
    with pytest.raises(TemporaryError) as trouble:
        look_up(hr)
    assert trouble.value.seconds == seconds


@pytest.mark.parametrize("source", ["bamboohr", "hibob"])
@pytest.mark.parametrize("answer", [HttpAnswer(401, ""), HttpAnswer(200, "", drop=True)], ids=["401", "drop"])
def test_the_key_is_in_no_error_traceback_or_log_line(
    hr: HrStandIn, source: str, answer: HttpAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hr.troubles = [answer]
    with pytest.raises((TemporaryError, PermanentError)) as trouble:
        look_up(hr, source)
    seen = "".join(traceback.format_exception(trouble.value)) + repr(access(hr, source)) + caplog.text
    for key in (BAMBOO_KEY, BOB_KEY, *BOB_KEY.split(":")):
        assert key not in seen


def test_a_wrong_key_is_told_as_such(hr: HrStandIn) -> None:
    for source, wrong in (("bamboohr", "other"), ("hibob", "SERVICE-4711:other")):
        other = access(hr, source, **{f"hr_{source}_api_key": wrong})
        with pytest.raises(PermanentError, match=f"check HR_{source.upper()}_API_KEY"):
            lookup.look_up(other, joined(), TODAY)


def test_who_has_no_api_or_no_address_or_no_key_is_not_asked() -> None:
    assert lookup.access_to("standard", settings_with()) is None
    assert lookup.access_to("hibob", settings_with()) is None
    assert lookup.access_to("bamboohr", settings_with()) is None
