"""Pure: moments as Slack's clients show them, each reader's in their own time zone."""

from __future__ import annotations

from datetime import date, datetime


def when(at: datetime) -> str:
    """Return a moment with its day: `today at 14:03`."""
    return moment(at.timestamp())


def moment(at: float) -> str:
    """Return the same of epoch seconds."""
    shown = datetime.fromtimestamp(int(at)).strftime("%Y-%m-%d %H:%M")
    return f"<!date^{int(at)}^{{date_short_pretty}} {{time}}|{shown}>"


def to_the_second(at: datetime) -> str:
    """Return a moment with its day and seconds: `today at 14:03:07`."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time_secs}}|{at.astimezone():%Y-%m-%d %H:%M:%S}>"


def no_phone(turned_away: datetime | None) -> str:
    """Say why no phone is known of an extension; `turned_away`: when its phones were locked out."""
    if turned_away is None:
        return "No phone has registered yet."
    return (
        f"Offline. Its phone was turned away {when(turned_away)}, by a new password or as it was disabled. If the "
        "password is a new one, type it into the phone; else the phone comes back by itself."
    )


def day(on: date) -> str:
    """Return a day, which is the same in every time zone: `24 December 2026`."""
    return f"{on.day} {on.strftime('%B')} {on.year}"
