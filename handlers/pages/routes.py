"""How a page is declared: who may open it, and what is looked at before its function is called.

A view is given what stands in the path; in the place of `<number>`, the extension as it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.routing import BaseConverter, IntegerConverter, Map
from werkzeug.wrappers import Response

from handlers.pages import security, visitor
from handlers.pages.access.members import Members
from handlers.pages.extensions import rows
from handlers.pages.following.change_feed import ChangeFeed, seen
from handlers.pages.visitor import Visitor
from handlers.slack.admins import Admins
from handlers.slack.roles import Role
from handlers.slack.workspace import Workspace
from models import login_link
from pbx.services import Services

PREFIX = "/extensions"
OWNERS_ONLY = "This is for the owner of the extension. What is open to you is in the menu"
FOREIGN = (
    "This form was not sent by a page of yours, or is older than your sign-in. Nothing was done: go back, reload the "
    "page, and send it again"
)
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class Number(BaseConverter):
    """An extension's number in a path: all other words name pages."""

    regex = "[0-9]{2,20}"


class Id(IntegerConverter):
    """A row's id in a path, as far as every database holds one."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class MenuEntry(NamedTuple):
    """A page that the menu leads to. `role`: who sees it there."""

    title: str
    endpoint: str
    role: Role


class Pages:
    """The blueprint below PREFIX, and how its pages are declared."""

    def __init__(self, services: Services, admins: Admins, workspace: Workspace) -> None:
        self.services = services
        self.admins = admins
        self.feed = ChangeFeed()
        self.members = Members(services.settings)
        self.workspace = workspace
        self.menu: list[MenuEntry] = []
        self.blueprint = Blueprint(
            "pages",
            __name__,
            url_prefix=PREFIX,
            template_folder="templates",
            static_folder="static",
            static_url_path="/static",
        )
        self.blueprint.record(lambda state: state.app.url_map.converters.update(number=Number, id=Id))

    def get(
        self, path: str, role: Role | None, menu: str | None = None, *, is_page: bool = True
    ) -> Callable[[ViewT], ViewT]:
        """Declare a page. `role`: who may open it; None: also who is not signed in. `menu`: its title there.

        `is_page`: the answer is one, and says how things stood before it was read.
        """
        return self._declare("GET", path, role, menu, is_page=is_page)

    def post(self, path: str, role: Role | None) -> Callable[[ViewT], ViewT]:
        """Declare what a form does."""
        return self._declare("POST", path, role, None, is_page=False)

    def _declare(
        self, method: str, path: str, role: Role | None, menu: str | None, *, is_page: bool
    ) -> Callable[[ViewT], ViewT]:
        def declare(view: ViewT) -> ViewT:
            rule = path.replace("<number>", "<number:number>")
            guarded = self._guarded(view, role, is_page=is_page)
            self.blueprint.add_url_rule(rule, view.__name__, guarded, methods=[method])
            if menu:
                self.menu.append(MenuEntry(menu, f"pages.{view.__name__}", role or Role.EVERYBODY))
            return view

        return declare

    def _guarded(self, view: ViewT, role: Role | None, *, is_page: bool) -> Callable[..., Any]:
        """Return the view behind what is looked at first."""

        @wraps(view)
        def guarded(**given: Any) -> Any:
            g.visitor = self._visitor()
            if request.method not in ("GET", "HEAD"):
                self._must_be_own(role)
            if role is None:
                return view(**given)
            if g.visitor is None:
                return self._sign_in()
            row = rows.get(self.services, given.pop("number"), g.visitor) if "number" in given else None
            if g.visitor.role(row) < role:
                raise Forbidden(OWNERS_ONLY if role is Role.OWNER else None)
            g.is_own = row is not None and row.slack_user_id == g.visitor.user_id
            if is_page and request.method == "GET":
                g.seen = seen(self.services, self.feed)
            return view(**given, **({"row": row} if row else {}))

        return guarded

    def _visitor(self) -> Visitor | None:
        """Return who is signed in. Who has left the workspace is signed out, everywhere."""
        found = visitor.find(self.services, self.admins)
        if found is None or not found.user_id or not self.members.has_left(found.user_id, found.since):
            return found
        with self.services.database.session() as session:
            login_link.end_all(session, found.actor)
        return None

    def _must_be_own(self, role: Role | None) -> None:
        """Raise Forbidden for what another site may have had the browser send."""
        if not security.is_own_request(dict(request.headers), visitor.origins(self.services)):
            raise Forbidden(FOREIGN)
        if role is not None and g.visitor is not None and not visitor.is_form_own(self.services):
            raise Forbidden(FOREIGN)

    def _sign_in(self) -> Response:
        """Lead to signing in, and then to the page that was asked for, or that has the form."""
        if request.method == "GET":
            return redirect(url_for("pages.sign_in", next=request.full_path.removesuffix("?")), 303)
        page, _ = current_app.create_url_adapter(request).match(method="GET")  # type: ignore[union-attr] # there is one
        has_form = page != "pages.nowhere"
        return redirect(url_for("pages.sign_in", next=request.path if has_form else None, ended=1), 303)
