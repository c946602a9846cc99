"""HTTP as Slack speaks it: forms or JSON in, JSON out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .records import Json, SlackRefusal

# Arguments which a form carries as JSON text.
JSON_IN_FORMS = ("blocks", "attachments", "view", "metadata")


@dataclass(frozen=True)
class HttpRequest:
    """`path` is without its query; header names are in lower case."""

    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    def arguments(self) -> Json:
        """The query's and the body's arguments. Raises SlackRefusal for a body that is not what it claims."""
        return {**_form(self.query), **self._body_arguments()}

    def _body_arguments(self) -> Json:
        if "json" in self.headers.get("content-type", ""):
            return self.json_body()
        return _form(self.body.decode())

    def json_body(self) -> Json:
        """Raises SlackRefusal `invalid_json` or `json_not_object`."""
        try:
            parsed = json.loads(self.body or b"{}")
        except ValueError as wrong:
            raise SlackRefusal("invalid_json") from wrong
        if not isinstance(parsed, dict):
            raise SlackRefusal("json_not_object")
        return parsed


def _form(encoded: str) -> Json:
    pairs: dict[str, Any] = dict(parse_qsl(encoded, keep_blank_values=True))
    return {name: _parsed(name, value) if name in JSON_IN_FORMS else value for name, value in pairs.items()}


def _parsed(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as wrong:
        raise SlackRefusal("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from wrong


@dataclass(frozen=True)
class HttpAnswer:
    """`body` is sent as JSON if it is a dict, as it stands if it is a string; `hang` is in seconds.

    With `drop` nothing is sent, and the connection ends; with `cut` it ends before the body does.
    """

    status: int
    body: "Json | str"
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drop: bool = False
    cut: bool = False

    def encoded(self) -> tuple[str, bytes]:
        if isinstance(self.body, str):
            return "text/plain; charset=utf-8", self.body.encode()
        return "application/json; charset=utf-8", json.dumps(self.body).encode()


class HttpServer(ThreadingHTTPServer):
    """Serves `answer` on a free port of 127.0.0.1, each request in a thread of its own."""

    request_queue_size = 128  # a burst of callers is not to wait for a SYN to be sent again

    def __init__(self, answer: Callable[[HttpRequest], HttpAnswer], wait: Callable[[float], object]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.wait = wait
        self.seconds_ahead = 0.0  # of its clock, as the header Date has it


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def do_POST(self) -> None:
        target = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(HttpRequest(target.path, target.query, headers, body))
        if answer.hang:
            self.server.wait(answer.hang)
        if answer.drop:
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_POST

    def date_time_string(self, timestamp: float | None = None) -> str:
        at = time.time() if timestamp is None else timestamp
        return super().date_time_string(at + self.server.seconds_ahead)

    def _send(self, answer: HttpAnswer) -> None:
        content_type, content = answer.encoded()
        length = str(len(content) + answer.cut)
        headers = {"Content-Type": content_type, "Content-Length": length, "Connection": "close"}
        try:
            self.send_response(answer.status)
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            self.close_connection = True  # the caller had enough of waiting

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: every call is recorded already."""
