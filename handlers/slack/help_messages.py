"""Pure: `/ext help`, by group, and what there is to know of one subcommand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handlers.slack.blocks import Block, SlackMessage, context, escape, section, sections

# Group: the subcommands in it. One that is in none is listed with those that look up, or with the last.
GROUPS = {
    "Look up": ("status", "list", "presence", "page", "menu", "help"),
    "Your own phone": ("call", "secret", "mystatus", "notify"),
    "Create and change": ("create", "set", "verify", "enable", "disable", "delete"),
    "The phone system": (),
}
HEADLINE = "How to use /ext"
SETTINGS = {
    "name": "who it is for; phones show it",
    "secret": "the phone's password; without one a strong one is made",
    "enabled": "`false` locks its phones out",
    "context": "the part of the dialplan that its calls begin in",
    "transport": "`udp`, `tcp`, `tls` or `wss`",
    "codecs": "in order of preference, with commas between them",
    "max_contacts": "how many phones may be registered at once",
    "qualify_frequency": "every how many seconds the phone is asked whether it is there; `0`: never",
    "direct_media": "`true` lets the voice go from phone to phone",
    "voicemail_enabled": "`true` has callers leave a message when nobody answers",
    "caller_id": "what others' phones show, if it is not the name",
    "email": "for finding it again",
    "notes": "for people",
}


def group_of(name: str, is_for_everybody: bool) -> str:
    first, *_, last = GROUPS
    return next(
        (group for group, names in GROUPS.items() if name in names), first if is_for_everybody else last
    )


def overview(commands: Sequence[tuple[str, str, str]]) -> SlackMessage:
    """List subcommands: group, usage, and summary, which is our own mrkdwn."""
    blocks: list[Block] = [section(f"*{HEADLINE}*")]
    for group in GROUPS:
        lines = [
            f"`/ext {escape(usage)}` {without_examples(summary)}"
            for of, usage, summary in commands
            if of == group
        ]
        if lines:
            blocks += sections([f"*{group}*", *lines])
    first = commands[0][1].split()[0] if commands else "help"
    more = f"`/ext help {first}` says more of one. Where a number stands, a name or @user does, too."
    return SlackMessage(HEADLINE, [*blocks, context(more)])


def details(usage: str, summary: str, settings: Mapping[str, str]) -> SlackMessage:
    """Say all of one subcommand. `settings`: what may stand behind it, and what each means."""
    headline = f"`/ext {escape(usage)}`\n{_sentence(without_examples(summary))}"
    examples = [f"`/ext {escape(each)}`" for each in examples_of(summary)]
    known = [f"`{name}=` {meaning}" for name, meaning in settings.items()]
    return SlackMessage(
        f"How to use /ext {escape(usage)}",
        [
            section(headline),
            *(sections(["*For example*", *examples]) if examples else []),
            *(sections(["*Settings*", *known]) if known else []),
        ],
    )


def examples_of(summary: str) -> list[str]:
    """Return what stands in code at the end of a summary: commands to type."""
    return re.findall("`([^`]+)`", summary)


def without_examples(summary: str) -> str:
    return re.sub(r"[;.,]?(\s*`[^`]+`,?)+$", "", summary)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"
