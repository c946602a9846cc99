"""Sign in with Slack, by OpenID Connect: where Slack asks somebody, and who it then says they are.

https://docs.slack.dev/authentication/sign-in-with-slack

Of what OpenID Connect Core 1.0 has checked in an ID token (3.1.3.7), the signature is not. Slack itself is asked for the
token, over TLS, and rule 6 lets that stand for it. Keys to check it with would come from the same server by the same
kind of connection, and whoever could forge that could as well say who is an admin.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any, NamedTuple
from urllib.parse import quote

import jwt
from itsdangerous import BadData, URLSafeTimedSerializer
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator

from handlers.slack import oauth
from handlers.slack.client import SLACK_SECONDS
from handlers.slack.deduplication import Fingerprint, is_first
from models.database import Database
from settings import Settings

PATH = "/extensions/sign-in/slack"
ASK_PATH = f"{PATH}/ask"
SCOPES = ("openid",)  # who they are; their name is asked of Slack by the bot
ATTEMPT_SECONDS = 600
CLOCK_SECONDS = 300  # by which the clocks may differ, as for Slack's requests
USER, TEAM = "https://slack.com/user_id", "https://slack.com/team_id"
CLAIMS = ["iss", "aud", "exp", "iat", "nonce", USER, TEAM]


class NotIdentified(Exception):
    """Slack's answer does not say who somebody is, or not to us. The message has none of it."""


class Attempt(NamedTuple):
    """One browser's way to Slack and back. `next`: where it wanted to go."""

    state: str
    nonce: str
    next: str

    @classmethod
    def new(cls, next_path: str) -> Attempt:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), next_path)

    def signed(self, settings: Settings) -> str:
        """Return it for a cookie: only this browser can come back with it."""
        return _signer(settings).dumps(list(self))

    @classmethod
    def read(cls, settings: Settings, cookie: str) -> Attempt | None:
        """Return what signed() returned; None: it is not ours, or too old."""
        try:
            return cls(*map(str, _signer(settings).loads(cookie, max_age=ATTEMPT_SECONDS)))
        except (BadData, ValueError, TypeError):
            return None

    def is_answered_by(self, state: str) -> bool:
        return hmac.compare_digest(self.state.encode(), state.encode())

    def is_first_answer(self, database: Database) -> bool:
        """Record that Slack has answered; return whether it had not before."""
        return is_first(database, Fingerprint.of(f"sign-in {self.state}".encode(), "oauth", False))


class Identity(NamedTuple):
    """Somebody, by Slack's word."""

    user_id: str
    team_id: str


def offered_at(settings: Settings) -> str:
    """Return where the way to Slack's page begins; empty: it cannot."""
    return "" if oauth.missing(settings) else oauth.redirect_uri(settings, ASK_PATH)


def link(settings: Settings, attempt: Attempt, team_id: str | None) -> str:
    """Return where Slack asks somebody, in this workspace; None: they choose one there."""
    generator = OpenIDConnectAuthorizeUrlGenerator(
        client_id=settings.slack_client_id,
        redirect_uri=quote(redirect_uri(settings), safe=""),  # it encodes nothing itself
        scopes=SCOPES,
        authorization_url=oauth.asking_page(settings, "/openid/connect/authorize"),
    )
    return generator.generate(attempt.state, attempt.nonce, team_id)


def redirect_uri(settings: Settings) -> str:
    return oauth.redirect_uri(settings, PATH)


def identify(settings: Settings, code: str, nonce: str) -> Identity:
    """Return who has come back with a code. Raises NotIdentified, SlackApiError, or what is in SLACK_AWAY.

    The access token is given up: Slack may have given the same for a Slack status, so it is not revoked.
    """
    answer = oauth.client(settings, SLACK_SECONDS).openid_connect_token(
        **oauth.credentials(settings),
        code=code,
        redirect_uri=redirect_uri(settings),
        grant_type="authorization_code",
    )
    claims = _claims(settings, str(answer.get("id_token") or ""))
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotIdentified("the nonce is another")
    return Identity(str(claims[USER]), str(claims[TEAM]))


def _claims(settings: Settings, id_token: str) -> dict[str, Any]:
    """Read an ID token. Raises NotIdentified."""
    options: jwt.types.Options = {
        "verify_signature": False,
        "verify_aud": True,
        "verify_iss": True,
        "verify_exp": True,
        "verify_iat": True,
        "require": CLAIMS,
    }
    issuer = oauth.asking_page(settings, "/").rstrip("/")
    try:
        return jwt.decode(
            id_token,
            options=options,
            audience=settings.slack_client_id,
            issuer=issuer,
            leeway=CLOCK_SECONDS,
        )
    except (jwt.PyJWTError, RecursionError) as error:
        raise NotIdentified(type(error).__name__) from None


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    oldest_first = [key.get_secret_value() for key in reversed(settings.secret_key)]
    return URLSafeTimedSerializer(oldest_first, salt="switchhook: somebody signs in with Slack")
