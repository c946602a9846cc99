"""Pure: moments as Slack's clients show them, each reader's in their own time zone."""

from __future__ import annotations

from datetime import date, datetime


def when(at: datetime) -> str:
    """Return a moment with its day: `today at 14:03`."""
    seconds = int(at.timestamp())
    return f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{at.astimezone().strftime('%Y-%m-%d %H:%M')}>"


def day(on: date) -> str:
    """Return a day, which is the same in every time zone: `24 December`."""
    return f"{on.day} {on.strftime('%B')}"
