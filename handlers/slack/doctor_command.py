"""`/ext doctor [number]`."""

from __future__ import annotations

from handlers.doctor import examination, messages
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from pbx.doctor.fixes import FIXES
from pbx.services import Services

LABELS = {name: (fix.label, fix.does) for name, fix in FIXES.items()}


def run(services: Services, given: Arguments) -> SlackMessage:
    """Examine the system, or one number. Raises Refusal."""
    number = given.one_number("/ext doctor 101") if given.words else ""
    found = examination.of_number(services, number) if number else examination.of_system(services)
    return messages.report(found, number, LABELS)
