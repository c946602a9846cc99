"""Pure: what people read who may not do what they asked for, or asked in a way that needs an answer of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from handlers.slack import extension_buttons, help_messages, messages
from handlers.slack.blocks import Block, SlackMessage, actions, confirm, context, escape, section, sections
from handlers.slack.command_buttons import ONLY_LOOK, command_button
from handlers.wording import shorten
from models.extension import Extension
from models.words import some
from pbx.errors import Refusal, SwitchhookError

MOST_NAMED = 3  # admins whom a refusal names
MOST_LISTED, MOST_BUTTONS = 20, 10  # extensions to choose from
MOST_SHOWN = 40  # characters of a word that was mistyped
MAX_COMMAND_LENGTH = 1900  # of a button's
MAX_LABEL_LENGTH = 75  # of a button
# A whole command that changes nothing, named as where to look. `such as /ext status 101` is an example.
LOOK_UP = re.compile(
    r"\bsee /ext ((?:list|hr|help|(?:status|doctor)(?: [0-9]{2,20})?)\b)"
    r"|(?<!such as )/ext ((?:list|(?:status|presence)(?: [0-9]{2,20})?)) (?:shows|says|lists)\b"
)


class RefusalWithMessage(Refusal):
    """A refusal that is shown as this message; its words alone stand where a sentence fits only, such as at a field."""

    def __init__(self, words: str, message: SlackMessage) -> None:
        super().__init__(words)
        self.message = message


def shown(error: SwitchhookError) -> SlackMessage:
    """Return how a failure is shown."""
    return error.message if isinstance(error, RefusalWithMessage) else messages.refusal(str(error))


def with_look_up(error: SwitchhookError) -> SlackMessage:
    """Return how a failure is shown in an answer: with a button that looks where its words say to look, if they do.

    Not for a form, where a press would take the place of what was typed.
    """
    message, found = shown(error), LOOK_UP.search(str(error))
    if found is None or isinstance(error, RefusalWithMessage):
        return message
    command = found[1] or found[2]
    look = command_button(f"/ext {command}", command)
    return SlackMessage(message.text, [*message.blocks, actions(look)])


def not_permitted(
    deed: str, admins: Sequence[str], user_id: str, *, owned: str | None = None
) -> RefusalWithMessage:
    """Return the refusal of `deed`, such as “create extensions”. `owned`: the number whose owner may do it, too."""
    who = f"phone admins and the owner of {owned}" if owned else "phone admins"
    words = f"Only {who} can {deed}"
    return RefusalWithMessage(words[0].lower() + words[1:], locked(words, admins, user_id))


def locked(words: str, admins: Sequence[str], user_id: str) -> SlackMessage:
    """Say who may do it, and whom to ask; `admins`: mentions. Where there are none, what makes somebody an admin."""
    text = f"🔒 {escape(words)}. {whom_to_ask(admins, user_id)}"
    return SlackMessage(text, [section(text)])


def whom_to_ask(admins: Sequence[str], user_id: str) -> str:
    """Return `Ask @Ada.` and its like as mrkdwn; `admins`: mentions. Where there are none, what makes somebody an admin."""
    if admins:
        *others, last = admins[:MOST_NAMED]
        return f"Ask {', '.join(others)} or {last}." if others else f"Ask {last}."
    return (
        "Nobody is a phone admin yet: whoever runs Switchhook makes you one by your member ID in SLACK_ADMINS, "
        f"`{escape(user_id)}`."
    )


def away(admins: Sequence[str], user_id: str) -> RefusalWithMessage:
    """Return what somebody reads who is no admin, while Asterisk does not answer: why names addresses and files."""
    words = "the phone system does not answer right now"
    text = f"⚠️ {words[0].upper()}{words[1:]}. {whom_to_ask(admins, user_id)}"
    return RefusalWithMessage(words, SlackMessage(text, [section(text)]))


def mistyped(typed: str, usage: str, summary: str, command: str | None) -> RefusalWithMessage:
    """Return the refusal of a slip in a subcommand. `command`: all that was typed, corrected; None: a button cannot run it."""
    words = f"there is no /ext {typed}; did you mean {usage.split()[0]}?"
    return RefusalWithMessage(words, did_you_mean(typed, usage, summary, command))


def did_you_mean(typed: str, usage: str, summary: str, command: str | None) -> SlackMessage:
    """Ask for what was meant, with its usage, an example and a button."""
    name = usage.split()[0]
    question = f"⚠️ There is no `/ext {escape(shorten(typed, MOST_SHOWN))}`. Did you mean *{name}*?"
    example = next(iter(help_messages.examples_of(summary)), name)
    hint = f"`/ext {escape(usage)}` {help_messages.without_examples(summary)}. For example `/ext {escape(example)}`"
    run = [actions(_corrected(command))] if command and _fits(command) else []
    return SlackMessage(question, [section(question), context(hint), *run])


def _fits(command: str) -> bool:
    """Return whether a button may carry it; Slack and its logs keep what a button carries, so it never is a password."""
    return len(command) <= MAX_COMMAND_LENGTH and not re.search(r"secret\s*=", command, re.IGNORECASE)


def _corrected(command: str) -> Block:
    """Return the button that runs it. What changes something is asked."""
    name = command.split()[0]
    shown = re.sub(r"<@[A-Z0-9]+\|?([^>]*)>", r"@\1", html.unescape(command))
    label = shorten(f"/ext {shown}", MAX_LABEL_LENGTH)
    asked: dict[str, Any] = (
        {} if name in ONLY_LOOK else {"confirm": confirm("Is this what you meant?", label, "Do it")}
    )
    return command_button(label, command, **asked)


def unknown_command(typed: str, whom: str) -> RefusalWithMessage:
    """Return the refusal of what is near to no subcommand. `whom`: of what was typed, what may be somebody's name."""
    return RefusalWithMessage(f"there is no /ext {typed}: see /ext help", no_such_command(typed, whom))


def no_such_command(typed: str, whom: str) -> SlackMessage:
    """Say so, and offer to look for the name."""
    text = f"⚠️ There is no `/ext {escape(shorten(typed, MOST_SHOWN))}`. `/ext help` lists what there is."
    find = command_button(f"Look for “{shorten(whom, MOST_SHOWN)}”", f"list {whom}"[:MAX_COMMAND_LENGTH])
    return SlackMessage(text, [section(text), actions(find, command_button("Help", "help"))])


def which_one(question: str, found: Sequence[Extension], name: str, rest: str) -> RefusalWithMessage:
    """Return the refusal of a command that could be about several extensions. `rest`: what else was typed, as Slack sends it."""
    numbers = some([row.number for row in found], MOST_LISTED)
    return RefusalWithMessage(f"{question}: {numbers}", choices(question, found, name, rest))


def choices(question: str, found: Sequence[Extension], name: str, rest: str) -> SlackMessage:
    """Offer a button for each of the first extensions, which runs the command for it; list the others."""
    headline = f"❔ *{escape(question)}.* {'Is it this one?' if len(found) == 1 else 'Which one?'}"
    lines = [escape(f"{row.number} · {row.name}") for row in found[:MOST_LISTED]]
    left_out = len(found) - len(lines)
    more = [f"… and {left_out} more: narrow it down"] if left_out > 0 else []
    if _fits(rest):
        beside = lines[MOST_BUTTONS:]
        end = actions(*(_choice(row, name, rest) for row in found[:MOST_BUTTONS]))
    else:
        beside = lines
        end = context(
            f"Type it once more with the number in place of the name: `/ext {name} {found[0].number} …`"
        )
    return SlackMessage(f"{headline}\n{'; '.join(lines)}", [section(headline), *sections(beside + more), end])


def _choice(row: Extension, name: str, rest: str) -> Block:
    """Return the button of one extension. What it does at once is asked, if more than the extension is in it."""
    label = shorten(f"{row.number} {row.name}", MAX_LABEL_LENGTH)
    asked = extension_buttons.asked(row, name)
    if rest:
        asked = {"confirm": confirm(f"Change {row.number} {row.name}?", html.unescape(rest), "Change it")}
    return command_button(label, f"{name} {row.number} {rest}".strip(), about=row, **asked)


def nobodys(user_id: str) -> RefusalWithMessage:
    """Return the refusal of a command that is about a person without an extension."""
    return RefusalWithMessage("no extension is noted for that person", without_extension(user_id))


def no_owner(user_id: str, reason: str) -> RefusalWithMessage:
    """Return the refusal to hand a password to somebody; `reason`: such as “is a bot”."""
    return RefusalWithMessage(f"that person {reason}", unreachable(user_id, reason))


def no_person(user_id: str, reason: str) -> RefusalWithMessage:
    """Return the refusal to note somebody as the owner of an extension; `reason`: such as “is a bot”."""
    text = (
        f"⚠️ <@{escape(user_id)}> {reason}, and could read nothing of what the owner of a phone is told: nothing was done. "
        "Choose somebody else."
    )
    return RefusalWithMessage(f"that person {reason}", SlackMessage(text, [section(text)]))


def unreachable(user_id: str, reason: str) -> SlackMessage:
    text = (
        f"⚠️ <@{escape(user_id)}> {reason}, and could not be told the password: nothing was done. "
        "Type it again without the mention, and the password is shown to you."
    )
    return SlackMessage(text, [section(text)])


def without_extension(user_id: str) -> SlackMessage:
    text = f"⚠️ No extension is noted for <@{escape(user_id)}>. `/ext set &lt;number&gt; @user` notes whose one is."
    return SlackMessage(text, [section(text)])
