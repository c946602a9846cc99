"""/extensions/101/delete: a page that asks, and the deletion."""

from __future__ import annotations

from functools import partial

from flask import render_template, url_for
from werkzeug.wrappers import Response

from handlers import deletion_wording
from handlers.pages import visitor
from handlers.pages.extensions import deeds
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models.extension import Extension
from pbx import extensions
from pbx.answers import ChangeResult
from pbx.services import Services


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/<number>/delete", Role.ADMIN)
    def ask_delete(row: Extension) -> str:
        return render_template("pages/delete.html", row=row, consequences=deletion_wording.consequences(row))

    @pages.post("/<number>/delete", Role.ADMIN)
    def delete(row: Extension) -> Response:
        then = url_for("pages.listing")
        return deeds.carried_out(services, row, "deleted", partial(_delete, services, row), then)


def _delete(services: Services, row: Extension) -> ChangeResult:
    deeds.must_be_seen(row)
    return extensions.delete(services, row.number, by=visitor.current().actor, seen=row)
