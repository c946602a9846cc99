"""Onboarding's buttons and forms in Slack."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.onboarding import (
    action_ids,
    choices,
    decisions,
    giving,
    missing_details,
    modals,
    password,
    provisioning,
)
from handlers.onboarding.command import answered, hr_command
from handlers.onboarding.password import Holder
from handlers.slack import blocks, windows
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.inputs import typed
from handlers.slack.modals.faults import Faults
from handlers.slack.replies import acknowledge, outcome_of, reply_to
from models.actor import Actor
from models.extension import Extension
from models.number import ID_DIGITS, whole
from pbx.errors import Refusal
from pbx.services import Services

DECISIONS = re.compile(f"^({action_ids.RETRY}|{action_ids.NEW}|{action_ids.IGNORE}|{action_ids.THEIRS}.*)$")

log = logging.getLogger("switchhook.hr")


def register(
    bolt: App, services: Services, admins: Admins, then: Callable[[dict[str, Any]], None] = lambda _body: None
) -> None:
    """Register the buttons and forms with Bolt. `then`: as command_presses.register() has it."""

    def show_secret(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, key = body["user"]["id"], action["value"]
        view = outcome_of(lambda: secret_view(services, who, key))
        if not isinstance(view, dict):
            _show(client, body, view or modals.shown_already_modal())
        elif not _open(client, body, view):
            # Before they are told to press once more.
            password.mark_unseen(services, key, by=Actor.slack(who))
            _tell_too_late(client, body)
        then(body)

    def answer(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, action_id, value = body["user"]["id"], action["action_id"], action["value"]
        reply_to(client, body, lambda: answer_pressed(services, admins, who, action_id, value))
        then(body)

    bolt.action(action_ids.REVEAL)(ack=acknowledge, lazy=[show_secret])
    _register_scan(bolt, services)
    bolt.action(DECISIONS)(ack=acknowledge, lazy=[answer])
    bolt.action(action_ids.NUMBER)(ack=acknowledge, lazy=[_for_admins(admins, modals.number_modal)])
    bolt.view(action_ids.NUMBER)(lambda ack, body: save_number(services, admins, ack, body))
    _register_details(bolt, services, admins)


def _register_scan(bolt: App, services: Services) -> None:
    def scan(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        link = outcome_of(lambda: scan_link(services, body["user"]["id"], action["value"]))
        if not isinstance(link, str):
            _show(client, body, link or modals.shown_already_modal())
        elif not _open(client, body, modals.scan_modal(link)):
            _show(client, body, modals.scan_modal(link, picture=False))  # Slack cannot fetch it

    bolt.action(action_ids.SCAN)(ack=acknowledge, lazy=[scan])


def _for_admins(admins: Admins, modal: Callable[[str], dict[str, Any]]) -> Callable[..., None]:
    """Return a listener that opens a window for an admin, made of the button's value."""

    def show(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        def make() -> dict[str, Any]:
            must_be_admin(admins, body["user"]["id"])
            return modal(action["value"])

        _show(client, body, outcome_of(make))

    return show


def _register_details(bolt: App, services: Services, admins: Admins) -> None:
    def details(whom: str) -> dict[str, Any]:
        return modals.details_modal(whom, missing_details.departments(services))

    def nobody(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, whom = body["user"]["id"], action["value"]
        reply_to(client, body, lambda: dismissed(services, admins, who, whom))

    def give(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, employee = body["user"]["id"], action["action_id"].removeprefix(action_ids.GIVE)
        reply_to(client, body, lambda: given(services, admins, who, int(employee), action["value"]))

    bolt.action(re.compile(f"^{action_ids.GIVE}[0-9]{{1,9}}$"))(ack=acknowledge, lazy=[give])
    bolt.action(action_ids.NOBODY)(ack=acknowledge, lazy=[nobody])
    bolt.action(action_ids.DETAILS)(ack=acknowledge, lazy=[_for_admins(admins, details)])
    bolt.view(action_ids.DETAILS)(lambda ack, body: save_details(services, admins, ack, body))


def _show(client: WebClient, body: dict[str, Any], shown: dict[str, Any] | SlackMessage) -> None:
    """Open a window, or answer with the message that came in its place; say so where Slack does not open it."""
    if isinstance(shown, SlackMessage):
        reply_to(client, body, lambda: shown)
    elif not _open(client, body, shown):
        _tell_too_late(client, body)


def _tell_too_late(client: WebClient, body: dict[str, Any]) -> None:
    reply_to(client, body, lambda: blocks.plain(windows.TOO_LATE))


def _open(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> bool:
    """Return False when Slack did not open it, mostly because the click is more than three seconds ago."""
    try:
        client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
    except SLACK_AWAY as error:
        log.warning("a window did not open", extra={"reason": type(error).__name__})
        return False
    return True


def answer_pressed(
    services: Services, admins: Admins, user_id: str, action_id: str, value: str
) -> SlackMessage:
    """Carry out what an admin has decided with a button. Raises Refusal."""
    must_be_admin(admins, user_id)
    if action_id == action_ids.RETRY:
        return hr_command(services, Arguments(("retry", value), {}, asked_by=user_id))
    number, _, choice = value.partition(" ")
    delivery_id, by = _delivery_id(number), Actor.slack(user_id)
    if action_id == action_ids.IGNORE:
        decisions.ignore(services, delivery_id, by)
        return blocks.plain(f"HR delivery {delivery_id} is ignored.")
    decisions.answer(services, delivery_id, choice or choices.NEW, by)
    return answered(f"HR delivery {delivery_id} is being carried out. See /ext hr in a moment.")


def dismissed(services: Services, admins: Admins, user_id: str, whom: str) -> SlackMessage:
    """Carry out “Not an employee”. Raises Refusal."""
    must_be_admin(admins, user_id)
    source, _, external_id = whom.partition(" ")
    missing_details.dismiss(services, source, external_id, by=Actor.slack(user_id))
    return blocks.plain(f"Employee {external_id} of {source} gets no phone.")


def given(services: Services, admins: Admins, user_id: str, employee_id: int, chosen: str) -> SlackMessage:
    """Give a phone to the person that an admin has chosen. Raises Refusal, Overtaken."""
    must_be_admin(admins, user_id)
    number = giving.give(services, employee_id, chosen, by=Actor.slack(user_id))
    return blocks.plain(f"Extension {number} is theirs. They get the welcome with its password in a moment.")


def _delivery_id(text: str) -> int:
    """Read the value of a button. Raises Refusal: those of another version may say something else."""
    found = whole(text, ID_DIGITS)
    if found is None:
        raise Refusal("that button is of another version: see /ext hr")
    return found


def secret_view(services: Services, user_id: str, key: str) -> dict[str, Any] | None:
    """Return the modal that shows the password, once, and only to its owner; otherwise None."""
    found = _phone_of_owner(services, user_id, key)
    if found is None:
        return None
    holder, extension = found
    secret = password.reveal(services, holder, extension, by=Actor.slack(user_id))
    if secret is None:
        return None
    phone = extension.number, services.settings.sip_domain, extension.transport
    return modals.secret_modal(password.name_of(holder, extension), *phone, secret.get_secret_value())


def scan_link(services: Services, user_id: str, key: str) -> str | None:
    """Return where a softphone sets itself up, for its owner alone and while the password has not been shown."""
    found = _phone_of_owner(services, user_id, key)
    if found is None or found[0].secret_shown_at:
        return None
    ticket = provisioning.ticket_for(services.settings, *found)
    return provisioning.link(services.settings, ticket) if ticket else None


def _phone_of_owner(services: Services, user_id: str, key: str) -> tuple[Holder, Extension] | None:
    found = password.find(services, key)
    return found if found and found[1].slack_user_id == user_id else None


def save_number(services: Services, admins: Admins, ack: Callable[..., object], body: dict[str, Any]) -> None:
    """Save the form for another number; what is wrong is said beside its field."""
    user_id, values = body["user"]["id"], typed(body["view"])
    try:
        must_be_admin(admins, user_id)
        delivery_id = _delivery_id(body["view"]["private_metadata"])
        decisions.answer_number(services, delivery_id, values.get("number", ""), Actor.slack(user_id))
    except Refusal as refusal:
        ack(response_action="errors", errors={"number": str(refusal)})
        return
    ack()


def save_details(
    services: Services, admins: Admins, ack: Callable[..., object], body: dict[str, Any]
) -> None:
    """Save the form for missing details; what is wrong is said beside its field."""
    values = typed(body["view"])
    other = values.pop(modals.OTHER_DEPARTMENT, "")
    try:
        must_be_admin(admins, body["user"]["id"])
        source, _, external_id = body["view"]["private_metadata"].partition(" ")
        details = values | ({"department": other} if other else {})
        missing_details.fill_in(services, source, external_id, details, by=Actor.slack(body["user"]["id"]))
    except Faults as faults:
        moved = {"department": modals.OTHER_DEPARTMENT} if other else {}
        errors = {moved.get(field, field): sentence for field, sentence in faults.sentences.items()}
        ack(response_action="errors", errors=errors)
        return
    except Refusal as refusal:
        ack(response_action="errors", errors={"name": str(refusal)})
        return
    ack()
