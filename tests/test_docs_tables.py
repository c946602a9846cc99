"""The tables and samples of the documents say what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from pydantic import SecretStr

from handlers.doctor import env_checks, number_alerts, system_checks
from handlers.hr.sources import SOURCES
from handlers.slack.command_text import SETTINGS
from handlers.slack.roles import Role
from handlers.subcommands import SUBCOMMANDS
from models.fields import Changes
from pbx import dialplan, pjsip
from pbx.config import managed_files
from pbx.doctor import number_checks
from pbx.doctor.findings import Check
from pbx.pjsip import Endpoint
from settings import Settings
from tests.documents import DOCUMENTS, TRUE, flask_commands
from tests.installation.faults import FAULTS
from tests.server import PROJECT

INSTALL = DOCUMENTS["docs/install-by-hand.md"]
KNOWN_FAULTS = (
    DOCUMENTS["docs/troubleshooting.md"].partition("## What the doctor knows")[2].partition("\n## ")[0]
)
ALL = "\n".join(TRUE.values())


def table(name: str, first_heading: str) -> list[list[str]]:
    """The cells of the tables whose first column has this heading, row by row; code marks gone from the first."""
    found = re.findall(
        rf"^\| {first_heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", f"{DOCUMENTS[name]}\n", re.MULTILINE
    )
    assert found, f"{name} has no table of {first_heading}"
    lines = [line for each in found for line in each.splitlines()]
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]
    return [[row[0].strip("` "), *row[1:]] for row in rows]


def commands_of(name: str, prefix: str) -> list[list[str]]:
    """The rows of the table whose commands begin with a prefix, `/ext` or `flask`."""
    lines = re.findall(rf"^\| `({prefix} [^`]*)` \| (.*) \|$", DOCUMENTS[name], re.MULTILINE)
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


@pytest.fixture(scope="module")
def commands() -> dict[str, click.Command]:
    """What `flask` offers of ours, by the words that call it."""
    return dict(_leaves("flask", flask_commands()))


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
    written = {name: default.strip("`") for name, default, _ in table("docs/settings.md", "Variable")}
    assert written == {
        name.upper(): as_written(field.default) for name, field in Settings.model_fields.items()
    }


def test_every_hr_system_is_in_the_table_with_its_setting() -> None:
    rows = table("docs/onboarding.md", "Source")
    listed = {source: setting.strip("`").lower() for source, _, setting, _ in rows}
    assert listed == {name: source.setting for name, source in SOURCES.items()}


def test_every_line_of_every_table_says_something() -> None:
    rows = [*table("docs/settings.md", "Variable"), *table("docs/slack.md", "Key")]
    rows += table("docs/troubleshooting.md", "What")
    rows += commands_of("docs/slack.md", "/ext") + commands_of("docs/command-line.md", "flask")
    assert len(rows) > len(Settings.model_fields) + len(SUBCOMMANDS)
    assert [row for row in rows if len(row[-1]) < 3 or len(row) not in (2, 3)] == []


def test_every_subcommand_of_ext_is_in_the_table_with_its_usage_and_who_may() -> None:
    written = [(usage, who) for usage, _, who in commands_of("docs/slack.md", "/ext")]
    who_may = {Role.EVERYBODY: "everybody", Role.OWNER: "its owner, admins", Role.ADMIN: "admins"}
    wanted = [(f"/ext {each.usage}", who_may[each.role]) for each in SUBCOMMANDS.values()]
    assert written == wanted


def test_every_subcommand_of_ext_is_shown_somewhere() -> None:
    assert set(re.findall(r"(?:^    |`)/ext ([a-z]+)", ALL, re.MULTILINE)) == set(SUBCOMMANDS)


def test_every_setting_of_an_extension_is_in_the_table_with_its_default() -> None:
    written = {name: default.strip("`") for name, default, _ in table("docs/slack.md", "Key")}
    assert written == {name: as_written(Changes.model_fields[name].default) for name in SETTINGS}


def test_every_flask_command_is_in_the_table_with_its_usage(commands: dict[str, click.Command]) -> None:
    written = {command for command, _ in commands_of("docs/command-line.md", "flask")}
    assert written == {usage(words, command) for words, command in commands.items()}


def test_the_options_of_the_command_line_are_the_settings(commands: dict[str, click.Command]) -> None:
    for name in ("create", "set"):
        parameters = commands[f"flask ext {name}"].params
        offered = {option for each in parameters if isinstance(each, click.Option) for option in each.opts}
        assert offered == {"--json"} | {f"--{setting.replace('_', '-')}" for setting in SETTINGS}


def test_the_sample_of_what_it_writes_is_what_it_writes() -> None:
    alice = Endpoint(number="101", name="Alice", secret=SecretStr("Alice123Pass"))
    begin, end = managed_files.BEGIN.decode().strip(), managed_files.END.decode()
    patterns = dialplan.range_extens(100, 199)
    stamp = managed_files.Provenance("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 7)
    extens = [dialplan.exten(alice.number, alice.context)]
    for text in (pjsip.render([alice], {"udp": "transport-udp"}, {}), dialplan.render(extens, patterns)):
        assert f"```ini\n{begin}\n{stamp}{text}{end}```" in DOCUMENTS["docs/files-it-writes.md"]


def test_the_environment_of_the_deployment_is_made_of_settings_that_exist() -> None:
    (sample,) = re.findall(r"((?:^    [A-Z_]+=.*\n)+)", INSTALL, re.MULTILINE)
    names = re.findall(r"^    ([A-Z_]+)=", sample, re.MULTILINE)
    assert {"SLACK_APP_TOKEN", "SECRET_KEY", "AMI_SECRET"} <= set(names)
    assert set(names) <= {name.upper() for name in Settings.model_fields}


def test_the_processes_of_the_procfile_are_in_the_deployment() -> None:
    processes = [line.split(": ", 1)[1] for line in (PROJECT / "Procfile").read_text().splitlines()]
    assert "gunicorn app:app --bind 0.0.0.0:${PORT:-8000}" in processes  # the world calls it without nginx
    processes = [command.partition(" --bind ")[0] for command in processes]
    assert [command for command in processes if f"/.venv/bin/{command}" not in INSTALL] == []


def test_the_scopes_of_the_manifest_are_explained() -> None:
    cells = [row[0] for row in table("docs/install.md", "Scope")]
    explained = re.findall(r"[a-z]+(?:[:.][a-z]+)*", " ".join(cells))
    bot = re.search(r"bot:\n((?: +- .*\n)+)", (PROJECT / "manifest.yaml").read_text())
    assert bot
    assert sorted(explained) == sorted(re.findall(r"- (\S+)", bot[1]))


def test_every_check_of_the_doctor_is_in_the_table_with_the_faults_that_were_put_in() -> None:
    """A line that is missing, or changed, is shown as it is to be."""
    checks: tuple[Check[Any], ...] = (
        *env_checks.CHECKS,
        *system_checks.CHECKS,
        *number_checks.CHECKS,
        number_alerts.CHECK,
    )
    wanted = [f"| `{each.slug}` | {each.title} | {_faults(each.slug)} |" for each in checks]
    assert re.findall(r"^\| `[a-z-]+` \| .* \| .* \|$", KNOWN_FAULTS, re.MULTILINE) == wanted


def _faults(check: str) -> str:
    return "; ".join(fault.name for fault in FAULTS if fault.check == check)
