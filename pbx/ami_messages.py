"""Pure: AMI's messages as bytes and as headers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

END = b"\r\n\r\n"
EVENT = b"Event: "
MAX_VALUE_LENGTH = 255  # characters kept of a value from outside; the columns that hold it take no more

Headers = Mapping[str, str]


class Message(dict[str, str]):
    """One AMI message: its headers, the first of each name."""

    def get_header(self, name: str, default: str | None = None) -> str | None:
        """Return a header's value: `get` as pyst2's own methods call it."""
        return self.get(name, default)


def value_of(headers: Headers, name: str) -> str:
    """Return a header's value, cut to MAX_VALUE_LENGTH; "" without one, and for Asterisk's `<unknown>`."""
    value = headers.get(name, "")[:MAX_VALUE_LENGTH]
    return "" if value == "<unknown>" else value


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Divide what arrives into messages, without their closing empty lines."""
    rest = b""
    for chunk in chunks:
        *blocks, rest = (rest + chunk).split(END)
        yield from blocks


def is_noise(block: bytes, wanted: Collection[bytes]) -> bool:
    """Say whether a message is an event that is not wanted (none: all are), which most on a busy Asterisk are.

    Events of a list, which carry an ActionID, never are.
    """
    if not wanted or not block.startswith(EVENT):
        return False
    name = block.split(b"\r", 1)[0].removeprefix(EVENT)
    return name not in wanted and name != b"FullyBooted" and b"\r\nActionID: " not in block


def parse(block: bytes) -> Message:
    """Read one message without its closing empty line. A line without a colon (the greeting) is no header."""
    message = Message()
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            message.setdefault(name, value.strip(" "))
    return message


def encode(headers: dict[str, str]) -> bytes:
    """Write one message. Raises ValueError for a line break, which would forge another header or action."""
    for name, value in headers.items():
        if "\r" in value or "\n" in value or "\r" in name or "\n" in name:
            raise ValueError(f"the AMI header {name!r} has a line break")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"
