"""Has reports sent by the poster: what they say is counted now, and the picture is drawn when it is sent."""

from __future__ import annotations

import logging
from secrets import token_hex

from sqlmodel import Session

from handlers.reports import picture
from handlers.reports.drawing import Frame, draw
from handlers.reports.messages import ReportInWords, ReportPicture
from models import outbox
from models.outbox import Priority
from pbx.reports.report import Report

log = logging.getLogger("switchhook.reports")

WIDTH = 480.0  # about as wide as Slack shows a picture


def enqueue_words(session: Session, channel: str, report: Report) -> None:
    content = ReportInWords(report=report).as_json()
    outbox.enqueue(session, channel, _subject(report), content, open=False)


def enqueue_picture(session: Session, channel: str, report: Report) -> None:
    name = f"switchhook-{report.kind}-{report.first}-{token_hex(4)}"
    content = ReportPicture(report=report, name=name).as_json()
    outbox.enqueue(session, channel, _subject(report), content, open=False, priority=Priority.FILES)


def _subject(report: Report) -> str:
    return f"report:{report.kind}:{report.first}"


def with_picture(message: ReportPicture) -> ReportPicture:
    """Return the message with its picture, or as it is if that cannot be drawn: its words are sent then."""
    try:
        png = picture.as_png(draw(message.report, Frame(WIDTH, titled=True)))
    except ValueError:
        log.exception("a report cannot be drawn", extra={"report": message.name})
        return message
    return message.model_copy(update={"png": png})
