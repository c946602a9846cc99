"""`/ext hr`: what HR systems delivered last, and what became of it."""

from __future__ import annotations

from typing import Any

from handlers.onboarding import decisions, inbox
from handlers.slack import blocks, times
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.command_buttons import command_button
from handlers.slack.command_text import Arguments
from models.employee import Employee
from models.hr_delivery import DeliveryState, HrDelivery
from models.number import ID_DIGITS, whole
from pbx.errors import Refusal
from pbx.services import Services

SHOWN = 20
MAX_BUTTONS = 10
MAX_LINE_LENGTH = 500  # what became of it stands at its end
USAGE = "/ext hr, or /ext hr retry 17"


def hr_command(services: Services, given: Arguments) -> SlackMessage:
    """List the last deliveries, or retry one of them. Raises Refusal."""
    match given.words:
        case ():
            decisions.report_progress(services)
            rows = inbox.latest(services, SHOWN)
            with services.database.session() as session:
                return listing(rows, inbox.known_people(session, rows))
        case ("retry", number) if (delivery_id := whole(number, ID_DIGITS)) is not None:
            decisions.retry(services, delivery_id, given.by)
            return answered(f"HR delivery {number} is tried again. See /ext hr in a moment.")
    raise Refusal(f"that is not how it is typed: {USAGE}")


def answered(words: str) -> SlackMessage:
    """Return what was begun, with a button to look what has become of it."""
    message = blocks.plain(words)
    return SlackMessage(
        message.text, [*message.blocks, blocks.actions(command_button("HR deliveries", "hr"))]
    )


def listing(rows: list[HrDelivery], known: dict[tuple[str, str], Employee]) -> SlackMessage:
    """Show deliveries, with the names of the employees that are known by source and ID."""
    if not rows:
        return blocks.plain("No HR system has delivered anything yet.")
    lines = [blocks.cut(_line(row, known), MAX_LINE_LENGTH) for row in rows]
    headline = "The last HR deliveries"
    return SlackMessage(headline, [*blocks.sections([f"*{headline}*", *lines]), *_retries(rows)])


def _retries(rows: list[HrDelivery]) -> list[Block]:
    """Return a button for each of the first that can be tried again."""
    stuck = [row for row in rows if row.state in (*inbox.UNDECIDED, DeliveryState.NEEDS_DETAILS)]
    buttons = [command_button(f"Try {row.id} again", f"hr retry {row.id}") for row in stuck[:MAX_BUTTONS]]
    return [blocks.actions(*buttons)] if buttons else []


def _line(row: HrDelivery, known: dict[tuple[str, str], Employee]) -> str:
    events = ", ".join(
        f"{_name(event, known.get((row.source, event['external_id'])))} {event.get('kind')}"
        for event in row.events
    )
    said = blocks.escape(f"{row.source}: {events} · {inbox.describe(row)}")
    return f"{row.id} · {times.when(row.received_at)} · {said}"


def _name(event: dict[str, Any], employee: Employee | None) -> str:
    return str(event.get("name") or (employee and employee.name) or event["external_id"])
