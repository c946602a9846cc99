"""SIP secrets, and people's tokens, at rest: encrypted with the newest SECRET_KEY, readable with any of them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from models.errors import SecretUnreadable

GENERATED_SECRET = 20
# No 0/O, 1/l/I, 5/S, 2/Z, 8/B, u/v: people read secrets aloud and type them into phones.
UNAMBIGUOUS = "abcdefghijkmnpqrstwxyzACDEFGHJKLMNPQRTUWXY34679"


def generate_secret() -> SecretStr:
    """Return a new random secret that is easy to read aloud."""
    return SecretStr("".join(secrets.choice(UNAMBIGUOUS) for _ in range(GENERATED_SECRET)))


class SecretCipher:
    """Encrypts and decrypts SIP secrets. Asterisk must read them, so they cannot be hashed."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        fernets = [Fernet(base64.urlsafe_b64encode(derive(key, "sip secrets at rest"))) for key in keys]
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)

    def encrypt(self, secret: SecretStr) -> str:
        return self._fernet.encrypt(secret.get_secret_value().encode()).decode()

    def decrypt(self, encrypted: str) -> SecretStr:
        """Return the secret. Raises SecretUnreadable when its key is no longer in SECRET_KEY."""
        try:
            return SecretStr(self._fernet.decrypt(encrypted.encode()).decode())
        except InvalidToken:
            raise SecretUnreadable(
                "a stored SIP secret cannot be read: the key that encrypted it is missing from SECRET_KEY; "
                "put the old key back behind the new one"
            ) from None

    def reencrypt(self, encrypted: str) -> str:
        """Return it encrypted with the newest key, unchanged if it already is. Raises SecretUnreadable."""
        try:
            self._newest.decrypt(encrypted.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(encrypted))
        return encrypted


def derive(key: SecretStr, purpose: str) -> bytes:
    """Derive 32 bytes for this purpose alone from one of SECRET_KEY, which also signs tokens and links."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"switchhook: {purpose}".encode())
    return hkdf.derive(key.get_secret_value().encode())
