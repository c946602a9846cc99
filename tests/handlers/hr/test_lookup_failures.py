"""HR systems that do not answer, or tell nothing of use: whether to ask again, and what the admins read."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from handlers.hr import lookup
from handlers.hr.lookup import PermanentError, TemporaryError
from tests.handlers.hr.lookups import TODAY, access, joined, look_up
from tests.hr_stand_in import BAMBOO_KEY, BOB_KEY, HrStandIn
from tests.slack_stand_in.http_layer import HttpAnswer
from tests.waiting import wait_for

OK = b"HTTP/1.1 200 OK\r\n"
DRIPPING = [
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    (OK, b"X"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    (OK + b"\r\n", b" "),
]


@pytest.mark.parametrize(("begin", "drop"), DRIPPING, ids=["interim answers", "header", "chunk size", "body"])
def test_an_answer_that_comes_drop_by_drop_is_given_up(
    hr: HrStandIn, monkeypatch: pytest.MonkeyPatch, begin: bytes, drop: bytes
) -> None:
    """The timeout of requests begins anew with every byte."""
    monkeypatch.setattr(lookup, "TIMEOUT", 0.3)
    with (
        dripping(begin, drop) as url,
        pytest.raises(TemporaryError, match=r"BambooHR does not answer \((Read)?Timeout\)"),
    ):
        lookup.look_up(access(hr, "bamboohr", hr_bamboohr_api_url=url), joined(), TODAY)


@contextmanager
def dripping(begin: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that sends a drop every tenth of a second, far too long."""
    over = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):
                self.wfile.write(begin)
                for _ in range(100):
                    self.wfile.write(drop)
                    if over.wait(0.1):
                        break

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
    wait_for(lambda: hr.asked)  # by the thread that hangs
    assert len(hr.asked) == 1


@pytest.mark.parametrize(
    ("given", "seconds"), [("120", 120), ("999999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)]
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
