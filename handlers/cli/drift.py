"""`flask ext drift`: what on the phone system differs from the database."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from handlers import drift_wording
from handlers.cli.common import or_refused, the_services
from handlers.cli.json_output import json_option
from pbx.drift.look import look
from pbx.drift.report import DriftReport


@click.command("drift", help="Show what on the phone system differs from the database; changes nothing.")
@json_option("The report as one JSON object, for machines.")
@with_appcontext
def drift(machine: bool) -> None:
    report = or_refused(lambda: look(the_services()))
    if machine:
        click.echo(json.dumps(drift_wording.as_json(report), indent=2))
    else:
        _show(report)
    if report.drifts or report.unasked:
        raise SystemExit(1)


def _show(report: DriftReport) -> None:
    for line in (drift_wording.headline(report), *drift_wording.lines(report.drifts)):
        click.echo(line)
    overwritten, by_hand = drift_wording.lines(report.overwritten), drift_wording.by_hand(report)
    for line in (*overwritten, *by_hand, *drift_wording.compared(report)):
        click.echo(line)
