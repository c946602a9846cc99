"""What a browser complains of, which nobody sees who looks at the page alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HOSTED = {"http", "https", "ws", "wss"}


class Complaints:
    """Errors of the console, among them what the Content-Security-Policy forbade, exceptions, and other hosts."""

    def __init__(self) -> None:
        self._all: list[str] = []
        self._expected: list[str] = []
        self._refused_pages: set[str] = set()

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._add_console)
        context.on("weberror", self._add_exception)
        context.on("request", self._add_request)
        context.on("response", self._remember_refused_page)

    def expect(self, text: str) -> None:
        """Forgive those with `text` in them, in this test, be they before or after: it makes them happen."""
        self._expected.append(text)

    @property
    def unexpected(self) -> list[str]:
        return [each for each in self._all if not any(text in each for text in self._expected)]

    def _add_console(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        # A page that is itself an answer such as 404 is for the test to look at.
        is_page = message.text.startswith("Failed to load resource") and url in self._refused_pages
        if message.type == "error" and not is_page:
            self._all.append(f"console: {message.text} ({url})")

    def _add_exception(self, error: WebError) -> None:
        self._all.append(f"exception: {error.error}")

    def _add_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in HOSTED and url.hostname not in LOOPBACK:
            self._all.append(f"another host: {request.url}")

    def _remember_refused_page(self, response: Response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._refused_pages.add(response.url)
