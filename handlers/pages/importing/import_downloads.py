"""Files that an import needs and leaves: an example, what there is, and the passwords that were made, once."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response
from sqlmodel import col, select
from werkzeug.exceptions import NotFound

from handlers.api.extension_fields import ABOUT
from handlers.bulk import csv_text, exporting, import_results, preview
from handlers.pages import visitor
from handlers.pages.importing import import_views
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models import audit, csv_import
from models.audit import AuditEntry
from models.csv_import import CsvImport
from models.extension import Extension
from models.number import by_size
from pbx.services import Services

EXAMPLE = (
    {
        csv_text.NUMBER: "101",
        "name": "Alice Smith",
        "email": "alice@example.com",
        "slack_user_id": "U0123456",
    },
    {csv_text.NUMBER: "102", "name": "Conference room", "codecs": ["ulaw", "alaw"], "notes": "2nd floor"},
)
EXAMPLE_COLUMNS = (csv_text.NUMBER, "name", "email", "slack_user_id", "codecs", "notes")
TAKEN = "These passwords have been downloaded already, once. A new one is made on an extension's own page"


class ColumnHelp(NamedTuple):
    """A column as the page explains it."""

    name: str
    about: str


# What is said otherwise here than in the API, which has a word for every column
ABOUT_COLUMNS = {
    csv_text.NUMBER: "Needed: 2 to 20 digits. The column may be named number, extension or Durchwahl, too.",
    "name": "Who it is for, in any script. A new extension needs one.",
    "secret": "The phone's password; without one a strong one is made. The column may be named password, too.",
    "enabled": "no locks its phones out; yes lets them in.",
    "transport": "What its phones speak: udp, tcp, tls or wss.",
    "codecs": "In order of preference, with spaces between: ulaw alaw g722.",
    "direct_media": "yes: the voice goes from phone to phone, past Asterisk.",
    "voicemail_enabled": "yes: callers can leave a message when nobody answers.",
    "email": "For finding it again; nothing is sent there.",
}
COLUMNS = [
    ColumnHelp(name, ABOUT_COLUMNS.get(name) or ABOUT.get(name, {}).get("description", name))
    for name in csv_text.COLUMNS
]


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/import/example.csv", Role.ADMIN, is_page=False)
    def import_example() -> Response:
        return _file(csv_text.write(EXAMPLE, EXAMPLE_COLUMNS), "example.csv")

    @pages.get("/export.csv", Role.ADMIN, is_page=False)
    def export() -> Response:
        """All that there is, without passwords."""
        return _file(exporting.text(exporting.extensions(services)), "extensions.csv")

    @pages.post("/import/<id:import_id>/passwords", Role.ADMIN)
    def passwords(import_id: int) -> Response:
        row = import_views.own(services, import_id, visitor.current())
        return _file(_passwords(services, row), "passwords.csv")


def _file(text: str, name: str) -> Response:
    """Return a CSV to keep; with a BOM, by which Excel knows that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), headers=headers, content_type="text/csv; charset=utf-8")


def _passwords(services: Services, row: CsvImport) -> str:
    """Return the passwords that an import has made, and that nobody is sent, as CSV, once. Raises NotFound, Refusal."""
    saved = row.numbers or {}
    rows = preview.from_json(row.preview(services.cipher))
    made = import_results.to_download(rows, saved, row.hands_over)
    with services.database.session() as session:
        if not made or not csv_import.take_passwords(session, row.id or 0):
            raise NotFound(TAKEN)
        since = session.exec(select(AuditEntry).where(col(AuditEntry.at) >= row.saved_at))
        made -= {each.number for each in since if "secret" in each.changes}
        there = [each for each in session.exec(select(Extension)) if each.number in made]
        same = (each for each in there if each.id == saved[each.number][0])
        ours = sorted(same, key=lambda each: by_size(each.number))
        audit.record(
            session, visitor.current().actor, f"downloaded {len(ours)} passwords of imported extensions"
        )
        columns = exporting.SECRET_COLUMNS
        values = [
            {
                csv_text.NUMBER: each.number,
                "name": each.name,
                "secret": exporting.secret_of(each, services.cipher),
            }
            for each in ours
        ]
    return csv_text.write(values, columns)
