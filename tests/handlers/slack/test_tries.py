"""What one failure of Slack's means: each is made to happen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookResponse

from handlers.slack import response_urls
from handlers.slack.blocks import plain, section
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.tries import TAKEN, Try, failed
from tests.asterisk_bed.ports import free_port
from tests.dripping_server import dripping
from tests.slack_stand_in import SlackStandIn


def called(slack: SlackStandIn, url: str = "", seconds: int = 60) -> Try:
    client = WebClient(slack.bot_token, base_url=url or slack.url, timeout=seconds, retry_handlers=[])
    with pytest.raises(SLACK_AWAY) as raised:
        client.auth_test()
    return failed(raised.value)


def posted(slack: SlackStandIn) -> Try:
    url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    return response_urls.send(url, plain("done"), replaces=False)


@contextmanager
def redirecting(there: str) -> Iterator[str]:
    """Yields the address of a server that sends everybody there, with words of its own."""

    class Redirecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", there)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        thread.join()


@contextmanager
def answering_without_end() -> Iterator[str]:
    """Serve one answer of which 100,000 bytes come, and no more, though all were promised."""

    class Endless(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(10**9))
            self.end_headers()
            self.wfile.write(b"x" * 100_000)
            ended.wait()

    ended = threading.Event()
    with HTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        ended.set()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "no.such.host.invalid"])
def test_what_never_reached_slack_is_sent_again_without_a_doubt(slack: SlackStandIn, host: str) -> None:
    assert called(slack, f"http://{host}:{free_port()}/api/")[:3] == (False, True, False)


@pytest.mark.parametrize(("fault", "seconds"), [({"hang": 5}, 1), ({"drop": True}, 60)])
def test_where_the_answer_was_lost_slack_may_have_taken_it(
    slack: SlackStandIn, fault: dict[str, Any], seconds: int
) -> None:
    slack.fail_next("auth.test", **fault)
    assert called(slack, seconds=seconds)[:3] == (False, True, True)


@pytest.mark.parametrize("fault", [{"drop": True}, {"cut": True}])
def test_an_answer_whose_confirmation_was_lost_may_have_been_taken(
    slack: SlackStandIn, fault: dict[str, Any]
) -> None:
    slack.fail_next("response_url", **fault)
    assert posted(slack)[:3] == (False, True, True)


def test_one_try_ends_in_time_however_slowly_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_urls, "SECONDS", 1)
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n") as port:
        url = f"http://127.0.0.1:{port}/"
        assert response_urls.send(url, plain("done"), replaces=False)[:3] == (False, True, True)


def test_of_an_answer_without_end_only_the_beginning_is_read() -> None:
    with answering_without_end() as url:
        assert response_urls.send(url, plain("done"), replaces=False).is_taken


def test_a_redirect_is_not_followed_whatever_answers_there(slack: SlackStandIn) -> None:
    there = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    before = len(slack.called("response_url"))
    with redirecting(there) as url:
        assert response_urls.send(url, plain("done"), replaces=False) == Try(reason="status 302")
    assert len(slack.called("response_url")) == before


def test_slack_is_left_alone_for_as_long_as_it_wants(slack: SlackStandIn) -> None:
    slack.fail_next("auth.test", status=429, retry_after=7)
    slack.fail_next("response_url", status=429, retry_after=7)
    assert called(slack) == Try(may_retry=True, pause=7.0, reason="ratelimited")
    assert posted(slack) == Try(may_retry=True, pause=7.0, reason="status 429")


def test_an_error_of_slacks_own_may_have_done_it(slack: SlackStandIn) -> None:
    slack.fail_next("auth.test", error="internal_error")
    slack.fail_next("response_url", status=503)
    assert called(slack) == Try(may_retry=True, is_unsure=True, reason="internal_error")
    assert posted(slack) == Try(may_retry=True, is_unsure=True, reason="status 503")


def test_what_slack_refuses_is_not_sent_again(slack: SlackStandIn) -> None:
    slack.fail_next("auth.test", error="not_found")
    assert called(slack) == Try(reason="not_found")


def test_a_response_url_that_is_used_up_or_unknown_takes_nothing_any_more(slack: SlackStandIn) -> None:
    name = slack.workspace.new_response_url("C0PHONES")
    sent = [
        response_urls.send(f"{slack.root_url}/response/{each}", plain("done"), replaces=False)
        for each in [name] * 6 + ["unknown"]
    ]
    assert sent[:5] == [TAKEN] * 5
    assert [each[:3] for each in sent[5:]] == [(False, False, False)] * 2
    assert "used_url" in sent[5].reason
    assert "expired_url" in sent[6].reason


def test_a_page_of_a_proxy_is_not_slack() -> None:
    page = WebhookResponse(url="", status_code=200, body="\n<html>Sign in to the proxy</html>", headers={})
    assert response_urls.meaning(page)[:3] == (False, True, True)


def test_blocks_that_slack_refuses_go_without(slack: SlackStandIn) -> None:
    url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
    message = plain("done")
    message.blocks.append(section("x") | {"block_id": "y" * 300})
    assert response_urls.send(url, message, replaces=False) == TAKEN
    assert slack.called("response_url")[-1].arguments["body"]["blocks"] == []
