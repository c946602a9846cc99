"""Pure: AMI's messages as bytes and as headers."""

from __future__ import annotations

from collections.abc import Mapping

END = b"\r\n\r\n"
MAX_VALUE_LENGTH = 255  # characters kept of a value from outside; the columns that hold it take no more

Headers = Mapping[str, str]


class Message(dict[str, str]):
    """One AMI message: its headers, the first of each name; `repeated` has the later ones."""

    __slots__ = ("repeated",)

    def __init__(self) -> None:
        super().__init__()
        self.repeated: dict[str, list[str]] = {}

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [self[name], *self.repeated.get(name, ())] if name in self else []

    def get_header(self, name: str, default: str | None = None) -> str | None:
        """pyst2's name for `get`, which its own methods call."""
        return self.get(name, default)


def value_of(headers: Headers, name: str) -> str:
    """Return a header's value, cut to MAX_VALUE_LENGTH; "" without one, and for Asterisk's `<unknown>`."""
    value = headers.get(name, "")[:MAX_VALUE_LENGTH]
    return "" if value == "<unknown>" else value


def parse(block: bytes) -> Message:
    """One message without its closing empty line. A line without a colon (the greeting) is no header."""
    message = Message()
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        if name in message:
            message.repeated.setdefault(name, []).append(value.strip(" "))
        else:
            message[name] = value.strip(" ")
    return message


def encode(headers: dict[str, str]) -> bytes:
    """Raises ValueError for a header with a line break, which would forge another header or action."""
    for name, value in headers.items():
        if "\r" in value or "\n" in value or "\r" in name or "\n" in name:
            raise ValueError(f"the AMI header {name!r} has a line break")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"
