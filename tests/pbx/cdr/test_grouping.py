"""Which records are one call's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pbx.cdr.grouping import calls
from pbx.cdr.record import Record
from tests.pbx.cdr import written
from tests.pbx.cdr.written import read, record

EVERYTHING = (
    written.ANSWERED
    + written.BUSY_THEN_MAILBOX
    + written.CANCELLED
    + written.TWO_PHONES
    + written.BY_LOCAL
    + written.MACHINE
)
LINKEDIDS = [
    "1795708414.0", "1795708416.2", "1795708420.5", "1795708428.10", "1795708461.5", "1795708465.10",
]  # fmt: skip


def without(names: tuple[str, ...]) -> list[Record]:
    empty: dict[str, Any] = dict.fromkeys(names, "")
    return [replace(each, **empty) for each in read(EVERYTHING)]


@pytest.mark.parametrize("missing", [(), ("linkedid",), ("uniqueid",)])
def test_each_call_is_one(missing: tuple[str, ...]) -> None:
    assert [each.linkedid for each in calls(without(missing))] == LINKEDIDS


def test_without_any_ids_channels_keep_calls_together() -> None:
    """Names of channels begin anew with each start of Asterisk: `PJSIP/101-00000008` is there twice."""
    found = calls(without(("uniqueid", "linkedid")))
    assert [len(each.records) for each in found] == [1, 2, 1, 2, 4, 1]
    assert [each.linkedid for each in found] == [
        each.linkedid for each in calls(without(("uniqueid", "linkedid")))
    ]


def test_a_call_that_was_passed_on_is_one() -> None:
    first = record("PJSIP/101-00000000", "PJSIP/102-00000001", uniqueid="1795708414.0")
    inquiry = record("PJSIP/102-00000002", "PJSIP/103-00000003", uniqueid="1795708414.2")
    joined = record("PJSIP/101-00000000", "PJSIP/103-00000003", uniqueid="1795708414.0")
    (found,) = calls([inquiry, first, joined])
    assert found.linkedid == "1795708414.0"


def test_a_call_that_was_asked_for_keeps_its_linkedid() -> None:
    asked = record("PJSIP/101-00000000", "PJSIP/102-00000001", uniqueid="switchhook-call-abc")
    other = record("PJSIP/102-00000001", uniqueid="1795708414.1")
    assert [each.linkedid for each in calls([other, asked])] == ["switchhook-call-abc"]


def test_systems_with_a_name_have_linkedids_in_order() -> None:
    first, second = "pbx-1795708414.9", "pbx-1795708414.10"
    one = record("PJSIP/101-00000000", "PJSIP/102-00000001", uniqueid=first)
    (found,) = calls([one, record("PJSIP/102-00000001", uniqueid=second)])
    assert found.linkedid == first


def test_a_restart_of_asterisk_within_two_seconds_ends_a_call() -> None:
    before = record("PJSIP/101-00000000", "PJSIP/102-00000001", uniqueid="1795708405.0")
    after = record("PJSIP/101-00000000", "PJSIP/103-00000001", uniqueid="1795708416.0", start=1795708416.0)
    called = record("PJSIP/104-00000002", "PJSIP/102-00000001", uniqueid="1795708417.1", start=1795708417.0)
    late = record("PJSIP/101-00000004", "PJSIP/102-00000001", uniqueid="1795708404.4")
    assert [len(each.records) for each in calls([before, after])] == [1, 1]
    assert [len(each.records) for each in calls([late, called])] == [1, 1]
