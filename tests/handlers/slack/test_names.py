"""Extensions by the name of whoever they are for."""

from __future__ import annotations

from handlers.slack.names import called, having
from models.extension import Extension
from tests.factories import extension_row

ROWS = [
    extension_row(number="101", name="Bob Smith", email="bob@example.com"),
    extension_row(number="102", name="Bob"),
    extension_row(number="103", name="Ångström Straße"),
]


def numbers(found: list[Extension]) -> list[str]:
    return [row.number for row in found]


def test_a_whole_name_is_meant_in_whatever_case_and_spacing() -> None:
    assert numbers(called(ROWS, "bob")) == ["102"]
    assert numbers(called(ROWS, "BOB   smith")) == ["101"]
    assert numbers(called(ROWS, "Ångström STRASSE")) == ["103"]


def test_an_e_mail_address_is_as_good_as_a_name() -> None:
    assert numbers(called(ROWS, "Bob@Example.com")) == ["101"]


def test_a_part_of_a_name_is_found_and_is_no_whole_name() -> None:
    assert numbers(having(ROWS, "bob")) == ["101", "102"]
    assert numbers(having(ROWS, "smi")) == ["101"]
    assert called(ROWS, "smi") == []
