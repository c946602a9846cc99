"""What every use case works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from models.database import Database
from models.encryption import SecretCipher
from settings import Settings


@dataclass(frozen=True)
class Services:
    """The settings, the database with the desired state, and the cipher for SIP secrets."""

    settings: Settings
    database: Database
    cipher: SecretCipher

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Build them from the settings; the database is not opened yet."""
        database = Database(settings.database_url.get_secret_value())
        return cls(settings, database, SecretCipher(settings.secret_key))
