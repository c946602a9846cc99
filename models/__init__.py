"""The tables, and how to reach them. One file per table."""

from models.actor import Actor
from models.alert_route import AlertRoute
from models.audit import AuditEntry
from models.bookmark import Bookmark
from models.database import Database
from models.employee import Employee, Stage
from models.event import Event, Kind
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.incident import Incident
from models.installation import Installation
from models.lease import Lease
from models.lock_out import LockOut
from models.outbox import OutboxMessage
from models.phone import Phone
from models.slack_request import SlackRequest

__all__ = [
    "Actor",
    "AlertRoute",
    "AuditEntry",
    "Bookmark",
    "Database",
    "DeliveryState",
    "Employee",
    "Event",
    "Extension",
    "HrDelivery",
    "Incident",
    "Installation",
    "Kind",
    "Lease",
    "LockOut",
    "OutboxMessage",
    "Phone",
    "SlackRequest",
    "Stage",
    "State",
]
