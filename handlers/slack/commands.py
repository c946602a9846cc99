"""`/ext …`: acknowledge, parse, call, reply."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.slack import blocks, command_text, messages, outcome_messages, refusals, roles, targets, typos
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.at_once import AtOnce
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.done_copies import stamped
from handlers.slack.help_command import known_name
from handlers.slack.replies import acknowledge, reply_to
from handlers.slack.roles import Role
from handlers.slack.subcommand import ALIASES, Subcommand
from handlers.slack.windows import Answer, Window
from handlers.subcommands import SUBCOMMANDS
from models.actor import Actor
from models.extension import Extension
from pbx import extensions, numbers
from pbx.errors import AsteriskUnavailable, Refusal
from pbx.services import Services

LOOKS = AtOnce()


def answer(
    services: Services,
    admins: Admins,
    user_id: str,
    channel_id: str,
    text: str,
    seen: Extension | None = None,
) -> Answer:
    """Carry out `/ext <text>` and return the answer. Raises SwitchhookError.

    `seen`: the row that a button is about, as it is at the press. It is changed only if it is still so, as is what an
    owner may change.
    """
    name, *words = _known(services, admins, user_id, text)
    subcommand = SUBCOMMANDS[name]
    _must_be_admin_for(admins, user_id, name)
    given = command_text.arguments(words, user_id, channel_id, subcommand.settings)
    given = replace(given, is_admin=user_id in admins)
    if subcommand is SUBCOMMANDS["help"] and given.words:
        _must_be_admin_for(admins, user_id, known_name(given, SUBCOMMANDS))
    given = targets.resolve(services, given, name, subcommand.target)
    given = replace(given, seen=seen or given.seen)
    if subcommand.role is Role.OWNER:
        given = _must_own(services, admins, given, subcommand)
    make = subcommand.window(services, given) if subcommand.window else None
    return (
        Window(make, lambda: subcommand.run(services, given))
        if make
        else _run(services, admins, given, subcommand)
    )


def _run(services: Services, admins: Admins, given: Arguments, subcommand: Subcommand) -> SlackMessage:
    """Run it; only admins read why Asterisk does not answer. Raises SwitchhookError."""
    try:
        with LOOKS.one_of(given.asked_by) if subcommand.role is Role.EVERYBODY else nullcontext():
            return subcommand.run(services, given)
    except AsteriskUnavailable:
        if given.is_admin:
            raise
        raise refusals.away(admins.mentions(), given.asked_by) from None


def _known(services: Services, admins: Admins, user_id: str, text: str) -> list[str]:
    """Return what was typed, a subcommand first; somebody's name alone asks for their status. Raises Refusal."""
    typed = _with_subcommand(command_text.split(text))
    name = ALIASES.get(typed[0].lower(), typed[0].lower())
    if name in SUBCOMMANDS:
        return [name, *typed[1:]]
    whom = " ".join(typed).strip(command_text.QUOTES)
    meant = typos.closest(name, SUBCOMMANDS)
    if targets.is_somebody(services, whom) or (not meant and targets.is_part_of_a_name(services, whom)):
        return ["status", *typed]
    if meant is None:
        raise refusals.unknown_command(typed[0], typed[0] if "=" in whom else whom)
    raise _mistyped(admins, user_id, typed[0], text, meant)


def _mistyped(admins: Admins, user_id: str, name: str, text: str, meant: str) -> Refusal:
    """Return the refusal of a slip. What was meant and may not be done is refused as that."""
    _must_be_admin_for(admins, user_id, meant)
    subcommand = SUBCOMMANDS[meant]
    return refusals.mistyped(name, subcommand.usage, subcommand.summary, typos.corrected(text, name, meant))


def _must_be_admin_for(admins: Admins, user_id: str, name: str) -> None:
    if SUBCOMMANDS[name].role is Role.ADMIN:
        must_be_admin(admins, user_id, SUBCOMMANDS[name].deed)


def _must_own(services: Services, admins: Admins, given: Arguments, subcommand: Subcommand) -> Arguments:
    """Return the arguments with the row that an owner has now. Raises Refusal for who is neither owner nor admin."""
    number = given.one_number(f"/ext {subcommand.usage.split()[0]} 101")
    row = numbers.find(services, number)
    if roles.role_of(given.asker, row) < subcommand.role:
        raise refusals.not_permitted(subcommand.deed, admins.mentions(), given.asked_by, owned=number)
    return given if given.is_admin else replace(given, seen=given.seen or row)


def _with_subcommand(words: list[str]) -> list[str]:
    """Put the subcommand first: a number or person alone asks for the status. Raises Refusal for more behind it."""
    if not words or not (command_text.is_digits(words[0]) or command_text.MENTION.fullmatch(words[0])):
        return words or ["menu"]
    if len(words) > 1:
        whom = words[0] if command_text.is_digits(words[0]) else "@user"
        raise Refusal(f"say first what to do with {whom}, such as /ext status {whom}")
    return ["status", *words]


def delete_confirmed(services: Services, admins: Admins, user_id: str, value: str) -> SlackMessage:
    """Delete the extension of a Delete button and return the answer. Raises SwitchhookError."""
    must_be_admin(admins, user_id, SUBCOMMANDS["delete"].deed)
    number, *seen = value.split(":")
    if not seen:
        raise Refusal("that button is of another version: see /ext list")
    row = extensions.get(services, number)
    if [str(row.id), row.slack_user_id or ""][: len(seen)] != seen:
        raise Refusal(f"{number} belongs to somebody else by now; see /ext status {number}")
    done = extensions.delete(services, number, by=Actor.slack(user_id), seen=row)
    message = outcome_messages.outcome(done, "deleted", number, services.settings.sip_domain)
    return stamped(message, user_id)


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the command and its buttons with Bolt. All work happens after the acknowledgement."""

    def ext(command: dict[str, Any], client: WebClient) -> None:
        who, where, text = command["user_id"], command["channel_id"], command.get("text", "")
        reply_to(client, command, lambda: answer(services, admins, who, where, text))

    def confirmed(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        who, value = body["user"]["id"], action["value"]
        reply_to(client, body, lambda: delete_confirmed(services, admins, who, value), replaces=True)

    def kept(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        what = f"Extension {action['value']}" if action["value"] else "Everything"
        reply_to(client, body, lambda: blocks.plain(f"{what} stays as it is."), replaces=True)

    bolt.command("/ext")(ack=acknowledge, lazy=[ext])
    bolt.action(messages.DELETE_ACTION)(ack=acknowledge, lazy=[confirmed])
    bolt.action(messages.KEEP_ACTION)(ack=acknowledge, lazy=[kept])
