"""Ends what a request of the API had committed before its process ended: published, and told as it would have been.

Of one extension; pbx/bulk/resume.py does so for many.
"""

from __future__ import annotations

from contextlib import suppress

from models import audit
from models.audit import AuditEntry
from pbx.answers import ChangeResult
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
    later = [each for each in audit.latest(services.database, number) if (each.id or 0) > (act.id or 0)]
    gone = next((each for each in later if each.action == audit.DELETED), None)
    if row is None or gone:
        by = f" {gone.actor} has deleted it since" if gone else " it is gone since"
        raise Overtaken(f"extension {number} was {act.action} by the first of these requests, and{by}")
    sets_secret = act.action == audit.CREATED or "secret" in act.changes
    is_stored = not any("secret" in each.changes for each in later)
    secret = services.cipher.decrypt(row.encrypted_secret) if sets_secret and is_stored else None
    return ChangeResult(row, secret, changes=act.changes, overtaken=any(each.changes for each in later))
