"""/extensions/101/doctor: what is wrong with one extension. It takes a few seconds, so a button asks for it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from handlers import wording
from handlers.doctor import actions
from handlers.doctor import command as doctor_command
from handlers.pages import doctor_report, visitor
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models.extension import Extension
from pbx.doctor.fixes import FIXES
from pbx.errors import SwitchhookError


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/<number>/doctor", Role.ADMIN)
    def doctor(row: Extension) -> str:
        report, seen = doctor_command.shared(services, row.number)
        shown = doctor_report.shown(report, row.number)
        return render_template(
            "pages/extension_doctor.html", row=row, report=shown, seen_state=seen, fixes=FIXES
        )

    @pages.post("/<number>/doctor/fix/<name>", Role.ADMIN)
    def fix_number(row: Extension, name: str) -> Response:
        if name not in FIXES:
            raise NotFound(f"there is nothing called {name} to be done")
        seen, by = request.form.get("seen", ""), visitor.current().actor
        try:
            done = actions.mend(services, name, row.number, seen, by)
            visitor.notice(services, "done", wording.ended(done))
        except SwitchhookError as error:
            visitor.notice(services, "fault", wording.ended(str(error)))
        return redirect(url_for("pages.doctor", number=row.number), 303)
