"""How a group declares its routes: what is read before one is called, and all that the description says of it.

A route is a function. Its docstring is the summary and the description; its parameters are read from the request by
their annotations and handed in checked: `query` and `body` are pydantic models, all others stand in the path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.routing import BaseConverter

from handlers.api import authentication, idempotency, requests
from handlers.api.problems import PREFIX
from handlers.api.route import Answered, Route
from models.api_token import Scope

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Answer:
    """A body with a status other than 200, or with headers."""

    body: BaseModel | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Api:
    """The blueprint under /api, and what is known of its routes."""

    def __init__(self) -> None:
        self.blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
        self.blueprint.record(lambda state: state.app.url_map.converters.update(id=self._id()))
        self.routes: list[Route] = []
        self.groups: dict[str, str] = {}  # name → description

    def group(self, name: str, description: str) -> Group:
        """Return what declares routes under one heading of the description."""
        self.groups[name] = description
        return Group(self, name)

    def _id(self) -> type[BaseConverter]:
        """Return what an `<id>` is: no address of its own. PUT /extensions/bulk is 405, and no extension that is not there."""
        beside = {route.path.partition("<id>")[0] for route in self.routes if "<id>" in route.path}
        parts = (route.path.rpartition("/") for route in self.routes)
        words = [re.escape(word) for parent, _, word in parts if f"{parent}/" in beside and word != "<id>"]
        return type("Id", (BaseConverter,), {"regex": f"(?!(?:{'|'.join(words)})$)[^/]+"})

    def larger_bodies(self) -> dict[str, int]:
        """Return `POST /api/extensions/bulk` → how many bytes it may have, for routes that take more than others."""
        return {f"{each.method} {PREFIX}{each.path}": each.max_body for each in self.routes if each.max_body}

    def add(self, route: Route) -> None:
        self.routes.append(route)
        view = _reading(route)
        if route.scope is not None:
            view = authentication.needs(route.scope)(view)
        rule = route.path.replace("<id>", "<id:id>")
        self.blueprint.add_url_rule(rule, route.view.__name__, view, methods=[route.method])


@dataclass(frozen=True)
class Group:
    """Declares routes of one kind, as in `@extensions.get("/extensions/<id>", Scope.READ, answers={200: One})`."""

    api: Api
    name: str

    def get(self, path: str, scope: Scope | None, **more: Any) -> Callable[[ViewT], ViewT]:
        return self.route("GET", path, scope, **more)

    def post(self, path: str, scope: Scope | None, **more: Any) -> Callable[[ViewT], ViewT]:
        return self.route("POST", path, scope, **more)

    def route(
        self,
        method: str,
        path: str,
        scope: Scope | None,
        *,
        answers: Mapping[int, Answered],
        **more: Any,
    ) -> Callable[[ViewT], ViewT]:
        """Declare the decorated function as a route; the arguments are fields of Route."""

        def declare(view: ViewT) -> ViewT:
            parameters = get_type_hints(view, include_extras=True)
            parameters.pop("return", None)
            self.api.add(Route(method, path, scope, self.name, view, parameters, answers, **more))
            return view

        return declare


def _reading(route: Route) -> Callable[..., Response]:
    """Return the view that reads the request, calls the route, and makes the response."""

    def call(**given: Any) -> Response:
        return _response(route.view(**given))

    work = idempotency.once(call) if route.method == "POST" else call

    @wraps(route.view)
    def view(**path: str) -> Response:
        given = requests.in_path(route, path)
        query = requests.query(route.query or requests.NoQuery, request)
        if route.query:
            given["query"] = query
        if route.body:
            given["body"] = requests.body(route, request)
        return work(**given)

    return view


def _response(answer: object) -> Response:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, BaseModel):
        answer = Answer(answer)
    assert isinstance(answer, Answer), "a route returns a model, an Answer or a Response"  # noqa: S101
    text = answer.body.model_dump_json(by_alias=True) if answer.body else ""
    headers = {"Cache-Control": "no-store"} | dict(answer.headers)  # secrets may be in there
    return Response(text, answer.status, headers, mimetype=requests.JSON)
