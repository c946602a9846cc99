"""What the page of an import shows: its preview, how far it has come, or what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from werkzeug.exceptions import NotFound

from handlers import health, wording
from handlers.bulk import import_results, import_steps, preview
from handlers.bulk import wording as bulk_wording
from handlers.bulk.import_results import Came, Now, Result
from handlers.bulk.preview import PreviewRow
from handlers.pages import paging
from handlers.pages.visitor import Visitor
from models import audit, csv_import
from models.csv_import import CsvImport, Found
from models.extension import Extension
from pbx.bulk.rows import RowStatus
from pbx.publishing import foreign_files
from pbx.services import Services

PAGE_SIZE = 100
AMI_SECONDS = 2.0
GONE = (
    "This file is not here any more: one that is not imported is kept for an hour, and until you sign out or send the "
    "next one. Send it again"
)


@dataclass(frozen=True)
class Part:
    """A page of the rows. `show`: of which kind they are, empty for all; `counts`: kind → how many."""

    rows: Sequence[Any]
    counts: Mapping[Any, int]
    show: str
    page: int
    pages: int


@dataclass(frozen=True)
class PreviewShown:
    """What would come of a file. `others`: whose import is carried out now."""

    row: CsvImport
    part: Part
    to_save: int
    differing: int
    makes_passwords: int
    hands_over: int
    was_interrupted: bool
    others: CsvImport | None
    troubles: Sequence[str]

    @property
    def unasked(self) -> str:
        return bulk_wording.unasked(self.row.unasked)


@dataclass(frozen=True)
class ProgressShown:
    """How far it has come."""

    row: CsvImport
    percent: int
    words: str


@dataclass(frozen=True)
class ResultShown:
    """What came of it. `is_own`: of who looks; `total`: of rows that were saved; `passwords`: that may be downloaded."""

    row: CsvImport
    is_own: bool
    part: Part
    live: int
    total: int
    passwords: int
    handed_over: int
    listener: str

    @property
    def waiting(self) -> int:
        return int(self.part.counts.get(Came.WAITING, 0))


Shown = PreviewShown | ProgressShown | ResultShown


def look(services: Services, import_id: int, visitor: Visitor, show: str, page: int) -> Shown:
    """Return what there is to see of an import now. Raises NotFound for what is not for them to see, or gone."""
    found = csv_import.find(services.database, import_id)
    if found is None:
        raise NotFound(GONE)
    if found.is_running:
        step = found.row.step, found.row.step_done, found.row.step_total
        return ProgressShown(found.row, import_steps.percent(*step), import_steps.words(found.row.step))
    if found.row.saved_at:
        return _result(services, found.row, visitor, show, page)
    if found.row.session_id != visitor.session_id:
        raise NotFound(GONE)
    return _preview(services, found, show, page)


def _preview(services: Services, found: Found, show: str, page: int) -> PreviewShown:
    rows = preview.from_json(found.row.preview(services.cipher))
    making = [each for each in rows if each.makes_password]
    return PreviewShown(
        found.row,
        _part(preview.in_order(rows), preview.counts(rows), "status", show, page),
        to_save=sum(each.is_to_save for each in rows),
        differing=sum(each.is_other for each in rows),
        makes_passwords=len(making),
        hands_over=sum(bool(each.user) for each in making),
        was_interrupted=found.was_interrupted,
        others=csv_import.running(services.database),
        troubles=_troubles(services),
    )


def _troubles(services: Services) -> list[str]:
    """Say why what is imported would not go live, and what of Asterisk the preview may not have seen."""
    blocked, asterisk = foreign_files.why_blocked(services), health.ami(services, AMI_SECONDS)
    unseen = "Numbers that it has from elsewhere are found when it is there again"
    away = [] if asterisk == health.OK else [f"{wording.ended(asterisk)} {unseen}."]
    return [wording.ended(wording.blocked(blocked)), *away] if blocked else away


def _result(services: Services, row: CsvImport, visitor: Visitor, show: str, page: int) -> ResultShown:
    rows, saved = preview.from_json(row.preview(services.cipher)), row.numbers or {}
    results = import_results.of(rows, saved, _there(services, saved))
    counts = import_results.counts(results)
    made = import_results.to_download(rows, saved, hands_over=False)
    passwords = import_results.to_download(rows, saved, row.hands_over)
    listener = health.listener(services).get("listener", "")
    return ResultShown(
        row,
        row.actor == str(visitor.actor),
        _part(results, counts, "came", show, page),
        live=counts.get(Came.LIVE, 0),
        total=len(saved),
        passwords=len(passwords),
        handed_over=len(made - passwords),
        listener=listener,
    )


def _there(services: Services, saved: Mapping[str, Sequence[int]]) -> dict[str, Now]:
    columns = (Extension.id, Extension.state, Extension.reason, Extension.enabled, Extension.revision)
    query = select(col(Extension.number), *map(col, columns))
    with services.database.session() as session:
        found = {number: more for number, *more in session.execute(query)}
    later = {
        number: then for number, (_, then) in saved.items() if number in found and found[number][-1] > then
    }
    changed = audit.changed_behind(services.database, later)
    return {
        number: Now(row_id or 0, state, reason, enabled, number in changed)
        for number, (row_id, state, reason, enabled, _) in found.items()
    }


def _part(
    rows: Sequence[PreviewRow] | Sequence[Result],
    counts: Mapping[RowStatus, int] | Mapping[Came, int],
    kind: str,
    show: str,
    page: int,
) -> Part:
    """Return a page of the rows whose `kind` is `show`, or of all; the last one where there are fewer."""
    chosen = [each for each in rows if getattr(each, kind) == show] if show in counts else list(rows)
    shown, page, pages = paging.part(chosen, PAGE_SIZE, page)
    return Part(shown, counts, show if show in counts else "", page, pages)


def own(services: Services, import_id: int, visitor: Visitor) -> CsvImport:
    """Return an import of theirs. Raises NotFound."""
    found = csv_import.find(services.database, import_id)
    if found is None or found.row.actor != str(visitor.actor):
        raise NotFound(GONE)
    if found.row.saved_at is None and found.row.session_id != visitor.session_id:
        raise NotFound(GONE)
    return found.row


TEMPLATES: Mapping[type, str] = {
    PreviewShown: "import_preview.html",
    ProgressShown: "import_progress.html",
    ResultShown: "import_result.html",
}
