"""/api/audit: who did what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.api.event_filters import Since
from handlers.api.paging import next_page
from handlers.api.routes import Answer, Api
from models import audit
from models.api_token import Scope
from models.audit import AuditEntry
from pbx.services import Services

MAX_PAGE = 500  # entries
ENTRY_EXAMPLE: dict[str, Any] = {
    "id": 4711,
    "at": "2026-11-26T07:15:00Z",
    "actor": "api:hr-sync",
    "action": "changed",
    "extension": "101",
    "changes": {"name": ["Alice", "Alice Jones"], "secret": None},
    "revision": 3,
}


class AuditQuery(BaseModel):
    """Which entries."""

    model_config = ConfigDict(extra="forbid")

    since: Since | None = Field(
        None,
        examples=["2026-11-26T00:00:00Z"],
        description="Those from this moment on, such as 2026-11-26T00:00:00Z.",
    )
    actor: str | None = Field(
        None,
        examples=["api:hr-sync"],
        pattern="^[ -~]{1,128}$",
        description="Who, such as slack:U0123ABC or api:hr-sync.",
    )
    extension: str | None = Field(
        None, examples=["101"], pattern="^[0-9]{1,20}$", description="The number that it was done to."
    )
    cursor: str | None = Field(
        None, examples=["4711"], pattern="^[0-9]{1,18}$", description="`next_cursor` of the page before."
    )
    limit: int = Field(100, examples=[100], ge=1, le=MAX_PAGE, description="How many at most.")


class ShownEntry(BaseModel):
    """One act, read as a sentence: `actor` `action` `extension`."""

    id: int
    at: datetime
    actor: str
    action: str
    extension: str | None
    changes: dict[str, Any] = Field(
        description="By field: before and after; null for a secret, which is changed and not shown."
    )
    revision: int | None = Field(
        description="Of the extension, as its ETag ends, which this act made; null: none, as where nothing of it changed."
    )

    @classmethod
    def of(cls, entry: AuditEntry) -> ShownEntry:
        return cls(
            id=entry.id or 0,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            extension=entry.number,
            changes=entry.changes,
            revision=entry.revision,
        )


class AuditPage(BaseModel):
    """Entries, newest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entries": [ENTRY_EXAMPLE], "count": 1, "next_cursor": None}]}
    )

    entries: list[ShownEntry]
    count: int
    next_cursor: str | None = Field(description="`cursor` for the next page; null: this is the last one.")

    @classmethod
    def of(cls, entries: Sequence[AuditEntry], next_cursor: str | None = None) -> AuditPage:
        shown = [ShownEntry.of(each) for each in entries]
        return cls(entries=shown, count=len(shown), next_cursor=next_cursor)


def add_routes(api: Api, services: Services) -> None:
    group = api.group(
        "Audit", "Who did what, from Slack, the command line, HR and this API alike. Kept for a year."
    )

    @group.get("/audit", Scope.ADMIN, answers={200: AuditPage}, sends=("Link",))
    def list_audit(query: AuditQuery) -> Answer:
        """List who did what.

        Newest first, page by page: `cursor` is the `next_cursor` of the page before.
        """
        found = audit.page(
            services.database,
            before=int(query.cursor) if query.cursor else None,
            since=query.since,
            actor=query.actor,
            number=query.extension,
            limit=query.limit + 1,
        )
        page = found[: query.limit]
        next_cursor = str(page[-1].id) if len(found) > len(page) else None
        return Answer(AuditPage.of(page, next_cursor), headers=next_page(next_cursor))
