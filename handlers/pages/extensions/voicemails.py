"""The voicemails of an extension: whose they were when they were recorded hears them, and nobody else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, redirect, send_file, url_for
from sqlmodel import col, select
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from handlers import wording
from handlers.pages import visitor
from handlers.pages.routes import Pages
from handlers.pages.visitor import Visitor
from handlers.slack.roles import Role
from handlers.voicemail import actions
from models.extension import Extension
from models.voicemail_message import VoicemailMessage
from pbx import voicemail, voicemail_recording
from pbx.errors import SwitchhookError
from pbx.services import Services
from pbx.voicemail import PLAYS_ANYWHERE
from pbx.voicemail_envelope import Envelope
from pbx.voicemail_recording import TooLarge

SHOWN = 20
UNREADABLE = "The recordings cannot be read here right now. They are heard on the phone: dial {}"
GONE = "This recording is not there any more: it was deleted on the phone"
TYPES = {PLAYS_ANYWHERE: "audio/wav", "WAV": "audio/wav"}


@dataclass(frozen=True)
class Recording:
    """One message. `id`: of its row."""

    id: int
    envelope: Envelope
    is_new: bool


@dataclass(frozen=True)
class Mailbox:
    """What somebody may hear, newest first. `trouble`: why nothing can be read."""

    recordings: Sequence[Recording] = ()
    trouble: str = ""


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/<number>/voicemail/<id:message>", Role.OWNER, is_page=False)
    def recording(row: Extension, message: int) -> Response:
        return _audio(services, _theirs(services, row, message))

    @pages.post("/<number>/voicemail/<id:message>/heard", Role.OWNER)
    def heard(row: Extension, message: int) -> BaseResponse:
        own = _theirs(services, row, message)
        try:
            actions.mark_heard(services, visitor.current().user_id, str(own.id))
            visitor.notice(services, "done", actions.MARKED)
        except SwitchhookError as error:
            visitor.notice(services, "fault", wording.ended(str(error)))
        return redirect(url_for("pages.extension", number=row.number), 303)


def mailbox_of(services: Services, row: Extension, who: Visitor) -> Mailbox | None:
    """Return the messages of who looks; None where the extension has no voicemail, or is not theirs."""
    if not row.voicemail_enabled or row.slack_user_id != who.user_id or not who.user_id:
        return None
    theirs = VoicemailMessage.extension_id == row.id, VoicemailMessage.slack_user_id == who.user_id
    newest = select(VoicemailMessage).where(*theirs).order_by(col(VoicemailMessage.id).desc())
    with services.database.session() as session:
        rows = session.exec(newest.limit(SHOWN)).all()
    name = voicemail.mailbox(row.number, row.created_at)
    try:
        there = voicemail_recording.envelopes_of(services.settings.voicemail_spool, name)
    except OSError:
        return Mailbox(trouble=wording.ended(UNREADABLE.format(row.number)))
    return Mailbox(
        [Recording(each.id or 0, *there[each.message_id]) for each in rows if each.message_id in there]
    )


def _theirs(services: Services, row: Extension, message: int) -> VoicemailMessage:
    """Return a message of who looks. Raises NotFound: one of somebody else's is as unknown as one that never was."""
    user_id = visitor.current().user_id
    with services.database.session() as session:
        found = session.get(VoicemailMessage, message)
    if found is None or found.extension_id != row.id or not user_id or found.slack_user_id != user_id:
        raise NotFound(GONE)
    return found


def _audio(services: Services, message: VoicemailMessage) -> Response:
    """Return the recording, any part of it, as players ask for. Raises NotFound, ServiceUnavailable."""
    number = message.mailbox.partition("_")[0]
    spool = services.settings.voicemail_spool
    try:
        found = voicemail_recording.find(spool, message.mailbox, message.message_id)
    except (OSError, TooLarge):
        raise ServiceUnavailable(UNREADABLE.format(number)) from None
    if found is None:
        raise NotFound(GONE)
    return send_file(
        io.BytesIO(found.content),
        mimetype=TYPES.get(found.format, "application/octet-stream"),
        download_name=f"voicemail-{message.id}.{found.format.lower()}",
        etag=False,
    )
