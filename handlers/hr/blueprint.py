"""The HR webhooks in Flask: translates requests and answers, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from handlers.hr.receive import receive
from models.types import now
from pbx.services import Services


def blueprint(services: Services) -> Blueprint:
    hr = Blueprint("hr", __name__)

    @hr.post("/webhooks/hr/<source>")
    def deliver(source: str) -> tuple[dict[str, Any], int]:
        answer = receive(services, source, dict(request.headers), request.get_data(), now())
        return answer.body, answer.status

    return hr
