"""The other doors, as who uses them: HR systems, programs, forms of the page, steps of workflows. Each sends again what was
not answered, the very same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests
from sqlmodel import col, func, select
from standardwebhooks.webhooks import Webhook

from handlers.steps import functions
from models.actor import Actor
from models.audit import CREATED, AuditEntry
from models.extension import Extension
from models.hr_delivery import HrDelivery
from models.step_execution import StepExecution
from pbx.services import Services
from tests.handlers.hr.examples.standard import KEY
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slack_stand_in.workflows import Execution

SECONDS = 20.0
BUSY = (409, 500, 502, 503)  # to be sent again


@dataclass
class Door:
    """`send`: one request, by its trace, the same whenever it is sent; raises RequestException, and Unanswered."""

    name: str
    send: Callable[[str], None]
    times: Callable[[str], int]  # how often what it asked for was done
    wrong: list[str] = field(default_factory=list)  # answers that do not say what is so


class Unanswered(Exception):
    """It is to be sent again."""


def doors(web: Switchhook, services: Services, slack_user: SlackUser, token: str) -> list[Door]:
    api = Door(
        "API with Idempotency-Key", lambda trace: _api(api, web, services, token, trace), made(services)
    )
    hr = Door("HR deliveries", lambda trace: _hr(web, trace), _delivered(services))
    database_url = services.settings.database_url.get_secret_value()
    visitor = PageUser(web.url, database_url, Actor.slack(web.admin_id), "Ada")
    csrf = visitor.csrf()
    page = Door("forms of the page", lambda trace: _page(visitor, csrf, trace), made(services))
    steps = Door("steps of workflows", lambda trace: _step(slack_user, trace), _started(services))
    return [api, hr, page, steps]


def number_of(trace: str) -> str:
    """Return a number for the trace `x17`."""
    return str(3000 + int(trace[1:]))


def _checked(answer: requests.Response, *right: int) -> requests.Response:
    if answer.status_code in BUSY:
        raise Unanswered(answer.text[:80])
    assert answer.status_code in right, (answer.status_code, answer.text)
    return answer


def _api(door: Door, web: Switchhook, services: Services, token: str, trace: str) -> None:
    """Create an extension; the password of the answer is to be the one that it has."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": trace}
    body = {"extension_number": number_of(trace), "name": trace}
    answer = requests.post(f"{web.url}/api/extensions", json=body, headers=headers, timeout=SECONDS)
    told = _checked(answer, 201).json()["secret"]
    with services.database.session() as session:
        row = session.exec(select(Extension).where(Extension.name == trace)).one()
    if services.cipher.decrypt(row.encrypted_secret).get_secret_value() != told:
        door.wrong.append(f"{trace}: another password than the one that it has")


def _hr(web: Switchhook, trace: str) -> None:
    at = datetime.now(UTC)
    data = {"id": trace, "name": trace, "email": f"{trace}@example.com"}
    body = json.dumps({"type": "employee.joined", "timestamp": "2026-11-20T09:30:00+00:00", "data": data})
    headers = {"webhook-id": trace, "webhook-timestamp": str(int(at.timestamp()))}
    headers["webhook-signature"] = Webhook(KEY).sign(trace, at, body)
    url = f"{web.url}/webhooks/hr/standard"
    headers["Content-Type"] = "application/json"
    _checked(requests.post(url, data=body, headers=headers, timeout=SECONDS), 202)


def _page(visitor: PageUser, csrf: str, trace: str) -> None:
    """Send the form of a new extension, as a browser that is told to send it again."""
    typed = {"csrf": csrf, "number": number_of(trace), "free": number_of(trace), "name": trace}
    typed |= {
        "secret": "",
        "context": "from-internal",
        "transport": "udp",
        "max_contacts": "1",
        "codecs": "ulaw",
    }
    answer = requests.post(
        f"{visitor.url}/new",
        data=typed,
        cookies=dict(visitor.browser.cookies),
        timeout=SECONDS,
        allow_redirects=False,
    )
    if answer.status_code == 409 and "You have made extension" in answer.text:
        return
    _checked(answer, 302, 303)


def _step(user: SlackUser, trace: str) -> None:
    """Start a step of a workflow; Slack sends the event again."""
    made_of = functions.FUNCTIONS[functions.CREATE].as_manifest()
    step = Execution(functions.CREATE, made_of, {"user": user.user_id, "name": trace})
    user.stand_in.workspace.workflows.executions[trace] = step
    event = step.event(trace, user.stand_in.workspace.app_id)
    if user.event(event, event_id=f"Ev{trace}", retry_num=1).status != 200:
        raise Unanswered


def made(services: Services) -> Callable[[str], int]:
    """Return what counts how often an extension of that name was created."""

    def times(trace: str) -> int:
        with services.database.session() as session:
            rows = session.exec(select(AuditEntry).where(AuditEntry.action == CREATED)).all()
        return sum((row.changes.get("name") or [None, None])[1] == trace for row in rows)

    return times


def _delivered(services: Services) -> Callable[[str], int]:
    """Return what counts how often it was stored, or an extension made of it."""

    def times(trace: str) -> int:
        this = select(func.count()).select_from(HrDelivery).where(col(HrDelivery.key) == trace)
        with services.database.session() as session:
            return max(session.exec(this).one(), made(services)(trace))

    return times


def _started(services: Services) -> Callable[[str], int]:
    def times(trace: str) -> int:
        this = select(func.count()).select_from(StepExecution).where(col(StepExecution.execution_id) == trace)
        with services.database.session() as session:
            return session.exec(this).one()

    return times
