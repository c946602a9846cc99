"""A headless Chromium, driven over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from tests.asterisk_bed.process import end, spawn
from tests.browser_bed.install import PROGRAM, environment, find_chromium
from tests.waiting import wait_for

SECONDS = 60.0  # within which Chromium answers
OPTIONS = (
    "--no-sandbox",  # its sandbox needs root; what it shows here is ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-port=0",
)


class BrowserError(RuntimeError):
    """What Chromium said instead of doing what it was asked for."""


class Browser:
    """One Chromium with one page. It ends with the block, and with this process, however that ends."""

    def __enter__(self) -> Self:
        self._home = tempfile.TemporaryDirectory(prefix="browser-bed-")
        home, root = Path(self._home.name), find_chromium()
        argv = [str(root / PROGRAM), *OPTIONS, f"--user-data-dir={home}", "about:blank"]
        with (home / "log").open("wb") as log:
            self._process = spawn(argv, env=environment(root, home), stdout=log, stderr=log)
        self._connection = connect(self._address(home), max_size=None, open_timeout=SECONDS)
        self.page = Page(self._connection)
        return self

    def _address(self, home: Path) -> str:
        """Return the address that Chromium writes once it listens (loopback only)."""
        written = home / "DevToolsActivePort"

        def look() -> list[str] | None:
            assert self._process.poll() is None, (home / "log").read_text()
            lines = written.read_text().splitlines() if written.exists() else []
            return lines if len(lines) == 2 else None

        port, path = wait_for(look, (home / "log").read_text)
        return f"ws://127.0.0.1:{port}{path}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        end(self._process)
        self._home.cleanup()


class Page:
    """A tab, of any width, light or dark."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection, self._last, self._session = connection, 0, ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def resize(self, width: int, height: int = 600, *, scale: float = 1, phone: bool = False) -> None:
        """`scale`: device pixels of a CSS pixel."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=phone,
        )

    def show(self, html: str) -> None:
        """Show a document of its own, and wait for its fonts and pictures. Raises BrowserError: one is missing."""
        frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.setDocumentContent", frameId=frame, html=html)
        missing = self.value(LOADED)
        if missing:
            raise BrowserError(f"pictures that do not load: {missing}")

    def value(self, expression: str) -> Any:
        """Return what JavaScript says. Raises BrowserError."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """Return the whole page, however high, as a PNG."""
        width, height = self.value(
            "[innerWidth, Math.ceil(document.documentElement.getBoundingClientRect().height)]"
        )
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method and return its result, past the events that come in between. Raises BrowserError."""
        self._last += 1
        session = {"sessionId": self._session} if self._session else {}
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": params} | session))
        while (answer := json.loads(self._connection.recv(SECONDS))).get("id") != self._last:
            pass
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result


# Resolves to the addresses of pictures that did not load.
LOADED = """
Promise.all([document.fonts.ready, ...[...document.images].map(each => each.decode().then(() => 0, () => each.src))])
    .then(all => all.filter(each => typeof each === "string").map(each => each.slice(0, 200)))
"""
