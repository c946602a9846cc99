"""Records what a real Asterisk says over AMI while real phones call: `python -m tests.record_transcripts [scenario …]`.

Each scenario becomes tests/pbx/transcripts/<name>.txt, as a session with the listener's filters sees it; that in FULL
also <name>.full.txt, as a session without filters sees the same, for tests/bench/replay.py. A file is the byte stream
of the session while the scenario lasts, with a line in front of each message that says when it came, in seconds since
the beginning.
`pbx.ami_messages.parse` takes such a line for no header, as it has no colon.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from pbx.ami_messages import encode
from pbx.events import EVENTS_WANTED
from tests.asterisk_bed import Asterisk
from tests.pbx.transcripts import FOLDER, bed
from tests.pbx.transcripts.call_scenarios import CALLS
from tests.pbx.transcripts.office import Office
from tests.pbx.transcripts.phone_scenarios import PHONES

FULL = "answered"
FILTERS = [{"MatchCriteria": f"action(include),name({name})"} for name in EVENTS_WANTED]


class Tap:
    """One AMI session; what it hears from now on until `end()`."""

    def __init__(self, asterisk: Asterisk, filters: Iterable[dict[str, str]] = ()) -> None:
        self._socket = socket.create_connection(("127.0.0.1", asterisk.ami_port))
        self._file = self._socket.makefile("rb")
        self._ask(Action="Login", Username=asterisk.ami_username, Secret=asterisk.ami_secret)
        self._await(b"Event: FullyBooted")
        for criteria in filters:
            self._ask(Action="Filter", Operation="Add", **criteria)
        self._began = time.monotonic()
        self._heard: list[bytes] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def count(self, event: str) -> int:
        """How many such events it has heard so far."""
        return sum(b"\r\nEvent: %b\r\n" % event.encode() in message for message in list(self._heard))

    def end(self) -> bytes:
        """The recording."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._file.close()
        self._socket.close()
        return b"".join(self._heard)

    def _ask(self, **headers: str) -> None:
        self._socket.sendall(encode(headers))
        self._await(b"Response: Success")

    def _await(self, line: bytes) -> None:
        while (heard := self._file.readline().strip()) != line:
            assert heard != b"Response: Error", self._file.readline()
        while self._file.readline() != b"\r\n":
            pass

    def _read(self) -> None:
        message = b""
        while line := self._file.readline():
            message += line
            if line == b"\r\n":
                self._heard.append(b"# %.3f\r\n" % (time.monotonic() - self._began) + message)
                message = b""


def record(scenario: Callable[[Office], None], office: Office) -> None:
    name = scenario.__name__
    taps = {f"{name}.txt": Tap(office.asterisk, FILTERS)}
    if name == FULL:
        taps[f"{name}.full.txt"] = Tap(office.asterisk)
    scenario(office)
    office.settle()
    for file, tap in taps.items():
        (FOLDER / file).write_bytes(tap.end())
    print(name, flush=True)


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="rec-") as folder, ExitStack() as closing:
        office = Office(closing.enter_context(bed(Path(folder))), closing)
        for scenario in PHONES:
            if not names or scenario.__name__ in names:
                record(scenario, office)
        office.open()
        for scenario in CALLS:
            if not names or scenario.__name__ in names:
                record(scenario, office)


if __name__ == "__main__":
    main(sys.argv[1:])
