"""Whatever is under /api/ asks for a token before all else, and refuses each kind that does not count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import jwt
from flask import Flask
from sqlmodel import col, delete, update
from werkzeug.test import TestResponse

from handlers.api import tokens
from handlers.api.authentication import needed_scope
from handlers.api.problems import MEDIA_TYPE
from models.api_token import ApiToken, Scope
from models.encryption import derive
from models.types import now
from pbx.services import Services
from tests.handlers.api.client import is_open
from tests.tokens import BY, made


def routes(app: Flask) -> Iterator[tuple[str, str, Scope | None]]:
    """All methods of all addresses under /api/ that are not open to everybody, with what they need."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api") and not is_open(rule.rule):
            scope = needed_scope(app.view_functions[rule.endpoint])
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield method, re.sub("<[^>]+>", "1", rule.rule), scope


def bad_tokens(services: Services) -> dict[str, list[str]]:
    """Return the Authorization headers of each kind."""
    live, revoked, expired, unknown = (
        made(services, name, Scope.ADMIN) for name in ("live", "revoked", "expired", "unknown")
    )
    tokens.revoke(services, "revoked", by=BY)
    with services.database.session() as session:
        past = now() - timedelta(seconds=1)
        session.exec(update(ApiToken).where(col(ApiToken.name) == "expired").values(expires_at=past))
        session.exec(delete(ApiToken).where(col(ApiToken.name) == "unknown"))
    claims = jwt.decode(live, options={"verify_signature": False})
    other = jwt.encode(claims, derive(services.settings.secret_key[0], "another purpose"), "HS256")
    bearers = {
        "malformed": "x",
        "none": f"eyJhbGciOiJub25lIn0.{live.split('.')[1]}.",
        "another key": other,
        "expired": expired,
        "revoked": revoked,
        "unknown": unknown,
        "oversized": live + "a" * 10_000,
    }
    return {
        "missing": [],
        "not bearer": [f"Basic {live}"],
        "two headers": [f"Bearer {live}", f"Bearer {live}"],
        **{kind: [f"Bearer {text}"] for kind, text in bearers.items()},
    }


def ask(app: Flask, method: str, path: str, headers: list[str]) -> TestResponse:
    return app.test_client().open(path, method=method, headers=[("Authorization", each) for each in headers])


def test_every_route_needs_a_scope_and_changes_need_more_than_read(app: Flask) -> None:
    found = list(routes(app))
    assert len(found) > 5
    assert [(method, path) for method, path, scope in found if scope is None] == []
    assert [(method, path) for method, path, scope in found if method != "GET" and scope is Scope.READ] == []


def test_every_route_refuses_each_kind_of_bad_token(app: Flask, quiet: Services) -> None:
    for kind, headers in bad_tokens(quiet).items():
        for method, path, _ in routes(app):
            answer = ask(app, method, path, headers)
            assert (answer.status_code, answer.content_type) == (401, MEDIA_TYPE), (kind, method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer realm="), (kind, method, path)


def test_every_route_refuses_a_token_that_may_only_do_something_else(app: Flask, quiet: Services) -> None:
    others = {
        Scope.EXTENSIONS_WRITE: [f"Bearer {made(quiet, 'config', Scope.CONFIG_WRITE)}"],
        Scope.CONFIG_WRITE: [f"Bearer {made(quiet, 'extensions', Scope.EXTENSIONS_WRITE)}"],
        Scope.ADMIN: [f"Bearer {made(quiet, 'reader', Scope.READ)}"],
    }
    for method, path, scope in routes(app):
        if scope in others:
            answer = ask(app, method, path, others[scope])
            assert (answer.status_code, answer.content_type) == (403, MEDIA_TYPE), (method, path)
            assert f'scope="{scope}"' in answer.headers["WWW-Authenticate"]
