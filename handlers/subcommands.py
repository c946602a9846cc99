"""The subcommands of `/ext`: one table, and what each line of it does."""

from __future__ import annotations

from handlers import audit_messages, number_commands
from handlers.alerts import command, notify_command
from handlers.calls import command as call_command
from handlers.doctor import command as doctor_command
from handlers.onboarding.command import hr_command
from handlers.oncall import command as status_command
from handlers.pages.access import command as page_command
from handlers.reports import command as report_command
from handlers.sections import SECTIONS
from handlers.slack import (
    adopt_command,
    changing,
    command_text,
    creation,
    drift_command,
    help_command,
    list_messages,
    messages,
    nat_command,
    presence_command,
    roles,
    status_messages,
    user_setting,
)
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.list_pages import page
from handlers.slack.modals import openings
from handlers.slack.subcommand import Subcommand
from handlers.slack.targets import Target
from handlers.standing_warnings import standing_warnings
from handlers.steps import command as steps_command
from models import audit
from pbx import directory
from pbx.answers import Status
from pbx.services import Services

ENTRIES_SHOWN = 20


def create(services: Services, given: Arguments) -> SlackMessage:
    return creation.create(services, command_text.new_extension(given), given.by)


def status(services: Services, given: Arguments) -> SlackMessage:
    if given.words:
        found = directory.status(services, given.one_number("/ext status 101"))
        (shown,) = _as_shown(given, [found])
        message = status_messages.status(shown, roles.role_of(given.asker, found.extension))
        if found.extension.slack_user_id == given.asked_by:
            message.blocks.extend(block for part in SECTIONS for block in part(services, given.asked_by))
        return _warned(services, given, message, shown.extension.reason or "")
    return _warned(services, given, list_messages.overview(_as_shown(given, directory.listing(services))))


def listing(services: Services, given: Arguments) -> SlackMessage:
    text = " ".join(given.words)
    found = _as_shown(given, directory.listing(services, text))
    return _warned(
        services, given, list_messages.listing(found, text, page(given), may_create=given.is_admin)
    )


def _as_shown(given: Arguments, found: list[Status]) -> list[Status]:
    return found if given.is_admin else status_messages.without_reasons(found)


def _warned(services: Services, given: Arguments, message: SlackMessage, said: str = "") -> SlackMessage:
    warnings = standing_warnings(services, with_reasons=given.is_admin, said=said)
    return messages.warned(message, list(warnings))


def audited(services: Services, given: Arguments) -> SlackMessage:
    number = given.one_number("/ext audit 101") if given.words else None
    return audit_messages.trail(audit.latest(services.database, number, ENTRIES_SHOWN), number)


def help_(services: Services, given: Arguments) -> SlackMessage:
    return help_command.run(services, given, SUBCOMMANDS)


_OF_NUMBER = {command.name: changing.of_number(command) for command in number_commands.COMMANDS}
SUBCOMMANDS = {
    "create": Subcommand(
        "create <number> <name> [@user] [key=value …]",
        "a new extension; @user says whose it is; without a number, the next free one. Alone it opens a window. `create 101 Alice`, `create “Bob Smith” @bob codecs=ulaw,alaw`",
        create,
        "create extensions",
        window=openings.create,
    ),
    "status": Subcommand(
        "status [number]", "is it registered, from where; `status 102`", status, target=Target.SEEN
    ),
    "list": Subcommand(
        "list [text] [page=2]",
        "all extensions, or those with the text; `list alice`",
        listing,
        settings=("page",),
    ),
    "presence": Subcommand(
        "presence [number]",
        "what busy lamps (BLF) show, and who watches whom; `presence 102`",
        presence_command.run,
        target=Target.HINT,
    ),
    "call": Subcommand(
        call_command.USAGE,
        "rings your phone, then calls; `call 102`, `call @bob`, `call +49305550100`",
        call_command.run,
    ),
    "verify": _OF_NUMBER["verify"],  # its place in the help
    "set": Subcommand(
        "set <number> [@user] [key=value …]",
        "changes settings; @user says whose it is, user= that it is nobody's; a number alone opens a window with them; `set 101 name=“Alice Smith” max_contacts=2`, `set 102 @bob`, `set 102 user=`",
        changing.change,
        "change extensions",
        Target.CHANGED,
        settings=(*command_text.SETTINGS, user_setting.NAME),
        window=openings.edit,
    ),
    **_OF_NUMBER,
    "delete": Subcommand(
        "delete <number>",
        "removes it for good, after asking once more; `delete 101`",
        changing.delete,
        "delete extensions",
        Target.CHANGED,
    ),
    "adopt": Subcommand(
        "adopt <number>|all",
        "takes a phone that was written by hand into Switchhook, after showing how; `adopt 101`",
        adopt_command.run_adopt,
        "adopt phones",
    ),
    "release": Subcommand(
        "release <number>|all|adopted",
        "gives a phone back to the files written by hand, after showing how; `release 101`",
        adopt_command.run_release,
        "release phones",
    ),
    "alerts": Subcommand(
        "alerts here|off|set|show [calls|registrations|security] [number or range]",
        "where alerts go: to this channel, nowhere, a window to choose, or a look at it; `alerts here calls 100-149`",
        command.run,
        "choose where alerts go",
        window=openings.set_alerts,
    ),
    "hr": Subcommand(
        "hr [retry <id>]",
        "what HR systems delivered last, and what became of it",
        hr_command,
        "see what HR systems deliver",
    ),
    "steps": Subcommand(
        steps_command.USAGE,
        "whether workflows of Slack's may create and disable extensions: not, after asking you, or at once; `steps ask`",
        steps_command.run,
        "decide about steps of workflows",
    ),
    "nat": Subcommand(
        nat_command.USAGE,
        "for a PBX behind NAT, the address that the world sees; `nat set media=203.0.113.7 local=192.168.1.0/24`",
        nat_command.run,
        "see and change the addresses of the phone system",
        settings=command_text.NAT_SETTINGS,
        window=openings.set_nat,
    ),
    "mystatus": Subcommand(
        "mystatus connect|disconnect|show",
        "have your Slack status say “On a call” while you are in one; `mystatus connect`",
        status_command.run,
    ),
    "notify": Subcommand(
        "notify [on|off]",
        "whether you get a direct message for each call that you miss; `notify off`",
        notify_command.run,
    ),
    "report": Subcommand(
        report_command.USAGE,
        "calls answered and missed, and registered phones, as a picture; `report weekly here` has it come to this channel every Monday; `report week`, `report day yesterday`",
        report_command.run,
        "see reports of all calls",
        settings=(),
    ),
    "drift": Subcommand(
        "drift",
        "what in Asterisk and its files differs from the database, and whose it is",
        drift_command.run,
        "compare the phone system with the database",
    ),
    "audit": Subcommand(
        "audit [number]",
        "who changed what, and when; `audit 101`",
        audited,
        "see who changed what",
        Target.SEEN,
    ),
    "doctor": Subcommand(
        "doctor [number]",
        "what is wrong with the phone system or one extension, and what to do; `doctor 101`",
        doctor_command.run,
        "have the phone system examined",
        Target.SEEN,
    ),
    "page": Subcommand(
        "page",
        "a button that opens the page in your browser, and signs you in there; `page`",
        page_command.run,
    ),
    "menu": Subcommand(
        "menu", "what you may do, as buttons in a window; so does /ext alone", help_, window=openings.menu
    ),
    "help": Subcommand("help [command]", "this list, or more of one command; `help create`", help_),
}
