"""Signs the recorded examples as the HR systems do: examples/ has a module for each source, without a line of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from handlers.hr.employee import EmployeeEvent
from handlers.hr.sources import SOURCES

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parent / "examples"
MODULES = {source: import_module(f"tests.handlers.hr.examples.{source}") for source in SOURCES}
SETTINGS = {source: entry.setting for source, entry in SOURCES.items()}
KEYS: dict[str, str] = {source: module.KEY for source, module in MODULES.items()}
ACCEPTED: dict[str, int] = {source: module.ACCEPTED for source, module in MODULES.items()}
# Of each source, an example that tells somebody's name and address.
HIRED: dict[str, str] = {source: module.HIRED for source, module in MODULES.items()}
# Of each source, the words of its documentation for somebody who joined, changed or left.
WORDS: dict[str, dict[str, str]] = {source: module.WORDS for source, module in MODULES.items()}
# By the name of the recorded body, the events that it tells of.
EXPECTED: dict[str, list[EmployeeEvent]] = {
    file: events for module in MODULES.values() for file, events in module.EXPECTED.items()
}


def signed(
    source: str, body: bytes, *, at: datetime = NOW, key: str | None = None, delivery: str = "msg_1"
) -> dict[str, str]:
    """Return the headers that make a real delivery of the body."""
    headers: dict[str, str] = MODULES[source].sign(body, at, key or KEYS[source], delivery)
    return headers


def example(file: str) -> tuple[str, bytes, dict[str, str]]:
    """Return source, body and headers of a recorded example."""
    source, body = file.partition("_")[0], (EXAMPLES / file).read_bytes()
    is_form = file.endswith(".form")
    kind = "application/x-www-form-urlencoded" if is_form else "application/json; charset=utf-8"
    return source, body, signed(source, body) | {"Content-Type": kind}
