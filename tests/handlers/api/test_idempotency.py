"""A request with a key is done once: sent again, at once, meanwhile, and after the process was killed in the middle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlmodel import col, select, update

from models import audit
from models.api_token import Scope
from models.database import Database
from models.idempotency import IdempotentRequest
from models.types import now
from pbx import config_files
from tests.asterisk_bed import Asterisk
from tests.handlers.api.client import ApiClient
from tests.server import Switchhook
from tests.tokens import new_token
from tests.waiting import wait_for

ALICE = {"name": "Alice"}


def post(
    api: ApiClient, key: str, body: dict[str, Any], path: str = "/extensions", **headers: str
) -> requests.Response:
    return api("POST", path, body, headers={"Idempotency-Key": key, **headers})


def acts(database: Database, number: str) -> list[str]:
    return [entry.action for entry in audit.latest(database, number)]


@contextmanager
def held_up(asterisk: Asterisk) -> Iterator[None]:
    """Until the end, nobody publishes: what is committed waits for its answer."""
    with config_files.locked(asterisk.config_dir):
        yield


def same(one: requests.Response, other: requests.Response) -> bool:
    names = ("Content-Type", "ETag", "Location")
    return (one.status_code, one.content, [one.headers.get(name) for name in names]) == (
        other.status_code,
        other.content,
        [other.headers.get(name) for name in names],
    )


def test_the_same_request_again_has_the_same_answer_with_its_secret_and_does_nothing(
    api: ApiClient, database: Database
) -> None:
    body = ALICE | {"extension_number": "171"}
    first = post(api, '"key 171"', body)
    assert (first.status_code, len(first.json()["secret"])) == (201, 20)
    assert same(post(api, '"key 171"', body), first)
    assert acts(database, "171") == ["created"]
    with database.session() as session:
        rows = session.exec(select(IdempotentRequest)).all()
    assert not any(first.json()["secret"] in row.sealed for row in rows)


def test_a_refusal_is_the_same_again_too_and_another_request_by_the_key_is_refused(api: ApiClient) -> None:
    api.create("172")
    body = ALICE | {"extension_number": "172"}
    first = post(api, "key-172", body)
    assert (first.status_code, first.headers["Content-Type"]) == (409, "application/problem+json")
    assert same(post(api, "key-172", body), first)
    assert same(post(api, '"key-172"', body), first)  # as the draft has it, and as most clients send it
    for other in (
        post(api, "key-172", body | {"name": "Bob"}),
        post(api, "key-172", body, "/extensions/number:172/toggle"),
    ):
        assert (other.status_code, "take a new one for each request" in other.json()["detail"]) == (422, True)


def test_a_body_that_cannot_be_used_does_not_use_the_key_up(api: ApiClient) -> None:
    assert post(api, "key-173", {"extension_number": "173", "nme": "Alice"}).status_code == 422
    assert post(api, "key-173", ALICE | {"extension_number": "173"}).status_code == 201


def test_of_two_tokens_each_has_keys_of_its_own(api: ApiClient, switchhook: Switchhook) -> None:
    other = ApiClient(switchhook, new_token(switchhook, "other", Scope.ADMIN))
    assert post(api, "shared", ALICE | {"extension_number": "174"}).status_code == 201
    assert post(other, "shared", ALICE | {"extension_number": "175"}).status_code == 201


def test_many_at_once_make_one_extension(api: ApiClient, database: Database) -> None:
    barrier = threading.Barrier(8)

    def send(_: int) -> requests.Response:
        barrier.wait()
        return post(api, "key-176", ALICE | {"extension_number": "176"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [answer for answer in answers if answer.status_code == 201]
    assert all(same(answer, made[0]) for answer in made)
    assert acts(database, "176") == ["created"]


def test_while_the_first_is_at_work_another_is_told_to_come_again(
    api: ApiClient, asterisk: Asterisk, database: Database
) -> None:
    body = ALICE | {"extension_number": "177"}
    with ThreadPoolExecutor(1) as thread:
        with held_up(asterisk):
            first = thread.submit(post, api, "key-177", body)
            wait_for(lambda: acts(database, "177"))
            early = post(api, "key-177", body)
        assert (early.status_code, early.headers["Retry-After"]) == (409, "2")
        assert "still worked on" in early.json()["detail"]
        assert first.result().status_code == 201
    assert same(post(api, "key-177", body), first.result())


def create_178(api: ApiClient) -> requests.Response:
    return post(api, "key-178", ALICE | {"extension_number": "178"})


def toggle_179(api: ApiClient) -> requests.Response:
    etag = {"If-Match": f'"{api("GET", "/extensions/number:179").json()["extension"]["id"]}-1"'}
    return post(api, "key-179", {}, "/extensions/number:179/toggle", **etag)


def create_180(api: ApiClient) -> requests.Response:
    return post(api, "key-180", ALICE | {"extension_number": "180"})


def create_182_and_183(api: ApiClient) -> requests.Response:
    rows = [
        ALICE | {"extension_number": "182"},
        ALICE | {"extension_number": "183", "secret": "AnotherPass456"},
    ]
    return post(api, "key-182", {"extensions": rows}, "/extensions/bulk")


KILLED = {"178": create_178, "179": toggle_179, "180": create_180, "182": create_182_and_183}


@pytest.fixture(scope="module")
def killed(api: ApiClient, switchhook: Switchhook, asterisk: Asterisk) -> None:
    """The server was killed when these requests had committed their changes, runs again, and their claims are old."""
    api.create("179")
    with closing(Database(switchhook.environment["DATABASE_URL"])) as database:
        before = {number: len(acts(database, number)) for number in KILLED}
        with ThreadPoolExecutor(len(KILLED)) as threads, held_up(asterisk):
            sent = [threads.submit(send, api) for send in KILLED.values()]
            wait_for(lambda: all(len(acts(database, number)) > before[number] for number in KILLED))
            switchhook.kill()
            for each in sent:
                with pytest.raises(requests.ConnectionError):
                    each.result()
        switchhook.start()
        with database.session() as session:
            waits = col(IdempotentRequest.alive_at).is_not(None)
            long_ago = update(IdempotentRequest).values(alive_at=now() - timedelta(days=1))
            assert session.exec(long_ago.where(waits)).rowcount == len(KILLED)


@pytest.mark.usefixtures("killed")
def test_a_creation_that_was_killed_in_the_middle_is_ended_by_the_retry_with_its_secret(
    api: ApiClient, asterisk: Asterisk, database: Database
) -> None:
    again = create_178(api)
    assert (again.status_code, again.json()["asterisk_verified"]) == (201, True)
    assert again.json()["secret"] in asterisk.config_dir.joinpath("pjsip.conf").read_text()
    assert acts(database, "178") == ["created"]
    assert same(create_178(api), again)


@pytest.mark.usefixtures("killed")
def test_a_toggle_that_was_killed_in_the_middle_is_not_undone_by_the_retry(
    api: ApiClient, database: Database
) -> None:
    again = toggle_179(api)
    assert (again.status_code, again.json()["message"]) == (200, "Extension disabled successfully")
    assert again.json()["extension"]["enabled"] is False
    assert len(acts(database, "179")) == 2


@pytest.mark.usefixtures("killed")
def test_many_that_were_killed_in_the_middle_are_told_with_their_secrets_by_the_retry(
    api: ApiClient, asterisk: Asterisk, database: Database
) -> None:
    first, second = create_182_and_183(api).json()["extensions"]
    assert [each["status"] for each in (first, second)] == ["created", "created"]
    assert first["secret"] in asterisk.config_dir.joinpath("pjsip.conf").read_text()
    assert (second["secret"], acts(database, "182"), acts(database, "183")) == (
        None,
        ["created"],
        ["created"],
    )


@pytest.mark.usefixtures("killed")
def test_what_was_deleted_since_is_not_made_once_more(api: ApiClient) -> None:
    api("DELETE", "/extensions/number:180")
    again = create_180(api)
    assert (again.status_code, "api:tests has deleted it since" in again.json()["detail"]) == (409, True)
    assert api("GET", "/extensions/number:180").status_code == 404


@pytest.mark.parametrize(
    "key", ["", '""', "x" * 256, '"', '"a', "a,b", "tab\tinside", "naïve", '"a" "b"', "a b"]
)
def test_a_hostile_key_is_refused_with_what_one_looks_like(api: ApiClient, key: str) -> None:
    answer = requests.post(
        f"{api.url}/extensions",
        json=ALICE,
        headers={"Authorization": f"Bearer {api.token}", "Idempotency-Key": key.encode("latin-1")},
        timeout=60,
    )
    assert (answer.status_code, "at most 255 characters" in answer.json()["detail"]) == (400, True)


def test_a_key_of_any_printable_characters_serves(api: ApiClient) -> None:
    key = '"a \\"b\\" \\\\ c' + "~" * 240 + '"'
    first = post(api, key, ALICE | {"extension_number": "181"})
    assert first.status_code == 201
    assert same(post(api, key, ALICE | {"extension_number": "181"}), first)
