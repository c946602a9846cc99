"""`flask doctor`: what is wrong with the system or with one number, and what to do about it."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from handlers.cli.common import caller, or_refused, services_if_any, the_services, warnings_unlogged
from handlers.cli.json_output import json_option
from handlers.doctor import examination, wording
from handlers.slack import command_text
from pbx.doctor.findings import Report
from pbx.doctor.fixes import FIXES, Fix, carry_out
from pbx.errors import Refusal

ASK_EACH = "ask"  # --fix without a name
FOUND, UNKNOWN = 1, 2  # exit codes


@click.command("doctor", help="Say what is wrong with the system, or with NUMBER, and what to do about it.")
@click.argument("number", required=False, default="")
@json_option("The report as one JSON object, for machines.")
@click.option(
    "--fix",
    is_flag=False,
    flag_value=ASK_EACH,
    metavar="[NAME]",
    help="Have done what can be: NAME, or everything, after asking for each.",
)
@with_appcontext
def doctor(number: str, machine: bool, fix: str | None) -> None:
    if machine and fix:
        raise click.UsageError("--json shows a report and mends nothing: leave out --fix")
    number = _typed(number) if number else ""
    report = _examine(number)
    if machine:
        click.echo(json.dumps(wording.as_json(report, number), indent=2))
    else:
        _show(report, number)
    if fix and _mend(report, number, fix):
        report = _examine(number)
        _show(report, number)
    raise SystemExit(exit_code(report))


def _typed(number: str) -> str:
    """Return the number. Raises UsageError, whose exit code is UNKNOWN: nothing was checked."""
    try:
        return command_text.number(number)
    except Refusal as refusal:
        raise click.UsageError(str(refusal)) from None


def exit_code(report: Report) -> int:
    """Return 0: nothing is wrong, FOUND, or UNKNOWN: nothing was found, but not all could be checked."""
    unknown = {slug for slug, _ in report.failed}
    if any(each.check not in unknown for each in report.findings):
        return FOUND
    return UNKNOWN if unknown else 0


def _examine(number: str) -> Report:
    """Examine what there is; without usable settings, these alone."""
    services = services_if_any()
    if services is None:
        return examination.of_settings()
    return examination.of_number(services, number) if number else examination.of_system(services)


def _show(report: Report, number: str) -> None:
    click.echo("\n".join(wording.lines(report, number)))


def _mend(report: Report, number: str, name: str) -> bool:
    """Carry out what the report offers; return whether anything was done."""
    offered = list(dict.fromkeys(each.fix for each in report.findings if each.fix))
    if name != ASK_EACH and name not in offered:
        there_is = f"offered are: {', '.join(offered)}" if offered else "nothing is offered"
        raise click.UsageError(f"--fix {name} would mend nothing of what was found; {there_is}")
    chosen = [FIXES[each] for each in offered if name in (ASK_EACH, each)]
    done = [_carry_out(each, number, ask=name == ASK_EACH) for each in chosen]
    return any(done)


def _carry_out(fix: Fix, number: str, ask: bool) -> bool:
    click.echo(f"{fix.name}: {fix.does}.")
    if ask and not click.confirm("Do that?"):
        return False
    with warnings_unlogged("switchhook.publish"):
        done = or_refused(lambda: carry_out(the_services(), fix, number, caller()))
    click.echo(f"{done[:1].upper()}{done[1:]}.\n")
    return True
