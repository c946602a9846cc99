"""How long 1,000 extensions take in one request, beside 1,000 requests, each on an empty PBX; and 10,000 in one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from models.api_token import Scope
from tests.asterisk_bed import Asterisk
from tests.bench import figures
from tests.handlers.api.client import ApiClient
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn
from tests.tokens import new_token

MANY, VERY_MANY = 1000, 10_000
ENVIRONMENT = {"EXTENSION_RANGE": "10000-29999", "API_RATE_LIMIT": "60000"}


def run(folder: Path) -> None:
    with _empty_pbx(folder / "one") as (asterisk, api):
        seconds = _bulk(api, MANY)
        print(
            f"{MANY} extensions in one request: {seconds:.1f} s, {_reloads(asterisk)}, {_live(api)} verified"
        )
    with _empty_pbx(folder / "each") as (asterisk, api):
        each = [_single(api, number) for number in range(10_000, 10_000 + MANY)]
        print(
            f"{MANY} extensions in as many requests: {sum(each):.1f} s, {_reloads(asterisk)}, {_live(api)} verified"
        )
        print(figures.line("each of them", each))
    with _empty_pbx(folder / "most") as (asterisk, api):
        seconds = _bulk(api, VERY_MANY)
        print(
            f"{VERY_MANY} extensions in one request: {seconds:.1f} s, {_reloads(asterisk)}, {_live(api)} verified"
        )
        print(f"the same request again: {_bulk(api, VERY_MANY):.1f} s, {_reloads(asterisk)}")


@contextmanager
def _empty_pbx(folder: Path) -> Iterator[tuple[Asterisk, ApiClient]]:
    folder.mkdir()
    database_url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(database_url)
    with (
        Asterisk(folder / "pbx") as asterisk,
        SlackStandIn() as slack,
        Switchhook(asterisk, slack, database_url, ENVIRONMENT) as switchhook,
    ):
        token = new_token(switchhook, "bench", Scope.ADMIN)
        yield asterisk, ApiClient(switchhook, token)


def _bulk(api: ApiClient, count: int) -> float:
    rows = [
        {"extension_number": str(number), "name": f"Person {number}"}
        for number in range(10_000, 10_000 + count)
    ]
    started = time.perf_counter()
    answer = api("POST", "/extensions/bulk", {"extensions": rows})
    seconds = time.perf_counter() - started
    print(answer.json()["message"])
    return seconds


def _single(api: ApiClient, number: int) -> float:
    started = time.perf_counter()
    api.create(str(number))
    return time.perf_counter() - started


def _live(api: ApiClient) -> int:
    """How many are live when nothing waits any more."""
    while api("GET", "/extensions?state=pending&limit=1").json()["extensions"]:
        time.sleep(1)
    live: Sequence[object] = api("GET", "/extensions?state=live").json()["extensions"]
    return len(live)


def _reloads(asterisk: Asterisk) -> str:
    counts = asterisk.reload_counts()
    return f"{counts['res_pjsip.so']} reloads of res_pjsip and {counts['pbx_config.so']} of the dialplan"
