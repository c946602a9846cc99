"""`flask init`: puts Switchhook on this machine, showing each change before it is made."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

import click

from command_lines import PROJECT
from handlers.cli import init_calls, init_questions, init_wording
from handlers.cli.common import Refused, or_refused
from installation import apply, findings, machine, next_steps, plan
from installation.answers import SECRETS, option
from installation.changes import File
from installation.facts import Answers, Machine
from installation.next_steps import Step
from installation.plan import Plan
from installation.tree import Tree

ROOT_USER = 0
BLANK = " \t\r\n\ufeff"  # editors on Windows put the last at the beginning of a file
# What is given on: options without secrets
WORDS = ("host", "sip_domain", "extension_range", "slack_admins")


@click.command(
    "init", help="Put Switchhook on this machine: asks, shows each change, and makes it when told to."
)
@click.option(
    "--host", default="", help="The name under which Slack reaches this machine over HTTPS; else Socket Mode."
)
@click.option("--sip-domain", default="", help="What people type into their phones as the server.")
@click.option("--extension-range", default="", help="The numbers for extensions, such as 100-199.")
@click.option(
    "--slack-admins", default="", help="Who may change extensions: member IDs, separated by commas."
)
@click.option(
    "--slack-bot-token-file", type=click.File(), help="A file with the bot token; - is standard input."
)
@click.option(
    "--slack-app-token-file", type=click.File(), help="A file with the app-level token, for Socket Mode."
)
@click.option("--slack-signing-secret-file", type=click.File(), help="A file with the signing secret.")
@click.option(
    "--calls", is_flag=True, help="Let people have calls made with /ext call: the right to originate."
)
@click.option("--asterisk-dir", type=click.Path(path_type=Path), help="The folder of Asterisk's files.")
@click.option(
    "--systemd/--no-systemd", default=None, help="Whether to write unit files; else as this machine is."
)
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False), help="A scratch root to write below."
)
@click.option(
    "--replace",
    is_flag=True,
    help="Also replace unit files and nginx's site that are not as this release has them, edited or older.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: take what is given, there or guessed, and go on.")
@click.option("--dry-run", is_flag=True, help="Show the changes and make none.")
def init(root: Path | None, dry_run: bool, yes: bool, replace: bool, **options: Any) -> None:
    tree = Tree((root or Path("/")).absolute())
    may_write = not tree.is_machine or os.geteuid() == ROOT_USER
    found = _look(tree, options)
    click.echo(init_wording.found(found))
    _refuse(findings.obstacles(found))
    answers = or_refused(lambda: _answers(found, options, asking=not yes and may_write))
    fresh = init_questions.new_secrets()
    made = plan.make(found, answers, fresh, replace)
    _refuse_unsafe_env(found, made, plan.env_additions(found, answers, fresh))
    click.echo(init_wording.shown(found, made, answers))
    if made.changes and not may_write:
        raise Refused(f"nothing was changed: that needs root. As root: {_again(options)}")
    if dry_run:
        click.echo("\nNothing was changed.")
    elif made.changes:
        _carry_out(found, made, tree, asking=not yes)
    _finish(found, made, answers, tree, run=not dry_run, asking=not yes)


def _look(tree: Tree, options: dict[str, Any]) -> Machine:
    try:
        or_refused(lambda: _refuse(machine.env_obstacles(tree)))
        return or_refused(lambda: machine.look(tree, options["asterisk_dir"], options["systemd"]))
    except PermissionError as error:
        raise Refused(
            f"{error.filename} may not be read, so this needs root. As root: {_again(options)}"
        ) from None


def _answers(found: Machine, options: dict[str, Any], asking: bool) -> Answers:
    answers = init_questions.ask(found, _given(options), asking)
    return replace_fields(answers, calls=init_calls.ask(found, asking, given=options["calls"]))


def _given(options: dict[str, Any]) -> dict[str, str]:
    """Return what was given; secrets from their files, or from the environment, which nobody else sees either.

    Raises Refused for a file with nothing in it.
    """
    given = {name: options[name] for name in WORDS}
    for name in SECRETS:
        file = options[f"{name}_file"]
        given[name] = file.read().strip(BLANK) if file else os.environ.get(name.upper(), "")
        if file and not given[name]:
            raise Refused(f"{option(name)} names a file with nothing in it")
    return given


def _again(options: Mapping[str, Any]) -> str:
    """Return the command line for root, without secrets."""
    words = [f"--{name.replace('_', '-')}={options[name]}" for name in WORDS if options[name]]
    if options["calls"]:
        words.append("--calls")
    if options["asterisk_dir"]:
        words.append(f"--asterisk-dir={options['asterisk_dir']}")
    programs = Path(machine.programs())
    return f"cd {shlex.quote(str(PROJECT))} && sudo {shlex.join([str(programs / 'flask'), 'init', *words])}"


def _refuse(obstacles: list[str]) -> None:
    if obstacles:
        raise Refused("nothing was changed, because first\n" + "\n".join(f"  - {each}" for each in obstacles))


def _refuse_unsafe_env(found: Machine, made: Plan, added: Mapping[str, str]) -> None:
    """Refuse to write an `.env` that would not be read as it is meant: quotes that are not closed swallow lines."""
    written = [each.after for each in made.changes if isinstance(each, File) and each.path == found.env_path]
    if any(machine.env_values(content) != {**found.env_values, **added} for content in written):
        raise Refused(f"nothing was changed: {found.env_path} has a quote that is not closed; mend it first")


def _carry_out(found: Machine, made: Plan, tree: Tree, asking: bool) -> None:
    if asking:
        click.confirm(f"Make {init_wording.counted(made)}?", default=True, abort=True)
    or_refused(lambda: apply.apply(made.changes, tree, found.asterisk.config_dir))
    click.echo("Done.")


def _finish(found: Machine, made: Plan, answers: Answers, tree: Tree, run: bool, asking: bool) -> None:
    """Have Asterisk and systemd take the changes, if this may, and say what is left."""
    has_slack = bool(answers.slack_bot_token or "SLACK_BOT_TOKEN" in found.env_values)
    steps = next_steps.start_asterisk(found)
    load = next_steps.to_load(found, made.changes, has_slack)
    if tree.is_machine and load and run and not steps and _may_run(load, asking):
        load = [step for step in load if not _run(step)]
    if not tree.is_machine:
        steps += next_steps.of_root(found, made.changes)
    has_admins = bool(answers.slack_admins or "SLACK_ADMINS" in found.env_values)
    again = _again(dict.fromkeys((*WORDS, "calls", "asterisk_dir")))
    by_hand = next_steps.to_do(found, answers.host, has_slack, has_admins, again)
    click.echo(init_wording.left([*steps, *load, *by_hand]))


def _may_run(steps: list[Step], asking: bool) -> bool:
    click.echo("\n".join(f"  {command}" for step in steps for command in step.commands))
    return not asking or click.confirm("Run these now?", default=True)


def _run(step: Step) -> bool:
    """Run the commands of a step until one fails; return whether none did."""
    for command in step.commands:
        if reason := apply.run(command):
            click.echo(f"{command} failed: {reason}", err=True)
            return False
    return True
