"""/api/docs reads the description aloud, and asks no other host for anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.api import docs_page, openapi
from handlers.api.routes import Api


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app, api = Flask(__name__), Api()
    docs_page.add_routes(api.blueprint)
    app.register_blueprint(api.blueprint)
    return app.test_client()


def test_all_that_the_page_loads_is_here(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    here = [path for path in loaded if path != "openapi.json"]
    assert {path: client.get(f"/api/{path}", buffered=True).status_code for path in here} == dict.fromkeys(
        here, 200
    )
    assert len(here) == 5
    assert "//" not in "".join(loaded)


def test_the_browser_is_told_to_load_from_nowhere_else(client: FlaskClient) -> None:
    for path in ("docs", "docs/start.js", "docs/contrast.css", "docs/swagger-ui.css"):
        policy = client.get(f"/api/{path}", buffered=True).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "http" not in policy
    assert "<script>" not in client.get("/api/docs").text  # which the policy would not run


def test_the_words_are_those_of_this_version_and_the_description_leads_there(client: FlaskClient) -> None:
    answer = client.get("/api/docs/api.md", buffered=True)
    assert answer.text == Path("docs/api.md").read_text()
    assert answer.mimetype == "text/plain"  # a browser shows it
    assert "(docs/api.md)" in openapi.DESCRIPTION
