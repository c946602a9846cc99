"""The subcommands that change or delete one extension by its number."""

from __future__ import annotations

from handlers.number_commands import NumberCommand
from handlers.onboarding import slack_users
from handlers.slack import command_text, messages, outcome_messages, roles
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.subcommand import Subcommand
from handlers.slack.targets import Target
from pbx import extensions
from pbx.answers import ChangeResult
from pbx.services import Services

DEEDS = {
    "verify": "verify extensions",
    "secret": "give an extension a new password",
    "enable": "enable extensions",
    "disable": "disable extensions",
}
TARGETS = {"verify": Target.SEEN}


def change(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext set 101 name=Alice")
    changed = command_text.changes(given)
    slack_users.must_be_fit(services.settings, changed.slack_user_id)
    done = extensions.change(services, number, changed, by=given.by, seen=given.seen)
    return outcome(services, given, done, "changed", number)


def delete(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext delete 101")
    return messages.confirm_delete(extensions.get(services, number))


def of_number(command: NumberCommand) -> Subcommand:
    def run(services: Services, given: Arguments) -> SlackMessage:
        number = given.one_number(f"/ext {command.name} 101")
        done = command.run(services, number, by=given.by, seen=given.seen)
        return outcome(services, given, done, command.verb, number)

    return Subcommand(
        f"{command.name} {'[number]' if roles.needed(command.name) is roles.Role.OWNER else '<number>'}",
        f"{command.summary}; `{command.name} 101`",
        run,
        DEEDS[command.name],
        TARGETS.get(command.name, Target.CHANGED),
    )


def outcome(services: Services, given: Arguments, done: ChangeResult, verb: str, number: str) -> SlackMessage:
    role = roles.role_of(given.asker, done.extension)
    return outcome_messages.outcome(done, verb, number, services.settings.sip_domain, role)
