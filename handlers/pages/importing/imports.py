"""/extensions/import: a CSV is sent, its preview is looked at, and then it is carried out."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers import wording
from handlers.bulk import csv_text, importing, owner_lookup, owners, preview
from handlers.pages import visitor
from handlers.pages.importing import import_downloads, import_views
from handlers.pages.importing.upload_pass import UploadPass
from handlers.pages.paging import page_asked_for
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models import csv_import
from models.csv_import import CsvImport
from pbx.services import Services

MAX_FILE_NAME = 100  # characters
PASTED = "pasted text"
NOTHING = "there is neither a file nor a text: choose the one, or paste the other"
BOTH = "there is a file and a text: take one of them away"
RUNS = "{}'s import of {} is being carried out, and one is at a time. Yours is as it was: press the button again when that is done"
OLD = "This preview was not the newest one any more: here it is. Nothing was imported"
FORGOTTEN = "The file is deleted; nothing was imported"


def add_routes(pages: Pages) -> None:
    import_downloads.add_routes(pages)
    _add_upload(pages, pages.services)
    _add_import(pages, pages.services)


def _add_upload(pages: Pages, services: Services) -> None:
    upload_pass = UploadPass(services)
    pages.blueprint.record(lambda state: upload_pass.register(state.app))

    @pages.blueprint.before_request
    def allow_large_files() -> None:
        if request.endpoint == f"pages.{upload.__name__}":
            upload_pass.allow()

    @pages.get("/import", Role.ADMIN)
    def imports() -> Response:
        response = make_response(_form(services))
        upload_pass.give(response)
        return response

    @pages.post("/import", Role.ADMIN)
    def upload() -> Response | tuple[str, int]:
        try:
            import_id = _upload(services)
        except csv_text.Unreadable as error:
            return _form(services, wording.ended(str(error)), request.form.get("text", "")), 422
        return _to(import_id)


def _add_import(pages: Pages, services: Services) -> None:
    @pages.get("/import/<id:import_id>", Role.ADMIN)
    def import_page(import_id: int) -> str:
        show = request.args.get("show", "")
        shown = import_views.look(services, import_id, visitor.current(), show, page_asked_for())
        return render_template(f"pages/{import_views.TEMPLATES[type(shown)]}", shown=shown)

    @pages.post("/import/<id:import_id>", Role.ADMIN)
    def carry_out(import_id: int) -> Response:
        row = import_views.own(services, import_id, visitor.current())
        if row.saved_at is None:
            _begin(services, row)
        return _to(import_id)

    @pages.post("/import/<id:import_id>/forget", Role.ADMIN)
    def forget(import_id: int) -> Response:
        import_views.own(services, import_id, visitor.current())
        csv_import.forget(services.database, import_id)
        visitor.notice(services, "done", wording.ended(FORGOTTEN))
        return redirect(url_for("pages.imports"), 303)


def _form(services: Services, error: str = "", text: str = "") -> str:
    return render_template(
        "pages/import.html",
        columns=import_downloads.COLUMNS,
        running=csv_import.running(services.database),
        latest=csv_import.latest(services.database),
        error=error,
        text=text,
    )


def _to(import_id: int) -> Response:
    return redirect(url_for("pages.import_page", import_id=import_id), 303)


def _upload(services: Services) -> int:
    """Keep what was sent, with its preview, and return its id. Raises csv_text.Unreadable."""
    text, is_guess, file_name = _sent()
    outcomes = importing.checked(services, text)
    asked = owner_lookup.look_up(services.settings, owners.new_owners(outcomes))
    rows = preview.of(owners.without_unfit(outcomes, asked["unfit"]))
    who = visitor.current()
    csv_import.prune(services.database)
    row = CsvImport(
        session_id=who.session_id,
        actor=str(who.actor),
        name=who.name,
        file_name=file_name,
        is_guess=is_guess,
        **asked,
        digest=preview.digest(rows),
        sealed_preview="",
    )
    return csv_import.add(services.database, services.cipher, row, text, preview.as_json(rows))


def _sent() -> tuple[str, bool, str]:
    """Return the text, whether its encoding was guessed, and its name. Raises csv_text.Unreadable."""
    file, pasted = request.files.get("file"), request.form.get("text", "")
    if file and file.filename and pasted.strip():
        raise csv_text.Unreadable(BOTH)
    if file and file.filename:
        text, is_guess = csv_text.guessed(file.read())
        return text, is_guess, _shown(file.filename)
    if not pasted.strip():
        raise csv_text.Unreadable(NOTHING)
    return pasted, False, PASTED


def _shown(name: str) -> str:
    """Return the name of a file as it may be repeated."""
    printable = "".join(each if each.isprintable() else "?" for each in name)
    return wording.shorten(printable, MAX_FILE_NAME)


def _begin(services: Services, row: CsvImport) -> None:
    """Have it carried out, or tell why not. What is carried out already, as after a second press, is not told."""
    hands_over = "hands_over" in request.form
    seen, by = request.form.get("seen", ""), visitor.current().actor
    if importing.begin(services, row.id or 0, seen, by=by, hands_over=hands_over):
        return
    running = csv_import.running(services.database)
    if running is None:
        visitor.notice(services, "warning", wording.ended(OLD))
    elif running.id != row.id:
        visitor.notice(services, "warning", wording.ended(RUNS.format(running.name, running.file_name)))
