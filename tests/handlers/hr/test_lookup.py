"""Asking BambooHR and HiBob for one employee, over real HTTP: what they tell, and how they fail."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from handlers.hr import lookup
from handlers.hr.employee import EmployeeEvent
from handlers.hr.lookup import EmployeeNotFound, PermanentError
from handlers.hr.sources import SOURCES
from tests.handlers.hr.conftest import BOB_ID, settings_with
from tests.handlers.hr.lookups import TODAY, joined, look_up
from tests.hr_stand_in import HrStandIn
from version import VERSION


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


def test_bamboohr_returns_the_fields_that_the_key_may_see(hr: HrStandIn) -> None:
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
    found = completed("hibob", joined("7"), answer)
    assert (found.name, found.email, found.department) == ("Noa Levi", "noa@example.com", "R&D")
    assert found.start_date == date(2026, 2, 1)


def completed(source: str, event: EmployeeEvent, answer: object) -> EmployeeEvent:
    api = SOURCES[source].api
    assert api is not None
    return lookup.merge_answer(api, event, json.dumps(answer).encode(), TODAY)


def test_details_of_the_delivery_stay_unless_the_answer_has_them() -> None:
    event = joined("7", email="old@example.com", wanted_number="150")
    found = completed("bamboohr", event, {"id": "7", "displayName": "Alice", "workEmail": "new@example.com"})
    assert (found.name, found.email, found.wanted_number) == ("Alice", "new@example.com", "150")


def test_a_hostile_value_is_dropped_as_in_a_delivery() -> None:
    found = completed("bamboohr", joined("7"), {"id": "7", "displayName": "Alice", "workEmail": "<@U0>"})
    assert found.email is None
    assert found.problems[0].startswith("email: ")


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


def test_who_has_no_api_or_no_address_or_no_key_is_not_asked() -> None:
    assert lookup.access_to("standard", settings_with()) is None
    assert lookup.access_to("hibob", settings_with()) is None
    assert lookup.access_to("bamboohr", settings_with()) is None
