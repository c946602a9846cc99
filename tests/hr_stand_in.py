"""BambooHR's and HiBob's APIs, as far as one employee can be asked of them, by the words of their documentation."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any, Self
from urllib.parse import parse_qs, unquote

from tests.slack_stand_in.http_layer import HttpAnswer, HttpRequest, HttpServer

BAMBOO_KEY = "bamboo-key-0f3a9c71"
BOB_KEY = "SERVICE-4711:bob+token/with=signs"
BAMBOO, BOB = "/api/v1/employees/", "/v1/people/"
REFUSED = HttpAnswer(401, "")
UNKNOWN = HttpAnswer(404, "")


class HrStandIn:
    """Plays both on a free port of 127.0.0.1 from `with` until its end. `asked` are the paths of all requests, by `agents`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: set[str | None] = set()
        self.troubles: list[HttpAnswer] = []  # what the next requests are answered with instead
        self.employees: dict[str, dict[str, Any]] = {}  # by path; the fields as they are asked for
        self.was_asked = threading.Event()
        self._stopping = threading.Event()
        self._server = HttpServer(self._answer, self._stopping.wait)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def hire_in_bamboo(self, external_id: str, **fields: Any) -> None:
        self.employees[BAMBOO + external_id] = fields

    def hire_in_bob(self, external_id: str, **fields: Any) -> None:
        """Add an employee, with fields as `work_startDate`; a department is a pair of its ID and its name."""
        dotted = {name.replace("_", "."): value for name, value in fields.items()}
        self.employees[BOB + external_id] = {"root.id": external_id, **dotted}

    def environment(self) -> dict[str, str]:
        """Return the settings that make Switchhook ask here."""
        urls = {"HR_BAMBOOHR_API_URL": self.url, "HR_HIBOB_API_URL": self.url}
        return urls | {"HR_BAMBOOHR_API_KEY": BAMBOO_KEY, "HR_HIBOB_API_KEY": BOB_KEY}

    def let_go(self) -> None:
        """End what hangs now."""
        self._stopping.set()
        self._stopping.clear()

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request.path)
        self.agents.add(request.headers.get("user-agent"))
        self.was_asked.set()
        if self.troubles:
            return self.troubles.pop(0)
        return _of_bob(self, request) if request.path.startswith(BOB) else _of_bamboo(self, request)

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.05,), name="hr-stand-in", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        self._server.shutdown()
        self._server.server_close()


def _basic(credentials: str) -> str:
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


def _of_bamboo(hr: HrStandIn, request: HttpRequest) -> HttpAnswer:
    """Answer a GET with the key as user: of the fields asked for, those that the key may see, and always the ID."""
    if request.headers.get("authorization") != _basic(f"{BAMBOO_KEY}:x"):
        return REFUSED
    plain = request.headers.get("accept-encoding") == "identity"  # unpacked, a small answer may be a huge one
    if (
        request.headers.get("accept") != "application/json"
        or "content-length" in request.headers
        or not plain
    ):
        return HttpAnswer(400, "")
    employee = hr.employees.get(unquote(request.path))
    if employee is None:
        return UNKNOWN
    query = parse_qs(request.query)
    asked = [name for name in query["fields"][0].split(",") if name in employee]
    if query.get("onlyCurrent") != ["false"] and employee["hireDate"] > "2026-01-01":
        asked.remove("department")
    external_id = unquote(request.path).removeprefix(BAMBOO)
    return HttpAnswer(200, {"id": external_id, **{name: employee[name] for name in asked}})


def _of_bob(hr: HrStandIn, request: HttpRequest) -> HttpAnswer:
    """Answer a POST: the fields come nested and once more under a path, as IDs and, appended, as words."""
    if request.headers.get("authorization") != _basic(BOB_KEY):
        return REFUSED
    if request.headers.get("content-type") != "application/json":
        return HttpAnswer(400, {"error": "JSON, please"})
    employee = hr.employees.get(unquote(request.path))
    if employee is None:
        return UNKNOWN
    asked = json.loads(request.body)
    known = {name: employee[name] for name in asked["fields"] if name in employee}
    values = {name: value[0] if isinstance(value, tuple) else value for name, value in known.items()}
    words = {name: _in_words(value) for name, value in known.items()}
    by_path = {f"/{name.replace('.', '/')}": {"value": value} for name, value in values.items()}
    human = {"humanReadable": _nested(words)} if asked.get("humanReadable") == "APPEND" else {}
    return HttpAnswer(200, by_path | _nested(values) | human)


def _in_words(value: Any) -> str:
    """Write a value as a service user in Britain likes dates."""
    if isinstance(value, tuple):
        return str(value[1])
    year, _, rest = str(value).partition("-")
    return "/".join([*reversed(rest.split("-")), year]) if rest[2:3] == "-" else str(value)


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    """Nest dotted names; `root.` is the employee itself."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        category, _, field = name.partition(".")
        (nested if category == "root" else nested.setdefault(category, {}))[field] = value
    return nested
