"""New messages in the spool become rows, and what their owners are to be sent, in one transaction."""

from __future__ import annotations

import logging
from contextlib import suppress

from sqlmodel import Session, col, select

from handlers.voicemail import missed_calls
from handlers.voicemail.messages import VoicemailReceived, VoicemailRecording, VoicemailWithoutOwner
from handlers.voicemail.owners import owner_at
from models import outbox
from models.extension import Extension
from models.installation import ONLY, Installation
from models.lease import LeaseHolder
from models.outbox import Priority
from models.types import now
from models.voicemail_message import NEW_FOR, VoicemailMessage
from pbx import mailboxes
from pbx.ami import connected
from pbx.errors import AsteriskUnavailable
from pbx.services import Services
from pbx.unseen_voicemail import unseen
from pbx.voicemail_spool import Found, Spool

log = logging.getLogger("switchhook.voicemail")


def subject(row_id: int | None) -> str:
    """Return the subject of what an owner reads of a message, by the id of its row."""
    return f"{missed_calls.RECEIVED}{row_id}"


class VoicemailDelivery:
    """Follows the spool."""

    def __init__(self, services: Services, holder: LeaseHolder) -> None:
        self._services = services
        self._holder = holder
        self._spool = Spool(services.settings.voicemail_spool)
        self._unseen: str | None = None  # what compare() has found
        self._stored_in = ""  # the identity of the database that has what the spool remembers

    def store_new(self) -> int:
        """Store what is new, and return how many messages are to be sent. Raises LeaseLost, SQLAlchemyError."""
        # First: a call that has ended by now has its recording in place.
        with self._services.database.session() as session:
            held_back = missed_calls.held_back(session)
            self._note_restored(session)
        found = [each for each in self._spool.look() if each.envelope.recorded_at > now() - NEW_FOR]
        stored = 0
        if found or held_back:
            with self._holder.transaction() as session:
                owned = mailboxes.owned(session, [each.mailbox for each in found])
                stored = sum(
                    self._store(session, each, owned[each.mailbox]) for each in found if each.mailbox in owned
                )
                stored += missed_calls.send_without_recording(session, held_back)
        self._spool.remember()
        return stored

    def _note_restored(self, session: Session) -> None:
        """Have the spool forget what another state of the database has."""
        installation = session.get(Installation, ONLY)
        identity = installation.identity if installation else ""
        if identity != self._stored_in:
            self._spool.forget()
            self._stored_in = identity

    def compare(self) -> None:
        """Find whether Asterisk has messages that the spool has not. Raises SQLAlchemyError."""
        if self._spool.problem() or not mailboxes.any_enabled(self._services):
            self._unseen = None
            return
        with suppress(AsteriskUnavailable), connected(self._services.settings) as asterisk:
            self._unseen = unseen(asterisk, self._spool)

    def problem(self) -> str | None:
        """Return why messages cannot be read, if any extension has voicemail."""
        reason = self._spool.problem() or self._unseen
        return reason if reason and mailboxes.any_enabled(self._services) else None

    def _store(self, session: Session, found: Found, extension: Extension) -> bool:
        """Return whether it was new."""
        envelope = found.envelope
        this = col(VoicemailMessage.mailbox) == found.mailbox, col(VoicemailMessage.message_id) == envelope.id
        if session.exec(select(VoicemailMessage.id).where(*this)).first():
            return False
        row = VoicemailMessage(
            mailbox=found.mailbox,
            message_id=envelope.id,
            extension_id=extension.id or 0,
            slack_user_id=owner_at(session, extension, envelope.recorded_at),
            recorded_at=envelope.recorded_at,
        )
        if row.slack_user_id is None and not _was_told(session, row) and not _last_was_unowned(session, row):
            self._notify_admins(session, extension)
        session.add(row)
        session.flush()
        if row.slack_user_id and not _was_told(session, row):
            dialled = "" if extension.is_answered_by_hand else extension.number
            _enqueue(session, row, found, dialled, row.slack_user_id)
        log.info("a voicemail was found", extra={"voicemail": row.id, "number": extension.number})
        return True

    def _notify_admins(self, session: Session, extension: Extension) -> None:
        content = VoicemailWithoutOwner(
            number=extension.number, name=extension.name, is_dialled=not extension.is_answered_by_hand
        )
        for admin in self._services.settings.slack_admins:
            outbox.enqueue(session, admin, f"voicemail-unowned:{extension.id}", content.as_json(), open=False)


def _was_told(session: Session, row: VoicemailMessage) -> bool:
    """Return whether a later state of the database, which is gone, has told of it."""
    installation = session.get(Installation, ONLY)
    told_until = installation and installation.told_until
    return bool(told_until and row.recorded_at < told_until)


def _last_was_unowned(session: Session, row: VoicemailMessage) -> bool:
    """Return whether the admins know already that nobody is named for the extension."""
    its = select(VoicemailMessage).where(col(VoicemailMessage.extension_id) == row.extension_id)
    last = session.exec(its.order_by(col(VoicemailMessage.id).desc()).limit(1)).first()
    return last is not None and last.slack_user_id is None


def _enqueue(session: Session, row: VoicemailMessage, found: Found, number: str, owner: str) -> None:
    envelope, at = found.envelope, found.envelope.recorded_at.timestamp()
    who = {"number": number, "caller": envelope.caller, "caller_name": envelope.caller_name}
    words = VoicemailReceived(
        message=row.id or 0, at=at, seconds=envelope.seconds, channel=envelope.channel, **who
    )
    audio = VoicemailRecording(mailbox=found.mailbox, message_id=envelope.id, at=at, **who)
    outbox.enqueue(session, owner, subject(row.id), words.as_json())
    outbox.enqueue(
        session, owner, f"recording:{row.id}", audio.as_json(), open=False, priority=Priority.FILES
    )
