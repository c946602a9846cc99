"""Reads a request into the models of its route. Whatever is wrong with it is refused as a Problem that names it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from flask import Request
from pydantic import BaseModel, TypeAdapter, ValidationError

from handlers.api.problems import Problem, of_validation, shortened
from handlers.api.route import Route

JSON = "application/json"
MAX_NAMES = 1000  # in one object; those that are no fields are refused one by one
ModelT = TypeVar("ModelT", bound=BaseModel)


class NoQuery(BaseModel, extra="forbid"):
    """The query of a route that has none."""


def in_path(route: Route, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of the path. Raises Problem."""
    return {name: _of_path(name, route.in_path[name], text) for name, text in given.items()}


def _of_path(name: str, parameter: TypeAdapter[Any], text: str) -> Any:
    """Return the value. Raises Problem, with what the description says that it is."""
    try:
        return parameter.validate_python(text)
    except ValidationError:
        schema = parameter.json_schema()
        examples = " or ".join(map(str, schema.get("examples", ())))
        what = f"{schema.get('description', name).rstrip('.')}, such as {examples}"
        raise Problem(404, f"there is nothing at this address; {name}: {what}") from None


def query(model: type[ModelT], request: Request) -> ModelT:
    """Return the query of the URL. Raises Problem, also for a parameter that is unknown or stands there twice."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise Problem(422, f"{name} stands twice in the address: give it once")
    return validated(model, request.args.to_dict())


def body(route: Route, request: Request) -> BaseModel | None:
    """Return the body; None for one of another media type that the route reads itself. Raises Problem."""
    if route.max_body is not None:
        request.max_content_length = route.max_body
    if request.mimetype in route.also:
        return None
    if request.mimetype != JSON:
        kinds = " or ".join([JSON, *route.also])
        sent = f"says that it is {request.mimetype}" if request.mimetype else "does not say what it is"
        raise Problem(415, f"the body {sent}: send {kinds}, and say so in the header Content-Type")
    return validated(route.body, json_object(request.get_data())) if route.body else None


def validated(model: type[ModelT], values: Mapping[str, Any]) -> ModelT:
    """Return the values as a model. Raises Problem, with a sentence for each that is wrong."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        names = [field.alias or name for name, field in model.model_fields.items()]
        raise of_validation(error, names) from None


def json_object(data: bytes) -> dict[str, Any]:
    """Read a body that is one JSON object. Raises Problem."""
    if not data:
        raise Problem(400, "the body is empty: send a JSON object, {} at the least")
    try:
        found = json.loads(data.decode(), object_pairs_hook=_once_each, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no character
    except UnicodeError:
        raise Problem(400, "the body is no text in UTF-8: encode it so") from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"the body is no JSON: {error.msg}, at {at}") from None
    except (ValueError, RecursionError):
        raise Problem(400, "the body is nested too deep, or has a number that is too long") from None
    if not isinstance(found, dict):
        raise Problem(400, 'the body is no JSON object: it looks like {"name": "Alice"}')
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_NAMES:
        raise Problem(400, f"one object has {len(pairs)} names: nothing here takes more than {MAX_NAMES}")
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Problem(400, f"“{shortened(name)}” stands twice in one object: say it once")
        found[name] = value
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise Problem(400, f"{constant} is no JSON: give a number, or leave the field out")
