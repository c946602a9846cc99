"""/api/extensions/bulk: thousands of extensions in one request."""

from __future__ import annotations

import time

from flask import request

from handlers.api import bulk_objects
from handlers.api.authentication import caller
from handlers.api.bulk_schemas import BulkAnswer, BulkBody, BulkQuery
from handlers.api.idempotency import earlier_acts
from handlers.api.problems import Problem
from handlers.api.routes import Api
from handlers.body_limits import MAX_BULK_BODY
from handlers.bulk import csv_text, owner_lookup, wording
from handlers.bulk import rows as bulk_rows
from models.api_token import Scope
from pbx.bulk import resume, upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Outcome, Row, RowStatus
from pbx.services import Services

CSV = "text/csv"
CSV_SCHEMA = {
    "type": "string",
    "description": "The first line names the columns; an empty cell leaves a field as it is.",
    "examples": ["extension_number,name\r\n101,Alice Smith\r\n"],
}
# From when a request came until publishing is waited for no longer. Proxies give up after a minute: by then there is to
# be an answer, and that of 10,000 rows takes seconds to make.
WAIT_SECONDS = 40.0
STILL_WAITING = " What is not live yet goes live by itself: GET /api/extensions?state=pending lists it, state=failed what Asterisk refused."


def add_routes(api: Api, services: Services) -> None:
    group = api.group("Many extensions", "Make and change up to 10,000 extensions in one request.")

    @group.post(
        "/extensions/bulk",
        Scope.EXTENSIONS_WRITE,
        answers={200: BulkAnswer},
        also={CSV: CSV_SCHEMA},
        max_body=MAX_BULK_BODY,
    )
    def bulk_extensions(query: BulkQuery, body: BulkBody | None) -> BulkAnswer:
        """Make or change many extensions.

        Each row makes an extension, or changes the one of its number where it differs; the same request again changes
        nothing. Good rows are saved beside refused ones, in one transaction, and Asterisk reloads once for all. The answer
        says what came of each row. What is not live after 40 seconds is `saved`, and goes live by itself.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        rows = _of_csv() if body is None else bulk_objects.of_json(body.extensions)
        dry_run = query.dry_run or bool(body and body.dry_run)
        outcomes, unasked = owner_lookup.without_unfit(services.settings, check(services, rows))
        if not dry_run:
            outcomes = _carry_out(services, outcomes, deadline)
        message = wording.summary(outcomes, dry_run=dry_run)
        if any(each.status is RowStatus.SAVED for each in outcomes):
            message += STILL_WAITING
        if unasked:
            message += f" {wording.unasked(unasked)}."
        return BulkAnswer.of(outcomes, message, dry_run=dry_run, with_secrets=not dry_run)


def _carry_out(services: Services, outcomes: list[Outcome], deadline: float) -> list[Outcome]:
    """Save and publish them, or end what was begun by an earlier try of this request."""
    acts = earlier_acts()
    saved = (
        resume.resumed(services, outcomes, acts) if acts else upsert.commit(services, outcomes, by=caller())
    )
    return upsert.publish_all(services, saved, wait=max(0.0, deadline - time.monotonic()))


def _of_csv() -> list[Row]:
    """Raises Problem for what is no such file as a whole."""
    try:
        return bulk_rows.of_csv(request.get_data())
    except csv_text.Unreadable as error:
        raise Problem(422, str(error)) from None
