"""`/ext hr`: what HR systems delivered last, and what became of it."""

from __future__ import annotations

from typing import Any

from handlers import wording
from handlers.onboarding import decisions, inbox
from handlers.slack import blocks
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from models.employee import Employee
from models.hr_delivery import HrDelivery
from pbx.errors import Refusal
from pbx.services import Services

SHOWN = 20
MAX_LINE_LENGTH = 500  # what became of it stands at its end
MAX_ID_LENGTH = 10  # digits
USAGE = "/ext hr, or /ext hr retry 17"


def hr_command(services: Services, given: Arguments) -> SlackMessage:
    """List the last deliveries, or retry one of them. Raises Refusal."""
    match given.words:
        case ():
            decisions.report_progress(services)
            rows = inbox.latest(services, SHOWN)
            with services.database.session() as session:
                return listing(rows, inbox.known_people(session, rows))
        case ("retry", number) if number.isdecimal() and len(number) < MAX_ID_LENGTH:
            decisions.retry(services, int(number), given.by)
            return blocks.plain(f"HR delivery {number} is tried again. See /ext hr in a moment.")
    raise Refusal(f"that is not how it is typed: {USAGE}")


def listing(rows: list[HrDelivery], known: dict[tuple[str, str], Employee]) -> SlackMessage:
    """Show deliveries, with the names of the employees that are known by source and ID."""
    if not rows:
        return blocks.plain("No HR system has delivered anything yet.")
    lines = [blocks.cut(blocks.escape(_line(row, known)), MAX_LINE_LENGTH) for row in rows]
    headline = "The last HR deliveries"
    return SlackMessage(headline, blocks.sections([f"*{headline}*", *lines]))


def _line(row: HrDelivery, known: dict[tuple[str, str], Employee]) -> str:
    events = ", ".join(
        f"{_name(event, known.get((row.source, event['external_id'])))} {event.get('kind')}"
        for event in row.events
    )
    return f"{row.id}  {wording.moment(row.received_at)}  {row.source}: {events} · {inbox.describe(row)}"


def _name(event: dict[str, Any], employee: Employee | None) -> str:
    return str(event.get("name") or (employee and employee.name) or event["external_id"])
