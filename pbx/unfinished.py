"""Ends what a request had committed before its process ended: published, and told as it would have been.

Of one extension; pbx/bulk/resume.py does so for many.
"""

from __future__ import annotations

from contextlib import suppress

import models.nat
from models import audit
from models.audit import AuditEntry
from models.extension import State
from models.nat import Nat
from models.nat_fields import KEYS
from pbx import advice, nat
from pbx.answers import ChangeResult, NatStatus
from pbx.errors import Overtaken
from pbx.numbers import find
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services


def finish(services: Services, act: AuditEntry) -> ChangeResult:
    """Publish, and return what has come of it, with the secret that it set, unless somebody has set another since.

    Raises Overtaken where the extension is gone again.
    """
    number = act.number or ""
    with suppress(*PUBLISH_ERRORS):  # its reason is in the row
        publish(services, waiting_for=number)
    row = find(services, number)
    if act.action == audit.DELETED:
        left = row if row and row.state is State.DELETING else None
        return ChangeResult(left, warnings=() if row else advice.hand_written_left(services, number))
    later = [each for each in audit.latest(services.database, number) if (each.id or 0) > (act.id or 0)]
    gone = next((each for each in later if each.action == audit.DELETED), None)
    if row is None or gone:
        by = f" {gone.actor} has deleted it since" if gone else " it is gone since"
        raise Overtaken(f"extension {number} was {act.action} by the first of these requests, and{by}")
    sets_secret = act.action == audit.CREATED or "secret" in act.changes
    is_stored = not any("secret" in each.changes for each in later)
    secret = services.cipher.decrypt(row.encrypted_secret) if sets_secret and is_stored else None
    since = next((each for each in later if each.changes), None)
    return ChangeResult(row, secret, changes=act.changes, overtaken=since is not None, since=since)


def finish_nat(services: Services, act: AuditEntry) -> NatStatus:
    """Have Asterisk take NAT as it was saved, or put back what it had. Raises Refusal, Overtaken."""
    with services.database.session() as session:
        after = models.nat.current(session)
    fields = {KEYS[key]: values for key, values in act.changes.items() if key in KEYS}
    if after is None or any((getattr(after, name) or None) != is_now for name, (_, is_now) in fields.items()):
        return nat.published(services, act.changes)  # cleared, or somebody has changed it since
    values = after.model_dump(exclude=set(fields)) | {name: was for name, (was, _) in fields.items() if was}
    before = Nat(**values) if "external_media_address" in values else None
    return nat.taken(services, before, after, act.changes)
