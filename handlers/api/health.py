"""/api/health: what works, for anybody; why something does not, for whoever has a token."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from flask import request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from handlers import health
from handlers.api.authentication import needs
from handlers.api.latest import Latest
from handlers.api.routes import Answer, Api
from models.api_token import Scope
from pbx.services import Services

State = Literal["up", "degraded"]
OK = "ok"
LOOK_SECONDS = 5.0  # a look costs an AMI login and reads files, and strangers may ask as often as they like
AMI_SECONDS = 2.0  # for each answer; a command of Slack is to be acknowledged within three


class Health(BaseModel):
    """What works."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "degraded",
                    "checks": {"database": "up", "ami": "degraded", "listener": "up"},
                    "reasons": {"ami": "Asterisk does not answer at 127.0.0.1:5038: is Asterisk running?"},
                }
            ]
        }
    )

    status: State = Field(
        description="degraded: something is wrong; 503 says that nothing can be changed meanwhile."
    )
    checks: dict[str, State]
    reasons: dict[str, str] | None = Field(description="What is wrong, and what to do; null without a token.")


def add_routes(api: Api, services: Services) -> None:
    group = api.group("Health", "Whether Switchhook works.")
    latest = Latest(lambda: _look(services), LOOK_SECONDS, LOOK_SECONDS)

    @group.get("/health", None, answers={200: Health, 503: Health}, problems=(401, 403, 429))
    def read_health() -> Answer:
        """Say whether it works.

        Needs no token, and then says of each part whether it is up, and no more. With a token it says why not. 503 as
        /readyz: the database or Asterisk does not answer, or nothing can be published. As it was a few seconds ago at
        most.
        """
        checks, is_ready = latest.get()
        wrong = {name: said for name, said in checks.items() if said != OK}
        found = Health(
            status="degraded" if wrong else "up",
            checks={name: "degraded" if name in wrong else "up" for name in checks},
            reasons=wrong if _has_token() else None,
        )
        return Answer(found, 200 if is_ready else 503)


def _look(services: Services) -> tuple[dict[str, str], bool]:
    """Return part → `ok` or what is wrong with it, and whether something can be changed."""
    checks = health.checks(services, ami_timeout=AMI_SECONDS)
    return checks | {"listener": OK} | health.listener(services), set(checks.values()) == {OK}


def _has_token() -> bool:
    """Return whether a token came, and counts; without a database nobody knows. Raises Problem for another one."""
    if "Authorization" not in request.headers:
        return False
    with suppress(SQLAlchemyError):
        return needs(Scope.READ)(lambda: True)()
    return False
