"""Real calls beside a flood of failed logins from many addresses: how soon Slack is told of the calls all the same."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.bench import calls
from tests.bench.callers import Load

LOADS = (Load("101", "102", "answer", "call", calls=300, rate=10),)
ADDRESSES = 300  # of loopback, 127.1.0.0 and up
EVERY_SECONDS = 0.005
MAX_SENT = 10_000
MAX_SECONDS = 60.0
REGISTER = """REGISTER sip:{host} SIP/2.0
Via: SIP/2.0/UDP {address}:{port};branch=z9hG4bK{unique};rport
From: <sip:{account}@{host}>;tag={unique}
To: <sip:{account}@{host}>
Call-ID: {unique}
CSeq: 1 REGISTER
Contact: <sip:{account}@{address}:{port}>
Max-Forwards: 70
Expires: 3600
Content-Length: 0

"""


def run(folder: Path) -> None:
    print("first without the flood, then beside it")
    for name, beside in (("alone", calls.nothing), ("flooded", _flood)):
        (place := folder / name).mkdir()
        calls.measure(place, LOADS, beside)


@contextmanager
def _flood(asterisk: Asterisk) -> Iterator[None]:
    """Bad REGISTERs to the Asterisk on loopback, bounded in number and time; ends with the calls."""
    ended = threading.Event()
    thread = threading.Thread(target=_send, args=(asterisk.sip_domain, ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _send(sip_domain: str, ended: threading.Event) -> None:
    host, _, port = sip_domain.partition(":")
    sockets = [_bound(f"127.1.{place // 250}.{place % 250 + 1}") for place in range(ADDRESSES)]
    sent, until = 0, time.monotonic() + MAX_SECONDS
    while sent < MAX_SENT and time.monotonic() < until and not ended.wait(EVERY_SECONDS):
        sender = sockets[sent % ADDRESSES]
        address, own_port = sender.getsockname()
        values = {"host": host, "address": address, "port": own_port, "account": f"6{sent % 1000:03}"}
        text = REGISTER.format(unique=uuid.uuid4().hex, **values)
        sender.sendto(text.replace("\n", "\r\n").encode(), (host, int(port or 5060)))
        sent += 1
    for sender in sockets:
        sender.close()
    print(f"{sent} bad REGISTERs from {ADDRESSES} addresses")


def _bound(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((address, 0))
    return made
