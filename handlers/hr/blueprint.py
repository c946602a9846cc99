"""The Flask door of the HR webhooks: translates in and out, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from handlers.hr.receive import receive
from models.types import now
from pbx.services import Services


def blueprint(system: Services) -> Blueprint:
    hr = Blueprint("hr", __name__)

    @hr.post("/webhooks/hr/<source>")
    def deliver(source: str) -> tuple[dict[str, Any], int]:
        raw = request.get_data()
        answer = receive(
            source,
            dict(request.headers),
            raw,
            settings=system.settings,
            database=system.database,
            now=now(),
        )
        return answer.body, answer.status

    return hr
