"""`/ext …`: acknowledge, parse, call, reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import App

from handlers import audit_messages, number_commands
from handlers.alerts import command
from handlers.number_commands import NumberCommand
from handlers.onboarding.command import hr_command
from handlers.slack import (
    adopt_command,
    blocks,
    command_text,
    doctor_command,
    drift_command,
    messages,
    nat_command,
    presence_command,
)
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.replies import acknowledge, reply
from handlers.standing_warnings import standing_warnings
from models import audit
from models.actor import Actor
from pbx import directory, extensions
from pbx.answers import ChangeResult, Status
from pbx.errors import Refusal
from pbx.services import Services

ENTRIES_SHOWN = 20


@dataclass(frozen=True)
class Subcommand:
    """One line of `/ext help`, and what it does."""

    usage: str
    summary: str
    run: Callable[[Services, Arguments], SlackMessage]
    admin_only: bool = True
    settings: tuple[str, ...] = command_text.SETTINGS  # what may stand behind it as key=value


def create(services: Services, given: Arguments) -> SlackMessage:
    done = extensions.create(services, command_text.new_extension(given), by=given.by)
    assert done.extension is not None, "create() raises Overtaken for one that is deleted at once"  # noqa: S101
    return messages.outcome(done, "created", done.extension.number, services.settings.sip_domain)


def status(services: Services, given: Arguments) -> SlackMessage:
    if given.words:
        found = directory.status(services, given.one_number("/ext status 101"))
        return _warned(services, given, messages.status(*_as_shown(given, [found])))
    return _warned(services, given, messages.overview(_as_shown(given, directory.listing(services))))


def listing(services: Services, given: Arguments) -> SlackMessage:
    text = " ".join(given.words)
    found = _as_shown(given, directory.listing(services, text))
    return _warned(services, given, messages.listing(found, text))


def _as_shown(given: Arguments, found: list[Status]) -> list[Status]:
    return found if given.is_admin else messages.without_reasons(found)


def _warned(services: Services, given: Arguments, message: SlackMessage) -> SlackMessage:
    return messages.warned(message, list(standing_warnings(services, with_reasons=given.is_admin)))


def change(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext set 101 name=Alice")
    return _outcome(
        services,
        extensions.change(services, number, command_text.changes(given), by=given.by),
        "changed",
        number,
    )


def delete(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext delete 101")
    return messages.confirm_delete(extensions.get(services, number))


def audited(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext audit 101") if given.words else None
    return audit_messages.trail(audit.latest(services.database, number, ENTRIES_SHOWN), number)


def help_(_services: Services, _given: Arguments) -> SlackMessage:
    return messages.help_text([(each.usage, each.summary) for each in SUBCOMMANDS.values()])


def _of_number(command: NumberCommand) -> Subcommand:
    def run(services: Services, given: Arguments) -> SlackMessage:
        number = given.one_number(f"/ext {command.name} 101")
        return _outcome(services, command.run(services, number, by=given.by), command.verb, number)

    return Subcommand(f"{command.name} <number>", command.summary, run)


def _outcome(services: Services, done: ChangeResult, verb: str, number: str) -> SlackMessage:
    return messages.outcome(done, verb, number, services.settings.sip_domain)


_OF_NUMBER = {command.name: _of_number(command) for command in number_commands.COMMANDS}
SUBCOMMANDS = {
    "create": Subcommand(
        "create <number> <name> [@user] [key=value …]",
        "a new extension; without a number, the next free one. `create 101 Alice`, `create “Bob Smith” @bob codecs=ulaw,alaw`",
        create,
    ),
    "status": Subcommand(
        "status [number]", "is it registered, from where; `status 102`", status, admin_only=False
    ),
    "list": Subcommand(
        "list [text]", "all extensions, or those with the text; `list alice`", listing, admin_only=False
    ),
    "presence": Subcommand(
        "presence [number]",
        "what busy lamps (BLF) show, and who watches whom; `presence 102`",
        presence_command.run,
        admin_only=False,
    ),
    "verify": _OF_NUMBER["verify"],  # its place in the help
    "set": Subcommand(
        "set <number> key=value …",
        f"changes settings: {', '.join(command_text.SETTINGS)}; `set 101 name=“Alice Smith” max_contacts=2`",
        change,
    ),
    **_OF_NUMBER,
    "delete": Subcommand("delete <number>", "removes it for good, after asking once more", delete),
    "adopt": Subcommand(
        "adopt <number>|all",
        "takes a phone that was written by hand into Switchhook, after showing how; `adopt 101`",
        adopt_command.run_adopt,
    ),
    "release": Subcommand(
        "release <number>|all|adopted",
        "gives a phone back to the files written by hand, after showing how; `release 101`",
        adopt_command.run_release,
    ),
    "alerts": Subcommand(
        "alerts here|off|show [calls|registrations|security] [number or range]",
        "where alerts go: to this channel, nowhere, or a look at it; `alerts here calls 100-149`",
        command.run,
    ),
    "hr": Subcommand("hr [retry <id>]", "what HR systems delivered last, and what became of it", hr_command),
    "nat": Subcommand(
        nat_command.USAGE,
        "for a PBX behind NAT, the address that the world sees; `nat set media=203.0.113.7 local=192.168.1.0/24`",
        nat_command.run,
        settings=command_text.NAT_SETTINGS,
    ),
    "drift": Subcommand(
        "drift",
        "what in Asterisk and its files differs from the database, and whose it is",
        drift_command.run,
    ),
    "audit": Subcommand("audit [number]", "who changed what, and when; `audit 101`", audited),
    "doctor": Subcommand(
        "doctor [number]",
        "what is wrong with the phone system or one extension, and what to do; `doctor 101`",
        doctor_command.run,
    ),
    "help": Subcommand("help", "this list", help_, admin_only=False),
}


def answer(services: Services, admins: Admins, user_id: str, channel_id: str, text: str) -> SlackMessage:
    """Carry out `/ext <text>` and return the answer. Raises SwitchhookError."""
    name, *words = _with_subcommand(command_text.split(text))
    subcommand = SUBCOMMANDS.get(name.lower())
    if subcommand is None:
        usages = "; ".join(f"/ext {each.usage}" for each in SUBCOMMANDS.values())
        hint = command_text.nearest(name.lower(), SUBCOMMANDS)
        raise Refusal(f"there is no /ext {name}{hint}. There are: {usages}")
    if subcommand.admin_only:
        must_be_admin(admins, user_id)
    given = command_text.arguments(words, user_id, channel_id, subcommand.settings)
    return subcommand.run(services, replace(given, is_admin=user_id in admins))


def must_be_admin(admins: Admins, user_id: str) -> None:
    """Raise Refusal for anybody else; it names the subcommands that everybody may use."""
    if user_id not in admins:
        *names, last = [f"/ext {name}" for name, each in SUBCOMMANDS.items() if not each.admin_only]
        raise Refusal(
            f"only the people in SLACK_ADMINS may change extensions; you may use {', '.join(names)} and {last}. "
            f"To be let in, give whoever runs Switchhook your member ID: {user_id}"
        )


def _with_subcommand(words: list[str]) -> list[str]:
    """Put the subcommand first: a number alone asks for its status. Raises Refusal for a number with more behind it."""
    if not words or not command_text.is_digits(words[0]):
        return words or ["help"]
    if len(words) > 1:
        raise Refusal(f"say first what to do with {words[0]}, such as /ext status {words[0]}")
    return ["status", *words]


def delete_confirmed(services: Services, admins: Admins, user_id: str, value: str) -> SlackMessage:
    """Delete the extension of a Delete button and return the answer. Raises SwitchhookError."""
    must_be_admin(admins, user_id)
    number, _, row_id = value.partition(":")
    if not row_id:
        raise Refusal("that button is of another version: see /ext list")
    row = extensions.get(services, number)
    if str(row.id) != row_id:
        raise Refusal(f"{number} belongs to somebody else by now; see /ext status {number}")
    return _outcome(
        services, extensions.delete(services, number, by=Actor.slack(user_id), seen=row), "deleted", number
    )


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the command and its buttons with Bolt. All work happens after the acknowledgement."""

    def ext(command: dict[str, Any]) -> None:
        who, where, text = command["user_id"], command["channel_id"], command.get("text", "")
        reply(command["response_url"], lambda: answer(services, admins, who, where, text))

    def confirmed(body: dict[str, Any], action: dict[str, Any]) -> None:
        user_id = body["user"]["id"]
        reply(
            body["response_url"],
            lambda: delete_confirmed(services, admins, user_id, action["value"]),
            replace_original=True,
        )

    def kept(body: dict[str, Any], action: dict[str, Any]) -> None:
        what = f"Extension {action['value']}" if action["value"] else "Everything"
        message = blocks.plain(f"{what} stays as it is.")
        reply(body["response_url"], lambda: message, replace_original=True)

    bolt.command("/ext")(ack=acknowledge, lazy=[ext])
    bolt.action(messages.DELETE_ACTION)(ack=acknowledge, lazy=[confirmed])
    bolt.action(messages.KEEP_ACTION)(ack=acknowledge, lazy=[kept])
