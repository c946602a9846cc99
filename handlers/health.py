"""`/healthz`: the process is up. `/readyz`: the database and AMI answer, or which does not."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

import checkout
from command_lines import START_LISTENER
from handlers.doctor.env_file import EnvFile
from handlers.slack.socket_mode import SOCKET
from models import failure, schema, write_probe
from models.errors import DatabaseUnfit
from models.incident import Incident
from models.patience import USUAL, Patience
from pbx import reencrypt
from pbx.ami import connected
from pbx.ami_client import REPLY_SECONDS
from pbx.errors import AsteriskUnavailable
from pbx.publishing import foreign_files
from pbx.services import Services
from version import VERSION

OK = "ok"


def blueprint(services: Services) -> Blueprint:
    health = Blueprint("health", __name__)
    env, commit = EnvFile.read().digest(services.settings), checkout.commit()

    @health.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "up", "version": VERSION, "commit": commit, "env": env}

    @health.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        found = checks(services)
        status = 200 if set(found.values()) == {OK} else 503
        return found | listener(services) | slack(), status

    return health


def checks(
    services: Services, *, ami_timeout: float = REPLY_SECONDS, patience: Patience = USUAL
) -> dict[str, str]:
    """Return part → `ok`, or why nothing can be changed meanwhile. `ami_timeout`: seconds for each answer of Asterisk.

    `patience`: with which it is tried that the database can be written.
    """
    always = {"database": _database(services, patience), "ami": ami(services, ami_timeout)}
    if always["database"] != OK:
        return always  # the others would wait for it once more, each
    return always | _phones(services) | _secrets(services)


def _database(services: Services, patience: Patience) -> str:
    try:
        if problem := schema.problem(services.database.engine):
            return problem
        write_probe.write(services.database, patience)
    except SQLAlchemyError as error:
        return failure.cause(error)
    return OK


def listener(services: Services) -> dict[str, str]:
    """Return a line if no listener runs. It changes no status: commands work without one.

    That is known fifteen seconds after the last sign of one; people are alerted later, as it may be restarting.
    """
    with suppress(SQLAlchemyError, DatabaseUnfit), services.database.session() as session:
        incident = session.get(Incident, "listener")
        if incident and not incident.resolved:
            return {"listener": f"none runs: {START_LISTENER}"}
    return {}


def slack() -> dict[str, str]:
    """Return how this process's connection of Socket Mode stands. It changes no status: the API works without one."""
    socket = current_app.extensions.get(SOCKET)
    return {"slack": socket.state} if socket and socket.is_wanted else {}


def ami(services: Services, timeout: float) -> str:
    """Return `ok`, or why Asterisk does not answer. `timeout`: seconds for each of its answers."""
    try:
        with connected(services.settings, timeout=timeout) as asterisk:
            asterisk.ping()
    except AsteriskUnavailable as error:
        return str(error)
    return OK


def _phones(services: Services) -> dict[str, str]:
    """Return why publish() writes nothing, if something that protects phones stops it."""
    try:
        conflict = foreign_files.why_blocked(services)
    except SQLAlchemyError:
        return {}  # _database() reports it
    return {"phones": conflict} if conflict else {}


def _secrets(services: Services) -> dict[str, str]:
    """Return why SECRET_KEY does not open the phones' secrets, if it does not."""
    try:
        problem = reencrypt.key_conflict(services)
    except SQLAlchemyError:
        return {}  # _database() reports it
    return {"secrets": problem} if problem else {}
