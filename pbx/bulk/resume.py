"""Tells what a request of many extensions committed before its process ended, as it would have been told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models import audit
from models.audit import AuditEntry
from models.extension import Extension
from pbx.bulk.rows import Fault, Outcome, RowStatus, refused
from pbx.bulk.upsert import OVERTAKEN
from pbx.services import Services


@dataclass(frozen=True)
class Done:
    """What the first attempt did to one extension, who did what to it since, and how it is now."""

    act: AuditEntry
    later: Sequence[AuditEntry]
    row: Extension | None

    @property
    def gone(self) -> str | None:
        """Return how it went; None: it is there."""
        deleted = next((each for each in self.later if each.action == audit.DELETED), None)
        if deleted:
            return f"{deleted.actor} has deleted it since"
        return None if self.row else "it is gone since"

    @property
    def sets_secret(self) -> bool:
        """Return whether the secret is the one that the first attempt set."""
        is_set = self.act.action == audit.CREATED or "secret" in self.act.changes
        return is_set and not any("secret" in each.changes for each in self.later)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence where it is not any more as it was asked for."""
        changed = [each for each in self.later if each.changes]
        if not changed:
            return ()
        fields = dict.fromkeys(name for each in changed for name in each.changes)
        actors = dict.fromkeys(each.actor for each in changed)
        return (f"{', '.join(actors)} has changed it since: {', '.join(fields)}",)


def resumed(services: Services, outcomes: Iterable[Outcome], acts: Sequence[AuditEntry]) -> list[Outcome]:
    """Return what came of the rows. `outcomes`: of the same rows, checked once more; `acts`: of the first attempt.

    Nothing is left to be committed, as that was one transaction: what differs now, somebody else has changed since, and
    theirs stays.
    """
    done, found = _done(services, acts), []
    for each in outcomes:
        # As in check(): a number counts in the first row that can be read.
        mine = done.pop(each.row.number, None) if each.row.given is not None else None
        if mine:
            found.append(_told(services, each, mine))
        else:
            found.append(refused(each.row, Fault("", OVERTAKEN)) if each.is_to_save else each)
    return found


def _done(services: Services, acts: Sequence[AuditEntry]) -> dict[str, Done]:
    later: dict[str, list[AuditEntry]] = {}
    for entry in audit.behind(services.database, acts[0]):
        later.setdefault(entry.number or "", []).append(entry)
    with services.database.session() as session:
        rows: Mapping[str, Extension] = {row.number: row for row in session.exec(select(Extension))}
    return {
        number: Done(act, [each for each in later.get(number, []) if _id(each) > _id(act)], rows.get(number))
        for act in acts
        if (number := act.number)
    }


def _id(entry: AuditEntry) -> int:
    return entry.id or 0


def _told(services: Services, outcome: Outcome, done: Done) -> Outcome:
    row, given = done.row, outcome.row.given
    if row is None or done.gone:
        why = f"it was {done.act.action} by the first of these requests, and {done.gone}"
        return refused(outcome.row, Fault("", why))
    is_new = done.act.action == audit.CREATED
    values: dict[str, Any] = {"changes": done.act.changes, "seen_revision": (done.act.revision or 1) - 1}
    if done.sets_secret:
        values["new_secret"] = services.cipher.decrypt(row.encrypted_secret)
        values["made_secret"] = is_new and (given is None or "secret" not in given.model_fields_set)
    status = RowStatus.CREATED if is_new else RowStatus.CHANGED
    return Outcome(outcome.row, status, warnings=done.warnings, extension=row, **values)
