"""Who comes by a session or a token finds it shut after an older state of the database was put back."""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from models.errors import DatabaseUnfit
from pbx.services import Services
from pbx.settling import notice

WHERE = ("/api/", "/extensions")
EVERY = 1.0  # seconds


def register(app: Flask, services: Services) -> None:
    """Look before a request is let in, at most once a second; a database that is away is told by what follows."""
    looked_at = float("-inf")

    @app.before_request
    def look() -> None:
        nonlocal looked_at
        if request.path.startswith(WHERE) and time.monotonic() - looked_at > EVERY:
            with suppress(SQLAlchemyError, DatabaseUnfit):
                notice.look(services)
                looked_at = time.monotonic()
