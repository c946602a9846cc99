"""Asks an HR system for one employee whom its delivery did not describe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from urllib.parse import quote

import requests
from pydantic import SecretStr
from requests.auth import HTTPBasicAuth

from handlers.deadline import DeadlineAdapter
from handlers.hr import bodies, mapping
from handlers.hr.bodies import Unreadable
from handlers.hr.employee import EmployeeEvent
from handlers.hr.source import Api
from handlers.hr.sources import SOURCES
from handlers.retry import retry_after
from settings import Settings
from version import VERSION

TIMEOUT = 10  # seconds until an HR system that has not answered in full is given up
MAX_ANSWER = 50_000  # bytes; one employee with a few fields
BUSY = (408, 429)  # with these and 5xx, the same question may be answered later
MAX_PAUSE = 3600  # seconds
USER_AGENT = f"Switchhook/{VERSION}"


class TemporaryError(Exception):
    """Asking again may help, after `seconds` or longer. The message is a sentence for admins."""

    def __init__(self, reason: str, seconds: float = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class PermanentError(Exception):
    """Asking again is no use until somebody has mended something. The message is a sentence for admins."""


class EmployeeNotFound(PermanentError):
    """There is no such employee, or none that we may see."""


@dataclass(frozen=True)
class Access:
    """An API that may be used: where it is, and the key to it."""

    api: Api
    url: str
    key: SecretStr


def access_to(source: str, settings: Settings) -> Access | None:
    """Return how a source is asked; None when it cannot be, or is not set up for it."""
    api = SOURCES[source].api
    url, key = (getattr(settings, api.url), getattr(settings, api.key)) if api else (None, None)
    return Access(api, url, key) if api and url and key else None


def look_up(access: Access, event: EmployeeEvent, today: date) -> EmployeeEvent:
    """Complete the event by what the HR system tells of its employee.

    Raises TemporaryError, PermanentError; the key is in neither.
    """
    return merge_answer(access.api, event, _fetch(access, event.external_id), today)


def merge_answer(api: Api, event: EmployeeEvent, answer: bytes, today: date) -> EmployeeEvent:
    """Complete the event by an answer. Pure. Raises PermanentError."""
    try:
        document = bodies.parse(answer, is_form=False)
    except Unreadable as error:
        raise PermanentError(f"{api.name} gives no answer of use: {error}") from None
    found = {
        name: value for name, value in mapping.field_values(api.fields, document).items() if value is not None
    }
    if (about := found.pop("external_id", None)) is None:
        raise PermanentError(f"{api.name} does not say of whom it tells")
    if about != event.external_id:
        raise EmployeeNotFound(f"{api.name} was asked for employee {event.external_id}, and tells of another")
    full = EmployeeEvent.model_validate(event.model_dump() | found)
    if full.needs_details or full.has_no_details:
        raise PermanentError(f"{api.name} tells no name of employee {event.external_id}: may the key see it?")
    has_left = event.kind == "changed" and mapping.has_left(api.left_when, document)
    is_yet_to_start = full.start_date is not None and full.start_date > today  # and may not be active either
    if has_left and not is_yet_to_start:
        return full.model_copy(update={"kind": "left"})
    is_active = event.kind == "changed" and mapping.is_active(api.left_when, document)
    return full.model_copy(update={"is_active": is_active})


def _fetch(access: Access, external_id: str) -> bytes:
    """Return the body of the answer. Raises TemporaryError, PermanentError."""
    if external_id in (".", ".."):  # which would lead to another path
        raise EmployeeNotFound(f"{access.api.name} cannot be asked for an employee of that ID")
    try:
        with _request(access, external_id) as response:
            if response.status_code != 200:
                _raise_for_status(access.api, response)
            return _body(access.api, response)
    except requests.RequestException as error:
        # Its text has the address, and behind it are objects that have the key.
        raise TemporaryError(f"{access.api.name} does not answer ({type(error).__name__})") from None


def _request(access: Access, external_id: str) -> requests.Response:
    """Ask for one employee. Raises requests.RequestException."""
    api = access.api
    credentials = api.credentials.format(key=access.key.get_secret_value()).encode()
    user, _, password = credentials.partition(b":")
    with requests.Session() as session:
        for scheme in list(session.adapters):
            session.mount(scheme, DeadlineAdapter(TIMEOUT))
        return session.request(
            "GET" if api.json is None else "POST",
            access.url + api.path.format(external_id=quote(external_id, safe="")),
            params=dict(api.query),
            json=api.json,
            # Unpacked, a small answer may be a huge one.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": USER_AGENT},
            auth=HTTPBasicAuth(user, password),
            timeout=TIMEOUT,
            allow_redirects=False,  # the key is for this address alone
            stream=True,
        )


def _raise_for_status(api: Api, response: requests.Response) -> NoReturn:
    """Raise what an answer other than 200 means: TemporaryError or PermanentError."""
    status = response.status_code
    if status in BUSY or status >= 500:
        wanted = retry_after(response.headers, default=0)
        raise TemporaryError(f"{api.name} is in trouble ({status})", min(wanted, MAX_PAUSE))
    if status in (401, 403):
        raise PermanentError(f"{api.name} does not let us in ({status}): check {api.key.upper()}")
    if status == 404:
        raise EmployeeNotFound(f"{api.name} knows no such employee (404), or may not show them to this key")
    raise PermanentError(f"{api.name} does not answer as it should ({status}): check {api.url.upper()}")


def _body(api: Api, response: requests.Response) -> bytes:
    """Read an answer of limited size. Raises PermanentError, requests.RequestException."""
    body = bytearray()
    try:
        for part in response.iter_content(MAX_ANSWER + 1):
            body += part
            if len(body) > MAX_ANSWER:
                raise PermanentError(f"{api.name} answers with more than {MAX_ANSWER} bytes")
    except requests.ConnectionError:  # what requests makes of a timeout in the body
        raise requests.Timeout from None
    return bytes(body)
