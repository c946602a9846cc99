"""The tables, and how to reach them. One file per table."""

from models.actor import Actor
from models.alert_route import AlertRoute
from models.audit_entry import AuditEntry
from models.bookmark import Bookmark
from models.database import Database
from models.delivery import Delivery
from models.employee import Employee, Stage
from models.event import Event, Kind
from models.extension import Extension, State
from models.hr_delivery import DeliveryState, HrDelivery
from models.installation import Installation
from models.lease import Lease
from models.lock_out import LockOut
from models.phone import Phone
from models.slack_request import SlackRequest
from models.trouble import Trouble

__all__ = [
    "Actor",
    "AlertRoute",
    "AuditEntry",
    "Bookmark",
    "Database",
    "Delivery",
    "DeliveryState",
    "Employee",
    "Event",
    "Extension",
    "HrDelivery",
    "Installation",
    "Kind",
    "Lease",
    "LockOut",
    "Phone",
    "SlackRequest",
    "Stage",
    "State",
    "Trouble",
]
