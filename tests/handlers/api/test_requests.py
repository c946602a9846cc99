"""What is no request that can be read is refused for what it is, by name."""

from __future__ import annotations

from typing import Annotated

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, ConfigDict, Field

import logs
from handlers.api import problems
from handlers.api.routes import Answer, Api


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    tags: list[str] = []


class Which(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = 10


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app, api = Flask(__name__), Api()
    logs.log_requests(app)
    problems.register(app)
    people = api.group("People", "For these tests.")

    @people.post("/people", None, answers={201: Person}, also={"text/csv": {"type": "string"}})
    def create(body: Person | None) -> Answer:
        return Answer(body or Person(name="of a table"), status=201, headers={"Location": "/api/people/7"})

    @people.get("/people/<id>", None, answers={200: Person})
    def read(id: Annotated[int, Field(gt=0)], query: Which) -> Person:
        return Person(name=f"{id} of {query.limit}")

    app.register_blueprint(api.blueprint)
    return app.test_client()


def test_a_request_is_read_into_its_models(client: FlaskClient) -> None:
    created = client.post("/api/people", json={"name": "Ada"})
    assert (created.status_code, created.json, created.headers["Location"]) == (
        201,
        {"name": "Ada", "tags": []},
        "/api/people/7",
    )
    assert client.get("/api/people/7?limit=3").json == {"name": "7 of 3", "tags": []}
    utf8 = client.post(
        "/api/people", data='{"name":"é"}'.encode(), content_type="application/json; charset=utf-8"
    )
    assert utf8.status_code == 201


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body is empty"),
        (b'{"name": "Ada"', "at line 1, column 15"),
        (b'{"name": "Ada", "name": "Bob"}', "“name” stands twice in one object"),
        (b'{"name": "Ada", "tags": [{"a": 1, "a": 2}]}', "“a” stands twice in one object"),
        (b"{%s}" % b",".join(b'"%d":1' % n for n in range(1001)), "has 1001 names"),
        (b"{%s}" % b",".join(b'"%d":1' % (n // 2) for n in range(1000)), "“0” stands twice in one object"),
        (b'["Ada"]', "the body is no JSON object"),
        (b"null", "the body is no JSON object"),
        (b'"{\\"name\\": \\"Ada\\"}"', "the body is no JSON object"),
        (b'{"name": NaN}', "NaN is no JSON"),
        (b'{"name": "\xff"}', "no text in UTF-8"),
        (b'{"name": "\\ud800"}', "no text in UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"name": ' + b"1" * 5_000 + b"}", "a number that is too long"),
    ],
)
def test_a_body_that_is_no_json_object_says_what_it_is(client: FlaskClient, body: bytes, said: str) -> None:
    answer = client.post("/api/people", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, problems.MEDIA_TYPE)
    assert said in (answer.json or {})["detail"]


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_another_media_type_is_told_which_are_taken(client: FlaskClient, content_type: str) -> None:
    answer = client.post("/api/people", data=b'{"name": "Ada"}', content_type=content_type)
    assert answer.status_code == 415
    assert "send application/json or text/csv" in (answer.json or {})["detail"]


def test_a_media_type_that_the_route_reads_itself_reaches_it(client: FlaskClient) -> None:
    answer = client.post("/api/people", data=b"name\nAda\n", content_type="text/csv")
    assert (answer.json or {})["name"] == "of a table"


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("limt=1", "limt", "did you mean limit?"),
        ("limit=one", "limit", "this is a whole number"),
    ],
)
def test_a_parameter_of_the_address_is_refused_by_name(
    client: FlaskClient, query: str, field: str, said: str
) -> None:
    answer = client.get(f"/api/people/7?{query}")
    assert answer.status_code == 422
    [fault] = (answer.json or {})["errors"]
    assert (fault["field"], said in fault["detail"]) == (field, True)


def test_a_parameter_that_stands_twice_is_refused(client: FlaskClient) -> None:
    answer = client.get("/api/people/7?limit=1&limit=2")
    assert (answer.status_code, (answer.json or {})["detail"]) == (
        422,
        "limit stands twice in the address: give it once",
    )


def test_a_route_without_a_query_refuses_one(client: FlaskClient) -> None:
    assert client.post("/api/people?dry_run=1", json={"name": "Ada"}).status_code == 422


@pytest.mark.parametrize("id", ["0", "seven", "7x"])
def test_an_address_with_what_cannot_be_an_id_is_not_found(client: FlaskClient, id: str) -> None:
    assert client.get(f"/api/people/{id}").status_code == 404
