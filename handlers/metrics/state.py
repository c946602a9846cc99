"""How things stand, read when somebody asks: the same from every process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import case, func
from sqlmodel import Session, col, select

from handlers.alerts.watchdogs import ListenerWatchdog
from models import inbox, inbox_answer
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.incident import Incident
from models.outbox import OutboxMessage
from models.phone import Phone
from models.types import now
from pbx.ami import connected
from pbx.services import Services
from version import VERSION

AMI_SECONDS = 2.0  # for each answer
WAITING = (DeliveryState.WAITING, DeliveryState.NEEDS_DETAILS, DeliveryState.NEEDS_CHOICE)


def of_database(services: Services, watchdog: ListenerWatchdog) -> list[Metric]:
    """Return what the database knows. Raises SQLAlchemyError, DatabaseUnfit."""
    with services.database.session() as session:
        return [
            _extensions(session),
            _phones(session),
            *_outbox(session),
            *_inbox(session),
            _hr(session),
            *_incidents(session, watchdog.is_running),
        ]


def of_asterisk(services: Services) -> list[Metric]:
    """Return what Asterisk says of itself. Raises AsteriskUnavailable."""
    with connected(services.settings, timeout=AMI_SECONDS) as asterisk:
        status = asterisk.send_action(Action="CoreStatus")
    return [calls(int(status["CoreCurrentCalls"]))]


def calls(count: int) -> Metric:
    return _gauge("switchhook_calls", "Calls that are going on in Asterisk.", count)


def build_info() -> Metric:
    family = GaugeMetricFamily(
        "switchhook_build_info", "Which version of Switchhook this is.", labels=["version"]
    )
    family.add_metric([VERSION], 1)
    return family


def sources_up(answered: Mapping[str, bool]) -> Metric:
    """Return which sources of figures could be read. Those of others are left out."""
    help_ = "Whether figures could be had from there; without, they are missing."
    return _by_label("switchhook_source_up", help_, "source", answered.items())


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)


def _by_label(name: str, help_: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for each, value in values:
        family.add_metric([each], value)
    return family


def _extensions(session: Session) -> Metric:
    found = dict(session.exec(select(Extension.state, func.count()).group_by(col(Extension.state))).all())
    counts = [(state, found.get(state, 0)) for state in State]
    return _by_label("switchhook_extensions", "Extensions by state.", "state", counts)


def _phones(session: Session) -> Metric:
    count = session.exec(select(func.count()).select_from(Phone).where(col(Phone.registered))).one()
    return _gauge("switchhook_registered_phones", "Phones that are registered.", count)


def _outbox(session: Session) -> Sequence[Metric]:
    """Return how much waits, and how old it is: an edit of what Slack has is as old as the edit."""
    since = case((col(OutboxMessage.ts).is_(None), OutboxMessage.created_at), else_=OutboxMessage.updated_at)
    query = select(func.count(), func.min(since)).where(col(OutboxMessage.due))
    count, oldest = session.exec(query).one()
    return (
        _gauge("switchhook_outbox_messages", "Messages that wait to be sent to Slack.", count),
        _gauge(
            "switchhook_outbox_oldest_message_age_seconds",
            "How long the oldest message has waited for Slack.",
            _age(oldest),
        ),
    )


def _inbox(session: Session) -> Sequence[Metric]:
    """Return how much of what people asked for in Slack is not done, and how many do not know yet what came of it."""
    found = {"requests": inbox.waits(session), "answers": inbox_answer.waits(session)}
    counts = [(what, waits.many) for what, waits in found.items()]
    ages = [(what, _age(waits.since)) for what, waits in found.items()]
    return (
        _by_label(
            "switchhook_slack_waiting", "Requests and answers of Slack's that are not done.", "what", counts
        ),
        _by_label(
            "switchhook_slack_oldest_waiting_age_seconds",
            "How long the oldest of these has waited.",
            "what",
            ages,
        ),
    )


def _age(since: datetime | None) -> float:
    return max(0.0, (now() - since).total_seconds()) if since else 0.0


def _hr(session: Session) -> Metric:
    waits = select(HrDelivery.state, func.count()).where(col(HrDelivery.state).in_(WAITING))
    found = dict(session.exec(waits.group_by(col(HrDelivery.state))).all())
    counts = [(state, found.get(state, 0)) for state in WAITING]
    return _by_label(
        "switchhook_hr_deliveries", "Deliveries of HR systems that are not done.", "state", counts
    )


def _incidents(session: Session, listener_runs: bool | None) -> list[Metric]:
    """Return what the listener has found wrong; without one, nobody knows. None: it is too early to say."""
    help_ = "What the listener finds wrong right now, whether people have heard of it or not."
    rows = session.exec(select(Incident)).all()
    wrong = {row.subject: not row.resolved and row.recovering_since is None for row in rows}
    found = []
    if listener_runs is not None:
        is_running = "Whether a listener holds the lease and renews it."
        found.append(_gauge("switchhook_listener_running", is_running, listener_runs))
    if listener_runs:
        connected_ = "Whether the listener is connected to Asterisk."
        found.append(_gauge("switchhook_listener_connected", connected_, not wrong.get("asterisk")))
        found.append(_by_label("switchhook_incident", help_, "subject", sorted(wrong.items())))
    return found
