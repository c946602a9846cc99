"""Sign in with Slack, by OpenID Connect's code flow.

https://docs.slack.dev/authentication/sign-in-with-slack
https://docs.slack.dev/reference/methods/openid.connect.token
https://slack.com/.well-known/openid-configuration
"""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from .records import Json, SlackRefusal

SCOPES = ("openid", "profile", "email")
TOKEN_SECONDS = 300


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """Slack's, of which it publishes the other half."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OpenId:
    """`claims`: what an ID token says other than Slack would; None: it does not say that at all."""

    issuer: str
    allowed: tuple[str, ...] = ("openid",)  # that the app's manifest asks for
    claims: Json = field(default_factory=dict)

    def scopes_of(self, query: Json) -> tuple[str, ...]:
        """What the page is asked for. Raises SlackRefusal."""
        if query.get("response_type") != "code":
            raise SlackRefusal("invalid_response_type")
        scopes = tuple(str(query.get("scope") or "").replace(",", " ").split())
        if "openid" not in scopes or not set(scopes) <= set(self.allowed):
            raise SlackRefusal("invalid_scope")
        return scopes

    def must_be_asked_well(self, arguments: Json) -> None:
        """Raise SlackRefusal for a kind of grant that is none."""
        if arguments.get("grant_type", "authorization_code") not in ("authorization_code", "refresh_token"):
            raise SlackRefusal("invalid_grant_type")

    def answer(self, client_id: str, user: Json, team_id: str, nonce: str, access_token: str) -> Json:
        """What a code is exchanged for."""
        digest = hashlib.sha256(access_token.encode()).digest()[:16]
        at = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": user["id"],
            "aud": client_id,
            "exp": at + TOKEN_SECONDS,
            "iat": at,
            "auth_time": at,
            "at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "https://slack.com/team_id": team_id,
            "https://slack.com/user_id": user["id"],
            **({"nonce": nonce} if nonce else {}),
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        id_token = jwt.encode(claims, signing_key(), "RS256", {"kid": "of-the-stand-in"})
        return {"ok": True, "access_token": access_token, "token_type": "Bearer", "id_token": id_token}
