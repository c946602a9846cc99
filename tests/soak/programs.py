"""Other programs at work: extensions over the API, deliveries of an HR system, and event streams."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus

import requests
from standardwebhooks.webhooks import Webhook

from tests.event_streams import StreamClient
from tests.soak.commands import new_name
from tests.soak.world import World

TRIES, TRY_SECONDS = 8, 10.0
HR_KEY = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


class Worker:
    """Something that is done again and again, `every` so many seconds, in a thread of its own."""

    def __init__(self, name: str, every: float, do: Callable[[], None], seed: int) -> None:
        self._every, self._do = every, do
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=name)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(TRIES * TRY_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._random.expovariate(1 / self._every)):
            self._do()


class ApiClient:
    """Creates extensions and deletes them again; what was not answered is asked again with the same Idempotency-Key."""

    def __init__(self, world: World, token: str, numbers: Sequence[str], seed: int) -> None:
        self._world, self._numbers = world, list(numbers)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._there: dict[str, str] = {}  # number → id
        self._unclear: set[str] = set()  # numbers of which nobody said what came of the last request

    def step(self) -> None:
        number = self._random.choice(self._numbers)
        if number in self._unclear:
            self._look(number)
            return
        if number in self._there:
            done = self._ask("deleted", number, "DELETE", f"/extensions/{self._there.pop(number)}", None, "")
        else:
            name = new_name()
            body = {"extension_number": number, "name": name}
            done = self._ask("created", number, "POST", "/extensions", body, name)
        if not 200 <= done < 300:
            self._unclear.add(number)

    def _look(self, number: str) -> None:
        """Find out what came of the last request."""
        with suppress(requests.RequestException):
            url, headers = f"{self._world.url}/api/extensions/number:{number}", self._headers
            answer = requests.get(url, headers=headers, timeout=TRY_SECONDS)
            if answer.ok:
                self._there[number] = answer.json()["extension"]["id"]
            if answer.ok or answer.status_code == HTTPStatus.NOT_FOUND:
                self._unclear.discard(number)

    def _ask(self, verb: str, number: str, method: str, path: str, body: object, name: str) -> int:
        """Return the status; 0: nobody ever answered."""
        key, begun = secrets.token_hex(8), time.time()
        headers = self._headers | {"Idempotency-Key": key}
        status, tries = 0, 0
        while tries < TRIES and status in (0, 409, 429, 502, 503):
            tries += 1
            with suppress(requests.RequestException):
                url = f"{self._world.url}/api{path}"
                answer = requests.request(method, url, json=body, headers=headers, timeout=TRY_SECONDS)
                status = answer.status_code
                if status == 201:
                    self._there[number] = answer.headers["Location"].rpartition("/")[2]
            if status in (0, 409, 429, 502, 503):
                time.sleep(min(5.0, tries))
        more = {"number": number, "name": name, "status": status, "tries": tries}
        self._world.record.note("api", verb=verb, key=key, begun=begun, **more)
        return status


class HrSystem:
    """People join, get another name, and leave; what was not taken is delivered again, as HR systems do."""

    def __init__(self, world: World, seed: int, most: int) -> None:
        self._world, self._most = world, most
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self._people: list[str] = []  # who have joined and not left

    def step(self) -> None:
        if not self._people or (len(self._people) < self._most and self._random.random() < 0.5):
            self._join()
            return
        person = self._random.choice(self._people)
        if self._random.random() < 0.5:
            self._deliver("changed", person, f"Person {new_name()}")
        elif self._deliver("left", person, ""):
            self._people.remove(person)

    def _join(self) -> None:
        person = new_name()
        self._world.slack.add_user(f"U0{person.upper()}", person.lower(), f"{person.lower()}@example.com")
        if self._deliver("joined", person, f"Person {person}"):
            self._people.append(person)

    def _deliver(self, kind: str, person: str, name: str) -> bool:
        data = {"id": person, "email": f"{person.lower()}@example.com"} | ({"name": name} if name else {})
        told, begun = f"msg_{secrets.token_hex(8)}", time.time()
        body = json.dumps(
            {"type": f"employee.{kind}", "timestamp": datetime.now(UTC).isoformat(), "data": data}
        )
        status, tries = 0, 0
        while tries < 4 * TRIES and not 200 <= status < 300:
            tries += 1
            with suppress(requests.RequestException):
                status = self._post(told, body)
            time.sleep(0.0 if 200 <= status < 300 else min(5.0, tries))
        more = {"name": name, "status": status, "tries": tries}
        self._world.record.note("hr", kind=kind, person=person, delivery=told, begun=begun, **more)
        return 200 <= status < 300

    def _post(self, told: str, body: str) -> int:
        moment = datetime.now(UTC)
        headers = {
            "webhook-id": told,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(HR_KEY).sign(told, moment, body),
            "content-type": "application/json",
        }
        url = f"{self._world.url}/webhooks/hr/standard"
        return requests.post(url, data=body, headers=headers, timeout=TRY_SECONDS).status_code


class Follower:
    """One event stream that is open all the time: it comes back with the last id that it has."""

    def __init__(self, world: World, token: str) -> None:
        self._world, self._token = world, token
        self.ids: list[int] = []
        self._last_id = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="follower")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(TRY_SECONDS)
        self._world.record.note("stream", ids=self.ids)

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError, ValueError):
                self._follow()
            self._stop.wait(0.5)

    def _follow(self) -> None:
        client = _Resuming(self._world.port, self._token, self._last_id)
        client.socket.settimeout(1.0)
        try:
            while not self._stop.is_set():
                try:
                    is_open = client.read()
                except TimeoutError:
                    continue
                self.ids += [int(event.id) for event in client.received]
                client.received.clear()
                self._last_id = client.last_id or self._last_id
                if not is_open or client.status not in (0, 200):
                    return
        finally:
            client.close()


class _Resuming(StreamClient):
    """A client that begins behind an id."""

    def __init__(self, port: int, token: str, last_id: str) -> None:
        self._begin_behind = last_id
        super().__init__(port, token)

    def open(self) -> None:
        self.last_id = self._begin_behind
        super().open()
