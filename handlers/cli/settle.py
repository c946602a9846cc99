"""`flask settle`: which counts, the phones in Asterisk's files, or those of an older database that was put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from flask.cli import with_appcontext
from sqlmodel import Session

import command_lines
from handlers import put_back_wording, wording
from handlers.alerts import incidents
from handlers.alerts.put_back_messages import Settling
from handlers.cli.common import Refused, caller, or_refused, the_services, warn, warnings_unlogged
from handlers.hr.sources import SOURCES
from handlers.slack import command_text
from models import outbox
from pbx.publish import PUBLISH_ERRORS
from pbx.publishing import foreign_files
from pbx.settling import settle as settling
from pbx.settling.decision import Decision, Side
from pbx.settling.difference import Difference
from pbx.settling.settle import Settled, Unsettled

SIDES = [side.value for side in Side]
QUESTION = "Which counts: asterisk (phones stay as they work today) or database (they become what the database says)?"


@click.command(
    "settle",
    help="After an older state of the database was put back, or with another one: show what differs from Asterisk's files, and "
    "settle which counts. asterisk: phones stay as they work today; database: they become what the database says.",
)
@click.argument("side", required=False, type=click.Choice(SIDES))
@click.option(
    "--but", "numbers", metavar="NUMBERS", default="", help="For these the other one counts: 101,102"
)
@click.option(
    "--yes", is_flag=True, help="Settle without asking; needs SIDE, but to go on with what was interrupted."
)
@with_appcontext
def settle(side: str | None, numbers: str, yes: bool) -> None:
    but = or_refused(lambda: [command_text.number(each) for each in numbers.split(",") if each])
    unsettled = or_refused(lambda: settling.look(the_services()))
    if unsettled.why is None:
        click.echo("There is nothing to settle: the database and Asterisk's files are of one state.")
        return
    for line in _shown(unsettled):
        click.echo(line)
    or_refused(lambda: settling.refuse_unknown(the_services(), but))
    decision = _decision(unsettled.begun, side, but, yes)
    or_refused(lambda: settling.refuse_another(unsettled.begun, decision))
    if not yes:
        click.confirm(f"{wording.ended(str(decision))} Go on?", abort=True)
    _report(_carry_out(decision))


def _decision(begun: Decision | None, side: str | None, but: Sequence[str], yes: bool) -> Decision:
    """Return what was typed, what is begun, or what somebody answers."""
    if side is None and begun:
        return Decision(begun.side, caller(), but or begun.but)
    if side is None and yes:
        raise Refused("say which counts: flask settle asterisk --yes, or flask settle database --yes")
    return Decision(Side(side or click.prompt(QUESTION, type=click.Choice(SIDES))), caller(), but)


def _shown(unsettled: Unsettled) -> Iterator[str]:
    yield wording.ended(foreign_files.parts(unsettled.why or "")[0])
    yield from map(wording.ended, put_back_wording.whose(unsettled))
    if unsettled.as_of:
        yield f"The database is as it was at {wording.moment(unsettled.as_of)}."
    yield from (f"• {wording.ended(each)}" for each in put_back_wording.difference(unsettled))
    if unsettled.held:
        yield (
            f"{unsettled.held} messages that were due then are not posted: mostly they were, before the database was put back."
        )
    if unsettled.tokens:
        names = ", ".join(each.name for each in unsettled.tokens)
        yield f"These tokens open the API; look whether any was revoked since (flask token list): {names}."
    if any(getattr(the_services().settings, each.setting) for each in SOURCES.values()):
        yield (
            "If an HR system reports to Switchhook: what it has sent since is not in the database, and what was in work then is to "
            "be looked at (/extensions/deliveries on the page): have HR send it again."
        )


def _carry_out(decision: Decision) -> Settled:
    def tell(session: Session, decision: Decision, found: Difference) -> None:
        by = f"{decision.by.id}, on the command line,"
        content = Settling(decision=str(decision), by=by, stays=found.stays())
        for channel in incidents.recipients(the_services(), session):
            outbox.enqueue(session, channel, "put-back", content.as_json(), open=False)

    with warnings_unlogged("switchhook.publish"), warnings_unlogged("switchhook.settling"):
        again = command_lines.as_user(decision.command)
        try:
            return or_refused(lambda: settling.settle(the_services(), decision, tell))
        except Refused as error:
            if isinstance(error.__context__, PUBLISH_ERRORS):
                raise Refused(f"{error.message}. It is not settled yet: {again} goes on with it") from None
            raise
        except KeyboardInterrupt:  # perhaps after it was saved
            raise Refused(
                f"it was interrupted: {again} carries it out to its end, or says that there is nothing to settle"
            ) from None


def _report(done: Settled) -> None:
    for what, numbers in (
        (
            "Nobody owns these, as no file says who does; set it in Slack with /ext set NUMBER @user",
            done.ownerless,
        ),
        ("Only the database had these, and they are disabled now; enable or delete them", done.disabled),
        ("These are yours by hand, and stay so; flask ext adopt NUMBER takes one over", done.by_hand),
        ("These could not be kept to the letter, and were changed", done.changed),
    ):
        if numbers:
            click.echo(f"{what}: {', '.join(numbers)}.")
    for extension in done.left:
        click.echo(f"{wording.label(extension)}: {wording.configuration(extension)}", err=True)
    if done.left:
        raise Refused(f"it is settled, but {wording.not_live(len(done.left))}")
    warn()
    click.echo("It is settled: Asterisk and the database are of one state.")
