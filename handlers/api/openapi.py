"""The API's description in OpenAPI 3.1, made of its routes and of the models that check what is sent.

pydantic writes JSON Schema as OpenAPI 3.1 has it. flask-openapi3 would read it into classes of its own that drop
`examples`, read bodies before anybody has looked at the token, and answer broken JSON as if there were none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.api import problem_texts
from handlers.api.event_filters import EVENT_ID
from handlers.api.problems import MEDIA_TYPE, PREFIX, ProblemDetails
from handlers.api.route import Answered, Route
from version import VERSION

REFERENCE = "#/components/schemas/{model}"
JSON = "application/json"
Schemas = Mapping[Any, dict[str, Any]]  # (model, mode) → a reference to its schema

TITLE = "Switchhook"
DESCRIPTION = """The phone system's extensions, settings and events. [docs/api.md](docs/api.md) explains it with examples.

Every answer that is no success is a problem of RFC 9457 (application/problem+json): `detail` says what is wrong and
what to do, `errors` names the fields."""
# Headers of requests and answers, by name: what each is for, and an example.
HEADERS = {
    "If-Match": (
        "The ETag that you have seen. If the extension has changed since, the answer is 412.",
        '"7-3"',
    ),
    "Idempotency-Key": (
        "A name of your own for this request, best a new UUID: sent again within 24 hours, the same request has the same "
        "answer, and nothing is done twice.",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    ),
    "Last-Event-ID": ("The last event that you have: the stream goes on behind it.", "4711"),
    "ETag": ("This revision of the extension, for If-Match.", '"7-3"'),
    "Location": ("The address of what has been made.", "/api/extensions/7"),
    "Link": ("The next page, if there is one.", '</api/extensions?limit=100&cursor=199>; rel="next"'),
    "WWW-Authenticate": ("What is wrong with the token, or what it lacks.", 'Bearer realm="Switchhook"'),
    "Retry-After": ("In how many seconds to try again, where it may pass by itself.", "30"),
}
ETAGS = r'(W/)?"[^"]*"'
PATTERNS = {
    "If-Match": rf"^(\*|{ETAGS}( *, *{ETAGS})*)$",
    "Last-Event-ID": EVENT_ID,
    "Idempotency-Key": r"""^("([ !#-\[\]-~]|\\["\\]){1,255}"|[!#-+\--~]{1,255})$""",
}


def description(routes: Iterable[Route], groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the document for /api/openapi.json."""
    routes = list(routes)
    models = {model for route in routes for model in route.models}
    models.add((ProblemDetails, "serialization"))
    schemas, definitions = models_json_schema(sorted(models, key=str), ref_template=REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": DESCRIPTION},
        "tags": [{"name": name, "description": text} for name, text in groups.items()],
        "paths": _paths(routes, schemas),
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of `flask token create`.",
                }
            },
        },
    }


def _paths(routes: list[Route], schemas: Schemas) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(path_of(PREFIX + route.path), {})[route.method.lower()] = _operation(route, schemas)
    return paths


def path_of(rule: str) -> str:
    """Return `/api/extensions/{id}` for `/api/extensions/<id>`."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule)


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.view.__name__,
        "tags": [route.group],
        "summary": route.summary,
        "description": route.description,
        "security": _security(route),
        "parameters": [*_in_path(route), *_in_query(route), *_headers(route.headers)],
        "responses": _successes(route, schemas) | _problems(route, schemas),
    }
    if route.body:
        json = {JSON: _of_model(route.body, schemas[route.body, "validation"])}
        others = {kind: {"schema": schema} for kind, schema in route.also.items()}
        operation["requestBody"] = {"required": True, "content": json | others}
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Return what a client has to send: nothing or a token where an unknown token is refused, though none is needed."""
    if route.scope:
        return [{"token": [route.scope.value]}]
    return [{}, {"token": []}] if 401 in route.problems else []


def _in_path(route: Route) -> list[dict[str, Any]]:
    return [
        _parameter("path", name, parameter.json_schema(), required=True)
        for name, parameter in route.in_path.items()
    ]


def _in_query(route: Route) -> list[dict[str, Any]]:
    schema = route.query.model_json_schema() if route.query else {}
    properties = _inlined(schema.get("properties", {}), schema.get("$defs", {}))
    return [
        _parameter("query", name, each, required=name in schema.get("required", ()))
        for name, each in properties.items()
    ]


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Return it with definitions in the place of references to them, which would lead out of a parameter."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _inlined(definitions[reference.rpartition("/")[2]], definitions)
    return {name: _inlined(each, definitions) for name, each in schema.items()}


def _headers(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "header", "required": False, **_header(name)} for name in names]


def _header(name: str) -> dict[str, Any]:
    text, example = HEADERS[name]
    schema = {"type": "string", "examples": [example]}
    if name in PATTERNS:
        schema["pattern"] = PATTERNS[name]
    return {"description": text, "schema": schema}


def _parameter(place: str, name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    text = schema.pop("description", "")
    return {"name": name, "in": place, "required": required, "description": text, "schema": schema}


def _successes(route: Route, schemas: Schemas) -> dict[str, Any]:
    headers = {name: _header(name) for name in route.sends}
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": headers,
            "content": _content(answered, schemas),
        }
        for status, answered in route.answers.items()
    }


def _content(answered: Answered, schemas: Schemas) -> dict[str, Any]:
    if isinstance(answered, str):
        return {answered: {"schema": {"type": "string"}}}
    return {JSON: _of_model(answered, schemas[answered, "serialization"])}


def _of_model(model: type[BaseModel], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a body's schema and example, whose fields stand in the order of the model, as pydantic's do not."""
    extra: Any = model.model_config["json_schema_extra"]
    return {"schema": schema, "example": extra["examples"][0]}


def _problems(route: Route, schemas: Schemas) -> dict[str, Any]:
    schema = schemas[ProblemDetails, "serialization"]
    return {
        str(status): {
            "description": problem_texts.WHEN[status],
            "headers": {name: _header(name) for name in problem_texts.HEADERS.get(status, ())},
            "content": {MEDIA_TYPE: {"schema": schema, "example": problem_texts.example(status)}},
        }
        for status in problems_of(route)
    }


def problems_of(route: Route) -> list[int]:
    """Return the statuses of all problems that it may answer."""
    found = {422, 500, *route.problems}  # 422: every route refuses parameters that it does not know
    if route.scope:
        found |= {401, 403, 429, 503}
    if route.in_path:
        found.add(404)
    if route.query:
        found.add(414)
    if route.body:
        found |= {400, 413, 415}
    if "Idempotency-Key" in route.headers:
        found |= {400, 409}
    if "If-Match" in route.takes:
        found |= {400, 412}
    return sorted(found)
