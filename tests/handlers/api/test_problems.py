"""Whatever goes wrong under /api/ is a problem as RFC 9457 has it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NoReturn

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

import logs
from handlers.api import problems
from handlers.api.problems import MEDIA_TYPE, Problem
from handlers.api.routes import Api
from models.errors import SecretUnreadable
from models.extension import State
from models.fields import Changes
from pbx.errors import (
    AsteriskUnavailable,
    ConfigFileError,
    NotFound,
    NumberTaken,
    Overtaken,
    PhonesAtRisk,
    Refusal,
)

HUSH = "hush-hush"


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    transport: Literal["udp", "tcp"] = "udp"


class Limits(BaseModel):
    limit: int = Field(ge=1)
    most: int = Field(le=5)
    word: str = Field(max_length=2)
    words: list[str] = Field(max_length=2)
    state: State
    more: dict[str, str]


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    logs.log_requests(app)
    problems.register(app)

    @app.get("/api/broken")
    @app.get("/broken", endpoint="elsewhere")
    def broken() -> str:
        app.extensions["break"]()
        return "whole"

    api = Api()
    people = api.group("People", "For this test.")

    @people.post("/people", None, answers={200: Person})
    def create(body: Person) -> Person:
        return body

    app.register_blueprint(api.blueprint)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def raising(app: Flask, error: Exception | Callable[[], object], path: str = "/api/broken") -> TestResponse:
    """Answer a GET by a view in which that is raised."""

    def throw() -> NoReturn:
        assert isinstance(error, Exception)
        raise error

    app.extensions["break"] = throw if isinstance(error, Exception) else error
    return app.test_client().get(path)


def problem(answer: TestResponse, status: int) -> dict[str, object]:
    assert (answer.status_code, answer.content_type) == (status, MEDIA_TYPE), answer.text
    body: dict[str, object] = json.loads(answer.text)
    assert body["status"] == status
    assert body["title"]
    assert body["type"] == "about:blank"
    return body


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nowhere", "/api/people/1", "/api/%00", "/api/%FF"])
def test_an_address_that_is_none_is_a_problem(client: FlaskClient, path: str) -> None:
    assert "/api/docs" in str(problem(client.get(path), 404)["detail"])


def test_a_method_that_is_not_for_this_address_names_those_that_are(client: FlaskClient) -> None:
    answer = client.put("/api/people")
    assert "PUT is not for this address: use " in str(problem(answer, 405)["detail"])
    assert "POST" in answer.headers["Allow"]


def test_other_addresses_answer_as_before(app: Flask) -> None:
    assert app.test_client().get("/nowhere").content_type == "text/html; charset=utf-8"
    assert app.test_client().get("/apiary").content_type == "text/html; charset=utf-8"
    assert raising(app, RuntimeError(), "/broken").content_type == "text/html; charset=utf-8"
    assert problem(raising(app, Problem(401, "who is that?"), "/broken"), 401)


def test_a_body_that_is_no_json_or_too_large_is_refused_for_that(client: FlaskClient) -> None:
    assert "Content-Type" in str(problem(client.post("/api/people", data="name=Alice"), 415)["detail"])
    broken = client.post("/api/people", data="{", content_type="application/json")
    assert "JSON" in str(problem(broken, 400)["detail"])
    large = client.post("/api/people", data="[" * 1001, content_type="application/json")
    assert "bytes" in str(problem(large, 413)["detail"])


def test_fields_are_refused_by_name_with_what_would_be_right(client: FlaskClient) -> None:
    faults = problem(client.post("/api/people", json={"nmae": "A", "transport": "sctp", "x": 1}), 422)[
        "errors"
    ]
    assert faults == [
        {"field": "name", "detail": "this is needed"},
        {"field": "transport", "detail": "this is 'udp' or 'tcp'"},
        {
            "field": "nmae",
            "detail": "there is no such field; did you mean name? The fields are name, transport",
        },
        {"field": "x", "detail": "there is no such field"},
    ]


def test_a_fault_is_told_in_words_for_people_and_in_none_of_a_librarys() -> None:
    wrong = {"limit": 0, "most": 9, "word": "abc", "words": ["a"] * 3, "state": "x", "more": 1}
    with pytest.raises(ValidationError) as refused:
        Limits.model_validate(wrong)
    faults = problems.of_validation(refused.value).members["errors"]
    assert [(each.field, each.detail) for each in faults] == [
        ("limit", "this is 1 at least"),
        ("most", "this is 5 at most"),
        ("word", "this has at most 2 characters"),
        ("words", "this is a list of at most 2"),
        ("state", "this is 'pending', 'live', 'failed' or 'deleting'"),
        ("more", "this is an object"),
    ]


def test_of_many_faults_some_are_named_and_the_rest_is_counted(client: FlaskClient) -> None:
    found = problem(client.post("/api/people", json={f"f{n:02}": n for n in range(30)}), 422)
    faults = found["errors"]
    assert isinstance(faults, list)
    assert [each["field"] for each in faults] == ["name", *(f"f{n:02}" for n in range(19)), ""]
    assert faults[-1]["detail"] == "and 11 more"
    assert str(found["detail"]).endswith("f18: there is no such field; and 11 more")


def test_a_long_name_is_repeated_by_its_beginning(client: FlaskClient) -> None:
    found = problem(client.post("/api/people", json={"name": "A", "x" * 900: 1}), 422)
    assert found["errors"] == [
        {"field": "x" * 80 + "…", "detail": "there is no such field. The fields are name, transport"}
    ]


def test_a_refused_secret_is_not_repeated(app: Flask) -> None:
    answer = raising(app, lambda: Changes.model_validate({"secret": SecretStr("a b"), "codecs": "mp3"}))
    faults = {each["field"]: each["detail"] for each in problem(answer, 422)["errors"]}  # type: ignore[attr-defined] # a list of objects
    assert "8 to 128 characters" in faults["secret"]
    assert "codecs are some of ulaw" in faults["codecs"]
    assert "a b" not in answer.text.replace("a backslash", "")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("there is no extension 101"), 404),
        (NumberTaken("101 is taken"), 409),
        (Overtaken("changed meanwhile"), 409),
        (PhonesAtRisk("it would take 3 phones away"), 409),
        (Refusal("no"), 422),
        (ConfigFileError("pjsip.conf cannot be read"), 503),
        (SecretUnreadable("put the old key back"), 503),
        (Problem(418, "I am one"), 418),
    ],
)
def test_what_the_program_refuses_has_its_status_and_its_words(
    app: Flask, error: Exception, status: int
) -> None:
    assert problem(raising(app, error), status)["detail"] == str(error)


def test_what_was_overtaken_by_a_change_is_412_for_whoever_named_a_version(app: Flask) -> None:
    raising(app, Overtaken("changed meanwhile"))
    answer = app.test_client().get("/api/broken", headers={"If-Match": '"7-3"'})
    assert problem(answer, 412)["detail"] == "changed meanwhile"


def test_what_passes_by_itself_says_when_to_try_again(app: Flask) -> None:
    answer = raising(app, AsteriskUnavailable("Asterisk does not answer"))
    assert (problem(answer, 503)["detail"], answer.headers["Retry-After"]) == (
        "Asterisk does not answer",
        "30",
    )
    database = OperationalError(f"UPDATE {HUSH}", {}, Exception("database is locked"))
    locked = raising(app, database)
    assert "keeps it locked" in str(problem(locked, 503)["detail"])
    assert (locked.headers["Retry-After"], HUSH in locked.text) == ("30", False)


def test_a_problem_carries_its_members_and_headers(app: Flask) -> None:
    answer = raising(app, Problem(409, "twice", headers={"X-Why": "so"}, balance=3))
    assert (problem(answer, 409)["balance"], answer.headers["X-Why"]) == (3, "so")


def test_the_unforeseen_is_logged_without_its_words_and_can_be_found(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = raising(app, RuntimeError(HUSH))
    assert answer.headers["X-Request-Id"] in str(problem(answer, 500)["detail"])
    record = next(each for each in caplog.records if each.name == "switchhook.api")
    assert record.__dict__["error"] == "RuntimeError"
    assert Path(__file__).name in record.__dict__["where"][-1]
    assert HUSH not in answer.text + repr([each.__dict__ for each in caplog.records])


def test_a_redirect_options_and_an_abort_in_a_view_are_no_html(app: Flask) -> None:
    options = app.test_client().options("/api/broken")
    assert (options.status_code, options.data, "Content-Type" in options.headers) == (200, b"", False)
    assert "GET" in options.headers["Allow"]
    redirect = app.test_client().post("/api//people")
    assert (redirect.status_code, redirect.data, "Content-Type" in redirect.headers) == (308, b"", False)
    assert problem(raising(app, lambda: abort(403)), 403)["title"] == "Forbidden"
