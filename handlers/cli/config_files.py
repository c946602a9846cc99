"""`flask publish --dry-run`: Asterisk's two files, looked at."""

from __future__ import annotations

from collections.abc import Iterator

import click

from handlers.cli.common import Refused, or_refused, the_services
from pbx.publishing import dry_run
from pbx.publishing.dry_run import DryRun

NOTHING, SOMETHING, TROUBLE = 0, 1, 2  # exit status, as diff has it


def show_dry_run() -> None:
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
    effect = str(found.effect)
    if effect:
        yield f"Extensions: {effect}."
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
    if found.conflict:
        yield f"But publishing would write nothing of this: {found.conflict}"
    yield "Nothing was changed." if found else "There is nothing to do."
