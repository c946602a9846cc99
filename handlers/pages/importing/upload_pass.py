"""A cookie by which a browser may send a large file: who has it was signed in on the page of the form.

The loop that takes requests in looks at it before there is a thread that could ask the database.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.sansio.app import App
from itsdangerous import BadData, TimestampSigner
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from handlers.body_limits import LIMITS, MAX_BULK_BODY, Larger
from handlers.pages import visitor
from handlers.pages.routes import PREFIX
from models.web_session import IDLE
from pbx.services import Services

COOKIE = "switchhook-upload"
PATH = f"{PREFIX}/import"
UPLOAD = b"upload"
LASTS = int(IDLE.total_seconds())


class UploadPass:
    """Makes and knows the cookies."""

    def __init__(self, services: Services) -> None:
        self._services = services
        oldest_first = [key.get_secret_value() for key in reversed(services.settings.secret_key)]
        self._signer = TimestampSigner(oldest_first, salt="switchhook: a large file")

    def register(self, app: App) -> None:
        app.extensions[LIMITS].larger[f"POST {PATH}"] = Larger(MAX_BULK_BODY, "cookie", self._is_in)

    def give(self, response: Response) -> None:
        response.set_cookie(
            COOKIE,
            self._signer.sign(UPLOAD).decode(),
            max_age=LASTS,
            secure=visitor.is_secure(self._services),
            httponly=True,
            samesite="Strict",
            path=PATH,
        )

    def allow(self) -> None:
        """Let this request's form be as large as the pass allows."""
        if self._is_in(request.headers.getlist("Cookie")):
            request.max_content_length = request.max_form_memory_size = MAX_BULK_BODY

    def _is_in(self, headers: Sequence[str]) -> bool:
        """Return whether a header Cookie has one that is good."""
        given = [value for header in headers for value in parse_cookie(header).getlist(COOKIE)]
        return any(map(self._is_good, given))

    def _is_good(self, value: str) -> bool:
        try:
            return self._signer.unsign(value, max_age=LASTS) == UPLOAD
        except BadData:
            return False
