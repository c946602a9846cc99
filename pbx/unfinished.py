"""Ends what a request of the API had committed before its process ended: published, and told as it would have been."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from models import audit
from models.audit import AuditEntry
from pbx.answers import ChangeResult
from pbx.bulk.rows import Outcome, RowStatus
from pbx.errors import Overtaken
from pbx.extensions import find
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


def created_before(
    services: Services, outcomes: Sequence[Outcome], acts: Sequence[AuditEntry]
) -> list[Outcome]:
    """Return the outcomes with those rows as created that the first of these requests has made, and their secrets.

    `outcomes`: of the same rows once more, committed, so that those are unchanged. Who has been changed since keeps its
    secret to itself.
    """
    made = {act.number for act in acts if act.action == audit.CREATED}
    return [
        _as_created(services, each) if each.row.number in made and _is_untouched(each) else each
        for each in outcomes
    ]


def _is_untouched(outcome: Outcome) -> bool:
    is_first = outcome.extension is not None and outcome.extension.revision == 1
    return is_first and outcome.status is RowStatus.UNCHANGED


def _as_created(services: Services, outcome: Outcome) -> Outcome:
    assert outcome.extension, "see above"  # noqa: S101
    given = outcome.row.given
    return replace(
        outcome,
        status=RowStatus.CREATED,
        new_secret=services.cipher.decrypt(outcome.extension.encrypted_secret),
        made_secret=given is None or "secret" not in given.model_fields_set,
    )
