"""/extensions/health: how the phone system and Switchhook are, at a glance; the doctor and drift at a button."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from command_lines import START_LISTENER
from handlers import drift_wording, health
from handlers.alerts import incident_messages
from handlers.alerts.incident_messages import Texts
from handlers.api.health import AMI_SECONDS, LOOK_SECONDS
from handlers.api.latest import Latest
from handlers.doctor import command as doctor_command
from handlers.doctor import process_checks
from handlers.doctor.sharing import OneAtATime
from handlers.pages import doctor_report, visitor
from handlers.pages.administration import setting_list
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from handlers.slack.socket_mode import CONNECTED
from handlers.standing_warnings import standing_warnings
from handlers.wording import ended
from models.incident import Incident
from models.lease import LISTENER_LEASE, Lease
from models.patience import Patience
from pbx.doctor import disk_checks
from pbx.doctor.fixes import FIXES, carry_out
from pbx.drift import look as drift
from pbx.drift.report import DriftReport
from pbx.errors import ConfigFileError, SwitchhookError
from pbx.services import Services
from version import VERSION

PARTS = {
    "database": "Database",
    "ami": "Asterisk",
    "listener": "Listener",
    "phones": "Publishing",
    "secrets": "Passwords of the phones",
    "slack": "Connection to Slack",
}
NOT_HEARD = f"nothing is heard of one right now: {START_LISTENER}. The doctor watches for longer"
NOT_KNOWN = "not known right now: it says by the database that it runs"
PATIENCE = Patience(lock=2_000, statement=5_000)  # with the database: what is at a glance is no long wait
COMPARISONS = OneAtATime()


@dataclass(frozen=True)
class Trouble:
    """An incident that is open, in words, with its details."""

    texts: Texts
    since: datetime
    lines: Sequence[str]


@dataclass(frozen=True)
class Glance:
    """What is seen without waiting: `parts` by name, empty where all is well."""

    parts: dict[str, str]
    warnings: Sequence[str]


def add_routes(pages: Pages) -> None:
    services = pages.services
    _add_fixes(pages, services)
    latest = Latest(lambda: glance(services), LOOK_SECONDS, LOOK_SECONDS)

    @pages.get("/health", Role.ADMIN, menu="Health")
    def system_health() -> str:
        report = doctor_command.shared(services, "")[0] if "run" in request.args else None
        compared = _compared(services) if "drift" in request.args else None
        return render_template(
            "pages/health.html",
            glance=latest.get(),
            troubles=_troubles(services),
            disks=_disks(services),
            version=VERSION,
            settings=setting_list.listing(services.settings),
            fixes=FIXES,
            report=report and doctor_report.shown(report, ""),
            drift=compared,
        )


def _add_fixes(pages: Pages, services: Services) -> None:
    @pages.post("/health/fix/<name>", Role.ADMIN)
    def fix(name: str) -> Response:
        if name not in FIXES or FIXES[name].of_number:
            raise NotFound(f"there is nothing called {name} to be done")
        try:
            done = carry_out(services, FIXES[name], "", visitor.current().actor)
        except SwitchhookError as error:
            visitor.notice(services, "fault", ended(str(error)))
        else:
            visitor.notice(services, "done", ended(done))
        return redirect(url_for("pages.system_health", run=1), 303)


def glance(services: Services) -> Glance:
    """Look at everything that answers within a moment."""
    checks = health.checks(services, ami_timeout=AMI_SECONDS, patience=PATIENCE)
    checks |= {"listener": health.OK} | health.listener(services)
    found = {
        PARTS.get(name, name): "" if said in (health.OK, CONNECTED) else said
        for name, said in (checks | health.slack()).items()
    }
    warnings: list[str] = []
    with suppress(SQLAlchemyError):
        silence = NOT_KNOWN if found[PARTS["database"]] else _silence(services)
        found[PARTS["listener"]] = found[PARTS["listener"]] or silence
        warnings = [*standing_warnings(services)] if not found[PARTS["ami"]] else []
    return Glance(found, warnings)


def _silence(services: Services) -> str:
    """Say that nothing is heard of a listener, before that is an incident; the doctor watches for longer."""
    with services.database.session() as session:
        lease = session.get(Lease, LISTENER_LEASE)
    return "" if process_checks.is_fresh(lease) else NOT_HEARD


def _troubles(services: Services) -> list[Trouble]:
    """Return the incidents that people were told of and that are not over; nothing of one of another version."""
    is_open = col(Incident.resolved).is_(False), col(Incident.notified_at).is_not(None)
    with services.database.session() as session:
        rows = session.exec(select(Incident).where(*is_open).order_by(col(Incident.since))).all()
    found = []
    for row in rows:
        with suppress(KeyError):
            lines = list(row.details.values())[: incident_messages.LINES_SHOWN]
            found.append(Trouble(incident_messages.texts(row.subject), row.since, lines))
    return found


def _disks(services: Services) -> list[disk_checks.Room]:
    with suppress(OSError):
        return [*disk_checks.room(services.settings)]
    return []


@dataclass(frozen=True)
class Compared:
    """What differs from the database, in words, or why that is not known."""

    headline: str
    lines: Sequence[str] = ()


def _compared(services: Services) -> Compared:
    """Compare database, files and Asterisk; who asks meanwhile shares the next comparison."""
    try:
        found: DriftReport = COMPARISONS.ask(id(services), lambda: drift.look(services))
    except ConfigFileError as error:
        return Compared(f"❔ {ended(str(error))}")
    lines = [
        *drift_wording.lines(found.drifts),
        *drift_wording.lines(found.overwritten),
        *drift_wording.by_hand(found),
        *drift_wording.compared(found),
    ]
    return Compared(drift_wording.headline(found), [each.removeprefix("• ") for each in lines])
