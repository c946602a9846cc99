"""ETag and If-Match of one extension: who changes it says which revision they have seen, and loses nobody's change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from handlers import audit_messages
from handlers.api.audit import ShownEntry
from handlers.api.problems import Problem
from models import audit
from models.extension import Extension
from pbx.errors import Overtaken
from pbx.numbers import find
from pbx.services import Services

TAG = r'(?:W/)?"([^"]*)"'  # nginx makes ETags weak where it compresses, and clients send those back


def etag(row: Extension) -> str:
    return f'"{row.id}-{row.revision}"'


@contextmanager
def unchanged(services: Services, row: Extension) -> Iterator[Extension | None]:
    """Yield what a use case takes as `seen`: the row if the request named its revision, None if it named none.

    Raises Problem, 412 with what has changed, if it is another by now, or becomes another meanwhile.
    """
    tags = _named()
    if tags is not None and _unquoted(row) not in tags:
        raise _changed(services, row, tags)
    try:
        yield row if tags is not None else None
    except Overtaken as error:
        now = find(services, row.number)
        if tags is None or now is None:
            raise Problem(409, str(error)) from None
        raise _changed(services, now, tags) from None


def _named() -> list[str] | None:
    """Return the revisions that If-Match names; None if any will do. Raises Problem."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    if not re.fullmatch(rf"{TAG}(?:\s*,\s*{TAG})*", header):
        raise Problem(400, 'If-Match holds the ETag of an answer, with its quotes, such as "7-3"')
    return re.findall(TAG, header)


def _unquoted(row: Extension) -> str:
    return etag(row).strip('"')


def _changed(services: Services, row: Extension, tags: list[str]) -> Problem:
    """Return the problem that says what has changed since, by whom and when."""
    entries = audit.since(services.database, row, _oldest(row, tags))
    what = "; ".join(map(audit_messages.line, entries)) or "it was written to Asterisk once more"
    return Problem(
        412,
        f"extension {row.number} is not as you saw it any more: read it again, and decide anew. Since then: {what}",
        headers={"ETag": etag(row)},
        current_etag=etag(row),
        changes=[ShownEntry.of(each).model_dump(mode="json") for each in entries],
    )


def _oldest(row: Extension, tags: list[str]) -> int:
    """Return the newest revision of this row that was named; 0: none, and all that ever happened to it is new."""
    seen = (re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", tag) for tag in tags)
    return max((int(each[2]) for each in seen if each and int(each[1]) == row.id), default=0)
