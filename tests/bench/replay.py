"""Recorded traffic replayed at full speed over a socket: messages a second for the listener and for others.

The traffic is a recorded call with all its noise, copied so often as is needed, each copy with channels of its own.
The listener does all its work: parse, translate, store. The others only parse.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlmodel import func, select

from models.encryption import generate_secret
from models.event import Event, EventKind
from models.extension import Extension
from models.lease import LISTENER_LEASE, LeaseHolder
from pbx.ami_messages import END
from pbx.fact_store import FactStore
from pbx.listener import Listener
from pbx.services import Services
from settings import Settings
from tests.server import TEST_KEY, migrate

RECORDING = Path(__file__).parents[1] / "pbx" / "transcripts" / "answered.full.txt"
CALLS = {"pyst2": 100, "panoramisk": 2_000, "buffered": 5_000, "listener": 5_000}
MEMORY_CALLS = int(os.environ.get("BENCH_MEMORY_CALLS", "33000"))
GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def recorded() -> list[bytes]:
    """The messages of the recording, without its lines of time."""
    blocks = re.split(rb"^# [0-9.]+\r?\n", RECORDING.read_bytes(), flags=re.MULTILINE)[1:]
    return [block.strip(b"\r\n") for block in blocks if block.strip()]


def traffic(calls: int) -> Iterator[bytes]:
    """The recording again and again, a call each."""
    text = END.join(recorded()) + END
    ids = sorted(set(re.findall(rb"(?:Uniqueid|Linkedid): ([0-9.]+)", text)))
    for call in range(calls):
        copy = text
        for place, old in enumerate(ids):
            copy = copy.replace(old, b"17%08d.%d" % (call, place))
        yield copy


class Pbx:
    """Says yes to every action; begins to talk when the one is asked that `trigger` names."""

    def __init__(self, calls: int, trigger: bytes) -> None:
        self._calls, self._trigger = calls, trigger
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        connection.sendall(GREETING)
        rest = b""
        while chunk := connection.recv(65536):
            *actions, rest = (rest + chunk).split(END)
            for action in actions:
                self._answer(connection, action)

    def _answer(self, connection: socket.socket, action: bytes) -> None:
        action_id = re.search(rb"ActionID: ([^\r]+)", action)
        connection.sendall(b"Response: Success\r\nActionID: %s" % (action_id[1] if action_id else b"0") + END)
        if b"Action: Login" in action or b"action: login" in action.lower():
            connection.sendall(b"Event: FullyBooted\r\nStatus: Fully Booted" + END)
        if self._trigger in action:
            for copy in traffic(self._calls):
                connection.sendall(copy)
            connection.sendall(b"Event: TheEnd" + END)

    def close(self) -> None:
        self._server.close()


def run(folder: Path) -> None:
    messages = len(recorded())
    print(f"a recorded call of {messages} messages, {len(next(traffic(1)))} bytes")
    rates = {}
    for name, calls in CALLS.items():
        seconds = float(_apart(name, folder, calls)[0])
        rates[name] = calls * messages / seconds
        print(f"{name}: {rates[name]:,.0f} messages/s ({calls} calls, {seconds:.1f} s)", flush=True)
    print(f"the listener does {rates['listener'] / rates['pyst2']:.0f} × raw pyst2")
    print(f"the listener does {rates['listener'] / rates['panoramisk']:.1f} × panoramisk's bare parse")
    seconds_, before, after = _apart("listener", folder, MEMORY_CALLS)
    print(
        f"memory over {MEMORY_CALLS * messages:,} messages: {before} MiB after a tenth, {after} MiB at the end ({seconds_} s)"
    )


def _apart(name: str, folder: Path, calls: int) -> list[str]:
    """In a process of its own, so that none disturbs the other."""
    command = [sys.executable, "-m", "tests.bench.replay", name, str(folder), str(calls)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def pyst2(port: int) -> float:
    from asterisk.manager import Manager

    ended = threading.Event()
    manager = Manager()
    manager.register_event("TheEnd", lambda *_: ended.set())
    manager.connect("127.0.0.1", port)
    manager.login("a", "b")
    started = time.monotonic()
    manager._sock.write(b"Action: Go\r\n\r\n")
    ended.wait()
    return time.monotonic() - started


def panoramisk(port: int) -> float:
    import panoramisk as library

    async def follow() -> float:
        manager = library.Manager(host="127.0.0.1", port=port, username="a", secret="b", ping_delay=3600)
        ended = asyncio.Event()
        manager.register_event("TheEnd", lambda *_: ended.set())
        await manager.connect()
        started = time.monotonic()
        manager.protocol.transport.write(b"Action: Go\r\n\r\n")
        await ended.wait()
        return time.monotonic() - started

    return asyncio.run(follow())


def buffered(port: int) -> float:
    """As little as a reader can do: lines into dictionaries."""
    connection = socket.create_connection(("127.0.0.1", port))
    lines = connection.makefile("rb")
    lines.readline()
    started = time.monotonic()
    connection.sendall(b"Action: Go\r\n\r\n")
    message: dict[bytes, bytes] = {}
    for line in lines:
        if line != b"\r\n":
            name, _, value = line.partition(b": ")
            message[name] = value
        elif message.get(b"Event") == b"TheEnd\r\n":
            break
        else:
            message = {}
    return time.monotonic() - started


def listener(port: int, folder: Path, calls: int) -> tuple[float, int, int]:
    """Seconds until the last call is stored; MiB of memory after a tenth of the calls, and at the end."""
    url = f"sqlite:///{folder / f'replay-{calls}.db'}"
    migrate(url)
    services = Services.of(Settings(database_url=url, secret_key=TEST_KEY, ami_port=port, ami_secret="b"))
    with services.database.session() as session:
        for number in ("101", "102"):
            encrypted = services.cipher.encrypt(generate_secret())
            session.add(Extension(number=number, name=number, encrypted_secret=encrypted, codecs=["ulaw"]))
    holder, stop, begun = LeaseHolder(services.database, LISTENER_LEASE), threading.Event(), threading.Event()
    facts = FactStore(services.database, holder)
    holder.acquire()
    thread = threading.Thread(target=Listener(services, facts, stop, begun.set).run)
    thread.start()
    begun.wait()
    started, early = time.monotonic(), 0
    while (stored := _stored(services)) < calls:
        early = early or (_resident() if stored > calls / 10 else 0)
        time.sleep(0.05)
    took = time.monotonic() - started
    late = _resident()
    stop.set()
    thread.join()
    return took, early, late


def _stored(services: Services) -> int:
    with services.database.session() as session:
        return session.exec(
            select(func.count()).select_from(Event).where(Event.kind == EventKind.ENDED)
        ).one()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def main(name: str, folder: Path, calls: int) -> None:
    contestants: dict[str, Callable[[int], float]] = {
        "pyst2": pyst2,
        "panoramisk": panoramisk,
        "buffered": buffered,
    }
    pbx = Pbx(calls, b"CoreShowChannels" if name == "listener" else b"Action: Go")
    if name == "listener":
        print(*listener(pbx.port, folder, calls))
    else:
        print(contestants[name](pbx.port))
    sys.stdout.flush()
    os._exit(0)  # pyst2's threads never end by themselves


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
