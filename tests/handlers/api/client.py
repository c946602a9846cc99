"""Calls the API as a program does: with a token, over HTTP."""

from __future__ import annotations

from typing import Any

import requests

from tests.server import Switchhook

SECONDS = 60.0
OPEN = ("/api/health", "/api/openapi.json", "/api/docs")


def is_open(path: str) -> bool:
    """Whether everybody may ask for it, without a token."""
    return path in OPEN or path.startswith("/api/docs/")


class ApiClient:
    """One token's requests."""

    def __init__(self, switchhook: Switchhook, token: str) -> None:
        self.url = f"{switchhook.url}/api"
        self.token = token

    def __call__(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        return requests.request(
            method,
            self.url + path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"} | (headers or {}),
            timeout=SECONDS,
        )

    def create(self, number: str, **fields: Any) -> dict[str, Any]:
        """Return the answer to a creation that must go well."""
        answer = self("POST", "/extensions", {"extension_number": number, "name": "Alice"} | fields)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created
