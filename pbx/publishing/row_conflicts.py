"""Pure: a row, and what the administrator wrote → why the row cannot be had."""

from __future__ import annotations

from models.extension import Extension, State
from pbx.config.admin_config import AdminConfig, joined
from pbx.publishing import desired_wording


def own_mailbox_conflict(row: Extension) -> str | None:
    """Return why this row cannot have a mailbox of Switchhook's; None when it needs none, can, or has it already."""
    options = (row.adopted_options or {}).get("endpoint", [])
    is_new = row.voicemail_enabled and not row.has_voicemail
    return desired_wording.own_mailbox(row.number) if is_new and "mailboxes" in dict(options) else None


def hand_written_conflict(row: Extension, admin: AdminConfig) -> str | None:
    """Return why this row cannot stand beside what the administrator wrote; None when it can."""
    if not belongs_in_asterisk(row):
        return None
    places = admin.endpoints(row.number)
    if not row.has_phones_in(row.context):
        # A phone that Asterisk has already stays: the administrator's steps alone take none away.
        places += admin.extens(row.number, row.context) + admin.included(row.number, row.context)
    if not places:
        return None
    return (
        f"{row.number} was already written by hand at {joined(places)}: take another number, or remove it there first "
        f"({desired_wording.RELOAD})"
    )


def missing_transport(row: Extension, admin: AdminConfig) -> str | None:
    """Return why Asterisk cannot have its transport; None when it can."""
    if not belongs_in_asterisk(row) or not lacks_transport(row.transport, admin):
        return None
    return desired_wording.NO_TLS


def lacks_transport(transport: str, admin: AdminConfig) -> bool:
    """Return whether a transport is missing that Switchhook cannot add: TLS, which needs a certificate."""
    return transport == "tls" and "tls" not in admin.transports


def belongs_in_asterisk(row: Extension) -> bool:
    """Return whether Asterisk is to have it: it is enabled, and not being deleted."""
    return row.enabled and row.state is not State.DELETING
