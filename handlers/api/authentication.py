"""Who asks, and whether they may: the bearer token of a request (RFC 6750), its scope, and its rate limit.

Signatures are looked at first: guessed tokens cost the database nothing. The limits are told as
draft-ietf-httpapi-ratelimit-headers-11 has it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any, NoReturn, ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request

from handlers.api.problems import Problem
from handlers.api.signing import EXPIRED, TokenRefused, TokenSigner
from handlers.refusal_log import RefusalLog
from models import api_token
from models.actor import Actor
from models.api_token import ApiToken, Quota, Scope
from models.types import now
from pbx.services import Services

P = ParamSpec("P")
AnswerT = TypeVar("AnswerT")

log = logging.getLogger("switchhook.api")
DOOR = "switchhook-api"  # where the app has it
NEEDED = "needed_scope"  # attribute of a view
CHALLENGE = 'Bearer realm="Switchhook"'
MISSING = "this needs a token, in the header Authorization: Bearer TOKEN"
MALFORMED = "there is to be one header Authorization, with one token: Bearer TOKEN"
REVOKED = "this token is revoked"
UNKNOWN = "this token is not in the database, as after a restored backup"
ASK = "; whoever runs Switchhook makes one with: flask token create NAME --scope SCOPE"
POLICY = "token"  # the rate limit's name
QUOTA_EXCEEDED = {
    "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
    "title": "Request cannot be satisfied as assigned quota has been exceeded",
    "violated-policies": [POLICY],
}


def register(app: Flask, services: Services) -> None:
    app.extensions[DOOR] = Door(services)
    app.after_request(_tell_quota)


def needs(scope: Scope) -> Callable[[Callable[P, AnswerT]], Callable[P, AnswerT]]:
    """Let only those into a view whose token has the scope."""

    def guard(view: Callable[P, AnswerT]) -> Callable[P, AnswerT]:
        @wraps(view)
        def guarded(*args: P.args, **more: P.kwargs) -> AnswerT:
            let_in(scope)
            return view(*args, **more)

        setattr(guarded, NEEDED, scope)
        return guarded

    return guard


def door(app: Flask) -> Door:
    found: Door = app.extensions[DOOR]
    return found


def let_in(scope: Scope) -> None:
    """Return for a request whose token has the scope. Raises Problem for any other."""
    door(current_app).let_in(request.headers.getlist("Authorization"), scope)


def needed_scope(view: Callable[..., Any]) -> Scope | None:
    """Return the scope that a view needs; None: it is open to all."""
    return getattr(view, NEEDED, None)


def current_token() -> ApiToken:
    """Return the token of this request, in a view with needs()."""
    token: ApiToken = g.api_token
    return token


def caller() -> Actor:
    """Name who asks, in a view with needs()."""
    return Actor("api", current_token().name, g.get("idempotent_request_id"))


class Door:
    """Lets requests in. Raises Problem: 401 without a token that counts, 403 without the scope, 429 too fast."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._limit = services.settings.api_rate_limit
        self._signer = TokenSigner(services.settings.secret_key)
        self._refusals = RefusalLog(log, "API requests refused for want of a token")

    def let_in(self, headers: Sequence[str], scope: Scope) -> None:
        at = now()
        try:
            jti = self._signer.jti_of(_bearer(headers))
            token = api_token.use(self._database, jti, self._limit, at) or self._refused(jti, at)
        except TokenRefused as error:
            self._refusals.count(str(error), str(error), at)
            raise _unauthorized(str(error)) from None
        g.api_token = token
        self._keep_quota(api_token.quota(token, self._limit, at))
        if not token.allows(scope):
            raise _forbidden(token, scope)

    def has_signed(self, headers: Sequence[str]) -> bool:
        """Return whether they hold a token of ours that has not expired. Only the database knows whether it counts."""
        try:
            self._signer.jti_of(_bearer(headers))
        except TokenRefused:
            return False
        return True

    def _refused(self, jti: str, at: datetime) -> NoReturn:
        """Find out why, and raise TokenRefused, or Problem when it is too fast."""
        token = api_token.find(self._database, jti)
        if token is None:
            raise TokenRefused(UNKNOWN)
        if token.revoked_at:
            raise TokenRefused(REVOKED)
        if token.expires_at <= at:
            raise TokenRefused(EXPIRED)
        quota = api_token.quota(token, self._limit, at)
        seconds = max(1, ceil(quota.next_in))
        self._keep_quota(Quota(0, seconds, seconds))
        detail = f"the token {token.name} may ask {self._limit} times a minute: wait {seconds} s"
        raise Problem(429, detail, headers={"Retry-After": str(seconds)}, **QUOTA_EXCEEDED)

    def _keep_quota(self, quota: Quota) -> None:
        g.rate_limit = {
            "RateLimit-Policy": f'"{POLICY}";q={self._limit};w={api_token.PERIOD // 1_000_000}',
            "RateLimit": f'"{POLICY}";r={quota.remaining};t={ceil(quota.full_in)}',
        }


def _bearer(headers: Sequence[str]) -> str:
    """Return the token. Raises TokenRefused; two headers arrive as one with a comma in it."""
    if not headers or not re.match(r"bearer\b", headers[0], re.IGNORECASE):
        raise TokenRefused(MISSING)
    found = re.fullmatch(r"bearer +([A-Za-z0-9._~+/-]+=*)", headers[0], re.IGNORECASE)
    if len(headers) > 1 or not found:
        raise TokenRefused(MALFORMED)
    return found[1]


def _unauthorized(why: str) -> Problem:
    """Return the answer; as RFC 6750, 3.1, asks, without an error code for who sent no bearer token."""
    error = "" if why == MISSING else f', error="invalid_token", error_description="{why}"'
    return Problem(401, why + ASK, headers={"WWW-Authenticate": CHALLENGE + error})


def _forbidden(token: ApiToken, scope: Scope) -> Problem:
    why = f"the token {token.name} may do: {token.scope.replace(' ', ', ')}; this needs {scope}"
    header = f'{CHALLENGE}, error="insufficient_scope", error_description="{why}", scope="{scope}"'
    how = f"{why}; whoever runs Switchhook makes one with: flask token create NAME --scope {scope}"
    return Problem(403, how, headers={"WWW-Authenticate": header})


def _tell_quota(response: Response) -> Response:
    response.headers.update(g.get("rate_limit", {}))
    return response
