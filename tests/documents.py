"""The documents, and what is wrong in one: links, commands and settings that lead nowhere."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentError
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import click
from alembic.config import CommandLine
from flask import Flask

from handlers.cli import commands as cli
from handlers.cli.database_commands import TARGET
from handlers.slack import command_text
from handlers.subcommands import SUBCOMMANDS
from models.nat_fields import NatChanges
from pbx.errors import Refusal
from pbx.services import Services
from settings import Settings
from tests.server import PROJECT, TEST_KEY

DOCUMENTS = {
    path.relative_to(PROJECT).as_posix(): path.read_text()
    for path in sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")])
}
# What the recipes add is not there: tests/test_recipes.py follows them in a copy.
TRUE = {name: text.partition("\n## Recipe: a subcommand")[0] for name, text in DOCUMENTS.items()}
SETTINGS = {name.upper() for name in Settings.model_fields}
PLACEHOLDER = re.compile(r"[<\[…|]")  # of a usage: what follows is no example
FLASKS_OWN = {"--version", "--help"}
NOT_OURS = {TARGET, "FLASK_SKIP_DOTENV", "PROMETHEUS_MULTIPROC_DIR"}  # read from the environment alone


def prose(text: str) -> str:
    """The text without what is to be typed or shown."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^    .*$", "", text, flags=re.MULTILINE)


def code(text: str) -> Iterator[str]:
    """What stands between `marks`, and the lines of every block of code, without a comment at their end."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^    +(.*)$", text, re.MULTILINE)
    lines += [line for block in blocks for line in block.splitlines()]
    yield from (re.sub(r"(^|\s+)[#;] .*", "", line) for line in lines)
    yield from (re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", prose(text)))


def anchors(text: str) -> list[str]:
    """Of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def broken_links(name: str, text: str) -> list[str]:
    """Relative links to a file or a heading that is not there."""
    links = re.findall(r"\]\(([^)\s]+)\)", prose(text))
    return [link for link in links if "://" not in link and not _leads_somewhere(name, text, link)]


def _leads_somewhere(name: str, text: str, link: str) -> bool:
    file, _, anchor = link.partition("#")
    path = (PROJECT / name).parent / file if file else PROJECT / name
    if not path.exists():
        return False
    return not anchor or anchor in anchors(text if path == PROJECT / name else path.read_text())


def wrong_commands(text: str, flask: click.Group) -> list[str]:
    """Commands of ours that do not exist, or would be refused as they are written."""
    checks = {"/ext": _is_ext, "flask": flask_check(flask), "make": _is_make, "alembic": _is_alembic}
    found = []
    for written in code(text):
        for word, is_right in checks.items():
            found += [
                each.group()
                for each in re.finditer(rf"(?<![\w/.-])(?:\S*/bin/)?{word}(?= )[^;&>)]*", written)
                if not is_right(each.group().partition(" ")[2].strip())
            ]
    return found


def _is_ext(typed: str) -> bool:
    name, _, rest = typed.partition(" ")
    if name not in SUBCOMMANDS:
        return bool(PLACEHOLDER.match(name))
    rest = re.sub(r"(^| )@(\w+)", r"\1<@U0123456|\2>", rest)  # as Slack sends it
    if PLACEHOLDER.search(rest.replace("<@U", "")) or "\\" in rest:
        return True
    with suppress(Refusal):
        known = SUBCOMMANDS[name].settings
        given = command_text.arguments(command_text.split(rest), known=known)
        if known != command_text.NAT_SETTINGS:
            return not given.settings or bool(command_text.changes(given))
        return not given.settings or bool(command_text.parsed(NatChanges, given.settings))
    return False


def flask_check(flask: click.Group) -> Any:
    """Whether words behind `flask` name a command, with options that it has."""

    def is_right(typed: str) -> bool:
        command: click.Command | None = flask
        options = set(FLASKS_OWN)
        for word in shlex.split(typed.partition("…")[0].rstrip("|. ")):
            if isinstance(command, click.Group) and not word.startswith("-"):
                command = command.commands.get(word)
                options = {name for each in (command.params if command else []) for name in each.opts}
            elif word.startswith("-") and word != "-" and word.partition("=")[0] not in options:
                return False
        return command is not None

    return is_right


def _is_make(typed: str) -> bool:
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    return typed.split()[0] in targets


def _is_alembic(typed: str) -> bool:
    parser = CommandLine().parser
    parser.exit_on_error = False
    with suppress(ArgumentError, SystemExit):
        return bool(parser.parse_args(typed.split()).cmd)
    return False


def unknown_settings(text: str) -> list[str]:
    """Names written as settings are that are none."""
    names = {name for each in code(text) for name in re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", each)}
    return sorted(names - SETTINGS - NOT_OURS)


def flask_commands() -> click.Group:
    """What `flask` offers of ours."""
    app = Flask("switchhook")
    values: dict[str, Any] = {"secret_key": TEST_KEY, "database_url": "sqlite://"}
    services = Services.of(Settings(_env_file=None, **values))
    cli.register(app, services)
    services.database.close()
    return app.cli
