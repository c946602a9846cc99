"""The tables, one file each, and how to reach them. All tables are known once this package is imported."""

from models import (
    alert_route,
    audit,
    bookmark,
    employee,
    event,
    extension,
    hr_delivery,
    incident,
    installation,
    lease,
    lock_out,
    outbox,
    phone,
    slack_request,
)
