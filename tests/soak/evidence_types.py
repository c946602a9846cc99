"""Pure: what is known at the end of a run, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Something that is not as it should be. `rule`: of verdict.py; `look`: what to look for in the logs, and when."""

    rule: str
    what: str
    look: Row = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}" + (f"  {self.look}" if self.look else "")


@dataclass(frozen=True)
class Evidence:
    """Everybody's own record. Rows of the database have its columns; times are epoch seconds."""

    record: list[Row] = field(default_factory=list)  # of the run, with the phones' own
    cdr: list[Row] = field(default_factory=list)  # caller, called, start, end, disposition, linkedid
    events: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    audit: list[Row] = field(default_factory=list)
    extensions: list[Row] = field(default_factory=list)  # number, name, enabled, state, reason, secret
    employees: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)  # of Slack: channel, ts, text
    replies: dict[str, list[str]] = field(default_factory=dict)  # response_url → what was sent there
    in_asterisk: dict[str, Row] = field(default_factory=dict)  # number → secret, hint
    in_files: dict[str, str] = field(default_factory=dict)  # number → password
    samples: list[Row] = field(default_factory=list)
    last_alerted: int = 0  # the bookmark of the alerts

    def of(self, *kinds: str) -> list[Row]:
        """Return the entries of the record of these kinds."""
        return [each for each in self.record if each["what"] in kinds]
