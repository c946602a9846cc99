"""A form that is sent again, as its answer was lost: whether the person themselves has done already what it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.pages import visitor
from models import audit
from models.audit import AuditEntry
from models.extension import State
from models.fields import NewExtension
from pbx import numbers
from pbx.services import Services

MADE = "You have made extension {} already, with this name: nothing was made now, and it is as it was."


def are_own(entries: Sequence[AuditEntry]) -> bool:
    """Return whether all of it was done by who is signed in; False: some was not, or nothing was done."""
    by = str(visitor.current().actor)
    return bool(entries) and all(entry.actor == by for entry in entries)


def is_made_already(services: Services, new: NewExtension) -> bool:
    """Return whether who is signed in has made the extension that has the number, by this name."""
    row = numbers.find(services, new.number or "")
    if row is None or row.state is State.DELETING or row.name != new.name:
        return False
    entries = audit.since(services.database, row, -1)
    return are_own([entry for entry in entries if entry.action == audit.CREATED])
