"""What the checks of one number look at."""

from __future__ import annotations

from dataclasses import dataclass

from models.extension import Extension
from pbx import extensions
from pbx.services import Services


@dataclass(frozen=True)
class OneNumber:
    """The number that the doctor was asked about."""

    services: Services
    number: str

    @property
    def row(self) -> Extension:
        """Return the extension as the database has it. Raises NotFound."""
        return extensions.get(self.services, self.number)
