"""/metrics of a running Switchhook: two web processes and the listener, on a real Asterisk."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from pbx import instrument_files
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.process import end
from tests.handlers.metrics.scraping import Scrape
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say
from tests.waiting import wait_for

AT_ONCE = 16


@pytest.fixture(scope="module")
def listener(switchhook: Switchhook) -> Iterator[subprocess.Popen[bytes]]:
    process = switchhook.listen()
    yield process
    end(process)


def ask(switchhook: Switchhook) -> None:
    """Ask so often at once that no worker has to answer all."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for answer in [threads.submit(requests.get, f"{switchhook.url}/healthz") for _ in range(AT_ONCE)]:
            assert answer.result().ok


def of_all_sources(switchhook: Switchhook, but: str = "") -> Scrape | None:
    """Scrape, and return what came of it if none was too slow to answer, as happens on a busy machine."""
    found = Scrape.of(switchhook)
    sources = found.labels("switchhook_source_up", "source") - {but}
    return found if all(found.value("switchhook_source_up", source=each) for each in sources) else None


def asked(switchhook: Switchhook) -> float:
    return Scrape.of(switchhook).value("switchhook_http_requests_total", route="/healthz") or 0.0


def counting(switchhook: Switchhook) -> list[Path]:
    """The files that hold requests: one for each process that answered some."""
    files = Path(switchhook.environment[instrument_files.VARIABLE]).glob("counter_*.db")
    return [path for path in files if b"/healthz" in path.read_bytes()]


def test_requests_add_up_over_all_workers_also_after_one_was_killed(
    switchhook: Switchhook, listener: subprocess.Popen[bytes]
) -> None:
    before, count = asked(switchhook), 0
    while len(counting(switchhook)) < 2:
        ask(switchhook)
        count += AT_ONCE
    assert asked(switchhook) == before + count
    first, second = switchhook.workers()
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(now := switchhook.workers()) == 2 and first not in now)
    assert asked(switchhook) == before + count
    os.kill(second, signal.SIGKILL)
    wait_for(lambda: len(now := switchhook.workers()) == 2 and second not in now)
    ask(switchhook)
    assert asked(switchhook) == before + count + AT_ONCE


def test_what_the_listener_does_is_counted_beside_what_commands_do(
    switchhook: Switchhook, listener: subprocess.Popen[bytes], admin: SlackUser
) -> None:
    published = wait_for(
        lambda: Scrape.of(switchhook).value("switchhook_publishes_total", outcome="published")
    )
    assert "is ready for Alice" in say(admin, "create 101 Alice")
    after = wait_for(lambda: of_all_sources(switchhook))
    assert (after.value("switchhook_publishes_total", outcome="published") or 0) > published
    assert (after.value("switchhook_publish_duration_seconds_count") or 0) >= 1
    assert (after.value("switchhook_reload_duration_seconds_count", module="res_pjsip") or 0) >= 1
    assert (after.value("switchhook_slash_command_acknowledgement_seconds_count") or 0) >= 1
    assert after.value("switchhook_extensions", state="live") == 1
    assert after.value("switchhook_calls") == 0
    wait_for(lambda: Scrape.of(switchhook).value("switchhook_listener_connected"))


def test_no_label_holds_what_a_stranger_made_up(switchhook: Switchhook) -> None:
    for path in ("/nobody/made/this", "/phones/a-ticket", "/healthz?x=1"):
        requests.get(f"{switchhook.url}{path}", timeout=60)
    requests.request("BREW", f"{switchhook.url}/healthz", timeout=60)
    found = Scrape.of(switchhook)
    routes = found.labels("switchhook_http_requests_total", "route")
    assert {"other", "/healthz"} <= routes
    assert not [route for route in routes if "nobody" in route or "ticket" in route or "?" in route]
    assert found.labels("switchhook_http_requests_total", "method") <= {"GET", "POST", "other"}


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Host": "pbx.example.com"}]
)
def test_what_comes_through_a_web_server_is_refused(switchhook: Switchhook, headers: dict[str, str]) -> None:
    answer = requests.get(f"{switchhook.url}/metrics", headers=headers, timeout=60)
    assert answer.status_code == 401
    assert "switchhook_" not in answer.text


def test_a_scrape_goes_on_without_asterisk_and_says_so(switchhook: Switchhook, asterisk: Asterisk) -> None:
    asterisk.kill()
    try:
        found = wait_for(lambda: of_all_sources(switchhook, but="asterisk"))
    finally:
        asterisk.start()
    assert found.value("switchhook_source_up", source="asterisk") == 0
    assert found.value("switchhook_calls") is None
    assert found.value("switchhook_source_up", source="database") == 1
    assert found.value("switchhook_extensions") is not None


def test_a_scrape_goes_on_while_asterisk_hangs(switchhook: Switchhook, asterisk: Asterisk) -> None:
    asterisk.freeze()
    try:
        found = [Scrape.of(switchhook) for _ in range(2)]
    finally:
        asterisk.thaw()
    assert [each.value("switchhook_source_up", source="asterisk") for each in found] == [0, 0]
