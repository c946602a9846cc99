"""All pages, below /extensions."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, g, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import MethodNotAllowed, NotFound

from handlers.pages import errors, security, template_tools, visitor
from handlers.pages.access import sign_in, slack_sign_in
from handlers.pages.administration import (
    alerts,
    audit,
    deliveries,
    delivery_decisions,
    events,
    nat,
    reports,
    system_health,
)
from handlers.pages.extensions import (
    deeds,
    deletion,
    extension_changes,
    extension_doctor,
    extension_page,
    listing,
    own_extension,
    passwords,
    voicemails,
)
from handlers.pages.following import live
from handlers.pages.importing import imports
from handlers.pages.menu import Menu, menu
from handlers.pages.routes import PREFIX, Pages
from handlers.pages.visitor import Visitor
from handlers.slack.admins import Admins
from handlers.slack.roles import Role
from handlers.slack.workspace import Workspace
from pbx.services import Services

# In the order in which the menu has their pages.
GROUPS = (
    listing,
    own_extension,
    extension_page,
    extension_changes,
    extension_doctor,
    passwords,
    voicemails,
    deeds,
    deletion,
    imports,
    reports,
    events,
    deliveries,
    delivery_decisions,
    alerts,
    nat,
    audit,
    system_health,
    live,
    sign_in,
    slack_sign_in,
)


def register(app: Flask, services: Services, admins: Admins, workspace: Workspace) -> None:
    pages = Pages(services, admins, workspace)
    for group in GROUPS:
        group.add_routes(pages)

    @pages.get("/<path:_anything>", Role.EVERYBODY)
    def nowhere(_anything: str) -> None:
        raise NotFound

    _refuse_other_methods(pages.blueprint)
    errors.register(pages.blueprint)
    template_tools.register(pages.blueprint)
    app.after_request(_with_headers)
    pages.blueprint.add_app_template_global(partial(_csrf_field, services), "csrf_field")
    pages.blueprint.context_processor(lambda: _around(pages))
    app.register_blueprint(pages.blueprint)


def _refuse_other_methods(blueprint: Blueprint) -> None:
    """Answer with a page where a path takes no such request: without a route of the blueprint, the app would answer."""

    def nothing_is_done(**_given: str) -> str:
        raise MethodNotAllowed

    for path in ("", "/<path:_anything>"):
        blueprint.add_url_rule(path, view_func=nothing_is_done, methods=["POST", "PUT", "PATCH", "DELETE"])


def _with_headers(response: Response) -> Response:
    """Add what browsers are to keep to, also where no route is; what never changes with who looks may be kept, and is asked for anew."""
    if not f"{request.path}/".startswith(f"{PREFIX}/"):
        return response
    response.headers.update(security.HEADERS)
    if response.mimetype in ("text/css", "text/javascript", "image/svg+xml") and not response.is_streamed:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _around(pages: Pages) -> dict[str, Any]:
    """Return what base.html shows around every page: who is signed in, the menu, and what is to be said."""
    who = g.get("visitor")
    exposed = visitor.is_exposed(pages.services)
    if who is None:
        return {"visitor": None, "exposed": exposed}
    return {
        "exposed": exposed and who.is_admin,
        "visitor": who,
        "menu": _menu(pages, who),
        "notices": lambda: _notices(pages.services),
        "live": live.address(),
        "seen": g.get("seen", ""),
    }


def _menu(pages: Pages, who: Visitor) -> Menu:
    theirs = [(entry.title, url_for(entry.endpoint)) for entry in pages.menu if who.role() >= entry.role]
    return menu(theirs, url_for("pages.mine") if g.get("is_own") else request.path)


def _csrf_field(services: Services) -> Markup:
    token = security.csrf_token(visitor.cookie_token(services))
    return Markup('<input type="hidden" name="{}" value="{}">').format(security.CSRF_FIELD, token)


def _notices(services: Services) -> list[tuple[str, str]]:
    """Return what was kept for this page; nothing for a page that only fetches itself again."""
    if "X-Requested-With" in request.headers:
        return []
    return visitor.take_notices(services)
