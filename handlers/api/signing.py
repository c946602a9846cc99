"""The tokens themselves: JSON Web Tokens (RFC 7519), signed with HMAC-SHA256 and a key of SECRET_KEY made for this alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import jwt
from pydantic import SecretStr

from models.api_token import ApiToken
from models.encryption import derive

ALGORITHM = "HS256"  # no other is taken, whatever a token says of itself
ISSUER = "switchhook"
CLAIMS = ["iss", "sub", "jti", "iat", "exp", "scope"]
MAX_LENGTH = 2_000  # characters; one with every scope and the longest name has 400
NOT_OURS = "this token is not one of ours, or the key that signed it is no longer in SECRET_KEY"
EXPIRED = "this token has expired"


class TokenRefused(Exception):
    """It opens nothing; the message says why, and fits a header."""


class TokenSigner:
    """Signs with the newest key, and reads what any of them signed."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._keys = [derive(key, "api tokens") for key in keys]

    @property
    def key_id(self) -> str:
        """Return a name of the newest key that does not tell the key."""
        return hashlib.sha256(self._keys[0]).hexdigest()[:16]

    def sign(self, token: ApiToken) -> SecretStr:
        claims = {
            "iss": ISSUER,
            "sub": token.name,
            "jti": token.jti,
            "iat": int(token.created_at.timestamp()),
            "exp": int(token.expires_at.timestamp()),
            "scope": token.scope,
        }
        return SecretStr(jwt.encode(claims, self._keys[0], ALGORITHM))

    def jti_of(self, text: str) -> str:
        """Return which token it is. Raises TokenRefused; only the database knows of the others whether they are live."""
        if len(text) > MAX_LENGTH:
            raise TokenRefused(NOT_OURS)
        for key in self._keys:
            try:
                return _jti(text, key)
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise TokenRefused(EXPIRED) from None
            except (jwt.PyJWTError, RecursionError):
                break
        raise TokenRefused(NOT_OURS)


def _jti(text: str, key: bytes) -> str:
    """Verify it. Its `iat` is only told: clocks of two machines may differ."""
    options: jwt.types.Options = {"require": CLAIMS, "verify_iat": False}
    claims = jwt.decode(text, key, algorithms=[ALGORITHM], issuer=ISSUER, options=options)
    return str(claims["jti"])
