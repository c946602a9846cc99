"""An AMI server that says what it is told to, for what a real Asterisk will not say or do on demand."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Self

LOOPBACK = "127.0.0.1"
Headers = dict[str, str]


def event(**headers: str) -> bytes:
    """With `_` in names for `-`."""
    first = {"Event": headers.pop("Event"), "Privilege": "call,all"}
    return block(first | {name.replace("_", "-"): value for name, value in headers.items()})


def block(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


def channel(name: str, unique: str, linked: str, **more: str) -> bytes:
    """A new channel, PJSIP/101-00000000 and so on."""
    return event(Event="Newchannel", Channel=name, Uniqueid=unique, Linkedid=linked, **more)


class ScriptedPbx:
    """Logs everybody in, agrees to everything, has the contacts and channels that it is given."""

    def __init__(self) -> None:
        self.contacts: list[Headers] = []
        self.channels: list[Headers] = []
        self.clock_ahead = 0.0  # seconds, of ours
        self.said_at_login = b""
        self.records = ""  # whether it records calls, as CoreSettings says it
        self.silent = threading.Event()  # while set: connected, but no answer to anything
        self.asked: list[str] = []  # the actions, by name
        self._listening = socket.create_server((LOOPBACK, 0))
        self._connections: list[socket.socket] = []
        self._changed = threading.Condition()
        self._sending = threading.Lock()  # what a test says is not divided by an answer
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self.close_connections()

    def send(self, *messages: bytes) -> None:
        """To the one who connected last."""
        self._send(self._connections[-1], b"".join(messages))

    def send_all(self, *messages: bytes) -> None:
        """To everybody who is connected."""
        for connection in self._connections:
            self._send(connection, b"".join(messages))

    def close_connections(self) -> None:
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def wait_for(self, action: str, times: int = 1) -> None:
        """Until it was asked so often."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.asked.count(action) >= times, 60), self.asked

    def _send(self, connection: socket.socket, data: bytes) -> None:
        with self._sending:
            connection.sendall(data)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            connection.sendall(b"Asterisk Call Manager/11.0.0\r\n")
            with connection.makefile("r", encoding="utf-8", newline="") as lines:
                headers: Headers = {}
                for line in lines:
                    if line != "\r\n":
                        name, _, value = line.strip("\r\n").partition(": ")
                        headers[name] = value
                    else:
                        self._handle(connection, headers)
                        headers = {}
        except (OSError, ValueError):
            return  # one side has hung up

    def _handle(self, connection: socket.socket, action: Headers) -> None:
        if not self.silent.is_set():
            self._send(connection, self._answer(action))
        with self._changed:
            self.asked.append(action["Action"])
            self._changed.notify_all()

    def _answer(self, action: Headers) -> bytes:
        known = {"ActionID": action["ActionID"]}
        match action["Action"]:
            case "Login":
                return (
                    block({"Response": "Success"} | known) + event(Event="FullyBooted") + self.said_at_login
                )
            case "Ping":
                at = time.time() + self.clock_ahead
                return block({"Response": "Success", "Ping": "Pong", "Timestamp": f"{at:.6f}"} | known)
            case "CoreSettings":
                return block({"Response": "Success", "CoreCDRenabled": self.records} | known)
            case "PJSIPShowContacts":
                return self._list("ContactList", self.contacts, known)
            case "CoreShowChannels":
                return self._list("CoreShowChannel", self.channels, known)
            case "PJSIPShowEndpoint":
                number = action["Endpoint"]
                theirs = [each for each in self.contacts if each["Endpoint"] == number]
                details = [
                    {"URI": each["Uri"], "EndpointName": number, "UserAgent": each["UserAgent"]}
                    for each in theirs
                ]
                return self._list("ContactStatusDetail", details, known)
        return block({"Response": "Success"} | known)

    def _list(self, name: str, items: list[Headers], known: Headers) -> bytes:
        begun = block({"Response": "Success", "EventList": "start"} | known)
        listed = [block({"Event": name} | known | item) for item in items]
        complete = block({"Event": f"{name}Complete", "EventList": "Complete"} | known)
        return begun + b"".join(listed) + complete
