"""The web process's app, with a route that needs a token; each answer names the process that gave it. For gunicorn."""

from __future__ import annotations

import os

from flask import Response

import settings
from app import create_app
from handlers.api.authentication import needs
from models.api_token import Scope

app = create_app(settings.load())


@app.get("/api/probe")
@needs(Scope.READ)
def probe() -> dict[str, str]:
    return {}


@app.after_request
def name_process(response: Response) -> Response:
    response.headers["X-Process"] = str(os.getpid())
    return response
