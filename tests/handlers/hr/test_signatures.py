"""Keys in rotation, clocks that differ, and headers that nobody sends by mistake."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from handlers.hr.signatures import TOLERANCE, FixedToken
from models.database import Database
from tests.handlers.hr.conftest import Receiver, settings_with
from tests.handlers.hr.signing import ACCEPTED, HIRED, KEYS, NOW, SETTINGS, example, signed

BODY = b'{"type": "employee.left", "data": {"id": "7", "employeeId": "7"}}'  # of standard and of BambooHR
SECOND = timedelta(seconds=1)
SOURCES_WITH_A_TIME = ["standard", "bamboohr"]
OTHER_KEYS = {source: key + "2" for source, key in KEYS.items()} | {
    "standard": "whsec_YSBzZWNvbmQga2V5IGZvciByb3RhdGlvbg"  # unpadded, as some tools print it
}


@pytest.mark.parametrize("source", KEYS)
def test_while_keys_rotate_both_are_good_and_afterwards_only_the_new_one(
    database: Database, source: str
) -> None:
    old, new = KEYS[source], OTHER_KEYS[source]
    _, body, headers = example(HIRED[source])
    by_old, by_new = (headers | signed(source, body, key=key) for key in (old, new))
    before = Receiver(settings_with(**{SETTINGS[source]: old}), database)
    during = Receiver(settings_with(**{SETTINGS[source]: f"{new}, {old}"}), database)
    after = Receiver(settings_with(**{SETTINGS[source]: new}), database)
    statuses = [
        [receiver.deliver(source, given, body).status for given in (by_old, by_new)]
        for receiver in (before, during, after)
    ]
    good = ACCEPTED[source]
    assert statuses == [[good, 401], [good, good], [401, good]]


@pytest.mark.parametrize("source", KEYS)
def test_a_delivery_without_one_of_its_headers_is_401(receiver: Receiver, source: str) -> None:
    _, body, headers = example(HIRED[source])
    for missing in headers.keys() - {"Content-Type"}:
        given = {name: value for name, value in headers.items() if name != missing}
        assert receiver.deliver(source, given, body).status == 401, missing


@pytest.mark.parametrize("source", SOURCES_WITH_A_TIME)
@pytest.mark.parametrize("direction", [-1, 1], ids=["past", "future"])
def test_a_delivery_of_another_time_is_401(receiver: Receiver, source: str, direction: int) -> None:
    within, beyond = NOW + direction * TOLERANCE, NOW + direction * (TOLERANCE + SECOND)
    assert receiver.deliver(source, signed(source, BODY, at=beyond), BODY).status == 401
    assert receiver.rows() == []
    assert receiver.deliver(source, signed(source, BODY, at=within), BODY).status == 202


@pytest.mark.parametrize("text", ["2026-11-22T12:00:00+0000", "2026-11-22T12:00:00Z", "1795348800000"])
def test_bamboohr_may_write_the_time_as_it_likes(receiver: Receiver, text: str) -> None:
    digest = hmac.new(KEYS["bamboohr"].encode(), BODY + text.encode(), hashlib.sha256).hexdigest()
    headers = {"x-bamboohr-timestamp": text, "x-bamboohr-signature": digest}
    assert receiver.deliver("bamboohr", headers, BODY).status == 202


NO_TIMES = [
    "NaN",
    "nan",
    "inf",
    "-1",
    "1e9",
    "1795348800.0",
    "1_795_348_800",
    " 1795348800",
    "1795348800\n",
    "01795348800",
    "9" * 400,
    "0",
    "",
    "2026-11-22",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "２０２６",
    "\ud800",
    "now",
]


@pytest.mark.parametrize("text", NO_TIMES, ids=ascii)
@pytest.mark.parametrize("source", SOURCES_WITH_A_TIME)
def test_a_time_that_is_none_is_401(receiver: Receiver, source: str, text: str) -> None:
    name = {"standard": "webhook-timestamp", "bamboohr": "X-BambooHR-Timestamp"}[source]
    assert receiver.deliver(source, signed(source, BODY) | {name: text}, BODY).status == 401


def test_one_good_signature_among_others_is_enough(receiver: Receiver) -> None:
    headers = signed("standard", BODY)
    good = headers["webhook-signature"]
    for signatures in (f"v1,AAAA {good}", f"{good} v2,xyz", f"v1a,b junk , {good}  "):
        assert receiver.deliver("standard", headers | {"webhook-signature": signatures}, BODY).status == 202


def test_a_signature_of_another_version_is_none(receiver: Receiver) -> None:
    headers = signed("standard", BODY)
    other = headers["webhook-signature"].replace("v1,", "v1a,")
    assert receiver.deliver("standard", headers | {"webhook-signature": other}, BODY).status == 401


def test_the_token_may_come_with_or_without_bearer(receiver: Receiver) -> None:
    _, body, headers = example("token_rippling.form")
    assert receiver.deliver("token", headers | {"Authorization": KEYS["token"]}, body).status == 202
    assert (
        receiver.deliver("token", headers | {"Authorization": f"Bearer {KEYS['token']}"}, body).status == 202
    )
    assert (
        receiver.deliver("token", headers | {"Authorization": f"Basic {KEYS['token']}"}, body).status == 401
    )


def test_the_names_of_headers_have_no_case(receiver: Receiver) -> None:
    for source in KEYS:
        _, body, headers = example(HIRED[source])
        shouted = {name.upper(): value for name, value in headers.items()}
        assert receiver.deliver(source, shouted, body).status == ACCEPTED[source]


def test_a_body_that_is_no_text_is_401_for_standard_webhooks(receiver: Receiver) -> None:
    assert receiver.deliver("standard", signed("standard", BODY), b"\xff\xfe").status == 401


def test_a_huge_header_is_401_at_once(receiver: Receiver) -> None:
    headers = signed("standard", BODY) | {"webhook-signature": "v1,A " * 100_000}
    assert receiver.deliver("standard", headers, BODY).status == 401


def test_a_token_that_was_set_with_bearer_is_the_same_without_it() -> None:
    for configured in ("secret", "Bearer secret"):
        assert FixedToken().refusal({"authorization": "secret"}, b"", [configured], NOW) is None
