"""What every use case works on: one phone system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from models.database import Database
from models.encryption import SecretBox
from settings import Settings


@dataclass(frozen=True)
class Services:
    """The settings, the database that says what should be, and the box that opens SIP secrets."""

    settings: Settings
    database: Database
    box: SecretBox

    @classmethod
    def of(cls, settings: Settings) -> Self:
        database = Database(settings.database_url.get_secret_value())
        return cls(settings, database, SecretBox(settings.secret_key))
