"""Every recorded example, really signed, tells what it should; changed by one byte it tells nothing."""

from __future__ import annotations

import pytest

from handlers.hr.employee import EmployeeEvent
from handlers.hr.sources import SOURCES
from models.hr_delivery import DeliveryState
from settings import Settings
from tests.handlers.hr.conftest import Receiver
from tests.handlers.hr.signing import ACCEPTED, EXAMPLES, EXPECTED, SETTINGS, WORDS, example


def test_every_example_is_tested_and_every_source_has_one() -> None:
    recorded = [file.name for file in EXAMPLES.iterdir() if file.suffix in (".json", ".form")]
    assert sorted(EXPECTED) == sorted(recorded)
    assert {file.partition("_")[0] for file in EXPECTED} == set(SOURCES)


def test_every_source_has_its_own_setting() -> None:
    assert len(set(SETTINGS.values())) == len(SOURCES)
    assert set(SETTINGS.values()) <= set(Settings.model_fields)


@pytest.mark.parametrize("source", SOURCES)
def test_the_words_of_a_source_mean_what_its_maker_says(source: str) -> None:
    documented = [(word, kind) for kind, words in WORDS[source].items() for word in words.split()]
    assert sorted(SOURCES[source].kinds.items()) == sorted(documented)


def test_an_api_is_asked_as_its_maker_says() -> None:
    bamboohr, hibob = SOURCES["bamboohr"].api, SOURCES["hibob"].api
    assert bamboohr is not None
    assert hibob is not None
    assert (bamboohr.name, bamboohr.credentials, bamboohr.path) == (
        "BambooHR",
        "{key}:x",
        "/api/v1/employees/{external_id}",
    )
    assert bamboohr.query == {
        "fields": "displayName,firstName,lastName,workEmail,department,hireDate,workPhoneExtension,status",
        "onlyCurrent": "false",
    }
    assert (hibob.name, hibob.credentials, hibob.path) == ("HiBob", "{key}", "/v1/people/{external_id}")
    asked = "root.id root.displayName root.firstName root.surname root.email work.department work.startDate"
    assert hibob.json == {"fields": asked.split(), "humanReadable": "APPEND"}
    assert SOURCES["hibob"].unsigned_pings == {b"Pingtest", b"{text:Pingtest}"}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_signed_example_is_stored_as_the_events_it_reports(receiver: Receiver, file: str) -> None:
    answer = receiver.deliver_example(file)
    (row,) = receiver.rows()
    source = file.partition("_")[0]
    assert answer == (ACCEPTED[source], {"delivery": row.id})
    assert [EmployeeEvent.model_validate(event) for event in row.events] == EXPECTED[file]
    assert (row.source, row.state, row.attempts, row.done_at) == (source, DeliveryState.WAITING, 0, None)


def test_every_setting_of_an_api_exists() -> None:
    apis = [source.api for source in SOURCES.values() if source.api]
    assert {name for api in apis for name in (api.url, api.key)} <= set(Settings.model_fields)


def test_data_beyond_the_employees_fields_is_not_stored(receiver: Receiver) -> None:
    receiver.deliver_example("standard_joined.json")
    assert "salary" not in str(receiver.rows()[0].model_dump())
    assert "70000" not in str(receiver.rows()[0].model_dump())


@pytest.mark.parametrize("file", [file for file in EXPECTED if not file.startswith("token_")])
def test_any_changed_byte_of_the_body_is_401_and_stores_nothing(receiver: Receiver, file: str) -> None:
    source, body, headers = example(file)
    for position in range(len(body)):
        for bit in (1, 32):  # 32: the case of a letter
            changed = bytearray(body)
            changed[position] ^= bit
            assert receiver.deliver(source, headers, bytes(changed)).status == 401, (position, bit)
    for changed_length in (body[:-1], body + b" ", b" " + body, b""):
        assert receiver.deliver(source, headers, changed_length).status == 401
    assert receiver.rows() == []


@pytest.mark.parametrize("file", EXPECTED)
def test_any_changed_character_of_what_is_signed_or_signs_is_401(receiver: Receiver, file: str) -> None:
    source, body, headers = example(file)
    for name in headers.keys() - {"Content-Type"}:
        value = headers[name]
        for position in range(len(value)):
            for other in {value[position].swapcase(), "0", "A", "\xe9", "\ud800"} - {value[position]}:
                forged = value[:position] + other + value[position + 1 :]
                assert receiver.deliver(source, headers | {name: forged}, body).status == 401, forged
        for other in ("", value + "=", value[:-1], value * 2):
            assert receiver.deliver(source, headers | {name: other}, body).status == 401, other
        without = {key: value for key, value in headers.items() if key != name}
        assert receiver.deliver(source, without, body).status == 401, name
    assert receiver.rows() == []
