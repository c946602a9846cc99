"""Who may use the API: with which token, in which header, for what, and how fast."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, delete, update
from werkzeug.test import TestResponse

from handlers.api import authentication, problems, tokens
from handlers.api.authentication import caller, current_token, needed_scope, needs
from handlers.api.problems import MEDIA_TYPE
from models.actor import Actor
from models.api_token import ApiToken, Scope
from models.encryption import derive
from models.types import now
from pbx.services import Services
from tests.server import TEST_KEY
from tests.tokens import made

BY = Actor("cli", "root")


@pytest.fixture
def services(quiet: Services) -> Services:
    return replace(quiet, settings=quiet.settings.model_copy(update={"api_rate_limit": 60}))


@pytest.fixture
def app(services: Services) -> Flask:
    app = Flask(__name__)
    problems.register(app)
    authentication.register(app, services)

    @app.get("/api/extensions")
    @needs(Scope.READ)
    def listing() -> dict[str, str]:
        return {"caller": str(caller()), "jti": current_token().jti}

    @app.post("/api/extensions")
    @needs(Scope.EXTENSIONS_WRITE)
    def create() -> dict[str, str]:
        return {"caller": str(caller())}

    @app.get("/api/health")
    def health() -> dict[str, str]:
        return {}

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, *headers: str) -> TestResponse:
    return client.get("/api/extensions", headers=[("Authorization", each) for each in headers])


def refused(answer: TestResponse, status: int) -> tuple[str, str]:
    """Return the challenge and the problem's detail."""
    assert (answer.status_code, answer.content_type) == (status, MEDIA_TYPE)
    return answer.headers["WWW-Authenticate"], json.loads(answer.text)["detail"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_a_token_opens_what_its_scope_includes_and_names_the_caller(
    client: FlaskClient, services: Services, scheme: str
) -> None:
    text = made(services, scope=Scope.EXTENSIONS_WRITE)
    answer = get(client, f"{scheme} {text}")
    assert answer.json is not None
    assert (answer.status_code, answer.json["caller"]) == (200, "api:hr-sync")
    assert answer.json["jti"] == jwt.decode(text, options={"verify_signature": False})["jti"]
    created = client.post("/api/extensions", headers={"Authorization": f"Bearer {text}"})
    assert created.json == {"caller": "api:hr-sync"}


@pytest.mark.parametrize("header", ["", "Basic aHI6c3luYw==", "Token {}", "{}", "Bearertoken {}"])
def test_who_sends_no_bearer_token_is_told_how_without_an_error_code(
    client: FlaskClient, services: Services, header: str
) -> None:
    """RFC 6750, 3.1, for a request that lacks any authentication, or tries another kind."""
    challenge, detail = refused(get(client, *filter(None, [header.format(made(services))])), 401)
    assert challenge == 'Bearer realm="Switchhook"'
    assert "Authorization: Bearer TOKEN" in detail
    assert "flask token create" in detail


BAD_HEADERS = [
    "Bearer",
    "Bearer ",
    "Bearer x y",
    "Bearer {}, Bearer {}",
    "Bearer {},",
    'Bearer "{}"',
    "Bearer {}\t",
    "Bearer x",
    "Bearer {}x",
    "Bearer " + "a" * 60_000,
]


@pytest.mark.parametrize("header", BAD_HEADERS, ids=[each[:20] for each in BAD_HEADERS])
def test_a_header_that_is_not_one_token_of_ours_is_invalid(
    client: FlaskClient, services: Services, header: str
) -> None:
    text = made(services)
    challenge, detail = refused(get(client, header.format(text, text)), 401)
    found = re.fullmatch(
        r'Bearer realm="Switchhook", error="invalid_token", error_description="([ !#-\[\]-~]+)"', challenge
    )
    assert found is not None
    assert detail.startswith(found[1])


def test_two_headers_are_refused_even_if_each_would_do(client: FlaskClient, services: Services) -> None:
    header = f"Bearer {made(services)}"
    challenge, _ = refused(get(client, header, header), 401)
    assert 'error="invalid_token"' in challenge


def end(what: Callable[[Session], object]) -> Callable[[Services], None]:
    def do(services: Services) -> None:
        with services.database.session() as session:
            what(session)

    return do


ENDS: dict[str, Callable[[Services], None]] = {
    "this token is revoked": lambda services: tokens.revoke(services, "hr-sync", by=BY),
    "this token has expired": end(
        lambda session: session.exec(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))
    ),
    "this token is not in the database": end(lambda session: session.exec(delete(ApiToken))),
}


@pytest.mark.parametrize("why", ENDS)
def test_the_row_is_what_counts_from_the_next_request_on(
    client: FlaskClient, services: Services, why: str
) -> None:
    header = f"Bearer {made(services)}"
    assert get(client, header).status_code == 200
    ENDS[why](services)
    challenge, detail = refused(get(client, header), 401)
    assert f'error="invalid_token", error_description="{why}' in challenge
    assert detail.startswith(why)


def test_a_token_without_the_scope_is_told_which_and_how_to_get_it(
    client: FlaskClient, services: Services
) -> None:
    header = {"Authorization": f"Bearer {made(services, scope=Scope.CONFIG_WRITE)}"}
    challenge, detail = refused(client.post("/api/extensions", headers=header), 403)
    assert 'error="insufficient_scope"' in challenge
    assert challenge.endswith('scope="extensions:write"')
    assert "the token hr-sync may do: config:write; this needs extensions:write" in detail
    assert "flask token create NAME --scope extensions:write" in detail


def test_who_is_too_fast_is_told_when_to_come_back_and_others_are_not_held_up(
    client: FlaskClient, services: Services
) -> None:
    fast, other = (f"Bearer {made(services, name)}" for name in ("fast", "other"))
    first = get(client, fast)
    assert first.headers["RateLimit-Policy"] == '"token";q=60;w=60'
    assert first.headers["RateLimit"] == '"token";r=59;t=1'
    answers = [get(client, fast) for _ in range(80)]
    answer = next(each for each in answers if each.status_code != 200)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.headers["RateLimit"] == '"token";r=0;t=1'
    problem = json.loads(answer.text)
    assert problem["type"].endswith("#quota-exceeded")
    assert (problem["violated-policies"], "60 times a minute" in problem["detail"]) == (["token"], True)
    assert get(client, other).status_code == 200
    tokens.revoke(services, "fast", by=BY)
    assert get(client, fast).status_code == 401


def test_what_needs_no_token_tells_of_no_limit(client: FlaskClient, app: Flask) -> None:
    assert "RateLimit" not in client.get("/api/health").headers
    views = app.view_functions
    assert [needed_scope(views[name]) for name in ("health", "listing", "create")] == [
        None,
        Scope.READ,
        Scope.EXTENSIONS_WRITE,
    ]


def test_guessed_tokens_never_reach_the_database(services: Services, app: Flask) -> None:
    """Its file is away: whoever asked it would get another answer."""
    forged = jwt.encode({"jti": "1"}, derive(services.settings.secret_key[0], "another purpose"), "HS256")
    real = made(services)
    services.database.close()
    url = services.settings.database_url.get_secret_value()
    file = Path(url.removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".away"))
    client = app.test_client()
    assert get(client, f"Bearer {forged}").status_code == 401
    away = get(client, f"Bearer {real}")
    assert (away.status_code, away.content_type) == (503, MEDIA_TYPE)
    assert "Retry-After" in away.headers


def test_no_token_is_logged(
    client: FlaskClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    text = made(services)
    with caplog.at_level(logging.DEBUG):
        get(client, f"Bearer {text}")
        get(client, f"Bearer {text}x")
        tokens.revoke(services, "hr-sync", by=BY)
        get(client, f"Bearer {text}")
    logged = repr([each.__dict__ for each in caplog.records])
    assert "API requests refused" in logged
    assert text not in logged
    assert text.split(".")[2] not in logged


def test_rotating_secret_key_keeps_tokens_as_long_as_the_old_key_is_listed(services: Services) -> None:
    text, new = made(services), "another key for tests with 32 characters or more"
    assert new != TEST_KEY
    answers = []
    for keys in (f"{new},{TEST_KEY}", new):
        settings = type(services.settings)(
            _env_file=None, secret_key=keys, database_url=services.settings.database_url
        )
        app = Flask(__name__)
        problems.register(app)
        authentication.register(app, replace(services, settings=settings))
        app.add_url_rule("/api/extensions", view_func=needs(Scope.READ)(lambda: {}))
        answers.append(get(app.test_client(), f"Bearer {text}").status_code)
    assert answers == [200, 401]
