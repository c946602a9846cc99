"""`/ext doctor [number]`."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from handlers.doctor import examination, messages
from handlers.doctor.sharing import OneAtATime
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from pbx.doctor.findings import Report
from pbx.doctor.fixes import FIXES, state_of
from pbx.services import Services

LABELS = {name: (fix.label, fix.does) for name, fix in FIXES.items()}
EXAMINATIONS = OneAtATime()


def run(services: Services, given: Arguments) -> SlackMessage:
    """Examine the system, or one number. Raises Refusal."""
    number = given.one_number("/ext doctor 101") if given.words else ""
    found, seen = shared(services, number)
    return messages.report(found, number, LABELS, seen)


def shared(services: Services, number: str) -> tuple[Report, str]:
    """Return what was found, and in which state of the number; who asks meanwhile shares the next examination."""
    return EXAMINATIONS.ask((id(services), number), lambda: _examined(services, number))


def examined(services: Services, number: str) -> SlackMessage:
    """Examine anew, whatever examination is under way: something was changed since that began. Raises Refusal."""
    found, seen = _examined(services, number)
    return messages.report(found, number, LABELS, seen)


def _examined(services: Services, number: str) -> tuple[Report, str]:
    """Return what was found, and in which state of the number."""
    if not number:
        return examination.of_system(services), ""
    seen = _state(services, number)
    return examination.of_number(services, number), seen


def _state(services: Services, number: str) -> str:
    try:
        return state_of(services, number)
    except SQLAlchemyError:  # the doctor says so
        return ""
