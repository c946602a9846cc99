"""/api/openapi.json tells of every route all that a caller must know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from handlers.api import openapi, problem_texts
from handlers.api.problems import MEDIA_TYPE, ProblemDetails
from handlers.api.routes import Api
from models.api_token import Scope
from pbx.services import Services
from tests.handlers.api.client import is_open
from tests.tokens import made


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(app.test_client().get("/api/openapi.json").text)
    return answer


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_has_every_route_under_api(app: Flask, document: dict[str, Any]) -> None:
    described = {name for name, _ in operations(document)}
    for rule in app.url_map.iter_rules():
        path = openapi.path_of(rule.rule)
        if path.startswith("/api/") and not is_open(path):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert f"{method} {path}" in described


def test_every_route_says_what_it_is_for_and_needs(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    known = {tag["name"] for tag in document["tags"]}
    for name, operation in operations(document):
        assert len(operation["summary"]) > 5, name
        assert len(operation["description"]) > 20, name
        assert set(operation["tags"]) <= known, name
        if not is_open(name.partition(" ")[2]):
            [[scope]] = [each["token"] for each in operation["security"]]
            assert scope in list(Scope), name


def test_every_parameter_and_body_has_words_and_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in operation["parameters"]:
            assert len(parameter["description"]) > 5, (name, parameter)
            assert parameter["schema"].get("examples"), (name, parameter)
        body = operation.get("requestBody", {"content": {}})
        for kind, content in body["content"].items():
            assert _resolved(document, content["schema"]).get("examples"), (name, kind)


def test_every_answer_says_what_is_in_it(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert answer["description"], (name, status)
            [(kind, content)] = answer["content"].items()
            is_report = (name, status) == ("GET /api/health", "503")
            assert (kind == MEDIA_TYPE) is (status >= "400" and not is_report), (name, status)
            if kind == openapi.JSON:
                assert _resolved(document, content["schema"]).get("examples"), (name, status)


def test_every_example_is_one(app: Flask, document: dict[str, Any]) -> None:
    api: Api = app.extensions["api"]
    for model in {model for route in api.routes for model, _ in route.models}:
        for example in model.model_json_schema()["examples"]:
            model.model_validate(example)


def test_every_route_is_in_the_words_too(document: dict[str, Any]) -> None:
    words = Path("docs/api.md").read_text()
    for name, _ in operations(document):
        method, _, path = name.replace("{id}", "<id>").replace("{number}", "101").partition(" ")
        assert re.search(rf"{method}\b[^|\n]* {re.escape(path)}`", words), name


def test_each_status_has_an_example_of_its_own(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if problem := answer["content"].get(MEDIA_TYPE):
                example = ProblemDetails.model_validate(problem["example"])
                assert (str(example.status), example.title) == (status, HTTPStatus(int(status)).phrase), name


@pytest.mark.parametrize(
    ("status", "path", "asked"),
    [
        (400, "extensions", {"data": '{\n"name":\n"a" "b"}', "content_type": "application/json"}),
        (404, "extensions/abc/toggle", {}),
        (413, "extensions", {"data": b" " * 1_000_001, "content_type": "application/json"}),
        (415, "extensions", {"data": "a", "content_type": "text/plain"}),
        (422, "extensions", {"json": {"name": "Alice", "nmae": "Alice"}}),
    ],
)
def test_the_example_of_a_problem_is_what_is_answered(
    app: Flask, quiet: Services, status: int, path: str, asked: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {made(quiet, scope=Scope.ADMIN)}"}
    answer = app.test_client().post(f"/api/{path}", headers=headers, **asked)
    assert answer.status_code == status
    assert answer.get_json()["detail"].partition(" The fields are")[0] == problem_texts.DETAILS[status]


def test_the_example_of_what_is_sent_makes_no_password_that_everybody_knows(
    document: dict[str, Any],
) -> None:
    for name, operation in operations(document):
        body = operation.get("requestBody", {"content": {}})["content"].get(openapi.JSON, {})
        assert "secret" not in json.dumps(body.get("example")), name


def test_health_is_asked_with_the_token_if_there_is_one(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/health"]["get"]["security"] == [{}, {"token": []}]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found
