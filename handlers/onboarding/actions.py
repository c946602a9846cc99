"""Onboarding's buttons and forms in Slack, and `/ext hr`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers import wording
from handlers.onboarding import choices, decisions, inbox, missing_details, modals, password
from handlers.slack import blocks
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.replies import acknowledge, reply
from models.actor import Actor
from models.employee import Employee
from models.hr_delivery import HrDelivery
from pbx.errors import Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.hr")

SHOWN = 20
LONGEST_LINE = 500  # what became of it stands at its end
LONGEST_ID = 10  # digits
USAGE = "/ext hr, or /ext hr retry 17"


def command(system: Services, given: Arguments) -> SlackMessage:
    """The last deliveries, or one of them once more. Raises Refusal."""
    match given.words:
        case ():
            decisions.report_progress(system)
            rows = inbox.latest(system, SHOWN)
            with system.database.session() as session:
                return listing(rows, inbox.known_people(session, rows))
        case ("retry", number) if number.isdecimal() and len(number) < LONGEST_ID:
            decisions.retry(system, int(number), given.by)
            return blocks.plain(f"HR delivery {number} is tried again. See /ext hr in a moment.")
    raise Refusal(f"that is not how it is typed: {USAGE}")


def listing(rows: list[HrDelivery], known: dict[tuple[str, str], Employee]) -> SlackMessage:
    if not rows:
        return blocks.plain("No HR system has delivered anything yet.")
    lines = [blocks.cut(blocks.escape(_line(row, known)), LONGEST_LINE) for row in rows]
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


def register(bolt: App, system: Services, admins: Admins) -> None:
    """Hangs the buttons and the form into Bolt."""

    def show_secret(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        view = secret_view(system, body["user"]["id"], action["value"])
        is_open = _open(client, body, view or modals.shown_already_modal())
        if view and not is_open:
            password.mark_unseen(system, int(action["value"]), by=Actor.slack(body["user"]["id"]))

    def retry(body: dict[str, Any], action: dict[str, Any]) -> None:
        who, number = body["user"]["id"], action["value"]
        reply(body["response_url"], lambda: retry_pressed(system, admins, who, number))

    def answer(body: dict[str, Any], action: dict[str, Any]) -> None:
        who, action_id, value = body["user"]["id"], action["action_id"], action["value"]
        reply(body["response_url"], lambda: answer_pressed(system, admins, who, action_id, value))

    def ask_number(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        if body["user"]["id"] in admins:
            _open(client, body, modals.number_modal(action["value"]))

    def ask_details(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        if body["user"]["id"] in admins:
            _open(client, body, modals.details_modal(action["value"]))

    bolt.action("hr_secret")(ack=acknowledge, lazy=[show_secret])
    bolt.action("hr_retry")(ack=acknowledge, lazy=[retry])
    bolt.action(re.compile("hr_(new|ignore|theirs_.*)"))(ack=acknowledge, lazy=[answer])
    bolt.action("hr_number")(ack=acknowledge, lazy=[ask_number])
    bolt.view("hr_number")(lambda ack, body: save_number(system, admins, ack, body))
    bolt.action("hr_details")(ack=acknowledge, lazy=[ask_details])
    bolt.view("hr_details")(lambda ack, body: save_details(system, admins, ack, body))


def _open(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> bool:
    """False: Slack did not open it, mostly because the click is more than three seconds ago."""
    try:
        client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
    except SLACK_AWAY as error:
        log.warning("a window did not open", extra={"reason": type(error).__name__})
        return False
    return True


def retry_pressed(system: Services, admins: Admins, user_id: str, delivery_id: str) -> SlackMessage:
    """What the button of a failed delivery does. Raises Refusal."""
    admins.must_include(user_id)
    return command(system, Arguments(("retry", delivery_id), {}, asked_by=user_id))


def answer_pressed(
    system: Services, admins: Admins, user_id: str, action_id: str, value: str
) -> SlackMessage:
    """What the buttons do by which an admin decides. Raises Refusal."""
    admins.must_include(user_id)
    number, _, choice = value.partition(" ")
    delivery_id, by = _delivery_id(number), Actor.slack(user_id)
    if action_id == "hr_ignore":
        decisions.ignore(system, delivery_id, by)
        return blocks.plain(f"HR delivery {delivery_id} is ignored.")
    decisions.answer(system, delivery_id, choice or choices.NEW, by)
    return blocks.plain(f"HR delivery {delivery_id} is being carried out. See /ext hr in a moment.")


def _delivery_id(text: str) -> int:
    """Raises Refusal: Slack signs what it sends; buttons of another version say something else, too."""
    if not text.isascii() or not text.isdecimal() or len(text) >= LONGEST_ID:
        raise Refusal("that button is of another version: see /ext hr")
    return int(text)


def secret_view(system: Services, user_id: str, employee_id: str) -> dict[str, Any] | None:
    """The modal behind the button: the password, once, and only for its owner."""
    is_id = employee_id.isdecimal() and len(employee_id) < LONGEST_ID
    found = password.phone_of(system, int(employee_id)) if is_id else None
    if found is None or found[1].slack_user_id != user_id:
        return None
    employee, extension = found
    secret = password.reveal(system, employee, extension, by=Actor.slack(user_id))
    if secret is None:
        return None
    phone = extension.number, system.settings.sip_domain, extension.transport
    return modals.secret_modal(employee.name, *phone, secret.get_secret_value())


def save_number(system: Services, admins: Admins, ack: Callable[..., object], body: dict[str, Any]) -> None:
    """The form for another number: what is wrong is said beside its field."""
    user_id, values = body["user"]["id"], _typed(body)
    try:
        admins.must_include(user_id)
        delivery_id = _delivery_id(body["view"]["private_metadata"])
        decisions.answer_number(system, delivery_id, values.get("number", ""), Actor.slack(user_id))
    except Refusal as refusal:
        ack(response_action="errors", errors={"number": str(refusal).removeprefix("number: ")})
        return
    ack()


def _typed(body: dict[str, Any]) -> dict[str, str]:
    """What stands in the fields of a form."""
    return {
        block: (field.get("value") or "").strip()
        for block, fields in body["view"]["state"]["values"].items()
        for field in fields.values()
    }


def save_details(system: Services, admins: Admins, ack: Callable[..., object], body: dict[str, Any]) -> None:
    """The form of a delivery without a name: what is wrong is said beside its field."""
    values = _typed(body)
    try:
        admins.must_include(body["user"]["id"])
        source, _, external_id = body["view"]["private_metadata"].partition(" ")
        missing_details.fill_in(system, source, external_id, values, by=Actor.slack(body["user"]["id"]))
    except Refusal as refusal:
        field, _, reason = str(refusal).partition(": ")
        ack(
            response_action="errors",
            errors={field: reason} if field in values else {"name": str(refusal)},
        )
        return
    ack()
