"""What stands in front of the web process: a web server with a certificate, as docs/install.md has nginx."""

from __future__ import annotations

import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import requests

from tests.asterisk_bed.certificate import write_certificate

PASSED_ON = ("/slack/events", "/slack/oauth", "/webhooks/hr/", "/api/", "/extensions", "/phones/")
SAID = {"X-Forwarded-Proto": "https"}  # of how requests come
OF_ITS_OWN = ("connection", "content-length", "content-encoding", "transfer-encoding", "date", "server")
SECONDS = 60.0


class WebServer(ThreadingHTTPServer):
    """Serves HTTPS at `url`, and passes on what the world needs. `ca_file` is the certificate to trust."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.backend = f"http://127.0.0.1:{port}"
        self.passed_on: tuple[str, ...] = PASSED_ON
        self.refusal = 404  # of what is not
        self.headers = dict(SAID)
        self.ca_file, self._key = folder / "web.pem", folder / "web.key"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.renew(timedelta(days=90))
        self.socket = self._context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_port}"

    def renew(self, valid_for: timedelta) -> None:
        """Get a new certificate; with a time below zero, one that has expired."""
        write_certificate(self.ca_file, self._key, valid_for)
        self._context.load_cert_chain(self.ca_file, self._key)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), name="web-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def do_POST(self) -> None:
        status, headers, body = self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def _answer(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        if not self.path.startswith(self.server.passed_on):
            return self.server.refusal, [], b""
        headers = dict(self.headers.items()) | self.server.headers
        url = self.server.backend + self.path
        try:
            answer = requests.request(
                self.command, url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False
            )
        except requests.ConnectionError:
            return 502, [], b""
        passed = [each for each in answer.raw.headers.items() if each[0].lower() not in OF_ITS_OWN]
        return answer.status_code, passed, answer.content

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
