"""Pure: AMI's messages as bytes and as headers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

END = b"\r\n\r\n"
EVENT = b"Event: "
TIMESTAMP, TIMESTAMP_PLACE = "Timestamp", 2  # it follows Event and Privilege
MAX_VALUE_LENGTH = 255  # characters kept of a value from outside; the columns that hold it take no more

Headers = Mapping[str, str]


class Message(dict[str, str]):
    """One AMI message: its headers, the first of each name; `repeated`: the last of each name that came again."""

    def __init__(self, headers: Headers | None = None) -> None:
        super().__init__(headers or {})
        self.repeated: dict[str, str] = {}

    def get_header(self, name: str, default: str | None = None) -> str | None:
        """Return a header's value: `get` as pyst2's own methods call it."""
        return self.get(name, default)


def value_of(headers: Headers, name: str) -> str:
    """Return a header's value, printable and cut to MAX_VALUE_LENGTH; "" without one, and for `<unknown>`."""
    value = headers.get(name, "")[:MAX_VALUE_LENGTH]
    return "" if value == "<unknown>" else printable(value)


def printable(text: str) -> str:
    """Return the text with `�` for what is not printable, which terminals and Slack obey: strangers choose it."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "�" for character in text)


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Divide what arrives into messages, without their closing empty lines."""
    rest = b""
    for chunk in chunks:
        *blocks, rest = (rest + chunk).split(END)
        yield from blocks


def is_noise(block: bytes, wanted: Collection[bytes]) -> bool:
    """Return whether a message is an event that is not wanted (none: all are), which most on a busy Asterisk are.

    Events of a list, which carry an ActionID, never are.
    """
    if not wanted or not block.startswith(EVENT):
        return False
    name = block.split(b"\r", 1)[0].removeprefix(EVENT)
    return name not in wanted and name != b"FullyBooted" and b"\r\nActionID: " not in block


def parse(block: bytes) -> Message:
    """Read one message without its closing empty line. A line without a colon (the greeting) is no header.

    A Timestamp in another place than Asterisk's is a stranger's, from a value with line breaks.
    """
    message = Message()
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon and name in message:
            message.repeated[name] = value.strip(" ")
        elif colon and (name != TIMESTAMP or len(message) == TIMESTAMP_PLACE):
            message[name] = value.strip(" ")
    return message


def encode(headers: dict[str, str]) -> bytes:
    """Write one message. Raises ValueError for a line break, which would forge another header or action."""
    for name, value in headers.items():
        if "\r" in value or "\n" in value or "\r" in name or "\n" in name:
            raise ValueError(f"the AMI header {name!r} has a line break")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"
