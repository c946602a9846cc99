"""`flask publish`, and what it would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from flask.cli import with_appcontext

from handlers import wording
from handlers.cli.common import Refused, caller, or_refused, the_services, warn, warnings_unlogged
from pbx import extensions
from pbx.ami import connected
from pbx.publishing import dry_run
from pbx.publishing.dry_run import DryRun
from pbx.publishing.guard import Effect
from pbx.services import Services

NOTHING, SOMETHING, TROUBLE = 0, 1, 2  # exit status, as diff has it


@click.command(
    "publish", help="Make Asterisk have what the database says; refused extensions are tried again."
)
@click.option(
    "--dry-run",
    "only_look",
    is_flag=True,
    help="Show what would be written, and change nothing; exits as diff does.",
)
@with_appcontext
def publish(only_look: bool) -> None:
    if only_look:
        _show_dry_run()
    with warnings_unlogged("switchhook.publish"):
        left = or_refused(lambda: extensions.publish_all(the_services(), by=caller()))
    for extension in left:
        click.echo(f"{wording.label(extension)}: {wording.configuration(extension)}", err=True)
    if left:
        raise Refused(wording.not_live(len(left)))
    or_refused(lambda: _must_answer(the_services()))
    if warn():
        raise Refused("all extensions are live, and what is above is not")
    click.echo("Nothing waits to be published, and Asterisk answers.")


def _must_answer(services: Services) -> None:
    """Raise AsteriskUnavailable: where nothing waits, publish() has no need to ask it."""
    with connected(services.settings) as asterisk:
        asterisk.ping()


def _effect(effect: Effect) -> Iterator[str]:
    """Say which phones would go, be changed and come."""
    yield _would(effect.removed, "go")
    if effect.returned:
        yield _would(effect.returned, "go back to your own lines, comments since they were adopted")
    for numbers, what in ((effect.changed, "be changed"), (effect.added, "come")):
        yield _would(numbers, what)
    if effect.nat:
        yield f"The external address (NAT) would change of: {', '.join(effect.nat)}"


def _would(numbers: Sequence[str], what: str) -> str:
    return f"{len(numbers)} would {what}" + (f": {', '.join(numbers)}" if numbers else "")


def _show_dry_run() -> None:
    """Show what publishing would do. Exits as `diff` does."""
    try:
        found = or_refused(lambda: dry_run.look(the_services()))
    except Refused as error:
        error.show()
        raise SystemExit(TROUBLE) from None
    for line in (*found.diff, *_summary(found)):
        click.echo(line)
    raise SystemExit(TROUBLE if found.conflict else SOMETHING if found else NOTHING)


def _summary(found: DryRun) -> Iterator[str]:
    if found:
        yield from _effect(found.effect)
    if found.verified:
        yield f"Asterisk would be asked whether it has them as they should be: {', '.join(found.verified)}."
    yield from (f"{each.row.number} would be refused: {each.conflict}" for each in found.refused)
    yield from (f"{each.row.number} would have to wait: {each.waiting}" for each in found.waiting)
    if found.reloads:
        yield f"Asterisk would reload {' and '.join(found.reloads)}."
    if found.unasked:
        yield (
            f"Asterisk was not asked, so what it has from elsewhere is not in this, and publishing waits: {found.unasked}"
        )
    yield from map(wording.calls_out, found.calls_out)
    if found.conflict:
        yield f"But publishing would write nothing of this: {found.conflict}"
    yield "Nothing was changed." if found else "There is nothing to do."
