"""Who may read /metrics without a token: what comes from this machine, and from nowhere through it."""

from __future__ import annotations

import pytest

from handlers.metrics.access import is_direct

CURL = ("Host", "User-Agent", "Accept")
PROMETHEUS = (*CURL, "Accept-Encoding", "X-Prometheus-Scrape-Timeout-Seconds")


@pytest.mark.parametrize("headers", [CURL, PROMETHEUS, (*PROMETHEUS, "Authorization", "Connection")])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_a_monitor_on_the_machine_is_direct(address: str, host: str, headers: tuple[str, ...]) -> None:
    assert is_direct(address, host, headers, "HTTP/1.1")


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "203.0.113.7", "::ffff:10.0.0.1", "", None, "unix:", "fe80::1%eth0"]
)
def test_another_machine_is_not(address: str | None) -> None:
    assert not is_direct(address, "127.0.0.1:8000", CURL, "HTTP/1.1")


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "x-forwarded-host",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "CF-Connecting-IP",
        "X-Amzn-Trace-Id",
        "X-Request-Id",
        "Cookie",
        "Sec-Fetch-Site",
        "Some-Header-Of-A-Proxy-That-Nobody-Knows",
    ],
)
def test_whatever_a_web_server_or_a_browser_adds_tells_that_it_comes_through_one(header: str) -> None:
    assert not is_direct("127.0.0.1", "127.0.0.1:8000", (*CURL, header), "HTTP/1.1")


@pytest.mark.parametrize(
    "host",
    ["pbx.example.com", "127.0.0.1.example.com", "127.0.0.1@example.com", "", "[::1", "10.0.0.1:8000", "0"],
)
def test_another_name_tells_that_the_world_asked(host: str) -> None:
    assert not is_direct("127.0.0.1", host, CURL, "HTTP/1.1")


def test_an_older_nginx_by_itself_is_not_direct() -> None:
    """It gives the upstream's name as the host and adds nothing, but speaks HTTP/1.0."""
    assert not is_direct("127.0.0.1", "127.0.0.1:8000", (*CURL, "Connection"), "HTTP/1.0")
