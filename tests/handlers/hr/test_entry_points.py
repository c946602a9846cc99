"""The two ways in: Flask, and AWS Lambda behind its three kinds of gateways."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from handlers.body_limits import MAX_BODY
from handlers.hr import aws_lambda
from handlers.hr.blueprint import blueprint
from models.types import now
from pbx.services import Services
from tests.handlers.hr.conftest import Receiver
from tests.handlers.hr.signing import ACCEPTED, HIRED, example, signed
from tests.server import TEST_KEY

Event = dict[str, Any]


@pytest.fixture
def services(receiver: Receiver) -> Services:
    return receiver.services


def fresh(file: str) -> tuple[str, bytes, dict[str, str]]:
    """An example signed now, for doors with a real clock."""
    source, body, headers = example(file)
    return source, body, headers | signed(source, body, at=now())


FILES = [HIRED["standard"], HIRED["token"], "bamboohr_fields.form"]


@pytest.mark.parametrize("file", FILES)
def test_flask_hands_the_raw_bytes_over(services: Services, receiver: Receiver, file: str) -> None:
    app = Flask("test")
    app.register_blueprint(blueprint(services))
    source, body, headers = fresh(file)
    client = app.test_client()
    answer = client.post(f"/webhooks/hr/{source}", data=body, headers=headers)
    assert (answer.status_code, answer.json) == (ACCEPTED[source], {"delivery": receiver.rows()[0].id})
    if source != "token":
        assert client.post(f"/webhooks/hr/{source}", data=body + b" ", headers=headers).status_code == 401
    assert client.post("/webhooks/hr/workday", data=body, headers=headers).status_code == 404
    assert client.get(f"/webhooks/hr/{source}").status_code == 405
    assert client.post(f"/webhooks/hr/{source}", data=b" " * (MAX_BODY + 1)).status_code == 413
    assert len(receiver.rows()) == 1


def _v1(source: str, headers: Mapping[str, str]) -> Event:
    return {
        "version": "1.0",
        "httpMethod": "POST",
        "path": f"/webhooks/hr/{source}",
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "prod"},
    }


def _v2(source: str, headers: Mapping[str, str]) -> Event:
    http = {
        "method": "POST",
        "path": f"/webhooks/hr/{source}",
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
    }
    return {
        "version": "2.0",
        "rawPath": f"/webhooks/hr/{source}",
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": http, "stage": "$default"},
    }


def _alb(source: str, headers: Mapping[str, str]) -> Event:
    return {
        "httpMethod": "POST",
        "path": f"/webhooks/hr/{source}",
        "headers": {name.lower(): value for name, value in headers.items()},
        "queryStringParameters": {},
        "requestContext": {
            "elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/hr/1"}
        },
    }


def _as_text(body: bytes) -> Event:
    return {"body": body.decode(), "isBase64Encoded": False}


def _as_base64(body: bytes) -> Event:
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("encode", [_as_text, _as_base64])
@pytest.mark.parametrize("event_of", [_v1, _v2, _alb])
def test_lambda_stores_a_delivery_of_any_gateway(
    services: Services,
    receiver: Receiver,
    event_of: Callable[[str, Mapping[str, str]], Event],
    encode: Callable[[bytes], Event],
    file: str,
) -> None:
    handler = aws_lambda.handler_for(services)
    source, body, headers = fresh(file)
    answer = handler(event_of(source, headers) | encode(body), None)
    received = answer["statusCode"], json.loads(answer["body"])
    assert received == (ACCEPTED[source], {"delivery": receiver.rows()[0].id})
    assert answer["isBase64Encoded"] is False
    if source != "token":
        assert handler(event_of(source, headers) | encode(body + b" "), None)["statusCode"] == 401
    assert len(receiver.rows()) == 1


def test_lambda_answers_an_event_without_a_body(services: Services) -> None:
    handler = aws_lambda.handler_for(services)
    for event_of in (_v1, _v2, _alb):
        assert handler(event_of("standard", {}), None)["statusCode"] == 401
        assert handler(event_of("workday", {}), None)["statusCode"] == 404
        assert handler(event_of("standard", {}) | _as_text(b" " * (MAX_BODY + 1)), None)["statusCode"] == 413


def test_the_entry_reads_the_environment_once(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    monkeypatch.setenv("DATABASE_URL", str(receiver.database.engine.url))
    monkeypatch.setenv("HR_TOKEN", "the only one")
    monkeypatch.setattr("logs.configure", lambda: None)  # it is about the process, which here is pytest's
    opened: list[Services] = []
    handler_for = aws_lambda.handler_for

    def remember(services: Services) -> Callable[[Event, Any], Event]:
        opened.append(services)
        return handler_for(services)

    monkeypatch.setattr(aws_lambda, "handler_for", remember)
    aws_lambda._handler.cache_clear()
    _, body, headers = example("token_rippling.form")
    event = _v2("token", headers | {"Authorization": "Bearer the only one"}) | _as_base64(body)
    assert [aws_lambda.handler(event, None)["statusCode"] for _ in range(2)] == [202, 202]
    assert aws_lambda._handler.cache_info().misses == 1
    assert len(receiver.rows()) == 1
    aws_lambda._handler.cache_clear()
    for services in opened:
        services.database.close()
