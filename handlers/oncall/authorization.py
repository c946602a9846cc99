"""Slack's OAuth for one person: a link that asks them, and the token that Slack gives for the code they come back with.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import SecretStr

from handlers.slack import oauth
from handlers.slack.client import SLACK_SECONDS, slack_client
from handlers.slack.deduplication import Fingerprint, is_first
from models.database import Database
from settings import Settings

PATH = "/slack/oauth"
# To look before anything is written over, and to write.
SCOPES = ("users.profile:read", "users.profile:write")
LINK_SECONDS = 600


@dataclass(frozen=True)
class Grant:
    """What somebody has given: who they are by Slack's word, where, and what the token is good for."""

    user_id: str
    team_id: str
    scopes: frozenset[str]
    token: SecretStr = field(repr=False)

    @property
    def is_enough(self) -> bool:
        return bool(self.token.get_secret_value()) and self.scopes.issuperset(SCOPES)


def link(settings: Settings, user_id: str, team_id: str) -> str:
    """Return where Slack asks this person, and nobody else; good once, for LINK_SECONDS."""
    query = {
        "client_id": settings.slack_client_id,
        "user_scope": ",".join(SCOPES),
        "redirect_uri": redirect_uri(settings),
        "state": _signer(settings).dumps([user_id, secrets.token_urlsafe(12)]),
        "team": team_id,
    }
    return f"{oauth.asking_page(settings, '/oauth/v2/authorize')}?{urlencode(query)}"


def redirect_uri(settings: Settings) -> str:
    return oauth.redirect_uri(settings, PATH)


def asked_by(settings: Settings, database: Database, state: str) -> str | None:
    """Return whose link it was; None: it is not one of ours, too old, or used before."""
    try:
        user_id, nonce = _signer(settings).loads(state, max_age=LINK_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    # What was signed, and not its text: base64 has several spellings of one signature.
    used = Fingerprint.of(f"{user_id} {nonce}".encode(), "oauth", False)
    return str(user_id) if is_first(database, used) else None


def team_of(settings: Settings) -> str:
    """Return the ID of the app's workspace. Raises SlackApiError, or what is in SLACK_AWAY."""
    return str(slack_client(settings).auth_test()["team_id"])


def redeem(settings: Settings, code: str, seconds: int = SLACK_SECONDS) -> Grant:
    """Return what Slack gives for a code. Raises SlackApiError, or what is in SLACK_AWAY."""
    client = oauth.client(settings, seconds)
    answer = client.oauth_v2_access(
        **oauth.credentials(settings), code=code, redirect_uri=redirect_uri(settings)
    )
    person, team = answer.get("authed_user") or {}, answer.get("team") or {}
    return Grant(
        user_id=str(person.get("id") or ""),
        team_id=str(team.get("id") or ""),
        scopes=frozenset(str(person.get("scope") or "").split(",")),
        token=SecretStr(str(person.get("access_token") or "")),
    )


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    oldest_first = [key.get_secret_value() for key in reversed(settings.secret_key)]
    return URLSafeTimedSerializer(oldest_first, salt="switchhook: a Slack status is connected")
