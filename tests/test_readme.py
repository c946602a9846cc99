"""README.md says what the code does: its tables, its samples and its map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from pydantic import SecretStr

from handlers import cli
from handlers.hr.sources import SOURCES
from handlers.slack.command_text import SETTINGS
from handlers.slack.commands import SUBCOMMANDS
from models.fields import Changes
from pbx import dialplan, managed_files, pjsip
from pbx.pjsip import Endpoint
from pbx.services import Services
from settings import Settings
from tests.server import PROJECT, TEST_KEY

README = (PROJECT / "README.md").read_text()
PROSE = re.sub(r"^    .*$", "", README, flags=re.MULTILINE)  # without what is to be typed


def table(first_heading: str) -> list[list[str]]:
    """The cells of the one table whose first column has this heading, row by row; code marks gone from the first."""
    (found,) = re.findall(rf"^\| {first_heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", README, re.MULTILINE)
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in found.splitlines()]
    return [[row[0].strip("`"), *row[1:]] for row in rows]


def commands_of(prefix: str) -> list[list[str]]:
    """The rows of the table whose commands begin with a prefix, `/ext` or `flask`."""
    lines = re.findall(rf"^\| `({prefix} [^`]*)` \| (.*) \|$", README, re.MULTILINE)
    return [[command.replace(r"\|", "|"), *cells.split(" | ")] for command, cells in lines]


def as_written(value: Any) -> str:
    """A default as an operator writes it; nothing for none."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | dict):
        return ",".join(value)
    return "" if value is None else str(value)


@pytest.fixture
def commands() -> Iterator[dict[str, click.Command]]:
    """What `flask` offers of ours, by the words that call it."""
    app = Flask("switchhook")
    values: dict[str, Any] = {"secret_key": TEST_KEY, "database_url": "sqlite://"}
    system = Services.of(Settings(**values))
    cli.register(app, system)
    yield dict(_leaves("flask", app.cli))
    system.database.close()


def _leaves(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _leaves(f"{words} {name}", inner)
    else:
        yield words, command


def usage(words: str, command: click.Command) -> str:
    """`flask ext set [OPTIONS] NUMBER`, as `--help` has it; without options of our own, without the word."""
    options = ["[OPTIONS]"] if any(isinstance(each, click.Option) for each in command.params) else []
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    context = click.Context(command)
    return " ".join([words, *options, *(each.make_metavar(context) for each in arguments)])


def test_every_setting_is_in_the_table_with_its_default() -> None:
    written = {name: default.strip("`") for name, default, _ in table("Variable")}
    assert written == {
        name.upper(): as_written(field.default) for name, field in Settings.model_fields.items()
    }


def test_every_hr_system_is_in_the_table_with_its_setting() -> None:
    listed = {source: setting.strip("`").lower() for source, _, setting, _ in table("Source")}
    assert listed == {name: source.setting for name, source in SOURCES.items()}


def test_every_line_of_every_table_says_something() -> None:
    rows = [*table("Variable"), *table("Key"), *table("What")]
    rows += commands_of("/ext") + commands_of("flask")
    assert len(rows) > len(Settings.model_fields) + len(SUBCOMMANDS)
    assert [row for row in rows if len(row[-1]) < 3 or len(row) not in (2, 3)] == []


def test_every_subcommand_of_ext_is_in_the_table_with_its_usage_and_who_may() -> None:
    written = [(usage, who) for usage, _, who in commands_of("/ext")]
    wanted = [
        (f"/ext {each.usage}", "admins" if each.changes else "everybody") for each in SUBCOMMANDS.values()
    ]
    assert written == wanted


def test_every_example_of_ext_is_a_command_that_exists() -> None:
    examples = re.findall(r"(?:^    |`)/ext ([a-z]+)", README, re.MULTILINE)
    assert len(examples) > len(SUBCOMMANDS)
    assert set(examples) == set(SUBCOMMANDS)


def test_every_setting_of_an_extension_is_in_the_table_with_its_default() -> None:
    written = {name: default.strip("`") for name, default, _ in table("Key")}
    assert written == {name: as_written(Changes.model_fields[name].default) for name in SETTINGS}


def test_every_flask_command_is_in_the_table_with_its_usage(commands: dict[str, click.Command]) -> None:
    written = {command for command, _ in commands_of("flask")}
    assert written == {usage(words, command) for words, command in commands.items()}


def test_the_options_of_the_command_line_are_listed(commands: dict[str, click.Command]) -> None:
    offered = {
        option
        for name in ("create", "set")
        for each in commands[f"flask ext {name}"].params
        if isinstance(each, click.Option)
        for option in each.opts
    }
    (sentence,) = re.findall(
        r"^The options are the settings of an extension: (.*?)\. ", README, re.DOTALL | re.MULTILINE
    )
    assert set(re.findall(r"`(--[a-z-]+)`", sentence)) == offered


def test_the_sample_of_what_it_writes_is_what_it_writes() -> None:
    alice = Endpoint("101", "Alice", "Alice123Pass")
    begin, end = managed_files.BEGIN.decode().strip(), managed_files.END.decode()
    patterns = dialplan.range_extens(100, 199)
    stamp = managed_files.Stamp("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 7)
    for text in (pjsip.render([alice], {"udp": "transport-udp"}, {}), dialplan.render([alice], patterns)):
        assert f"```ini\n{begin}\n{stamp}{text}{end}```" in README


def test_the_environment_of_the_deployment_is_made_of_settings_that_exist() -> None:
    (sample,) = re.findall(r"((?:^    [A-Z_]+=.*\n)+)", README, re.MULTILINE)
    names = re.findall(r"^    ([A-Z_]+)=", sample, re.MULTILINE)
    assert {"SLACK_SIGNING_SECRET", "SECRET_KEY", "AMI_SECRET"} <= set(names)
    assert set(names) <= {name.upper() for name in Settings.model_fields}


def test_the_processes_of_the_procfile_are_in_the_deployment() -> None:
    processes = [line.split(": ", 1)[1] for line in (PROJECT / "Procfile").read_text().splitlines()]
    assert "gunicorn app:app --bind 0.0.0.0:${PORT:-8000}" in processes  # the world calls it without nginx
    processes = [command.partition(" --bind ")[0] for command in processes]
    assert [command for command in processes if f"/.venv/bin/{command}" not in README] == []


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    |\()make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_every_file_of_the_map_and_of_the_links_exists() -> None:
    (tree,) = re.findall(r"## For maintainers\n\n((?:    .*\n)+)", README)
    folder, named = Path(), []
    for line in tree.splitlines():
        indent, name = re.match(r" {4}( *)(\S+)", line).groups()  # type: ignore[union-attr]
        folder = Path() if not indent else folder
        named.append(folder / name)
        folder = Path(name) if name.endswith("/") else folder
    named += [Path(link) for link in re.findall(r"\]\(([^)#:]+)\)", PROSE)]
    assert Path("handlers/slack/commands.py") in named
    assert [str(path) for path in named if not (PROJECT / path).exists()] == []


def test_every_link_inside_it_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", PROSE, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", README)
    assert links
    assert set(links) <= anchors
