"""Pure: how an incident opens and is resolved, whatever comes and goes in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from models.incident import Incident

NEW_AFTER = timedelta(hours=1)  # without it; what comes back sooner is the same incident
UPDATE_AFTER = timedelta(minutes=5)  # more of the same is reported again, but not sooner
FIRST_RECOVERY, MAX_RECOVERY = timedelta(minutes=1), timedelta(minutes=10)

IncidentChange = Literal["opened", "resolved"]


@dataclass(frozen=True)
class Observation:
    """How a subject is right now. `details`: what is wrong, a line by what it is about; None: nothing.

    `grace`: what passes sooner is not reported at all. `since`: when it began; None: when it was seen first.
    """

    subject: str
    grace: timedelta
    details: dict[str, str] | None = None
    since: datetime | None = None


def transition(before: Incident, seen: Observation, at: datetime) -> tuple[Incident, IncidentChange | None]:
    """Return the row as it is after an observation, a new one, and what is to be reported of it."""
    row = Incident(**before.model_dump())
    if seen.details is None:
        return row, _recover(row, at)
    if row.resolved:
        _reopen(row, seen, at)
    row.recovering_since = None
    if not _is_news(row, seen, at):
        return row, None
    row.occurrences += row.notified_at is None
    row.notified_at, row.details = at, seen.details
    return row, "opened"


def _reopen(row: Incident, seen: Observation, at: datetime) -> None:
    is_new = row.recovering_since is None or abs(at - row.recovering_since) > NEW_AFTER
    row.occurrences = 0 if is_new else row.occurrences
    row.since, row.notified_at, row.resolved = seen.since or at, None, False


def _is_news(row: Incident, seen: Observation, at: datetime) -> bool:
    if row.notified_at is None:
        return abs(at - row.since) >= seen.grace
    more = (seen.details or {}).keys() - row.details.keys()
    return bool(more) and abs(at - row.notified_at) >= UPDATE_AFTER


def _recover(row: Incident, at: datetime) -> IncidentChange | None:
    if row.resolved:
        return None
    row.recovering_since = row.recovering_since or at
    if row.notified_at is None:  # it has passed before anybody heard of it
        row.resolved = True
        return None
    row.resolved = abs(at - row.recovering_since) >= recovery_time(row.occurrences)
    return "resolved" if row.resolved else None


def recovery_time(occurrences: int) -> timedelta:
    """Return how long it must be well again to be resolved: not at all the first time, longer for what comes and goes."""
    if occurrences < 2:
        return timedelta()
    return min(FIRST_RECOVERY * (1 << min(occurrences - 2, 8)), MAX_RECOVERY)
