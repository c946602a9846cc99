"""Reads server-sent events as the HTML standard has it, from whatever gives their bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Received:
    """One event, and the last event id as of then."""

    id: str
    name: str
    data: Any


class EventReader:
    """What a browser's EventSource would know after these bytes."""

    def __init__(self) -> None:
        self.last_id = ""
        self.retry_ms = 0
        self.comments = 0
        self._rest = b""
        self._name, self._data, self._id = "message", "", ""

    def feed(self, data: bytes) -> list[Received]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [event for line in lines if (event := self._line(line.decode()))]

    def read(self, pieces: Iterable[bytes]) -> Iterator[Received]:
        for piece in pieces:
            yield from self.feed(piece)

    def _line(self, line: str) -> Received | None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "" if line:
                self.comments += 1
            case "":
                return self._dispatch()
            case "id":
                self._id = value
            case "retry":
                self.retry_ms = int(value)
            case "event":
                self._name = value
            case "data":
                self._data += value
        return None

    def _dispatch(self) -> Received | None:
        name, data, self.last_id = self._name, self._data, self._id
        self._name, self._data = "message", ""
        return Received(self.last_id, name, json.loads(data)) if data else None
